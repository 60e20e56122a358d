"""Lineage: from one row of a table down to the Kafka records that it was made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb

from rumbo.errors import InvalidInput, NotFound, Unavailable
from rumbo.lake.catalog import catalog, day_column, find_table, full_name
from rumbo.lake.engine import MEMORY_MB, TYPES, engine, quoted
from rumbo.lake.lineage import KEYS, Link, lineage_of
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table
from rumbo.lake.sql import limited, told
from rumbo.lake.tables import COORDINATES, Layer, TableSpec

TIMEOUT_S = 120.0
_PLACE = tuple(column.name for column in COORDINATES[:3])
_LISTED = 200
"""So many trips or vehicles are named in a condition, by which files are passed over."""


@dataclass(frozen=True, slots=True)
class Offsets:
    """Records of one partition: `records` of those from `first` to `last`, both taken."""

    topic: str
    partition: int
    first: int
    last: int
    records: int


@dataclass(frozen=True, slots=True)
class Step:
    """The rows of one table that went into the row. `made` are the tables that were made from them."""

    table: str
    version: int | None
    made: tuple[str, ...]
    by: tuple[str, ...]
    rows: int
    offsets: tuple[Offsets, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    topic: str
    partition: int
    offset: int
    payload: str


@dataclass(frozen=True, slots=True)
class Trace:
    """A row and what it was made from, from its own table down to landing."""

    table: str
    version: int | None
    row: Mapping[str, Any]
    steps: tuple[Step, ...]
    event: Event | None = field(default=None)


def trace(
    lake: Lake,
    name: str,
    key: Mapping[str, str],
    *,
    event: str = "",
    memory_mb: int = MEMORY_MB,
    timeout_s: float = TIMEOUT_S,
) -> Trace:
    """The lineage of the row of a table that a key tells, in the tables as they are now.

    `event` is one of the records, `topic/partition/offset`, or `first`: its payload comes along. Raises NotFound for an
    unknown table, row or record, InvalidInput for a key that is wrong or fits several rows, Unavailable for tables that
    cannot be read and after `timeout_s` seconds.
    """
    spec = find_table(name)
    links = lineage_of(spec)
    needed = {full_name(spec), *(full_name(link.source) for link in links)}
    # The catalog has each table after its sources, so this goes from what was made to what it was made of.
    tables = {one: open_table(lake, catalog()[one]) for one in reversed(catalog()) if one in needed}
    with engine(tables, memory_mb) as connection, limited(connection, timeout_s) as late:
        try:
            row = _the_row(connection, spec, key)
            steps = [_step(connection, table, links) for one, table in tables.items()]
            found = _event(connection, [*tables.values()], event) if event else None
        except duckdb.Error as exc:
            if late.is_set():
                raise Unavailable(f"The trace was stopped after {timeout_s:g} s.") from exc
            raise told(exc, memory_mb) from exc
    return Trace(full_name(spec), tables[full_name(spec)].version, row, tuple(steps), found)


def read_key(pairs: list[str]) -> dict[str, str]:
    """`name=value` pairs. Raises InvalidInput."""
    split = [pair.partition("=") for pair in pairs]
    if not split or not all(name and equals for name, equals, _ in split):
        raise InvalidInput("A key is name=value.", hint="Write trip_id=trp_1.", field="key")
    return {name: value for name, _, value in split}


def _the_row(
    connection: duckdb.DuckDBPyConnection, spec: TableSpec, key: Mapping[str, str]
) -> dict[str, Any]:
    types = {column.name: TYPES[column.type] for column in spec.columns}
    if unknown := [name for name in key if name not in types]:
        raise InvalidInput(
            f"{full_name(spec)} has no column {unknown[0]}.",
            hint=f"`rumbo tables {full_name(spec)}`.",
            field="key",
        )
    wanted = " AND ".join(f'"{name}" = CAST(? AS {types[name]})' for name in key)
    sql = f"FROM {full_name(spec)} WHERE {wanted}"
    rows = connection.execute(f"SELECT * {sql} LIMIT 2", list(key.values())).fetchall()
    said = ", ".join(f"{name}={value}" for name, value in key.items())
    if not rows:
        raise NotFound(f"{full_name(spec)} has no row with {said}.", hint="`rumbo sql` shows its rows.")
    if len(rows) > 1:
        differ = [name for name, *values in zip(spec.names, *rows, strict=True) if values[0] != values[1]]
        raise InvalidInput(
            f"Several rows of {full_name(spec)} have {said}.",
            hint=f"Tell which by another column: {', '.join(differ[:4]) or 'they are all alike'}.",
            field="key",
        )
    connection.execute(f"CREATE TEMP TABLE {_chosen(spec)} AS SELECT {_kept(spec)} {sql}", list(key.values()))
    return dict(zip(spec.names, rows[0], strict=True))


def _chosen(spec: TableSpec) -> str:
    return f'"chosen_{spec.layer.value}_{spec.name}"'


def _kept(spec: TableSpec) -> str:
    kept = [name for name in (*KEYS, *_PLACE) if name in spec.names]
    day = day_column(spec)
    return ", ".join([*kept, *([day] if day and day not in kept else [])]) or "1 AS one"


def _step(connection: duckdb.DuckDBPyConnection, table: Snapshot, links: list[Link]) -> Step:
    """Choose the table's rows, by those chosen of the tables that are made from it."""
    spec = table.spec
    ours = [link for link in links if link.source is spec]
    if ours:
        wanted = " OR ".join(
            f"({_bounds(connection, link)} AND EXISTS (SELECT 1 FROM {_chosen(link.made)} m WHERE {link.sql}))"
            for link in ours
        )
        connection.execute(
            f"CREATE TEMP TABLE {_chosen(spec)} AS SELECT {_kept(spec)} FROM {full_name(spec)} s WHERE {wanted}"
        )
    rows = _one(connection, f"SELECT count(*) FROM {_chosen(spec)}")[0]
    made, by = (
        tuple(full_name(link.made) for link in ours),
        tuple(dict.fromkeys(n for link in ours for n in link.by)),
    )
    return Step(full_name(spec), table.version, made, by, rows, _offsets(connection, spec))


def _bounds(connection: duckdb.DuckDBPyConnection, link: Link) -> str:
    """What can be told of the source's rows beforehand, in constants: files without them are passed over."""
    terms = ["TRUE"]
    day, source_day = day_column(link.made), day_column(link.source)
    if link.back_days is not None:
        low, high = _one(
            connection, f"SELECT min({day}) - {link.back_days}, max({day}) FROM {_chosen(link.made)}"
        )
        if low is None:
            return "FALSE"
        terms.append(f"s.{source_day} BETWEEN DATE '{low:%Y-%m-%d}' AND DATE '{high:%Y-%m-%d}'")
    for name in link.by[:1]:
        sql = f"SELECT DISTINCT {name} FROM {_chosen(link.made)} WHERE {name} IS NOT NULL LIMIT {_LISTED + 1}"
        values = [row[0] for row in connection.execute(sql).fetchall()]
        if not values:
            return "FALSE"
        if len(values) <= _LISTED:
            terms.append(f"s.{name} IN ({', '.join(quoted(value) for value in values)})")
    return " AND ".join(terms)


def _offsets(connection: duckdb.DuckDBPyConnection, spec: TableSpec) -> tuple[Offsets, ...]:
    if spec.layer is not Layer.LANDING or not set(_PLACE) <= set(spec.names):
        return ()
    topic, partition, offset = _PLACE
    rows = connection.execute(
        f"SELECT {topic}, {partition}, min({offset}), max({offset}), count(*) FROM {_chosen(spec)}"
        " GROUP BY 1, 2 ORDER BY 1, 2"
    ).fetchall()
    return tuple(Offsets(*row) for row in rows)


def _event(connection: duckdb.DuckDBPyConnection, tables: list[Snapshot], wanted: str) -> Event:
    """One of the chosen records with its payload."""
    topic, partition, offset = _PLACE
    landed = [
        table.spec for table in tables if table.spec.layer is Layer.LANDING and "payload" in table.spec.names
    ]
    condition, values = "TRUE", []
    if wanted != "first":
        name, _, numbers = wanted.partition("/") if not wanted.startswith("backfill/") else _parted(wanted)
        at, _, number = numbers.partition("/")
        if not (at.isdigit() and number.isdigit()):
            raise InvalidInput(
                f"{wanted!r} is no event.", hint="Write topic/partition/offset, or first.", field="event"
            )
        condition, values = f"{topic} = ? AND {partition} = ? AND {offset} = ?", [name, int(at), int(number)]
    for spec in landed:
        chosen = connection.execute(
            f"SELECT {', '.join(_PLACE)} FROM {_chosen(spec)} WHERE {condition} ORDER BY 1, 2, 3 LIMIT 1",
            values,
        ).fetchone()
        if chosen is not None:
            payload = _one(
                connection,
                f"SELECT payload FROM {full_name(spec)} WHERE {topic} = ? AND {partition} = ? AND {offset} = ?",
                list(chosen),
            )[0]
            return Event(chosen[0], chosen[1], chosen[2], payload)
    raise NotFound(
        f"No event {wanted} went into this row.", hint="The trace without --event lists the offsets."
    )


def _parted(wanted: str) -> tuple[str, str, str]:
    """A backfill's topic has slashes itself."""
    name, partition, offset = [*wanted.rsplit("/", 2), "", ""][:3]
    return name, "/", f"{partition}/{offset}"


def _one(connection: duckdb.DuckDBPyConnection, sql: str, values: list[Any] | None = None) -> tuple[Any, ...]:
    row = connection.execute(sql, values or []).fetchone()
    assert row is not None  # noqa: S101 - each of these queries gives a row
    return tuple(row)
