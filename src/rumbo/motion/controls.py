"""Where a trip may have to stand: signs, crossings and dwells, which the seed decides, and signals, which time does.

Each decision is drawn from (seed, control), never from a running generator: solving the rest of a route
again gives the same decisions for the controls that are still ahead.

The figures are chosen to meet the realism aims of docs/realism.md (median 0.5 stops a km, 13 % of time
standing, mean stop 20 s, p90 50 s; CMAP 1 Hz drives).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass

from rumbo.domain.route import Control, ControlKind, Route
from rumbo.domain.trip import WaitReason
from rumbo.motion.noise import two_chances
from rumbo.motion.signals import Light


@dataclass(frozen=True, slots=True)
class Stop:
    """The vehicle comes to a standstill at `at_m` for `wait_s`."""

    at_m: float
    wait_s: float
    reason: WaitReason


@dataclass(frozen=True, slots=True)
class Behaviour:
    """Share of passages that stop, and the wait: `least_s` + `spread_s` · (u + u²)/2, u uniform in [0, 1)."""

    share: float
    least_s: float
    spread_s: float
    reason: WaitReason


BEHAVIOUR = {
    ControlKind.STOP_SIGN: Behaviour(1.0, 1.0, 2.5, WaitReason.STOP_SIGN),
    ControlKind.GIVE_WAY: Behaviour(0.25, 1.0, 7.0, WaitReason.GIVE_WAY),
    ControlKind.CROSSING: Behaviour(0.04, 2.0, 8.0, WaitReason.CROSSING),
    ControlKind.LEVEL_CROSSING: Behaviour(0.08, 20.0, 80.0, WaitReason.CROSSING),
}

SETBACK_M = 5.0
"""Map data puts a control on the junction or crossing itself; the stop line is before it."""
JUNCTION_M = 30.0
"""Controls this close after a signal, or after one that stops, belong to the same junction and do not stop again."""
CLEARANCE_M = 12.0
"""No control stops this close to the start, the end or a dwell: the vehicle stands there anyway."""


@dataclass(frozen=True, slots=True)
class Halts:
    """Of a whole route, in order: the stops that are certain, and the lights that may stop the trip."""

    stops: list[Stop]
    lights: list[Light]


def halts(route: Route, seed: int) -> Halts:
    """Places are at least 1 m apart."""
    dwells = [Stop(d.at_m, round(d.dwell_s, 3), WaitReason.DWELL) for d in route.dwells if d.dwell_s > 0]
    taken = [0.0, *(d.at_m for d in dwells), route.length_m]
    stops, lights = _merged(dwells), list[Light]()
    passed: Counter[int] = Counter()
    last_m = -JUNCTION_M
    at = 0
    for control in route.controls:
        key = _key(control, route)
        number = passed[key]
        passed[key] += 1
        stop_m = round(control.at_m - SETBACK_M, 3)
        while at + 1 < len(taken) and taken[at + 1] <= stop_m:
            at += 1
        near = stop_m - taken[at] < CLEARANCE_M or taken[at + 1] - stop_m < CLEARANCE_M
        if near or control.at_m - last_m < JUNCTION_M:
            continue
        if control.kind is ControlKind.SIGNAL:
            lights.append(Light.of(stop_m, key, number, seed))
            last_m = control.at_m
        elif (wait_s := _wait_s(control.kind, key, number, seed)) > 0:
            stops.append(Stop(stop_m, wait_s, BEHAVIOUR[control.kind].reason))
            last_m = control.at_m
    return Halts(sorted(stops, key=lambda stop: stop.at_m), lights)


def _key(control: Control, route: Route) -> int:
    """What every route that passes the control knows it by: its map node, else its place to 1e-5 degrees (1 m)."""
    if control.node_id is not None:
        return control.node_id
    vertex = min(bisect_left(route.distance_m, control.at_m - 1e-6), len(route.lat) - 1)
    lat5, lon5 = round(route.lat[vertex] * 1e5), round(route.lon[vertex] * 1e5)
    return -((lat5 + 9_000_000) * 40_000_000 + lon5 + 18_000_000) - 1


def _wait_s(kind: ControlKind, key: int, number: int, seed: int) -> float:
    behaviour = BEHAVIOUR[kind]
    share, u = two_chances(seed, key, number)
    if share >= behaviour.share:
        return 0.0
    return round(behaviour.least_s + behaviour.spread_s * ((u + u * u) * 0.5), 3)


def _merged(dwells: list[Stop]) -> list[Stop]:
    """Dwells at (nearly) the same place become one that lasts for all."""
    merged: list[Stop] = []
    for dwell in dwells:
        if merged and dwell.at_m - merged[-1].at_m < 1.0:
            last = merged.pop()
            merged.append(Stop(last.at_m, last.wait_s + dwell.wait_s, WaitReason.DWELL))
        else:
            merged.append(dwell)
    return merged
