"""The register: every vehicle that there is or was, as it stands now. The daily job keeps a picture of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select

from rumbo.domain.vehicle import Vehicle
from rumbo.fleet.database import Database
from rumbo.fleet.tables import VEHICLES
from rumbo.fleet.vehicles import vehicle_of_row

_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Registered:
    """A vehicle with its newest facts."""

    vehicle: Vehicle
    deleted_ms: int | None = None
    """World time at which it was taken out of the fleet, ms since the Unix epoch."""


def registered(database: Database) -> Iterator[Registered]:
    """All vehicles of a database, those taken out too, oldest first. Each piece is as its moment found it."""
    after = -1
    while True:
        query = select(VEHICLES).where(VEHICLES.c.number > after).order_by(VEHICLES.c.number).limit(_AT_ONCE)
        with database.read() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            yield Registered(vehicle_of_row(row), row.deleted_ms)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].number
