"""Vehicles and the physical limits of their classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


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


@dataclass(frozen=True, slots=True)
class ClassLimits:
    """What a class of vehicle can do on a road when driven normally.

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
    energy: EnergyKind
    range_m: float
    """Distance driven from a full tank or battery, for the fuel or charge level that events report."""

    @property
    def jerk_mps3(self) -> float:
        return (self.acceleration_mps2 + self.braking_mps2) / self.smoothing_s


CLASS_LIMITS: Mapping[VehicleClass, ClassLimits] = MappingProxyType(
    {
        VehicleClass.CAR: ClassLimits(50.0, 1.5, 1.8, 2.5, 2.0, EnergyKind.PETROL, 600_000.0),
        VehicleClass.VAN: ClassLimits(40.0, 1.2, 1.6, 2.2, 2.0, EnergyKind.DIESEL, 700_000.0),
        VehicleClass.TRUCK: ClassLimits(25.0, 0.8, 1.3, 1.5, 2.0, EnergyKind.DIESEL, 900_000.0),
        VehicleClass.BUS: ClassLimits(27.8, 1.0, 1.2, 1.5, 2.0, EnergyKind.ELECTRIC, 300_000.0),
        VehicleClass.MOTORCYCLE: ClassLimits(50.0, 2.2, 2.4, 3.0, 1.6, EnergyKind.PETROL, 350_000.0),
        VehicleClass.BICYCLE: ClassLimits(6.9, 0.7, 1.2, 1.8, 1.4, EnergyKind.HUMAN, 120_000.0),
    }
)


@dataclass(frozen=True, slots=True)
class Vehicle:
    id: str
    name: str
    vehicle_class: VehicleClass
    created_ms: int
    """World time of creation, ms since the Unix epoch."""
