"""Speed traces at 1 Hz, real and ours, and the figures that both are measured by."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from rumbo.motion.arrays import Bools, Floats

STANDING_MPS = 0.3
"""Slower than this stands: what receivers report of vehicles at rest."""
LEAST_CHANGE_MPS2 = 0.05
"""Smaller changes of speed are cruising, neither acceleration nor braking."""
CITY_MPS = 18.0
"""A trip whose 95th percentile of speed is no higher (65 km/h) is a city trip."""
LEAST_M = 1_000.0
"""Shorter trips say nothing on stops a kilometre."""


@dataclass(frozen=True, slots=True)
class Trace:
    """One trip: stretches of speed in m/s at whole seconds. Between stretches nothing is known."""

    stretches: tuple[Floats, ...]

    @property
    def speed_mps(self) -> Floats:
        return np.concatenate(self.stretches)

    @property
    def length_m(self) -> float:
        return float(sum(((s[1:] + s[:-1]) * 0.5).sum() for s in self.stretches))

    @property
    def is_city(self) -> bool:
        return self.length_m >= LEAST_M and float(np.quantile(self.speed_mps, 0.95)) <= CITY_MPS

    def driven(self) -> list[Floats]:
        """The stretches from the first movement to the last: standing before and after is parking."""
        kept = []
        moves = [np.flatnonzero(stretch >= STANDING_MPS) for stretch in self.stretches]
        with_moves = [k for k, found in enumerate(moves) if found.size]
        if not with_moves:
            return []
        first, last = with_moves[0], with_moves[-1]
        for k in range(first, last + 1):
            begin = max(int(moves[k][0]) - 1, 0) if k == first else 0
            end = int(moves[k][-1]) + 2 if k == last else len(self.stretches[k])
            kept.append(self.stretches[k][begin:end])
        return kept


def city(traces: Iterable[Trace]) -> list[Trace]:
    return [trace for trace in traces if trace.is_city]


@dataclass(frozen=True, slots=True)
class Measures:
    """Samples of each figure, pooled over trips; the last two have one sample a trip."""

    speed: Floats
    """m/s while moving."""
    acceleration: Floats
    """m/s², change of speed over a second, where it is more than LEAST_CHANGE_MPS2."""
    deceleration: Floats
    jerk: Floats
    """m/s³, size of the change of acceleration from second to second while moving."""
    stop_duration: Floats
    """s; the stops between the first and the last movement."""
    stops_per_km: Floats
    stop_share: Floats
    """Of the time between the first and the last movement."""


def measured(traces: Sequence[Trace]) -> Measures:
    """The figures of some trips. Raises ValueError where there are none."""
    speeds, changes, jerks, stops, rates, shares = [], [], [], [], [], []
    for trace in traces:
        lasting: list[int] = []
        known = 0
        for stretch in trace.driven():
            moving = stretch >= STANDING_MPS
            speeds.append(stretch[moving])
            change = np.diff(stretch)
            changes.append(change)
            jerks.append(np.abs(np.diff(change))[moving[1:-1]])
            lasting += _runs(~moving)
            known += len(stretch)
        stops += lasting
        rates.append(1000.0 * len(lasting) / trace.length_m)
        shares.append(sum(lasting) / known)
    change = np.concatenate(changes)
    return Measures(
        speed=np.concatenate(speeds),
        acceleration=change[change > LEAST_CHANGE_MPS2],
        deceleration=-change[change < -LEAST_CHANGE_MPS2],
        jerk=np.concatenate(jerks),
        stop_duration=np.array(stops, dtype=np.float64),
        stops_per_km=np.array(rates),
        stop_share=np.array(shares),
    )


def _runs(mask: Bools) -> list[int]:
    """Lengths of the runs of True that have False on both sides."""
    turns = np.flatnonzero(np.diff(mask.astype(np.int8)))
    return [int(end - begin) for begin, end in pairwise(turns) if mask[begin + 1]]
