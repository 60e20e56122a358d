"""Where and how long a trip stands: signals that are red for it, signs, crossings and dwells.

Each decision is drawn from (seed, control), never from a running generator: solving the rest of a route
again gives the same decisions for the controls that are still ahead.

The figures are chosen to meet the realism aims of docs/motion.md (median 0.5 stops a km, 13 % of time
standing, mean stop 20 s, p90 50 s; CMAP 1 Hz drives).
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from rumbo.domain.route import Control, ControlKind, Route
from rumbo.domain.trip import WaitReason
from rumbo.motion.noise import two_chances


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
    ControlKind.SIGNAL: Behaviour(0.45, 4.0, 54.0, WaitReason.SIGNAL),
    ControlKind.STOP_SIGN: Behaviour(1.0, 1.0, 2.5, WaitReason.STOP_SIGN),
    ControlKind.GIVE_WAY: Behaviour(0.25, 1.0, 7.0, WaitReason.GIVE_WAY),
    ControlKind.CROSSING: Behaviour(0.04, 2.0, 8.0, WaitReason.CROSSING),
    ControlKind.LEVEL_CROSSING: Behaviour(0.08, 20.0, 80.0, WaitReason.CROSSING),
}

SETBACK_M = 5.0
"""Map data puts a control on the junction or crossing itself; the stop line is before it."""
JUNCTION_M = 30.0
"""Controls this close after one that stops belong to the same junction and do not stop again."""
CLEARANCE_M = 12.0
"""No control stops this close to the start, the end or a dwell: the vehicle stands there anyway."""


def stops(route: Route, seed: int) -> list[Stop]:
    """All standstills of a trip on the whole route, in order, at least 1 m apart."""
    dwells = [Stop(d.at_m, round(d.dwell_s, 3), WaitReason.DWELL) for d in route.dwells if d.dwell_s > 0]
    taken = [0.0, *(d.at_m for d in dwells), route.length_m]
    found = _merged(dwells)
    passed: Counter[int] = Counter()
    last_m = -JUNCTION_M
    at = 0
    for control in route.controls:
        number = 0
        if control.node_id is not None:
            number = passed[control.node_id]
            passed[control.node_id] += 1
        stop_m = round(control.at_m - SETBACK_M, 3)
        while at + 1 < len(taken) and taken[at + 1] <= stop_m:
            at += 1
        near = stop_m - taken[at] < CLEARANCE_M or taken[at + 1] - stop_m < CLEARANCE_M
        if near or control.at_m - last_m < JUNCTION_M:
            continue
        wait_s = _wait_s(control, number, seed)
        if wait_s > 0:
            found.append(Stop(stop_m, wait_s, BEHAVIOUR[control.kind].reason))
            last_m = control.at_m
    return sorted(found, key=lambda stop: stop.at_m)


def _wait_s(control: Control, number: int, seed: int) -> float:
    behaviour = BEHAVIOUR[control.kind]
    which = control.node_id if control.node_id is not None else round(control.at_m * 1000)
    share, u = two_chances(seed, which, number)
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
