"""A rejected record that a person mends."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import polars as pl
import pytest
from deltalake import write_deltalake

from rumbo.errors import Conflict, InvalidInput, NotFound
from rumbo.events.examples import examples
from rumbo.events.fields import POSITION
from rumbo.lake.mend import Place, mend
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table, polars_schema
from rumbo.lake.refined.records import MENDED
from rumbo.lake.refined_days import landed_days
from rumbo.lake.rejected import rejected_rows
from rumbo.lake.tables import REJECTED
from support.lake_rows import lake_in

PLACE = Place("rumbo.positions", 2, 17)
EXAMPLE = next(one.value for one in examples() if one.event == POSITION and one.name == "typical")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return lake_in(tmp_path)


@pytest.fixture
def broken(lake: Lake) -> dict[str, object]:
    """A position whose speed is a text, rejected; returns it."""
    sent = dict(EXAMPLE) | {"speed_mps": "fast"}
    at = datetime(2026, 3, 5, 7, 30, 42, tzinfo=UTC)
    row = {
        "kafka_topic": PLACE.topic, "kafka_partition": PLACE.partition, "kafka_offset": PLACE.offset,
        "broker_time": at, "ingest_time": at, "rule": "wrong_type", "field": "speed_mps", "reason": "not a number",
        "kafka_key": str(sent["vehicle_id"]).encode(), "payload": orjson.dumps(sent), "broker_date": date(2026, 3, 5),
    }  # fmt: skip
    frame = pl.DataFrame([row], schema=polars_schema(REJECTED), orient="row")
    arrow = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    write_deltalake(lake.table_path(REJECTED), arrow, partition_by=["broker_date"])
    return sent


def test_a_record_is_mended_once_and_counts_for_its_day(lake: Lake, broken: dict[str, object]) -> None:
    assert [row["is_mended"] for row in rejected_rows(lake, "2026-03-05")] == [False]
    assert rejected_rows(lake, "2026-03-06") == []
    mend(lake, PLACE, None, {"speed_mps": 3.5}, "the device said fast")
    row = open_table(lake, MENDED).scan().collect().row(0, named=True)
    assert orjson.loads(row["payload"]) == broken | {"speed_mps": 3.5}
    assert (row["event"], row["kafka_key"], row["kafka_offset"]) == ("position", broken["vehicle_id"], 17)
    assert rejected_rows(lake)[0]["is_mended"]
    assert landed_days(lake) == {"2026-03-05": {"mended": 1}}
    with pytest.raises(Conflict, match="mended already"):
        mend(lake, PLACE, None, {"speed_mps": 4.0}, "")


def test_what_still_breaks_the_contract_is_refused_with_the_reason(
    lake: Lake, broken: dict[str, object]
) -> None:
    with pytest.raises(InvalidInput, match="still breaks the contract"):
        mend(lake, PLACE, None, {"speed_mps": "slow"}, "")
    with pytest.raises(InvalidInput, match="no JSON"):
        mend(lake, PLACE, '{"trip_id":', {}, "")
    with pytest.raises(NotFound, match="offset 18"):
        mend(lake, Place(PLACE.topic, 2, 18), None, {"speed_mps": 3.5}, "")
    assert open_table(lake, MENDED).version is None
