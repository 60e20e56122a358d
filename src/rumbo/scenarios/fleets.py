"""The vehicles of a scenario: each follows from its number, whatever the size of its fleet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rumbo.domain.vehicle import Driver, EnergyKind, VehicleClass, VehicleSpec, spec_of
from rumbo.scenarios.dice import Dice, spread
from rumbo.scenarios.model import FaultyShare, Fleet, Scenario

MAX_SLUG = 12
ELECTRIC: Mapping[VehicleClass, Mapping[str, Any]] = {
    VehicleClass.CAR: {"energy": EnergyKind.ELECTRIC.value, "mass_kg": 1_800.0, "capacity_kwh": 60.0},
    VehicleClass.VAN: {"energy": EnergyKind.ELECTRIC.value, "mass_kg": 2_900.0, "capacity_kwh": 75.0},
}
"""Usual batteries: a middle-class car's, a delivery van's."""


@dataclass(frozen=True, slots=True)
class FleetVehicle:
    """A vehicle of a scenario. `number` counts from 0 through all fleets, `place` within its own."""

    id: str
    number: int
    place: int
    name: str
    fleet: str
    vehicle_class: VehicleClass
    driver: Driver
    overrides: Mapping[str, Any]
    device_profile: str
    """A ready-made profile's name, or one of the scenario's own."""
    tags: tuple[str, ...]

    @property
    def spec(self) -> VehicleSpec:
        return spec_of(self.vehicle_class, self.overrides)


def fleets_of(scenario: Scenario) -> dict[str, list[FleetVehicle]]:
    """The vehicles by fleet, in order of their numbers."""
    dice = Dice(scenario.seed).at("scenario", scenario.name, "vehicle")
    found: dict[str, list[FleetVehicle]] = {}
    number = 0
    for fleet in scenario.fleets:
        found[fleet.name] = [
            _vehicle(scenario, fleet, dice.at(fleet.name), place, number + place)
            for place in range(fleet.count)
        ]
        number += fleet.count
    return found


def classes_of(fleet: Fleet) -> list[VehicleClass]:
    return list(fleet.vehicle_class) if isinstance(fleet.vehicle_class, dict) else [fleet.vehicle_class]


def names_of(profile: str | Mapping[str, float]) -> Iterable[str]:
    return [profile] if isinstance(profile, str) else profile


def vehicle_id(scenario: Scenario, number: int) -> str:
    return f"veh_{slug(scenario)}_{number}"


def slug(scenario: Scenario) -> str:
    """What the ids of a scenario's vehicles and trips begin with, after their kind."""
    return f"{scenario.name[:MAX_SLUG]}_{scenario.key}"


def _vehicle(scenario: Scenario, fleet: Fleet, dice: Dice, place: int, number: int) -> FleetVehicle:
    kind = _share_of(fleet.vehicle_class, place, dice.at("class"))
    electric = kind in ELECTRIC and _among(fleet.electric_share, place, dice.at("electric"))
    return FleetVehicle(
        id=vehicle_id(scenario, number),
        number=number,
        place=place,
        name=f"{fleet.name} {place + 1}",
        fleet=fleet.name,
        vehicle_class=kind,
        driver=_share_of(fleet.driver, place, dice.at("driver")),
        overrides=(dict(ELECTRIC[kind]) if electric else {}) | fleet.spec,
        device_profile=_profile(scenario.faults, fleet, place, dice),
        tags=fleet.tags,
    )


def _profile(faults: Iterable[FaultyShare], fleet: Fleet, place: int, dice: Dice) -> str:
    mine = [faulty for faulty in faults if faulty.fleet in (None, fleet.name)]
    at = spread({i: faulty.share for i, faulty in enumerate(mine)} | {-1: 1.0 - sum(f.share for f in mine)},
                place, dice.at("faulty").share())  # fmt: skip
    return _share_of(fleet.device_profile, place, dice.at("device")) if at < 0 else mine[at].device_profile


def _share_of[T](mix: T | Mapping[T, float], place: int, dice: Dice) -> T:
    return spread(mix, place, dice.share()) if isinstance(mix, Mapping) else mix


def _among(share: float, place: int, dice: Dice) -> bool:
    return spread({True: share, False: 1.0 - share}, place, dice.share())
