"""From a row of common down to the Kafka records that it was made from."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from rumbo.cli import app
from rumbo.errors import InvalidInput, NotFound
from rumbo.lake.catalog import catalog
from rumbo.lake.lineage import lineage_of
from rumbo.lake.places import Lake
from rumbo.lake.tables import Layer
from rumbo.lake.trace import Offsets, read_key, trace
from support.lake_rows import lake_in, positions, put

DAY = date(2026, 3, 5)


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    lake = lake_in(tmp_path)
    ours = positions("trp_1", 5, offset=10)
    put(lake, "landing.positions", [*ours, *positions("trp_2", 3, partition=1, offset=40)])
    put(lake, "landing.positions", [row | {"kafka_offset": 90 + row["seq"]} for row in ours[:2]])  # doubled
    put(lake, "staging.positions", [*ours, *positions("trp_2", 3, partition=1, offset=40)])
    states = [
        {"trip_id": "trp_1", "vehicle_id": "veh_trp_1", "seq": seq, "event_date": DAY, "kafka_partition": 4,
         "kafka_topic": "rumbo.trip-states", "kafka_offset": 70 + seq, "payload": json.dumps({"seq": seq}),
         "event_time": datetime(2026, 3, 5, 7, tzinfo=UTC)}
        for seq in range(2)
    ]  # fmt: skip
    put(lake, "landing.trip_states", states)
    names = set(catalog()["staging.trip_states"].names)
    put(lake, "staging.trip_states", [{k: v for k, v in row.items() if k in names} for row in states])
    put(lake, "common.trip_days", [{"trip_id": "trp_1", "vehicle_id": "veh_trp_1"}])
    put(lake, "common.trip_facts", [{"trip_id": trip, "vehicle_id": f"veh_{trip}", "end_date": DAY}
                                    for trip in ("trp_1", "trp_2")])  # fmt: skip
    return lake


def test_a_trip_is_traced_to_its_own_records_copies_too(lake: Lake) -> None:
    found = trace(lake, "common.trip_facts", {"trip_id": "trp_1"})
    assert (found.table, found.row["trip_id"]) == ("common.trip_facts", "trp_1")
    steps = {step.table: step for step in found.steps}
    assert steps["landing.trip_states"].offsets == (Offsets("rumbo.trip-states", 4, 70, 71, 2),)
    assert steps["landing.positions"].offsets == (Offsets("rumbo.positions", 0, 10, 91, 7),)
    assert steps["staging.positions"].rows == 5


def test_a_report_is_traced_to_each_copy_of_itself(lake: Lake) -> None:
    found = trace(lake, "staging.positions", {"trip_id": "trp_1", "seq": "1"})
    steps = {step.table: step for step in found.steps}
    assert steps["landing.positions"].offsets == (Offsets("rumbo.positions", 0, 11, 91, 2),)
    assert steps["landing.positions"].by == ("trip_id", "seq")


def test_the_payload_of_one_record_comes_along(lake: Lake) -> None:
    found = trace(lake, "common.trip_facts", {"trip_id": "trp_1"}, event="rumbo.trip-states/4/71")
    assert found.event is not None
    assert (found.event.offset, json.loads(found.event.payload)) == (71, {"seq": 1})
    with pytest.raises(NotFound, match="went into this row"):
        trace(lake, "common.trip_facts", {"trip_id": "trp_1"}, event="rumbo.positions/1/40")
    with pytest.raises(InvalidInput, match="no event"):
        trace(lake, "common.trip_facts", {"trip_id": "trp_1"}, event="rumbo.positions")


@pytest.mark.parametrize(
    ("name", "key", "error", "says"),
    [
        ("common.trip_fact", {"trip_id": "trp_1"}, NotFound, "trip_fact"),
        ("common.trip_facts", {"trip": "trp_1"}, InvalidInput, "no column trip"),
        ("common.trip_facts", {"trip_id": "trp_9"}, NotFound, "no row with trip_id=trp_9"),
        ("common.trip_facts", {"end_date": "2026-03-05"}, InvalidInput, "Several rows"),
        ("common.trip_facts", {"trip_id": "' OR 1=1 --"}, NotFound, "no row"),
    ],
)
def test_what_tells_no_row_or_several_is_refused(
    lake: Lake, name: str, key: dict[str, str], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        trace(lake, name, key)


def test_every_table_leads_down_to_landing_or_to_what_is_no_record() -> None:
    no_records = {"common.dim_date", "staging.vehicles", "common.dim_vehicle"}
    for name, spec in catalog().items():
        if spec.layer is Layer.LANDING or name in no_records or not lineage_of(spec):
            continue
        assert any(link.source.layer is Layer.LANDING for link in lineage_of(spec)), name


def test_a_key_is_name_and_value() -> None:
    assert read_key(["a=b=c"]) == {"a": "b=c"}
    with pytest.raises(InvalidInput):
        read_key(["a"])


def test_the_command_line_traces(lake: Lake, monkeypatch: pytest.MonkeyPatch) -> None:
    for layer in Layer:
        monkeypatch.setenv(f"RUMBO_LAKE_{layer.name}", lake.place(layer))
    told = CliRunner().invoke(app, ["trace", "common.trip_facts", "trip_id=trp_1", "--event", "first"])
    assert told.exit_code == 0, told.output
    assert "rumbo.trip-states, partition 4: offsets 70 to 71, 2 records" in told.output
    as_json = CliRunner().invoke(app, ["trace", "common.trip_facts", "trip_id=trp_1", "--json"])
    assert json.loads(as_json.output)["row"]["trip_id"] == "trp_1"
