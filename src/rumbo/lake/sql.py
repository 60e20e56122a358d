"""SQL over the lake's tables: one reading statement at a time, and nothing but the tables."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

from rumbo.errors import InvalidInput, NotFound, RumboError, TooLarge, Unavailable
from rumbo.lake.catalog import catalog, find_table, full_name
from rumbo.lake.engine import MEMORY_MB, engine
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table

BATCH_ROWS = 20_000
TIMEOUT_S = 600.0
_NAMED = re.compile(r'\b(landing|staging|common)"?\s*\.\s*"?([a-z_][a-z0-9_]*)', re.IGNORECASE)
_SHOW = re.compile(r"^\s*show\b", re.IGNORECASE)
_READING = {duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN}
_READS_ONLY = "Only SELECT, WITH, FROM, VALUES, DESCRIBE, SUMMARIZE and EXPLAIN are possible."
_FENCES = (
    "file system operations are disabled",
    "disabled through configuration",
    "configuration has been locked",
)


@dataclass(frozen=True, slots=True)
class Result:
    """What a statement gives, batch by batch; `versions` are those of the tables that it names."""

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]
    versions: Mapping[str, int | None]


@contextmanager
def query(
    lake: Lake,
    sql: str,
    *,
    versions: Mapping[str, int] | None = None,
    values: Mapping[str, Any] | None = None,
    memory_mb: int = MEMORY_MB,
    timeout_s: float = TIMEOUT_S,
) -> Iterator[Result]:
    """Run a statement; its rows are made as they are taken, so take them inside.

    `values` are bound to the statement's `$names`: all that it names, and no other.

    Tables are named `layer.table` and read at their newest version, or at that of `versions`, where "" stands for
    the only table. Raises InvalidInput for a statement that is wrong or does more than read, NotFound for a table
    that there is not, TooLarge where `memory_mb` does not do, Unavailable for a table that cannot be read and
    after `timeout_s` seconds.
    """
    tables = _open(lake, sql, dict(versions or {}))
    found = {name: table.version for name, table in tables.items()}
    with engine(tables, memory_mb) as connection, limited(connection, timeout_s) as late:
        try:
            _refuse_more_than_reading(connection, sql)
            reader = connection.sql(sql, params=dict(values) if values else None).to_arrow_reader(BATCH_ROWS)
            yield Result(reader.schema, batches_of(reader), found)
        except (duckdb.Error, pa.ArrowException) as exc:
            if late.is_set():
                raise Unavailable(
                    f"The statement was stopped after {timeout_s:g} s.",
                    hint="Ask for less: a day, fewer columns; or allow more time.",
                ) from exc
            raise told(exc, memory_mb) from exc


def tables_named(sql: str) -> list[str]:
    """The tables of the lake that a statement names, or seems to name in a text or a comment."""
    known = catalog()
    found = (f"{layer}.{name}".lower() for layer, name in _NAMED.findall(sql))
    return [name for name in dict.fromkeys(found) if name in known]


def _open(lake: Lake, sql: str, versions: dict[str, int]) -> dict[str, Snapshot]:
    names = tables_named(sql)
    if "" in versions:
        if len(names) != 1:
            raise InvalidInput(
                f"One version, but the statement names {len(names)} tables.",
                hint="Say of which: --at-version landing.positions=12.",
            )
        versions[names[0]] = versions.pop("")
    pinned = {full_name(find_table(name)): version for name, version in versions.items()}
    if stray := sorted(set(pinned) - set(names)):
        raise InvalidInput(f"The statement does not name {', '.join(stray)}, so no version of it is read.")
    return {name: open_table(lake, catalog()[name], pinned.get(name)) for name in names}


def _refuse_more_than_reading(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if not statements:
        raise InvalidInput(
            "There is no statement.", hint="Write one: SELECT count(*) FROM landing.positions."
        )
    if len(statements) > 1:
        raise InvalidInput("One statement at a time.", hint="Leave out what follows the first semicolon.")
    kind = statements[0].type
    if kind is duckdb.StatementType.MULTI:
        raise InvalidInput(
            "DuckDB would write something for this.", hint="Name a PIVOT's values: ON column IN (…)."
        )
    if kind not in _READING:
        raise InvalidInput(f"The lake is only read here; {kind.name} is not possible.", hint=_READS_ONLY)
    if _SHOW.match(sql):
        raise InvalidInput("SHOW lists nothing here.", hint="`rumbo tables` lists all tables.")


def batches_of(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    while True:
        try:
            batch = reader.read_next_batch()
        except StopIteration:
            return
        except (
            OSError
        ) as exc:  # so Arrow hands on DuckDB's errors; an OSError of the writer's is another matter
            raise duckdb.Error(str(exc)) from exc
        yield batch


@contextmanager
def limited(connection: duckdb.DuckDBPyConnection, timeout_s: float) -> Iterator[threading.Event]:
    """Interrupts the connection when the time is up; the event says that it did."""
    late, done = threading.Event(), threading.Event()

    def watch() -> None:
        if not done.wait(timeout_s):
            late.set()
            while not done.wait(0.1):  # again and again: an interrupt between two steps is forgotten
                connection.interrupt()

    watcher = threading.Thread(target=watch, name="sql-time", daemon=True)
    watcher.start()
    try:
        yield late
    finally:
        done.set()
        watcher.join()


def told(exc: Exception, memory_mb: int) -> RumboError:
    """DuckDB's error as ours: what is wrong, and where."""
    kind, text = type(exc), str(exc)
    if any(fence in text for fence in _FENCES):
        return InvalidInput(
            "Here SQL reads the lake's tables and nothing else.",
            hint="Files, other databases, extensions and settings are shut off; `rumbo tables` lists the tables.",
        )
    if kind is duckdb.OutOfMemoryException or "Out of Memory" in text:
        return TooLarge(
            f"The statement needs more than the {memory_mb} MB that it may use.",
            hint="Ask for less, or allow more with --memory-mb.",
        )
    missing = re.search(r"Table with name \"?([\w.]+)\"? does not exist", text)
    if missing:
        return _unknown(missing[1], text)
    first, _, rest = text.partition("\n")
    place = rest[rest.find("LINE ") :] if "LINE " in rest else ""
    said = re.sub(r"^[A-Z][A-Za-z ]+ Error: ", "", first)
    near = [line for line in rest.splitlines() if line.startswith(("Did you mean", "Candidate"))]
    return InvalidInput(said, hint="\n       ".join([*near, *place.splitlines()]))


def _unknown(name: str, text: str) -> RumboError:
    """A table that there is not; the name as a person wrote it stands above the mark in DuckDB's message."""
    lines = text.splitlines()
    marks = [number for number, line in enumerate(lines) if number and line.strip() and not line.strip("^ ")]
    if marks:
        at = lines[marks[-1]].index("^")
        written = re.match(r'["\w./]+', lines[marks[-1] - 1][at:])
        name = written[0] if written else name
    try:
        known = find_table(name)
    except NotFound as exc:
        return exc
    return NotFound(f"There is no table {name}.", hint=f"Write it with its layer: {full_name(known)}.")
