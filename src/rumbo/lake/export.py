"""Rows of the lake as files for other programs: CSV, Parquet, GeoParquet, GPX. No more than a batch is in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from rumbo.errors import InvalidInput, NotFound
from rumbo.lake import formats, geoparquet, gpx
from rumbo.lake.catalog import OSM_ATTRIBUTION, catalog, day_column, find_table, full_name, has_map_data
from rumbo.lake.engine import MEMORY_MB, engine
from rumbo.lake.files import refuse_existing, whole_file
from rumbo.lake.kinds import ExportFormat
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table
from rumbo.lake.sql import batches_of, told
from rumbo.lake.tables import Layer, TableSpec

BATCH_ROWS = 20_000
DAYS_OF_TIME = {"event_date": "event_time", "hour_date": "hour_at", "broker_date": "broker_time"}
"""Day column -> the time whose day it is."""
_CSV_TYPES = {"string": "string", "binary": "base64Binary", "integer": "integer", "long": "integer",
              "double": "double", "timestamp": "dateTimeStamp", "date": "date"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows. Without a table: reports, from staging where they are refined, else as they landed.

    `since` and `until` are days, both taken whole, or instants: until is the first that is left out.
    """

    table: str = ""
    trip_id: str = ""
    vehicle_id: str = ""
    since: date | datetime | None = None
    until: date | datetime | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    table: str
    version: int | None
    rows: int
    attribution: str


def export(
    lake: Lake,
    selection: Selection,
    form: ExportFormat,
    out: Path,
    *,
    force: bool = False,
    memory_mb: int = MEMORY_MB,
) -> Exported:
    """Write what is selected. The file appears when it is whole; without `force` it never replaces another.

    Raises NotFound for an unknown table and where nothing is selected, InvalidInput for a selection or a format that
    the table does not have, Conflict, CannotStart and Unavailable as `whole_file` and `open_table` do.
    """
    notes = out.with_name(f"{out.name}-metadata.json") if form is ExportFormat.CSV else None
    for file in filter(None, (out, notes)):
        refuse_existing(file, force=force)
    table = _table_of(lake, selection)
    spec = table.spec
    if form is ExportFormat.GPX and not gpx.fits(spec.names):
        raise InvalidInput(
            f"{full_name(spec)} has no tracks.", hint="GPX is possible for tables of positions."
        )
    if form is ExportFormat.GEOPARQUET and not geoparquet.places_in(spec.names):
        raise InvalidInput(f"{full_name(spec)} has no places.", hint="Take --format parquet.")
    attribution = OSM_ATTRIBUTION if has_map_data(spec.names) else ""
    with _rows(table, selection, form, memory_mb) as (schema, rows), whole_file(out, force=force) as stream:
        count = _write(form, rows, schema, stream, attribution)
        if not count:
            raise NotFound(
                f"{full_name(spec)} has no such rows.", hint="Look at the ids, the days and the time zone."
            )
    if notes is not None:
        with whole_file(notes, force=force) as stream:
            stream.write(_csvw(spec, out.name, attribution))
    return Exported(full_name(spec), table.version, count, attribution)


def _table_of(lake: Lake, selection: Selection) -> Snapshot:
    if selection.table:
        return open_table(lake, find_table(selection.table))
    if not (selection.trip_id or selection.vehicle_id):
        raise InvalidInput("Nothing is named.", hint="Name a table, --trip or --vehicle.")
    refined = open_table(lake, catalog()[f"{Layer.STAGING}.positions"])
    if refined.version is not None and _has(refined, selection):
        return refined
    return open_table(lake, catalog()[f"{Layer.LANDING}.positions"])


def _has(table: Snapshot, selection: Selection) -> bool:
    wanted, values = conditions(table.spec, selection)
    with engine({"": table}) as connection:
        sql = f"SELECT 1 FROM {full_name(table.spec)} WHERE {wanted} LIMIT 1"  # noqa: S608 - declared names
        return bool(connection.execute(sql, values).fetchone())


@contextmanager
def _rows(
    table: Snapshot, selection: Selection, form: ExportFormat, memory_mb: int
) -> Iterator[tuple[pa.Schema, Iterator[pa.RecordBatch]]]:
    spec = table.spec
    wanted, values = conditions(spec, selection)
    order = "ORDER BY trip_id, seq" if {"trip_id", "seq"} <= set(spec.names) else ""
    columns, once = "*", ""
    if form is ExportFormat.GPX:
        columns = ", ".join(name for name in gpx.COLUMNS if name in spec.names)
        once = "QUALIFY row_number() OVER (PARTITION BY trip_id, seq ORDER BY kafka_offset) = 1"
    elif not (selection.trip_id or selection.vehicle_id):
        order = ""  # a whole table is written as it lies: sorting it would cost its size on the disk
    sql = f"SELECT {columns} FROM {full_name(spec)} WHERE {wanted} {once} {order}"  # noqa: S608 - declared names
    with engine({full_name(spec): table}, memory_mb) as connection:
        try:
            reader = connection.sql(sql, params=values).to_arrow_reader(BATCH_ROWS)
            yield reader.schema, batches_of(reader)
        except (duckdb.Error, pa.ArrowException) as exc:
            raise told(exc, memory_mb) from exc


def conditions(spec: TableSpec, selection: Selection) -> tuple[str, list[Any]]:
    """SQL for the rows selected, and its values. Raises InvalidInput for a condition the table has no column for."""
    found = ["TRUE"]
    values: list[Any] = []
    for name, value in (("trip_id", selection.trip_id), ("vehicle_id", selection.vehicle_id)):
        if value and name not in spec.names:
            raise InvalidInput(f"{full_name(spec)} has no {name}.", hint=f"`rumbo tables {full_name(spec)}`.")
        if value:
            found.append(f"{name} = ?")
            values.append(value)
    if selection.since is None and selection.until is None:
        return " AND ".join(found), values
    day = day_column(spec)
    if day is None:
        raise InvalidInput(f"{full_name(spec)} has no days.", hint="Leave out --from and --to.")
    for sign, limit in ((">=", selection.since), ("<=", selection.until)):
        if limit is None:
            continue
        instant = isinstance(limit, datetime)
        found.append(f"{day} {sign} ?")
        values.append(limit.astimezone(UTC).date() if isinstance(limit, datetime) else limit)
        if instant:
            if day not in DAYS_OF_TIME:
                raise InvalidInput(f"{full_name(spec)} goes by whole days.", hint="Give days: 2026-03-05.")
            found.append(f"{DAYS_OF_TIME[day]} {'>=' if sign == '>=' else '<'} ?")
            values.append(limit)
    return " AND ".join(found), values


def read_limit(text: str, option: str) -> date | datetime:
    """A day or an RFC 3339 instant. Raises InvalidInput."""
    try:
        if len(text) == len("2026-03-05"):
            return date.fromisoformat(text)
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise InvalidInput(
            f"{text!r} is no day and no time with a zone.",
            hint="Write 2026-03-05 or 2026-03-05T07:30:00Z.",
            field=option,
        )
    return found


def _write(
    form: ExportFormat, rows: Iterator[pa.RecordBatch], schema: pa.Schema, stream: Any, attribution: str
) -> int:
    if form is ExportFormat.CSV:
        return formats.write_csv(rows, schema, stream)
    if form is ExportFormat.GPX:
        return gpx.write_gpx(rows, stream, attribution)
    notes = {"attribution": attribution} if attribution else {}
    if form is ExportFormat.GEOPARQUET:
        return geoparquet.write_geoparquet(rows, schema, stream, notes)
    return formats.write_parquet(rows, schema, stream, notes)


def _csvw(spec: TableSpec, file: str, attribution: str) -> bytes:
    """What the CSV file's columns are, as W3C's "CSV on the Web" has it: `<file>-metadata.json` beside it."""
    columns = [
        {
            "name": c.name,
            "titles": c.name,
            "datatype": _CSV_TYPES[c.type.value],
            "dc:description": c.description,
        }
        | ({"schema:unitText": c.unit} if c.unit else {})
        for c in spec.columns
    ]
    about: dict[str, Any] = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": file,
        "dc:title": full_name(spec),
        "dc:description": f"One row: {spec.grain}.",
    }
    if attribution:
        about |= {
            "dc:rights": attribution,
            "dc:license": {"@id": "https://opendatacommons.org/licenses/odbl/1-0/"},
        }
    about["tableSchema"] = {"columns": columns}
    return (json.dumps(about, indent=2, ensure_ascii=False) + "\n").encode()
