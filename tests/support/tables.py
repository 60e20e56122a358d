"""Tables in DuckDB, filled from small files: what the cases in tests/tables need.

A case is a folder: `input/<view>.csv` hold rows of its sources, `expect/<day>.csv` the rows of that day.
Columns that an input leaves out are null, flags (is_…) 0; of the expected rows only the columns that are named are
compared. Days are made in order, so a table sees what it held before. `expect/<day>.breaks` names the checks that find
something.
"""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from rumbo.domain.alert_rules import DEFAULT_RULES
from rumbo.lake.engine import TYPES
from rumbo.lake.refined import Refined, refined
from rumbo.lake.refined.cells import teach
from rumbo.lake.refined.driving_events import RULES, values_of
from rumbo.lake.refined.functions import DUCKDB
from rumbo.lake.refined.vehicles import FACTS
from rumbo.lake.tables import LANDED_EVENTS, Column


def columns_of(view: str) -> tuple[Column, ...]:
    """The columns of a source."""
    known = {table.view: table.spec.columns for table in refined()}
    landed = {f"landing_{spec.name}": spec.columns for spec in LANDED_EVENTS.values()}
    return (known | landed | {"given_vehicles": FACTS, "given_rules": RULES})[view]


def engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for statement in DUCKDB:
        connection.execute(statement)
    teach(connection)
    return connection


def create(connection: duckdb.DuckDBPyConnection, view: str) -> None:
    declared = ", ".join(f'"{column.name}" {TYPES[column.type]}' for column in columns_of(view))
    connection.execute(f"CREATE TABLE IF NOT EXISTS {view} ({declared})")


def read_rows(file: Path) -> list[dict[str, str | None]]:
    """Rows of a CSV file: an empty field is null, '' in quotes an empty text."""
    with file.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, skipinitialspace=True))
    return [{name: _value(text) for name, text in row.items()} for row in rows]


def _value(text: str) -> str | None:
    text = text.strip()
    return None if not text else "" if text == "''" else text


def fill(connection: duckdb.DuckDBPyConnection, view: str, rows: list[dict[str, str | None]]) -> None:
    create(connection, view)
    types = {column.name: TYPES[column.type] for column in columns_of(view)}
    for row in rows:
        given = {name: value for name, value in row.items() if name in types}
        assert given.keys() == row.keys(), f"{view} has no {row.keys() - given.keys()}"
        flags: dict[str, str | None] = {name: "0" for name in types if name.startswith("is_")}
        given = flags | given
        if "event_date" in types and "event_time" in given:
            given["event_date"] = str(given["event_time"])[:10]
        values = ", ".join(f"CAST(? AS {types[name]})" for name in given)
        names = ", ".join(f'"{name}"' for name in given)
        connection.execute(f"INSERT INTO {view} ({names}) VALUES ({values})", list(given.values()))


def make(connection: duckdb.DuckDBPyConnection, table: Refined, day: str) -> list[tuple[Any, ...]]:
    """Make the table's rows of a day in the place of those that it holds; returns them in order."""
    for view in (table.view, *table.sources):
        create(connection, view)
    if "given_rules" in table.sources and not connection.execute("SELECT 1 FROM given_rules").fetchone():
        values = values_of(DEFAULT_RULES)
        fill(connection, "given_rules", [{name: None if v is None else str(v) for name, v in values.items()}])
    names = ", ".join(f'"{column.name}"' for column in table.spec.columns)
    casts = ", ".join(f'CAST("{c.name}" AS {TYPES[c.type]}) AS "{c.name}"' for c in table.spec.columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE candidates AS SELECT {casts} FROM ({table.sql_of(day)})"
    )
    of_day = f" WHERE {table.day} = DATE '{day}'" if table.day else ""
    connection.execute(f"DELETE FROM {table.view}{of_day}")
    connection.execute(f"INSERT INTO {table.view} ({names}) SELECT {names} FROM candidates")
    return connection.execute(f"SELECT {names} FROM {table.view}{of_day} ORDER BY ALL").fetchall()


def broken(connection: duckdb.DuckDBPyConnection, table: Refined, day: str) -> set[str]:
    """The names of the table's checks that find something."""
    return {
        check.name for check in table.checks if connection.execute(check.sql.replace("{day}", day)).fetchone()
    }


def to_break(case: Path, day: date) -> set[str]:
    file = case / "expect" / f"{day}.breaks"
    return set(file.read_text().split()) if file.exists() else set()


def days_of(case: Path) -> list[date]:
    return sorted(date.fromisoformat(file.stem) for file in (case / "expect").glob("*.csv"))
