"""Vehicles and the physical limits of their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from rumbo.errors import InvalidInput


class VehicleClass(StrEnum):
    CAR = "car"
    VAN = "van"
    TRUCK = "truck"
    BUS = "bus"
    MOTORCYCLE = "motorcycle"
    BICYCLE = "bicycle"


class EnergyKind(StrEnum):
    PETROL = "petrol"
    DIESEL = "diesel"
    ELECTRIC = "electric"
    HUMAN = "human"


class Driver(StrEnum):
    """How a trip is driven; the ranges behind the names are in `motion`."""

    CALM = "calm"
    NORMAL = "normal"
    AGGRESSIVE = "aggressive"


@dataclass(frozen=True, slots=True)
class Limits:
    """What a vehicle can do on a road when driven normally.

    `acceleration_mps2` and `braking_mps2` are the service limits that a driver uses, well under SUMO's
    `accel`/`decel` defaults (car 2.6/4.5, truck 1.3/4, bus 1.2/4), which are the vehicle's; real 1 Hz
    drives show p95 1.49 m/s² and 1.66 m/s² (CMAP subset, fastsim 2.1.5).
    `lateral_mps2` bounds v²/r in curves. `smoothing_s` is the length of the box filter that turns steps
    of acceleration into ramps, so jerk is at most (acceleration + braking) / smoothing.
    """

    max_speed_mps: float
    acceleration_mps2: float
    braking_mps2: float
    lateral_mps2: float
    smoothing_s: float

    def __post_init__(self) -> None:
        _check(self, LIMIT_RANGES)

    @property
    def jerk_mps3(self) -> float:
        return (self.acceleration_mps2 + self.braking_mps2) / self.smoothing_s


@dataclass(frozen=True, slots=True)
class VehicleSpec:
    """One vehicle's parameters, all that motion and energy need of it. They stand whole in every plan."""

    limits: Limits
    energy: EnergyKind
    mass_kg: float
    """With its usual load."""
    drag_area_m2: float
    """Drag coefficient times frontal area."""
    rolling_resistance: float
    power_kw: float
    """The most that the engine, motor or rider gives."""
    auxiliary_kw: float
    """Drawn whenever the ignition is on: climate, lights, electronics."""
    capacity_kwh: float
    """Energy content of a full tank or battery; of a rider: what a day's food and reserves give."""

    def __post_init__(self) -> None:
        _check(self, SPEC_RANGES)


type Ranges = Mapping[str, tuple[float, float]]

LIMIT_RANGES: Ranges = MappingProxyType(
    {
        "max_speed_mps": (1.5, 80.0),
        "acceleration_mps2": (0.2, 5.0),
        "braking_mps2": (0.4, 6.0),
        "lateral_mps2": (0.5, 8.0),
        "smoothing_s": (0.5, 5.0),
    }
)
SPEC_RANGES: Ranges = MappingProxyType(
    {
        "mass_kg": (40.0, 60_000.0),
        "drag_area_m2": (0.1, 15.0),
        "rolling_resistance": (0.001, 0.05),
        "power_kw": (0.05, 2_000.0),
        "auxiliary_kw": (0.0, 50.0),
        "capacity_kwh": (0.1, 20_000.0),
    }
)
"""What a vehicle's parameters may be: wide enough for a child's bicycle and a road train."""


def _check(record: object, ranges: Ranges) -> None:
    for name, (least, most) in ranges.items():
        value = getattr(record, name)
        if not least <= value <= most:  # also where it is no number
            raise InvalidInput(f"{name} cannot be {value}.", hint=f"Use {least:g} to {most:g}.", field=name)


CLASS_SPECS: Mapping[VehicleClass, VehicleSpec] = MappingProxyType(
    {
        VehicleClass.CAR: VehicleSpec(
            Limits(50.0, 1.5, 1.8, 2.5, 3.0), EnergyKind.PETROL, 1_500.0, 0.65, 0.010, 90.0, 0.6, 445.0
        ),
        VehicleClass.VAN: VehicleSpec(
            Limits(40.0, 1.2, 1.6, 2.2, 3.0), EnergyKind.DIESEL, 2_600.0, 1.35, 0.010, 100.0, 0.8, 750.0
        ),
        VehicleClass.TRUCK: VehicleSpec(
            Limits(25.0, 0.8, 1.3, 1.5, 3.0), EnergyKind.DIESEL, 14_000.0, 4.8, 0.007, 220.0, 2.0, 2_500.0
        ),
        VehicleClass.BUS: VehicleSpec(
            Limits(27.8, 1.0, 1.2, 1.5, 3.0), EnergyKind.ELECTRIC, 15_500.0, 5.0, 0.008, 200.0, 5.0, 350.0
        ),
        VehicleClass.MOTORCYCLE: VehicleSpec(
            Limits(50.0, 2.2, 2.4, 3.0, 2.4), EnergyKind.PETROL, 280.0, 0.40, 0.014, 45.0, 0.1, 134.0
        ),
        VehicleClass.BICYCLE: VehicleSpec(
            Limits(6.9, 0.7, 1.2, 1.8, 2.0), EnergyKind.HUMAN, 90.0, 0.55, 0.006, 0.25, 0.0, 1.5
        ),
    }
)
"""Usual values of a class. Tank and battery sizes are those of common models: 50 l of petrol hold 445 kWh
(8.9 kWh a litre), 75 l of diesel 750 kWh (10 kWh a litre)."""


def spec_of(vehicle_class: VehicleClass, overrides: Mapping[str, Any] | None = None) -> VehicleSpec:
    """The class's parameters with one vehicle's own in their place: {"mass_kg": 1800, "limits": {"max_speed_mps": 30}}.

    Raises InvalidInput naming the first wrong one as a path, with what is possible.
    """
    spec, given = CLASS_SPECS[vehicle_class], dict(overrides or {})
    limits = given.pop("limits", {})
    if not isinstance(limits, Mapping):
        raise InvalidInput(
            "limits is not an object.", hint=f"Use: {', '.join(LIMIT_RANGES)}.", field="limits"
        )
    found: dict[str, Any] = {}
    if "energy" in given:
        found["energy"] = _energy(given.pop("energy"))
    found |= _numbers(given, SPEC_RANGES, "", ("energy", "limits"))
    numbers = _numbers(limits, LIMIT_RANGES, "limits/")
    try:
        found["limits"] = replace(spec.limits, **numbers)
    except InvalidInput as exc:
        raise InvalidInput(exc.message, hint=exc.hint, field=f"limits/{exc.field}") from exc
    return replace(spec, **found)


def _energy(value: object) -> EnergyKind:
    if value not in [kind.value for kind in EnergyKind]:
        kinds = ", ".join(EnergyKind)
        raise InvalidInput(
            f"There is no energy {str(value)[:40]!r}.", hint=f"Use one of: {kinds}.", field="energy"
        )
    return EnergyKind(value)


def _numbers(
    given: Mapping[str, Any], ranges: Ranges, at: str, others: tuple[str, ...] = ()
) -> dict[str, float]:
    for name, value in given.items():
        if name not in ranges:
            known = ", ".join((*ranges, *others))
            raise InvalidInput(
                f"Vehicles have no {at}{str(name)[:40]}.",
                hint=f"Use: {known}.",
                field=f"{at}{str(name)[:40]}",
            )
        least, most = ranges[name]
        if isinstance(value, bool) or not isinstance(value, int | float):
            what = f"{name} is not a number."
        elif isinstance(value, int) and not least <= value <= most:  # no float holds the longest of them
            what = f"{name} cannot be {str(value)[:40]}."
        else:
            continue
        raise InvalidInput(what, hint=f"Use {least:g} to {most:g}.", field=f"{at}{name}")
    return {name: float(value) for name, value in given.items()}


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: str
    name: str
    vehicle_class: VehicleClass
    created_ms: int
    """World time of creation, ms since the Unix epoch."""
    fleet: str | None = None
    tags: tuple[str, ...] = ()
    overrides: Mapping[str, Any] = MappingProxyType({})
    """What differs from its class's parameters, as plain values: {"mass_kg": 1800, "limits": {"max_speed_mps": 30}}."""
    driver: Driver = Driver.NORMAL
    device_profile: str = "standard"
    """Of trips that name none."""
    energy_level: float = 1.0
    """Share of full, as last set by hand; what its trips have left of it stands with them."""
    energy_set_ms: int = 0
    """World time at which it was set."""
