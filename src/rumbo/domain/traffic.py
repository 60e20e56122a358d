"""Traffic as a person knows it: rush hours on working days, quiet nights, a busy Saturday noon, no two days alike.

How much traffic there is at an hour comes from published counts; how much slower that makes a road, from a published
volume-delay function (docs/traffic.md). The result is a share of free-flow speed by road class and local time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from rumbo.domain.route import RoadClass

WEEKDAY_SHARES = (
    0.00986, 0.00627, 0.00506, 0.00467, 0.00699, 0.01849, 0.04596, 0.06964, 0.06083, 0.05029, 0.04994, 0.05437,
    0.05765, 0.05803, 0.06226, 0.07100, 0.07697, 0.07743, 0.05978, 0.04439, 0.03545, 0.03182, 0.02494, 0.01791,
)  # fmt: skip
WEEKEND_SHARES = (
    0.02147, 0.01444, 0.01097, 0.00749, 0.00684, 0.01036, 0.01843, 0.02681, 0.03639, 0.04754, 0.05747, 0.06508,
    0.07132, 0.07149, 0.07172, 0.07201, 0.07115, 0.06789, 0.06177, 0.05169, 0.04287, 0.03803, 0.03221, 0.02457,
)  # fmt: skip
"""Share of a day's vehicle distance driven in each hour, urban roads (US EPA, MOVES, default `hourVMTFraction`)."""

WEEKEND_DAY = 0.78
"""Distance driven on a day of the weekend, of that on a working day (MOVES, default `dayVMTFraction`: 23.8 % of the
week on two days, 76.2 % on five)."""


@dataclass(frozen=True, slots=True)
class Congestion:
    """How a class of road takes traffic: delay = alpha · (volume / capacity)^beta, at the busiest hour `peak`."""

    peak: float
    alpha: float
    beta: float


_FREEWAY = (0.83, 5.5)
_STREET = (0.71, 2.1)
CONGESTION: Mapping[RoadClass, Congestion] = MappingProxyType(
    {
        RoadClass.MOTORWAY: Congestion(0.90, *_FREEWAY),
        RoadClass.TRUNK: Congestion(0.90, *_FREEWAY),
        RoadClass.PRIMARY: Congestion(0.90, *_STREET),
        RoadClass.SECONDARY: Congestion(0.80, *_STREET),
        RoadClass.TERTIARY: Congestion(0.65, *_STREET),
        RoadClass.UNCLASSIFIED: Congestion(0.50, *_STREET),
        RoadClass.RESIDENTIAL: Congestion(0.40, *_STREET),
        RoadClass.SERVICE: Congestion(0.25, *_STREET),
    }
)
"""alpha and beta: the Bureau of Public Roads' function (1964) as fitted to the Highway Capacity Manual's curves for
freeways and multilane roads (Horowitz 1991; NCHRP Report 365, 1998). `peak`, the ratio of volume to capacity in the
busiest hour, is ours: the main roads of a town that is busy and not jammed. A road of unknown class is never slowed."""

MAX_DAY_VARIATION = 0.15
"""Most by which one day's traffic is more or less than usual: sums of two even chances, so p90 is about 10 %."""


@dataclass(frozen=True, slots=True)
class TrafficModel:
    """Which days are busy is decided by `seed`; two models of one seed agree."""

    seed: int = 0
    day_variation: float = MAX_DAY_VARIATION

    def factor(self, road_class: RoadClass, local: datetime) -> float:
        """Share of free-flow speed at which traffic moves, above 0 and at most 1, at local time; 3 decimals."""
        road = CONGESTION.get(road_class)
        if road is None:
            return 1.0
        ratio = road.peak * volume(local) * self._day(local.date())
        return float(round(1.0 / (1.0 + road.alpha * ratio**road.beta), 3))

    def _day(self, day: date) -> float:
        """How busy a day is, 1 on average."""
        digest = hashlib.sha256(f"{self.seed}:{day.isoformat()}".encode()).digest()
        chances = int.from_bytes(digest[:4]) + int.from_bytes(digest[4:8])
        return 1.0 + self.day_variation * (chances / 2**32 - 1.0)


def volume(local: datetime) -> float:
    """How much traffic there is, as a share of the busiest hour of a working day; linear between hours' middles."""
    hours = local.hour + local.minute / 60 + local.second / 3600 - 0.5
    before = int(hours // 1)
    share = hours - before
    day = local.date()
    return (1.0 - share) * _hour(day, before) + share * _hour(day, before + 1)


def _hour(day: date, hour: int) -> float:
    """Traffic of an hour of a day; hours -1 and 24 are taken as those of the same kind of day."""
    if day.weekday() < 5:
        return WEEKDAY_SHARES[hour % 24] / _BUSIEST
    return WEEKEND_DAY * WEEKEND_SHARES[hour % 24] / _BUSIEST


_BUSIEST = max(WEEKDAY_SHARES)
