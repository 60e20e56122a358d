"""Vehicles in the database."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from rumbo.domain.device_profiles import DEVICE_PROFILES as READY_MADE
from rumbo.domain.vehicle import Driver, Vehicle, VehicleClass
from rumbo.errors import NotFound
from rumbo.fleet.tables import DEVICE_PROFILES, VEHICLES
from rumbo.fleet.vehicle_orders import order_hash

_AT_ONCE = 5_000
"""Values in one query: SQLite takes 32,766 of them."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What an id stands for already: a vehicle as it is now, and the hash of the order that made it."""

    vehicle: Vehicle
    made_by: str | None
    deleted: bool = False

    def means(self, hashed: str) -> bool:
        """Whether an order of that hash asks for this vehicle: it made it, or asks for what it is now."""
        return not self.deleted and (hashed == self.made_by or hashed == order_hash(self.vehicle))


def add_vehicles(connection: Connection, vehicles: Sequence[Vehicle]) -> None:
    """Raises IntegrityError where an id is taken."""
    if vehicles:
        rows = [columns_of(vehicle) | {"order_hash": order_hash(vehicle)} for vehicle in vehicles]
        connection.execute(insert(VEHICLES), rows)


def taken_ids(connection: Connection, ids: Iterable[str]) -> dict[str, Taken]:
    """Those of the ids that vehicles have or had."""
    found: dict[str, Taken] = {}
    for some in batched(ids, _AT_ONCE):
        for row in connection.execute(select(VEHICLES).where(VEHICLES.c.id.in_(some))):
            found[row.id] = Taken(vehicle_of_row(row), row.order_hash, row.deleted_ms is not None)
    return found


def missing_profiles(connection: Connection, names: Iterable[str]) -> set[str]:
    """Those of the names that no device profile has; the others stay until the transaction ends."""
    wanted = set(names) - set(READY_MADE)
    for some in batched(sorted(wanted), _AT_ONCE):
        query = select(DEVICE_PROFILES.c.name).where(DEVICE_PROFILES.c.name.in_(some))
        wanted -= set(connection.execute(query.with_for_update(read=True)).scalars())
    return wanted


def find_vehicle(connection: Connection, vehicle_id: str, *, lock: bool = False) -> Vehicle:
    """The vehicle; with `lock`, nobody else plans for it until the transaction ends. Raises NotFound."""
    query = select(VEHICLES).where(VEHICLES.c.id == vehicle_id, VEHICLES.c.deleted_ms.is_(None))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise no_vehicle()
    return vehicle_of_row(row)


def find_vehicles(connection: Connection, ids: Collection[str], *, lock: bool = False) -> dict[str, Vehicle]:
    """Those of the vehicles that there are, by id; locked in one order, so that two never wait for each other."""
    query = select(VEHICLES).where(VEHICLES.c.id.in_(ids), VEHICLES.c.deleted_ms.is_(None))
    query = query.order_by(VEHICLES.c.id)
    rows = connection.execute(query.with_for_update() if lock else query)
    return {row.id: vehicle_of_row(row) for row in rows}


def no_vehicle() -> NotFound:
    return NotFound("There is no such vehicle.", hint="GET /api/v1/vehicles lists them.", field="vehicle_id")


def names_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(name, class) of the vehicles there are."""
    query = select(VEHICLES.c.id, VEHICLES.c.name, VEHICLES.c.vehicle_class).where(
        VEHICLES.c.id.in_(ids), VEHICLES.c.deleted_ms.is_(None)
    )
    return {row.id: (row.name, row.vehicle_class) for row in connection.execute(query)}


def change_vehicle(connection: Connection, vehicle: Vehicle) -> None:
    """Set all of a vehicle."""
    query = update(VEHICLES).where(VEHICLES.c.id == vehicle.id)
    connection.execute(query.values(**columns_of(vehicle)))


def remove_vehicle(connection: Connection, vehicle_id: str, now_ms: int) -> None:
    """Take a vehicle out; its id stays taken."""
    connection.execute(update(VEHICLES).where(VEHICLES.c.id == vehicle_id).values(deleted_ms=now_ms))


def columns_of(vehicle: Vehicle) -> dict[str, Any]:
    """The vehicle as its row's columns."""
    return {
        "id": vehicle.id,
        "name": vehicle.name,
        "vehicle_class": vehicle.vehicle_class.value,
        "created_ms": vehicle.created_ms,
        "fleet": vehicle.fleet,
        "tags": tags_text(vehicle.tags),
        "overrides": json.dumps(dict(vehicle.overrides)),
        "driver": vehicle.driver.value,
        "device_profile": vehicle.device_profile,
        "energy_level": vehicle.energy_level,
        "energy_set_ms": vehicle.energy_set_ms,
    }


def tags_text(tags: Sequence[str]) -> str:
    """Tags as they stand in their column."""
    return json.dumps(tags, ensure_ascii=False)


def vehicle_of_row(row: Row[Any]) -> Vehicle:
    """The vehicle in a row of all columns."""
    return Vehicle(
        id=row.id,
        name=row.name,
        vehicle_class=VehicleClass(row.vehicle_class),
        created_ms=row.created_ms,
        fleet=row.fleet,
        tags=tuple(json.loads(row.tags)),
        overrides=json.loads(row.overrides),
        driver=Driver(row.driver),
        device_profile=row.device_profile,
        energy_level=row.energy_level,
        energy_set_ms=row.energy_set_ms,
    )
