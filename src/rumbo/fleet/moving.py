"""A fleet's database into another one, of another kind: from SQLite on a laptop to PostgreSQL."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, text

import rumbo.fleet.closure_tables  # noqa: F401  # it declares more tables
from rumbo.errors import Conflict
from rumbo.fleet.database import Database
from rumbo.fleet.tables import METADATA

ROWS_A_TIME = 1_000


def copy_database(source: Database, target: Database) -> int:
    """All rows of all tables, in one transaction; how many. Both are at the newest revision.

    Raises Conflict where the target has rows already.
    """
    copied = 0
    with source.read() as taken, target.write() as given:
        for table in METADATA.sorted_tables:
            if given.execute(select(table).limit(1)).first() is not None:
                raise Conflict(f"The database has {table.name} already.", hint="Move into a new one.")
            for rows in taken.execute(select(table)).mappings().partitions(ROWS_A_TIME):
                given.execute(insert(table), [dict(row) for row in rows])
                copied += len(rows)
        if given.dialect.name == "postgresql":
            _number_on(given)
    return copied


def is_empty(database: Database) -> bool:
    with database.read() as connection:
        return all(connection.execute(select(t).limit(1)).first() is None for t in METADATA.sorted_tables)


def _number_on(connection: Connection) -> None:
    """Rows came with their numbers; the next ones go on after them."""
    for table in METADATA.sorted_tables:
        for column in table.primary_key.columns:
            asked = {"table": table.name, "column": column.name}
            sequence = connection.execute(
                text("SELECT pg_get_serial_sequence(:table, :column)"), asked
            ).scalar()
            if sequence is not None:
                highest = connection.execute(select(column).order_by(column.desc()).limit(1)).scalar() or 0
                connection.execute(text("SELECT setval(:sequence, :at, :used)"),
                                   {"sequence": sequence, "at": max(highest, 1), "used": highest > 0})  # fmt: skip
