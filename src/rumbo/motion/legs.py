"""Leg by leg from standstill to standstill: where the trip comes to a red light, a leg ends there.

The time at which a light is reached depends on all stops before it. So the pace is driven once as if no light were red,
for all places together; on the way through it in order of time, a red light only replaces the nodes of its
braking and of the climb after it.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from math import sqrt

import numpy as np

from rumbo.domain.trip import WaitReason
from rumbo.motion.controls import Halts, Stop
from rumbo.motion.effort import Effort
from rumbo.motion.pace import APPROACH_M, MERGE_M, Pace
from rumbo.motion.signals import LEAST_STOP_S, START_S, Light, clear_after_s
from rumbo.motion.smoothing import Run, joined

NEAR_M = 0.5
"""Nodes this close to a standstill are left out."""


@dataclass(frozen=True, slots=True)
class Red:
    """A light that stops the trip: from `clear_s` of profile time on it may go."""

    light: Light
    clear_s: float
    reason: WaitReason

    def stop(self, arrived_s: float, start_ms: int) -> Stop:
        wait_s = max(self.clear_s - arrived_s, LEAST_STOP_S)
        left_s = self.light.programme.red_left_s(start_ms, arrived_s + wait_s)
        if left_s > 0.0:  # the queue took all of the green
            wait_s += left_s + START_S
        return Stop(self.light.at_m, round(wait_s, 3), self.reason)


@dataclass(slots=True)
class Nodes:
    """Places, speeds squared and seconds from the leg's start."""

    s_m: list[float]
    w: list[float]
    t_s: list[float]

    def add(self, s_m: float, w: float) -> None:
        self.t_s.append(self.t_s[-1] + _between_s(self.s_m[-1], self.w[-1], s_m, w))
        self.s_m.append(s_m)
        self.w.append(w)

    def reached_s(self, at_m: float) -> float:
        """When a place behind the first node and not beyond the last is reached."""
        i = bisect_left(self.s_m, at_m) - 1
        w = _on_line(self.s_m[i], self.w[i], self.s_m[i + 1], self.w[i + 1], at_m)
        return self.t_s[i] + _between_s(self.s_m[i], self.w[i], at_m, w)


@dataclass(slots=True)
class Climb:
    """From a standstill: nodes of its own, after which the leg is the pace from node `base` on.

    A node of the pace is reached `shift_s` after its time there.
    """

    head: Nodes
    base: int
    shift_s: float


@dataclass(slots=True)
class Way:
    """What has been driven, node by node; each leg begins where the one before ended, standing `gaps_s` between."""

    s_m: list[float] = field(default_factory=list)
    w: list[float] = field(default_factory=list)
    gaps_s: list[float] = field(default_factory=list)
    stops: list[Stop] = field(default_factory=list)

    def add(self, s_m: list[float], w: list[float]) -> None:
        self.s_m += s_m
        self.w += w


class Driving:
    """Drives legs over a pace with an effort up and one down; `start_ms` is world time at profile time 0."""

    def __init__(self, pace: Pace, up: Effort, down: Effort, start_ms: int, box_s: float) -> None:
        v = np.sqrt(pace.w)
        width = 2.0 * (pace.s_m[1:] - pace.s_m[:-1]) / (v[1:] + v[:-1])
        self._pace, self._time = pace, np.concatenate(((0.0,), width.cumsum()))
        self._s: list[float] = pace.s_m.tolist()
        self._w: list[float] = pace.w.tolist()
        self._t: list[float] = self._time.tolist()
        self._up, self._down, self._start_ms, self._box_s = up, down, start_ms, box_s

    def run(self, ahead: Halts, hold_s: float) -> tuple[Run, list[Stop]]:
        """The run over the whole pace, and its stops with those at lights among them."""
        way, lights = Way(), ahead.lights
        free_s = self._free_s(lights)
        goals = [*(bisect_left(self._s, stop.at_m) for stop in ahead.stops), len(self._s) - 1]
        climb = Climb(Nodes([self._s[0]], [0.0], [0.0]), 1, 0.0)
        if hold_s > 0.0:
            way.add([self._s[0]], [0.0])
            way.gaps_s.append(hold_s)
        now_s, number, light = hold_s, 0, 0
        while True:
            goal = goals[number]
            found = self._first_red(climb, lights, free_s, light, goal, now_s)
            if found is None:
                way.add(
                    climb.head.s_m + self._s[climb.base : goal + 1],
                    climb.head.w + self._w[climb.base : goal + 1],
                )
                now_s += climb.shift_s + self._t[goal] + self._box_s
                if goal + 1 == len(self._s):
                    break
                way.stops.append(ahead.stops[number])
                climb, number = (
                    Climb(Nodes([self._s[goal]], [0.0], [0.0]), goal + 1, -self._t[goal]),
                    number + 1,
                )
            else:
                index, red, kept, tail = found
                self._keep(way, climb, kept)
                way.add(tail.s_m[1:], tail.w[1:])
                now_s += tail.t_s[-1] + self._box_s
                way.stops.append(red.stop(now_s, self._start_ms))
                climb, light = self._climb(red.light.at_m), index + 1
            while light < len(lights) and lights[light].at_m <= climb.head.s_m[0]:
                light += 1
            way.gaps_s.append(self._box_s + way.stops[-1].wait_s)
            now_s += way.stops[-1].wait_s
        return joined(np.array(way.s_m), np.array(way.w), np.array(way.gaps_s)), way.stops

    def _free_s(self, lights: list[Light]) -> list[float]:
        """When each light would be reached on the pace alone."""
        at_m = np.array([light.at_m for light in lights])
        s, w = self._pace.s_m, self._pace.w
        i = s.searchsorted(at_m) - 1
        far = at_m - s[i]
        v = np.sqrt(w[i]) + np.sqrt(w[i] + (w[i + 1] - w[i]) * (far / (s[i + 1] - s[i])))
        times: list[float] = (self._time[i] + 2.0 * far / np.maximum(v, 1e-9)).tolist()
        return times

    def _first_red(
        self, climb: Climb, lights: list[Light], free_s: list[float], light: int, goal: int, now_s: float
    ) -> tuple[int, Red, int, Nodes] | None:
        """The first light that stops the leg on its way to node `goal`: its index, why, and how it is come to."""
        goal_m, base_m = self._s[goal], self._s[climb.base]
        # The box filter brings the vehicle to a place half its length later than the run.
        late_s = now_s + self._box_s * 0.5
        for k in range(light, len(lights)):
            at_m = lights[k].at_m
            if at_m >= goal_m:
                return None
            at_s = climb.shift_s + free_s[k] if at_m >= base_m else self._on_climb_s(climb, at_m)
            red = self._red(lights[k], late_s + at_s)
            if red is not None:
                return self._before(climb, lights, light, k, red, late_s)
        return None

    def _before(
        self, climb: Climb, lights: list[Light], light: int, k: int, red: Red, late_s: float
    ) -> tuple[int, Red, int, Nodes]:
        """Braking for one light may bring the vehicle too late to one before it, which then is the first."""
        while True:
            kept, tail = self._descend(climb, red.light.at_m)
            earlier = None
            for i in range(k - 1, light - 1, -1):
                if lights[i].at_m <= tail.s_m[0]:
                    break
                found = self._red(lights[i], late_s + tail.reached_s(lights[i].at_m))
                earlier, k = (found, i) if found is not None else (earlier, k)
            if earlier is None:
                return k, red, kept, tail
            red = earlier

    def _red(self, light: Light, at_s: float) -> Red | None:
        left_s, reason = clear_after_s(light, self._start_ms, at_s)
        return None if reason is None else Red(light, at_s + left_s, reason)

    def _on_climb_s(self, climb: Climb, at_m: float) -> float:
        head, base = climb.head, climb.base
        if at_m <= head.s_m[-1]:
            return head.reached_s(at_m)
        w = _on_line(head.s_m[-1], head.w[-1], self._s[base], self._w[base], at_m)
        return head.t_s[-1] + _between_s(head.s_m[-1], head.w[-1], at_m, w)

    def _climb(self, begin_m: float) -> Climb:
        """From a standstill that the pace does not know, until it is no slower than the pace."""
        head, i = Nodes([begin_m], [0.0], [0.0]), bisect_left(self._s, begin_m + NEAR_M)
        near = [begin_m + step for step in APPROACH_M]
        while True:
            node_m, free = self._s[i], self._w[i]
            while near and near[0] < node_m - MERGE_M:
                self._rise(head, i, near.pop(0))
            can = self._up.reached_at(node_m - begin_m)
            if free <= can:
                break
            if near and near[0] <= node_m + MERGE_M:
                near.pop(0)
            head.add(node_m, can)
            i += 1
        if len(head.s_m) == 1 and free <= 0.0:
            self._rise(head, i, (begin_m + node_m) * 0.5)
        arrived_s = head.t_s[-1] + _between_s(head.s_m[-1], head.w[-1], node_m, free)
        return Climb(head, i, arrived_s - self._t[i])

    def _rise(self, head: Nodes, i: int, at_m: float) -> None:
        """Add a node of the climb before node i of the pace."""
        free = _on_line(self._s[i - 1], self._w[i - 1], self._s[i], self._w[i], at_m)
        head.add(at_m, min(free, self._up.reached_at(at_m - head.s_m[0])))

    def _descend(self, climb: Climb, end_m: float) -> tuple[int, Nodes]:
        """To a standstill on the leg: the last node that stays as it is (see `_node`), and the nodes from there."""
        begin_m, above = climb.head.s_m[0], bisect_left(self._s, end_m - NEAR_M) - climb.base
        if end_m - NEAR_M <= climb.head.s_m[-1]:
            above = bisect_left(climb.head.s_m, end_m - NEAR_M) - len(climb.head.s_m)
        back: list[tuple[float, float]] = [(end_m, 0.0)]
        near = [end_m - step for step in APPROACH_M if end_m - step > begin_m + NEAR_M]
        above_m, above_w = self._node(climb, above)
        while True:
            above -= 1
            node_m, free = self._node(climb, above)
            while near and near[0] > node_m + MERGE_M:
                at_m = near.pop(0)
                w = _on_line(node_m, free, above_m, above_w, at_m)
                back.append((at_m, min(w, self._down.reached_at(end_m - at_m))))
            can = self._down.reached_at(end_m - node_m)
            if free <= can:
                break
            if near and near[0] >= node_m - MERGE_M:
                near.pop(0)
            back.append((node_m, can))
            above_m, above_w = node_m, free
        if len(back) == 1 and free <= 0.0:
            at_m = (node_m + end_m) * 0.5
            w = _on_line(node_m, free, above_m, above_w, at_m)
            back.append((at_m, min(w, self._down.reached_at(end_m - at_m))))
        begin_s = climb.head.t_s[above] if above < 0 else climb.shift_s + self._t[climb.base + above]
        tail = Nodes([node_m], [free], [begin_s])
        for node in reversed(back):
            tail.add(*node)
        return above, tail

    def _node(self, climb: Climb, number: int) -> tuple[float, float]:
        """Place and speed squared of a leg's node: 0 and up are those of the pace, -1 the last of the climb."""
        if number < 0:
            return climb.head.s_m[number], climb.head.w[number]
        return self._s[climb.base + number], self._w[climb.base + number]

    def _keep(self, way: Way, climb: Climb, last: int) -> None:
        """Drive the leg as far as node `last`."""
        head, base = climb.head, climb.base
        if last < 0:
            count = len(head.s_m) + last + 1
            way.add(head.s_m[:count], head.w[:count])
        else:
            way.add(head.s_m + self._s[base : base + last + 1], head.w + self._w[base : base + last + 1])


def _on_line(s0: float, w0: float, s1: float, w1: float, at_m: float) -> float:
    return w0 + (w1 - w0) * ((at_m - s0) / (s1 - s0))


def _between_s(s0: float, w0: float, s1: float, w1: float) -> float:
    """Seconds from one place to the next at constant acceleration."""
    return 2.0 * (s1 - s0) / max(sqrt(w0) + sqrt(w1), 1e-9)
