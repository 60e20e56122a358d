"""Where a trip may have to stand: signs, crossings, junctions and dwells by the seed, lights by the time.

Each decision is drawn from (seed, place), never from a running generator: solving the rest of a route
again gives the same decisions for the places that are still ahead. docs/motion.md says where each figure is from.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter

from rumbo.domain.route import Control, ControlKind, Route
from rumbo.domain.trip import WaitReason
from rumbo.motion.junctions import JOIN_GAP_S, Junction, Yielding, approach, exp, junctions, place_key
from rumbo.motion.noise import two_chances
from rumbo.motion.signals import Light


@dataclass(frozen=True, slots=True)
class Stop:
    """The vehicle comes to a standstill at `at_m` for `wait_s`."""

    at_m: float
    wait_s: float
    reason: WaitReason


STOPPING_SHARE = 0.56
"""Of those who find nobody at a stop sign; the others roll through (National Safe Kids Campaign 2003: 37 % rolled, 7 %
did not even slow down; observations without traffic in sight range from 5 to 60 %)."""
SIGN_S = (1.0, 2.5)
"""At a stop sign: the least, and what may come on top, before there is a gap to wait for."""
WALKERS_PER_H = 107.0
"""Between crossings the people who cross differ, up to those for whom a light is built (MUTCD 2009, warrant 4)."""
WALK_S = 8.8
"""They take for 7 m: 3 s and 1.2 m/s (Highway Capacity Manual)."""
LEAST_WALK = 0.25
"""Who comes later than in the last quarter of their way drives past behind them."""
TRAIN_SHARE, TRAIN_S = 0.08, (20.0, 80.0)
"""Passages that find a level crossing closed; least (MUTCD: 20 s of warning) and what may come on top."""

SETBACK_M = 5.0
"""Map data puts a control on the junction or crossing itself; the stop line is before it."""
SIGNED = frozenset({ControlKind.SIGNAL, ControlKind.STOP_SIGN, ControlKind.GIVE_WAY})
JUNCTION_M = 30.0
"""Controls this close after a signal, or after one that stops, belong to the same junction and do not stop again."""
CLEARANCE_M = 12.0
"""No control stops this close to the start, the end or a dwell: the vehicle stands there anyway."""

_WALKERS, _SIGN = 0x64, 0x53


@dataclass(frozen=True, slots=True)
class Halts:
    """Of a whole route, in order: certain stops, lights that may stop it, and stop signs through which it rolls."""

    stops: list[Stop]
    lights: list[Light]
    rolls_m: list[float]


def halts(route: Route, seed: int) -> Halts:
    """Places are at least 1 m apart."""
    dwells = [Stop(d.at_m, round(d.dwell_s, 3), WaitReason.DWELL) for d in route.dwells if d.dwell_s > 0]
    taken = [0.0, *(d.at_m for d in dwells), route.length_m]
    stops, lights, rolls_m = _merged(dwells), list[Light](), list[float]()
    passed: Counter[int] = Counter()
    last_m = -JUNCTION_M
    at = 0
    unsigned = junctions(route, [c.at_m for c in route.controls if c.kind in SIGNED])
    places: list[Control | Junction] = [*route.controls, *unsigned]
    for place in sorted(places, key=_AT_M):
        key = place.key if isinstance(place, Junction) else _key(place, route)
        number = passed[key]
        passed[key] += 1
        stop_m = round(place.at_m - SETBACK_M, 3)
        while at + 1 < len(taken) and taken[at + 1] <= stop_m:
            at += 1
        near = stop_m - taken[at] < CLEARANCE_M or taken[at + 1] - stop_m < CLEARANCE_M
        if near or place.at_m - last_m < JUNCTION_M:
            continue
        if _is_light(place):
            north, east = approach(route, _vertex(route, place.at_m))
            axis, known = int(abs(east) > abs(north)), isinstance(place, Control)
            lights.append(Light.of(stop_m, key, number, seed, axis, known=known))
            last_m = place.at_m
        elif (stop := _stop(route, place, stop_m, seed, key, number)) is not None:
            if stop.wait_s > 0.0:
                stops.append(stop)
            else:
                rolls_m.append(stop_m)
            last_m = place.at_m
    return Halts(sorted(stops, key=_AT_M), lights, rolls_m)


_AT_M = attrgetter("at_m")
_START_M = attrgetter("start_m")


def _is_light(place: Control | Junction) -> bool:
    return place.gap_s is None if isinstance(place, Junction) else place.kind is ControlKind.SIGNAL


def _vertex(route: Route, at_m: float) -> int:
    return min(bisect_left(route.distance_m, at_m - 1e-6), len(route.lat) - 1)


def _key(control: Control, route: Route) -> int:
    """What every route that passes the control knows it by: its map node, else its place."""
    if control.node_id is not None:
        return control.node_id
    return place_key(route, _vertex(route, control.at_m))


def _stop(
    route: Route, place: Control | Junction, stop_m: float, seed: int, key: int, number: int
) -> Stop | None:
    """Whether this passage of a place without a light stops, and for how long: 0 where it rolls through."""
    if isinstance(place, Junction):
        reason = WaitReason.GIVE_WAY
        wait_s = Yielding.of(key, place.road, place.gap_s or 0.0).wait_s(seed, key, number)
    elif place.kind in (ControlKind.CROSSING, ControlKind.LEVEL_CROSSING):
        reason, wait_s = WaitReason.CROSSING, _crossed_s(place.kind, seed, key, number)
    else:
        # The road that is joined begins a little behind the sign.
        joined = route.spans[bisect_right(route.spans, place.at_m + JUNCTION_M, key=_START_M) - 1]
        reason = WaitReason.GIVE_WAY
        wait_s = Yielding.of(key, joined.road_class, JOIN_GAP_S).wait_s(seed, key, number)
        if place.kind is ControlKind.STOP_SIGN:
            stops, more = two_chances(seed, key, number, _SIGN)
            rolls = wait_s == 0.0 and stops >= STOPPING_SHARE
            wait_s += 0.0 if rolls else round(SIGN_S[0] + SIGN_S[1] * more, 3)
            return Stop(stop_m, wait_s, WaitReason.STOP_SIGN)
    return Stop(stop_m, wait_s, reason) if wait_s > 0.0 else None


def _crossed_s(kind: ControlKind, seed: int, key: int, number: int) -> float:
    """How long those who cross keep this passage waiting."""
    chance, u = two_chances(seed, key, number)
    if kind is ControlKind.LEVEL_CROSSING:
        return round(TRAIN_S[0] + TRAIN_S[1] * ((u + u * u) * 0.5), 3) if chance < TRAIN_SHARE else 0.0
    return round(WALK_S * (LEAST_WALK + (1.0 - LEAST_WALK) * u), 3) if chance < _walked(key) else 0.0


@lru_cache(maxsize=100_000)
def _walked(key: int) -> float:
    """Share of passages that find somebody on a crossing: 1 - e^-qt with its own flow q of people."""
    return 1.0 - 1.0 / exp(WALKERS_PER_H / 3600.0 * WALK_S * two_chances(key, _WALKERS)[0])


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
