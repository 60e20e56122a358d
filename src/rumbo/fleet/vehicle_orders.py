"""What the verbs of vehicles take and give."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, TypedDict

import orjson

from rumbo.domain.vehicle import Driver, Vehicle, VehicleClass, spec_of
from rumbo.errors import InvalidInput
from rumbo.fleet.chain import Standing

NO_OVERRIDES: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class VehicleOrder:
    """A vehicle to create; without an `id` it gets one. `overrides` are as `spec_of` takes them."""

    name: str
    vehicle_class: VehicleClass = VehicleClass.CAR
    id: str | None = None
    fleet: str | None = None
    tags: tuple[str, ...] = ()
    overrides: Mapping[str, Any] = NO_OVERRIDES
    driver: Driver = Driver.NORMAL
    device_profile: str = "standard"
    energy_level: float = 1.0


class VehicleChanges(TypedDict, total=False):
    """What to set of a vehicle; what is not named stays."""

    name: str
    vehicle_class: VehicleClass
    fleet: str | None
    tags: tuple[str, ...]
    overrides: Mapping[str, Any]
    driver: Driver
    device_profile: str
    energy_level: float


@dataclass(frozen=True, slots=True)
class VehicleFilter:
    """Which vehicles a list holds: those for which all that is given holds."""

    fleet: str | None = None
    tag: str | None = None
    vehicle_class: VehicleClass | None = None
    text: str | None = None
    """Found in the name or the id, whatever the case and the accents."""


@dataclass(frozen=True, slots=True)
class VehicleView:
    """A vehicle, and how its last trip that has started leaves it, at that trip's end."""

    vehicle: Vehicle
    current_trip_id: str | None
    standing: Standing


@dataclass(frozen=True, slots=True)
class FleetView:
    """A fleet: its vehicles by class, how many of them drive now, and the tags they have, in order."""

    name: str
    vehicles: Mapping[str, int]
    driving: int
    tags: tuple[str, ...]


def vehicle_of(order: VehicleOrder, vehicle_id: str, now_ms: int) -> Vehicle:
    """The vehicle as ordered. Raises InvalidInput where its parameters are not possible."""
    return Vehicle(
        id=vehicle_id,
        name=order.name,
        vehicle_class=order.vehicle_class,
        created_ms=now_ms,
        fleet=order.fleet,
        tags=tuple(dict.fromkeys(order.tags)),
        overrides=checked_overrides(order.vehicle_class, order.overrides),
        driver=order.driver,
        device_profile=order.device_profile,
        energy_level=order.energy_level,
        energy_set_ms=now_ms,
    )


def changed(vehicle: Vehicle, changes: VehicleChanges, now_ms: int) -> Vehicle:
    """The vehicle with the changes. Raises InvalidInput where its parameters are not possible."""
    vehicle = replace(vehicle, **changes)
    if "energy_level" in changes:
        vehicle = replace(vehicle, energy_set_ms=now_ms)
    return replace(
        vehicle,
        tags=tuple(dict.fromkeys(vehicle.tags)),
        overrides=checked_overrides(vehicle.vehicle_class, vehicle.overrides),
    )


def checked_overrides(vehicle_class: VehicleClass, given: Mapping[str, Any]) -> dict[str, Any]:
    """The overrides in one order and with numbers as floats. Raises InvalidInput, its field a path below `spec`."""
    try:
        spec_of(vehicle_class, given)
    except InvalidInput as exc:
        raise InvalidInput(exc.message, hint=exc.hint, field=f"spec/{exc.field}") from exc
    limits = {name: float(value) for name, value in sorted(given.get("limits", {}).items())}
    rest = {name: value for name, value in sorted(given.items()) if name != "limits"}
    tidy = {name: value if name == "energy" else float(value) for name, value in rest.items()}
    return tidy | ({"limits": limits} if limits else {})


def order_hash(vehicle: Vehicle) -> str:
    """Of all that an order says of a vehicle but its id: equal orders have equal hashes."""
    said = (
        vehicle.name,
        vehicle.vehicle_class,
        vehicle.fleet,
        vehicle.tags,
        dict(vehicle.overrides),
        vehicle.driver,
        vehicle.device_profile,
        vehicle.energy_level,
    )
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).hexdigest()
