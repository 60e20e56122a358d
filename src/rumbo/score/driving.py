"""Driving events of a trip: where acceleration, braking or speed pass a threshold, read off its motion."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from rumbo.domain.plan import Plan
from rumbo.domain.route import Route
from rumbo.motion import Motion
from rumbo.motion.arrays import Bools, Floats

STEP_S = 0.1
"""Motion is sampled this finely: a tenth of what a device samples."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What counts as an event.

    The defaults lie inside what drivers here do: `Limits` are service limits, well under the 2.5 to 3 m/s² that
    insurers call harsh.
    """

    acceleration_mps2: float = 1.2
    braking_mps2: float = 1.5
    speeding_share: float = 1.0
    """Of the posted limit."""
    least_s: float = 0.5


@dataclass(frozen=True, slots=True)
class DrivingEvent:
    """`peak` is the greatest excess: m/s² for acceleration and braking, m/s above the limit for speeding."""

    kind: str
    begin_ms: int
    end_ms: int
    peak: float


def driving_events(plan: Plan, motion: Motion, thresholds: Thresholds) -> Iterator[DrivingEvent]:
    """Events in order of kind and time. Times are world time in ms."""
    t, s, v, a = _sampled(motion)
    if not len(t):
        return
    limit = _limits(motion.route, s)
    for kind, value, floor in (
        ("harsh_acceleration", a, thresholds.acceleration_mps2),
        ("harsh_braking", -a, thresholds.braking_mps2),
        ("speeding", v - thresholds.speeding_share * limit, 1e-9),
    ):
        for first, last in _runs(value >= floor):
            if (last - first) * STEP_S >= thresholds.least_s:
                begin, end = (plan.start_ms + round(float(t[i]) * 1000) for i in (first, last))
                yield DrivingEvent(kind, begin, end, round(float(value[first : last + 1].max()), 3))


def _sampled(motion: Motion) -> tuple[Floats, Floats, Floats, Floats]:
    """Time, distance, speed and acceleration every STEP_S."""
    t0, s0, v0, a0, j0 = (
        np.array(column) for column in (motion.t_s, motion.s_m, motion.v_mps, motion.a_mps2, motion.j_mps3)
    )
    t = np.arange(0.0, float(t0[-1]), STEP_S)
    i = np.searchsorted(t0, t, side="right") - 1
    u = t - t0[i]
    v = np.maximum(v0[i] + (a0[i] + j0[i] * u / 2) * u, 0.0)
    return t, s0[i] + (v0[i] + (a0[i] / 2 + j0[i] * u / 6) * u) * u, v, a0[i] + j0[i] * u


def _limits(route: Route, s: Floats) -> Floats:
    """Posted limit at each distance; infinite where the map does not say."""
    spans = route.spans
    starts = np.array([span.start_m for span in spans])
    limits = np.array([np.inf if span.limit_mps is None else span.limit_mps for span in spans])
    return np.asarray(limits[np.searchsorted(starts, s, side="right") - 1])


def _runs(holds: Bools) -> list[tuple[int, int]]:
    """First and last index of each unbroken run of True."""
    edges = np.diff(np.concatenate(([False], holds, [False])).astype(np.int8))
    return list(
        zip(np.flatnonzero(edges == 1).tolist(), (np.flatnonzero(edges == -1) - 1).tolist(), strict=True)
    )
