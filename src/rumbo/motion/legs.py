"""Leg by leg from standstill to standstill: where the trip comes to a red light, a leg ends there.

The time at which a light is reached depends on all stops before it, but within a leg on nothing else: so each
leg is driven once to see which light stops it, and once more to that light.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rumbo.domain.trip import WaitReason
from rumbo.motion.arrays import Floats
from rumbo.motion.controls import Halts, Stop
from rumbo.motion.effort import Effort
from rumbo.motion.pace import APPROACH_M, MERGE_M, Pace
from rumbo.motion.signals import LEAST_STOP_S, START_S, Light, Programme, clear_after_s
from rumbo.motion.smoothing import Leg, Run, joined

LOOK_M = 1_000.0
"""How far ahead a leg is driven at first in search of a red light."""
NEAR_M = 0.5
"""Nodes this close to a standstill are left out."""
_UP, _DOWN = np.array(APPROACH_M), -np.array(APPROACH_M)


@dataclass(frozen=True, slots=True)
class Red:
    """A light that stops the trip: from `clear_s` of profile time on it may go."""

    light: Light
    clear_s: float
    reason: WaitReason

    def stop(self, arrived_s: float, start_ms: int) -> Stop:
        wait_s = max(self.clear_s - arrived_s, LEAST_STOP_S)
        left_s = Programme.of(self.light.key).red_left_s(start_ms, arrived_s + wait_s)
        if left_s > 0.0:  # the queue took all of the green
            wait_s += left_s + START_S
        return Stop(self.light.at_m, round(wait_s, 3), self.reason)


@dataclass(frozen=True, slots=True)
class Driving:
    """Drives legs over a pace with an effort up and one down."""

    pace: Pace
    up: Effort
    down: Effort
    start_ms: int
    """World time at profile time 0."""
    box_s: float
    braking_m: float
    """From the highest speed of the pace to a standstill."""

    @classmethod
    def over(cls, pace: Pace, up: Effort, down: Effort, start_ms: int, box_s: float) -> Driving:
        return cls(pace, up, down, start_ms, box_s, float(down.distance_m(pace.w.max(keepdims=True))[0]))

    def run(self, ahead: Halts, hold_s: float) -> tuple[Run, list[Stop]]:
        """The run over the whole pace, and its stops with those at lights among them."""
        legs: list[Leg] = []
        stops: list[Stop] = []
        at_m, end_m, now_s = float(self.pace.s_m[0]), float(self.pace.s_m[-1]), hold_s
        certain, light = 0, 0
        while at_m < end_m:
            goal = ahead.stops[certain] if certain < len(ahead.stops) else None
            leg, red = self._leg(at_m, goal.at_m if goal else end_m, ahead.lights[light:], now_s)
            legs.append(leg)
            at_m, now_s = float(leg.s_m[-1]), now_s + float(np.cumsum(leg.width_s)[-1]) + self.box_s
            if red is not None:
                stops.append(red.stop(now_s, self.start_ms))
            elif goal is not None:
                stops.append(goal)
                certain += 1
            if at_m < end_m:
                now_s += stops[-1].wait_s
            while light < len(ahead.lights) and ahead.lights[light].at_m <= at_m:
                light += 1
        gaps_s = [hold_s, *(self.box_s + stop.wait_s for stop in stops), self.box_s]
        return joined(legs, gaps_s), stops

    def _leg(
        self, begin_m: float, goal_m: float, lights: Sequence[Light], now_s: float
    ) -> tuple[Leg, Red | None]:
        """The leg from `begin_m` to the first light that stops it, or else to `goal_m`."""
        look_m = LOOK_M
        while True:
            until_m = min(begin_m + look_m, goal_m)
            leg = self._drive(begin_m, until_m, stops=False)
            red = self._first_red(leg, lights, until_m, now_s)
            if red is not None or until_m == goal_m:
                break
            look_m *= 2.0
        if red is None:
            return leg, None
        while True:  # braking for one light may bring the vehicle too late to the one before
            leg = self._drive(begin_m, red.light.at_m, stops=True)
            slowed = [x for x in lights if red.light.at_m - self.braking_m < x.at_m < red.light.at_m]
            earlier = self._first_red(leg, slowed, red.light.at_m, now_s)
            if earlier is None:
                return leg, red
            red = earlier

    def _first_red(self, leg: Leg, lights: Sequence[Light], until_m: float, now_s: float) -> Red | None:
        passed = lights[: bisect_left(lights, until_m, key=_at_m)]
        if not passed:
            return None
        # The box filter brings the vehicle to a place half its length later than the run.
        times = _reached_s(leg, np.array([light.at_m for light in passed])) + (now_s + self.box_s * 0.5)
        for light, at_s in zip(passed, times.tolist(), strict=True):
            left_s, reason = clear_after_s(light, self.start_ms, at_s)
            if reason is not None:
                return Red(light, at_s + left_s, reason)
        return None

    def _drive(self, begin_m: float, end_m: float, *, stops: bool) -> Leg:
        """From a standstill along the pace; also to a standstill where it `stops` at the end."""
        pace = self.pace
        first, last = pace.s_m.searchsorted((begin_m + NEAR_M, end_m - NEAR_M))
        near = begin_m + _UP
        if stops:
            near = np.concatenate((near, end_m + _DOWN, ((begin_m + end_m) * 0.5,)))
        near = near[(near > begin_m + NEAR_M) & (near < end_m - NEAR_M)]
        if last <= first and not len(near):
            near = np.array([(begin_m + end_m) * 0.5])
        s_m = np.concatenate((pace.s_m[first:last], near, (end_m,)))
        w = np.concatenate((pace.w[first:last], pace.at(np.append(near, end_m))))
        order = s_m.argsort(kind="stable")
        s_m, w = s_m[order], w[order]
        kept = np.empty(len(s_m) + 1, dtype=bool)
        kept[0] = kept[-2:] = True
        s_m, w = np.concatenate(((begin_m,), s_m)), np.concatenate(((0.0,), w))
        kept[1:-1] = s_m[1:-1] - s_m[:-2] >= MERGE_M
        s_m, w = s_m[kept], w[kept]
        w = np.minimum(w, self.up.reached(s_m - begin_m))
        if stops:
            w = np.minimum(w, self.down.reached(end_m - s_m))
        return Leg.of(s_m, w)


def _reached_s(leg: Leg, at_m: Floats) -> Floats:
    """Seconds from the leg's start until the places, all behind it, are reached."""
    i = np.minimum(np.searchsorted(leg.s_m, at_m, side="right") - 1, len(leg.s_m) - 2)
    far, length = at_m - leg.s_m[i], leg.s_m[i + 1] - leg.s_m[i]
    v = np.sqrt(leg.w[i] + (leg.w[i + 1] - leg.w[i]) * (far / length))
    before = np.concatenate(((0.0,), np.cumsum(leg.width_s)))[i]
    return np.asarray(before + 2.0 * far / np.maximum(leg.v_mps[i] + v, 1e-9))


def _at_m(light: Light) -> float:
    return light.at_m
