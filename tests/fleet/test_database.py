from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text

from rumbo.errors import CannotStart, Unavailable
from rumbo.fleet.database import open_database
from rumbo.fleet.tables import METADATA
from support.serving import House


def test_the_migrations_make_the_tables_as_declared(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'new' / 'rumbo.db'}")
    with database.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    database.close()


def test_opening_again_keeps_what_is_there(house: House) -> None:
    made = house.vehicles.get(house.add_vehicle())
    again = house.again()
    assert again.vehicles.get(made.vehicle.id) == made


def test_sqlite_survives_power_cuts_and_keeps_its_references(house: House) -> None:
    with house.database.read() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}


def test_a_database_that_does_not_open_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(CannotStart) as caught:
        open_database("postgresql+nodriver://me:hunter2@127.0.0.1:1/rumbo")
    assert "hunter2" not in str(caught.value)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(CannotStart):
        open_database(f"sqlite:///{tmp_path / 'file' / 'rumbo.db'}")


def test_a_database_that_fails_is_unavailable(house: House) -> None:
    with pytest.raises(Unavailable), house.database.read() as connection:
        connection.execute(text("SELECT * FROM nowhere"))
