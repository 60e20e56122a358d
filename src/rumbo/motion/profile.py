"""Solves the motion along a route: envelope, pace, legs between standstills, smoothing -> `Profile`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from rumbo.domain.plan import Hold, Profile
from rumbo.domain.route import Route
from rumbo.domain.trip import WaitReason
from rumbo.domain.vehicle import Driver, Limits, VehicleSpec
from rumbo.errors import InvalidInput
from rumbo.motion.arrays import Floats, Ints
from rumbo.motion.controls import Halts, Stop, halts
from rumbo.motion.effort import MANNERS, efforts
from rumbo.motion.envelope import envelope, sections
from rumbo.motion.legs import Driving
from rumbo.motion.pace import paced
from rumbo.motion.smoothing import Run, box_filtered

DONE_M = 1.0
"""A control whose stop line is this close ahead of the start of a solve counts as passed."""


def solve(
    route: Route,
    spec: VehicleSpec,
    seed: int,
    from_m: float = 0.0,
    *,
    driver: Driver = Driver.NORMAL,
    hold_s: float = 0.0,
    start_ms: int = 0,
) -> Profile:
    """The motion from a standstill at `from_m` to a standstill at the route's end.

    Profile time 0 is the departure from `from_m`, or the begin of a dwell of `hold_s` there. Controls and
    dwells at or behind `from_m` are done; those ahead are decided by the seed as in a solve of the whole
    route, signals by the time: `start_ms` is world time at profile time 0.
    Keeps every limit of `envelope.sections`, the class's acceleration, braking and jerk. Two routes that are
    equal up to some place give the same bits up to shortly before it.

    Raises InvalidInput where `from_m` is not on the route before its end.
    """
    if not 0.0 <= from_m < route.length_m:
        raise InvalidInput(f"{from_m} m is not on the route of {route.length_m} m.", field="from_m")
    limits, box_s = spec.limits, spec.limits.smoothing_s
    ahead = _ahead(halts(route, seed), from_m)
    stands = np.array([from_m, *(stop.at_m for stop in ahead.stops), route.length_m])
    cells = envelope(sections(route, limits, seed, driver), box_s, from_m, route.length_m)
    up, down = efforts(spec, seed, driver)
    pace = paced(cells, stands, np.array(ahead.rolls_m), up, down, seed, MANNERS[driver].wander)
    run, stops = Driving(pace, up, down, start_ms, box_s).run(ahead, hold_s)
    at_m = np.array([from_m, *(stop.at_m for stop in stops), route.length_m])
    return replace(_profile(run, limits, at_m, stops, hold_s), start_ms=start_ms)


def preview(route: Route, spec: VehicleSpec, seed: int) -> float:
    """Seconds that the trip takes, stops included."""
    return solve(route, spec, seed).duration_s


def _ahead(found: Halts, from_m: float) -> Halts:
    return Halts(
        [stop for stop in found.stops if stop.at_m > from_m + _done_m(stop)],
        [light for light in found.lights if light.at_m > from_m + DONE_M],
        [at_m for at_m in found.rolls_m if at_m > from_m + DONE_M],
    )


def _done_m(stop: Stop) -> float:
    return 1e-3 if stop.reason is WaitReason.DWELL else DONE_M


def _profile(run: Run, limits: Limits, at_m: Floats, ahead: list[Stop], hold_s: float) -> Profile:
    box_s = limits.smoothing_s
    t_s, v, a, j = box_filtered(run, box_s)
    gaps = np.flatnonzero(run.gap)
    if hold_s > 0.0:
        gaps = gaps[1:]
        j[t_s < hold_s - 1e-7] = 0.0
    stood = np.searchsorted(t_s, run.t_s[gaps] + box_s + 1e-7, side="right") - 1
    v[stood] = a[stood] = j[stood] = 0.0
    s = _anchored(t_s, v, a, j, at_m, stood)
    t = t_s.tolist()
    holds = [
        Hold(t[i], t[i + 1], stop.at_m, stop.reason) for i, stop in zip(stood.tolist(), ahead, strict=False)
    ]
    if hold_s > 0.0:
        holds.insert(0, Hold(0.0, hold_s, float(at_m[0]), WaitReason.DWELL))
    end = int(stood[-1])
    columns = [tuple(column[:end].tolist()) for column in (t_s, s, v, a, j)]
    return Profile(columns[0], columns[1], columns[2], columns[3], columns[4], t[end], tuple(holds))


def _anchored(t_s: Floats, v: Floats, a: Floats, j: Floats, at_m: Floats, stood: Ints) -> Floats:
    """Distances at the breakpoints; each leg starts and ends exactly at its standstill."""
    u = np.diff(t_s)
    step = ((j[:-1] * u * (1.0 / 6.0) + a[:-1] * 0.5) * u + v[:-1]) * u
    s = np.concatenate(((0.0,), np.cumsum(step)))
    leg = np.searchsorted(stood, np.arange(len(t_s)), side="right")
    first = np.concatenate(((0,), stood))
    s = s + (at_m[leg] - s[first[leg]])
    upper = at_m[np.minimum(leg + 1, len(at_m) - 1)]
    return np.maximum.accumulate(np.minimum(np.maximum(s, at_m[leg]), upper))
