"""Small real Delta tables: rows with a value in every column, written without Spark."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import write_deltalake

from rumbo.lake.catalog import catalog
from rumbo.lake.places import Lake
from rumbo.lake.read import polars_schema
from rumbo.lake.storage import storage_options
from rumbo.lake.tables import ColumnType

_VALUES: dict[ColumnType, Any] = {
    ColumnType.STRING: "x",
    ColumnType.BINARY: b"x",
    ColumnType.INTEGER: 1,
    ColumnType.LONG: 1,
    ColumnType.DOUBLE: 1.5,
    ColumnType.TIMESTAMP: datetime(2026, 3, 5, 7, 30, tzinfo=UTC),
    ColumnType.DATE: date(2026, 3, 5),
}


def lake_in(folder: Path) -> Lake:
    return Lake(*(str(folder / "a lake" / layer) for layer in ("landing", "staging", "common")))


def put(lake: Lake, name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Append rows to a table; columns that a row leaves out have some value. Returns what was written."""
    spec = catalog()[name]
    whole = [{c.name: _VALUES[c.type] for c in spec.columns} | dict(row) for row in rows]
    assert all(row.keys() == set(spec.names) for row in whole), "a row has a column that the table has not"
    frame = pl.DataFrame(whole, schema=polars_schema(spec), orient="row")
    path = lake.table_path(spec)
    options = storage_options(path, lake.access)
    by = list(spec.partition_by) or None
    write_deltalake(path, frame, mode="append", partition_by=by, storage_options=options)
    return frame


def positions(
    trip: str, count: int, *, day: int = 5, partition: int = 0, offset: int = 0
) -> list[dict[str, Any]]:
    """Rows of landing.positions or staging.positions: a trip's reports, a second apart."""
    return [
        {
            "trip_id": trip, "vehicle_id": f"veh_{trip}", "seq": seq, "lat": 43.7 + seq / 1e4, "lon": 7.4 + seq / 1e4,
            "speed_mps": float(seq), "event_time": datetime(2026, 3, day, 7, seq // 60, seq % 60, tzinfo=UTC),
            "event_date": date(2026, 3, day), "kafka_topic": "rumbo.positions", "kafka_partition": partition,
            "kafka_offset": offset + seq,
        }
        for seq in range(count)
    ]  # fmt: skip
