"""Vehicles in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from rumbo.domain.vehicle import Driver, Vehicle, VehicleClass
from rumbo.errors import NotFound
from rumbo.fleet.tables import VEHICLES


def add_vehicle(connection: Connection, vehicle: Vehicle) -> None:
    """Raises IntegrityError where the id is taken."""
    connection.execute(insert(VEHICLES).values(**columns_of(vehicle)))


def find_vehicle(connection: Connection, vehicle_id: str, *, lock: bool = False) -> Vehicle:
    """The vehicle; with `lock`, nobody else plans for it until the transaction ends. Raises NotFound."""
    query = select(VEHICLES).where(VEHICLES.c.id == vehicle_id, VEHICLES.c.deleted_ms.is_(None))
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(
            "There is no such vehicle.", hint="GET /api/v1/vehicles lists them.", field="vehicle_id"
        )
    return _vehicle(row)


def list_vehicles(connection: Connection, after: int | None, limit: int | None) -> list[tuple[int, Vehicle]]:
    """Vehicles with their row numbers, oldest first, those after row `after`."""
    query = select(VEHICLES).where(VEHICLES.c.deleted_ms.is_(None)).order_by(VEHICLES.c.number).limit(limit)
    if after is not None:
        query = query.where(VEHICLES.c.number > after)
    return [(row.number, _vehicle(row)) for row in connection.execute(query)]


def names_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
    """(name, class) of the vehicles there are."""
    query = select(VEHICLES.c.id, VEHICLES.c.name, VEHICLES.c.vehicle_class).where(
        VEHICLES.c.id.in_(ids), VEHICLES.c.deleted_ms.is_(None)
    )
    return {row.id: (row.name, row.vehicle_class) for row in connection.execute(query)}


def change_vehicle(connection: Connection, vehicle_id: str, **values: Any) -> None:
    connection.execute(update(VEHICLES).where(VEHICLES.c.id == vehicle_id).values(**values))


def columns_of(vehicle: Vehicle) -> dict[str, Any]:
    """The vehicle as its row's columns."""
    return {
        "id": vehicle.id,
        "name": vehicle.name,
        "vehicle_class": vehicle.vehicle_class.value,
        "created_ms": vehicle.created_ms,
        "fleet": vehicle.fleet,
        "tags": json.dumps(vehicle.tags, ensure_ascii=False),
        "overrides": json.dumps(dict(vehicle.overrides)),
        "driver": vehicle.driver.value,
        "device_profile": vehicle.device_profile,
        "energy_level": vehicle.energy_level,
        "energy_set_ms": vehicle.energy_set_ms,
    }


def _vehicle(row: Row[Any]) -> Vehicle:
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
