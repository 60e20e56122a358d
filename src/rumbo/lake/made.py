"""Lineage upward: from one report to the rows of every layer that were made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from rumbo.errors import NotFound, Unavailable
from rumbo.lake.catalog import catalog, day_column, full_name
from rumbo.lake.describe import making_of, sources_of
from rumbo.lake.engine import MEMORY_MB, engine
from rumbo.lake.lineage import Link, link_of
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table
from rumbo.lake.sql import limited, told
from rumbo.lake.tables import TableSpec
from rumbo.lake.trip_rows import Days

LANDED = "landing.positions"
_RECORD = ("kafka_topic", "kafka_partition", "kafka_offset", "broker_time", "ingest_time", "payload")


@dataclass(frozen=True, slots=True)
class Made:
    """Rows of a table that the report went into. `key` names the first of them, `of` are the tables in between."""

    table: str
    version: int | None
    rows: int
    key: Mapping[str, Any]
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportTrace:
    """The records that a report came in, its row of staging/positions where it is refined, and what was made of it."""

    records: tuple[Mapping[str, Any], ...]
    refined: Mapping[str, Any] | None
    made: tuple[Made, ...]


def made_of_report(
    lake: Lake, trip_id: str, seq: int, days: Days, *, memory_mb: int = MEMORY_MB, timeout_s: float
) -> ReportTrace:
    """What became of a report. `days` are those on which the trip may have reported.

    Raises NotFound where no such report landed, Unavailable for tables that cannot be read and after `timeout_s` s.
    """
    specs = _made_from(catalog()[LANDED])
    tables = {full_name(spec): open_table(lake, spec) for spec in specs}
    ours = tables[LANDED].of_days("event_date", days)
    with engine({LANDED: ours}, memory_mb) as connection, limited(connection, timeout_s) as late:
        try:
            records = _found(connection, f"FROM {LANDED} WHERE trip_id = ? AND seq = ?", [trip_id, seq])
        except duckdb.Error as exc:
            raise _told(exc, memory_mb, timeout_s, late=late.is_set()) from exc
    if not records:
        raise NotFound(
            f"No report {seq} of the trip has landed.", hint="GET …/tracks?layers=reported lists them."
        )
    day: date = records[0]["event_date"]
    narrowed = {name: _of_day(table, day) for name, table in tables.items()}
    with engine(narrowed, memory_mb) as connection, limited(connection, timeout_s) as late:
        try:
            connection.execute(
                f"CREATE TEMP TABLE {_chosen(ours.spec)} AS FROM {LANDED} WHERE trip_id = ? AND seq = ?",
                [trip_id, seq],
            )
            made = [
                _step(connection, narrowed[full_name(spec)], specs) for spec in specs if spec is not ours.spec
            ]
            rows = _found(connection, f"FROM {_chosen(catalog()['staging.positions'])} LIMIT 1", [])
        except duckdb.Error as exc:
            raise _told(exc, memory_mb, timeout_s, late=late.is_set()) from exc
    landed = tuple({name: row[name] for name in _RECORD} for row in records)
    return ReportTrace(landed, rows[0] if rows else None, tuple(one for one in made if one.rows))


def _told(exc: Exception, memory_mb: int, timeout_s: float, *, late: bool) -> Exception:
    if late:
        return Unavailable(f"The trace was stopped after {timeout_s:g} s.", hint="Try again.")
    return told(exc, memory_mb)


def _made_from(spec: TableSpec) -> list[TableSpec]:
    """A table and all that are made from it, each after its sources.

    Not the dimensions: they say how a vehicle is, and through them everything that it ever drove would be found.
    """
    names = {full_name(spec)}
    found = [spec]
    for name, candidate in catalog().items():
        if not candidate.name.startswith("dim_") and names & set(sources_of(candidate)):
            names.add(name)
            found.append(candidate)
    return found


def _of_day(table: Snapshot, day: date) -> Snapshot:
    """The table's rows that may follow from a report of a day."""
    column = day_column(table.spec)
    if column is None:
        return table
    back = max(
        (link_of(table.spec, catalog()[name]).back_days or 0 for name in sources_of(table.spec)), default=0
    )
    return table.of_days(column, Days(day, day + timedelta(days=back)))


def _step(connection: duckdb.DuckDBPyConnection, table: Snapshot, specs: list[TableSpec]) -> Made:
    """Choose the table's rows that were made of those chosen before."""
    spec = table.spec
    links = [link_of(spec, source) for source in specs if full_name(source) in sources_of(spec)]
    wanted = " OR ".join(
        f"EXISTS (SELECT 1 FROM {_chosen(link.source)} s WHERE {link.sql})" for link in links
    )
    connection.execute(
        f"CREATE TEMP TABLE {_chosen(spec)} AS SELECT m.* FROM {full_name(spec)} m WHERE {wanted}"
    )
    rows = _found(connection, f"FROM {_chosen(spec)}", [])
    making = making_of(spec)
    day = day_column(spec)
    by = dict.fromkeys([*(() if making is None else making.key), *([day] if day else [])])
    key = {name: rows[0][name] for name in by} if rows else {}
    return Made(full_name(spec), table.version, len(rows), key, tuple(_names(links)))


def _names(links: list[Link]) -> list[str]:
    return [full_name(link.source) for link in links]


def _chosen(spec: TableSpec) -> str:
    return f'"chosen_{spec.layer.value}_{spec.name}"'


def _found(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
