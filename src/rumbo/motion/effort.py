"""How hard a trip is driven: by the vehicle's limits and power, the driver's manner, the trip's seed and the speed.

An `Effort` is acceleration (or braking) as a function of speed, constant over bands. With w = v² it is half the
slope of w over distance, so w after a distance from a standstill is piecewise linear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from types import MappingProxyType

import numpy as np

from rumbo.domain.vehicle import Driver, Limits, VehicleSpec
from rumbo.motion.arrays import Floats
from rumbo.motion.noise import two_chances

LEAST_SPEED_MPS = 1.2
"""A road is never slower than this, whatever the map says; a pause's last ramp is no faster (docs/motion.md)."""
BANDS_MPS = (0.0, 3.0, 6.0, 9.0, 13.0, 18.0, 25.0)
"""Where the bands of speed begin."""
ACCELERATION_SHARE = (1.0, 1.0, 0.95, 0.8, 0.6, 0.45, 0.3)
"""Of the full pedal, by band: people use less of it the faster they are."""
BRAKING_SHARE = (1.0, 1.0, 0.95, 0.9, 0.8, 0.7, 0.6)
LEAST_MPS2 = 0.05
"""What the weakest vehicle still accelerates with at the upper end of a band."""
DRIVELINE = 0.92
"""Share of the engine's or motor's power that comes to the road (VT-CPEM; VT-CPFM-1: 0.85 to 0.95 by gearbox)."""
GRAVITY_MPS2, AIR_KG_M3 = 9.80665, 1.2

_TEMPER = 4


@dataclass(frozen=True, slots=True)
class Manner:
    """What the word for a driver means. Ranges are drawn from by the trip's seed."""

    effort: tuple[float, float]
    """Share of the class's acceleration and braking."""
    pace: tuple[float, float]
    """Share of the free-flow speed."""
    lateral: float
    """Share of the class's comfortable lateral acceleration."""
    wander: float
    """How much the speed wanders, see `pace`."""


MANNERS: Mapping[Driver, Manner] = MappingProxyType(
    {
        Driver.CALM: Manner((0.45, 0.7), (0.86, 0.94), 0.75, 0.8),
        Driver.NORMAL: Manner((0.6, 1.0), (0.92, 1.0), 0.9, 1.0),
        Driver.AGGRESSIVE: Manner((0.9, 1.0), (0.97, 1.0), 1.0, 1.1),
    }
)


@dataclass(frozen=True, slots=True)
class Effort:
    """Acceleration falls from band to band, so w over distance is concave: the least of one line a band."""

    offset: Floats
    """w of each band's line at distance 0, shape (bands, 1)."""
    slope: Floats
    """2a of each band, shape (bands, 1)."""
    lines: tuple[tuple[float, float], ...]
    """The same as numbers, band by band."""

    @classmethod
    def of(cls, mps2: Sequence[float]) -> Effort:
        """From the acceleration in each of BANDS_MPS: above 0 and never rising with speed."""
        begin = np.array(BANDS_MPS) * np.array(BANDS_MPS)
        slope = 2.0 * np.array(mps2)
        distance = np.concatenate(((0.0,), np.cumsum((begin[1:] - begin[:-1]) / slope[:-1])))
        offset = begin - slope * distance
        lines = tuple(zip(offset.tolist(), slope.tolist(), strict=True))
        return cls(offset[:, None], slope[:, None], lines)

    def reached(self, distance_m: Floats) -> Floats:
        """W after `distance_m` (0 or more) from a standstill."""
        return np.asarray((self.offset + self.slope * distance_m).min(axis=0))

    def reached_at(self, distance_m: float) -> float:
        """`reached` for one distance, but for rounding."""
        least = inf
        for offset, slope in self.lines:
            w = offset + slope * distance_m
            if w > least:  # from here on they only rise
                break
            least = w
        return least

    def distance_m(self, w: Floats) -> Floats:
        """How far it takes to change from a standstill to w, or back: the inverse of `reached`."""
        return np.asarray(((w - self.offset) / self.slope).max(axis=0))


def service_braking(limits: Limits) -> float:
    """The hardest braking in m/s² that a trip uses.

    With p²/2J ≤ LEAST_SPEED_MPS the last ramp of a pause's stop, from p back to 0 with jerk J, begins at a speed
    that is allowed everywhere.
    """
    return min(limits.braking_mps2, float(np.sqrt(2.0 * LEAST_SPEED_MPS * limits.jerk_mps3)))


def efforts(spec: VehicleSpec, seed: int, driver: Driver) -> tuple[Effort, Effort]:
    """How this trip accelerates and how it brakes."""
    least, most = MANNERS[driver].effort
    share, other = two_chances(seed, _TEMPER)
    pedal = spec.limits.acceleration_mps2 * (least + (most - least) * share)
    brake = service_braking(spec.limits) * (least + (most - least) * other)
    bands = zip(ACCELERATION_SHARE, power_limits(spec), strict=True)
    return (
        Effort.of([min(pedal * part, can) for part, can in bands]),
        Effort.of([brake * part for part in BRAKING_SHARE]),
    )


def power_limits(spec: VehicleSpec) -> list[float]:
    """What the engine can accelerate with at the upper end of each band, m/s²: P/(m v), less rolling and air drag."""
    tops = [*BANDS_MPS[1:], max(spec.limits.max_speed_mps, BANDS_MPS[-1] + 1.0)]
    force_w = spec.power_kw * 1000.0 * DRIVELINE / spec.mass_kg
    drag = 0.5 * AIR_KG_M3 * spec.drag_area_m2 / spec.mass_kg
    roll = GRAVITY_MPS2 * spec.rolling_resistance
    return [max(force_w / v - roll - drag * (v * v), LEAST_MPS2) for v in tops]
