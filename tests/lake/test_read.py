from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest
from deltalake import write_deltalake

from rumbo.errors import Unavailable
from rumbo.lake.figures import StreamFigures
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table, polars_schema
from rumbo.lake.tables import REJECTED


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "a lake" / "landing"), str(tmp_path / "staging"), str(tmp_path / "common"))


def rejected_rows(offsets: list[int]) -> pl.DataFrame:
    count = len(offsets)
    columns = {
        "kafka_topic": ["rumbo.positions"] * count,
        "kafka_partition": [0] * count,
        "kafka_offset": offsets,
        "broker_time": ["2026-03-05T07:30:00"] * count,
        "ingest_time": ["2026-03-05T07:30:01"] * count,
        "rule": ["not_json"] * count,
        "field": [None] * count,
        "reason": ["The value is not JSON."] * count,
        "kafka_key": [b"k"] * count,
        "payload": [b"\xff\x00"] * count,
        "broker_date": ["2026-03-05"] * count,
    }
    times = [
        pl.col(name).str.to_datetime(time_unit="us", time_zone="UTC")
        for name in ("broker_time", "ingest_time")
    ]
    frame = pl.DataFrame(columns).with_columns(*times, pl.col("broker_date").str.to_date())
    return frame.cast(polars_schema(REJECTED))


def append(lake: Lake, offsets: list[int]) -> None:
    write_deltalake(
        lake.table_path(REJECTED),
        rejected_rows(offsets),
        mode="append",
        partition_by=list(REJECTED.partition_by),
    )


def test_a_table_that_nobody_has_written_is_empty_with_its_columns(lake: Lake) -> None:
    table = open_table(lake, REJECTED)
    assert (table.version, table.rows(), table.files()) == (None, 0, 0)
    assert table.scan().collect_schema() == polars_schema(REJECTED)
    assert table.arrow().num_rows == 0


def test_a_snapshot_stays_at_its_version_while_the_table_grows(lake: Lake) -> None:
    append(lake, [1, 2])
    before = open_table(lake, REJECTED)
    append(lake, [3])
    assert (before.rows(), open_table(lake, REJECTED).rows()) == (2, 3)
    assert before.scan().collect()["kafka_offset"].sort().to_list() == [1, 2]
    assert open_table(lake, REJECTED, before.version).rows() == 2


def test_rows_are_counted_without_reading_a_data_file(lake: Lake) -> None:
    append(lake, [1, 2, 3])
    for file in Path(lake.table_path(REJECTED)).rglob("*.parquet"):
        file.unlink()
    assert open_table(lake, REJECTED).rows() == 3


def test_duckdb_reads_a_table_through_arrow(lake: Lake) -> None:
    append(lake, [1, 2])
    rows = open_table(lake, REJECTED).arrow()
    with duckdb.connect() as connection:
        connection.register("rejected", rows)
        found = connection.sql("SELECT sum(kafka_offset), any_value(payload) FROM rejected").fetchall()
    assert found == [(3, b"\xff\x00")]


def test_a_version_that_is_not_there_is_unavailable(lake: Lake) -> None:
    append(lake, [1])
    with pytest.raises(Unavailable, match="version 7"):
        open_table(lake, REJECTED, 7)


def test_the_streams_figures_survive_the_way_through_metadata() -> None:
    figures = StreamFigures(5, 1, 3, 4, 800, 12.5, {"positions": 9})
    assert StreamFigures.from_json(figures.to_json()) == figures
    assert StreamFigures.from_json("") is None
    assert StreamFigures.from_json('{"at_ms":1}') is None
