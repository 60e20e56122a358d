"""Which samples a device reports: its rules, one sample after the other, each knowing only what came before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from rumbo.domain.device import Reporting
from rumbo.motion.arrays import Bools, Floats, Ints
from rumbo.motion.device import STANDING_MPS
from rumbo.motion.sendings import DISTANCE, END, IGNITION_OFF, IGNITION_ON, START, TIME, TURN

SAMPLES_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class Seen:
    """What a device's sensors say at some samples."""

    ignition: Bools
    distance_m: Floats
    speed_mps: Floats
    heading_deg: Floats
    in_tunnel: Bools


type Look = Callable[[Ints], Seen]
"""Trip times in ms -> what is seen then."""


@dataclass(frozen=True, slots=True)
class Life:
    """How long a device samples, in ms of trip time.

    It samples up to `until_ms`; where `is_end` that is the end of the trip, and it makes its last report there.
    Nothing that it sees changes after `still_ms`.
    """

    until_ms: int
    is_end: bool
    still_ms: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """Reports: `at_ms` (trip time) and why each was made. `tunnels`: from when to when the device saw itself in one."""

    at_ms: Ints
    trigger: Ints
    tunnels: list[tuple[int, int]]


OPEN_MS = 1 << 60
"""End of what is not known to end."""


def recorded(reporting: Reporting, life: Life, look: Look, *, watch_tunnels: bool) -> Recorded:
    """All reports of a device up to the end of its life."""
    step, before_ms = reporting.step_ms, life.until_ms + (0 if life.is_end else 1)
    walk, tunnels = _Walk(reporting), _Tunnels()
    if reporting.looks or watch_tunnels:
        looked_ms = min(before_ms, -(-life.still_ms // step) * step + 1)
        for begin in range(0, looked_ms, step * SAMPLES_AT_ONCE):
            samples = np.arange(begin, min(begin + step * SAMPLES_AT_ONCE, looked_ms), step, dtype=np.int64)
            seen = look(samples)
            tunnels.watch(samples, seen.in_tunnel)
            if reporting.looks:
                walk.along(samples, seen)
    if reporting.looks:
        walk.stand(before_ms)
        at_ms, trigger = np.array(walk.at_ms, dtype=np.int64), np.array(walk.trigger, dtype=np.int64)
    else:
        at_ms = np.arange(0, before_ms, -(-reporting.interval_ms // step) * step, dtype=np.int64)
        trigger = np.full(len(at_ms), TIME, dtype=np.int64)
    trigger[:1] = START
    if life.is_end:
        at_ms, trigger = np.append(at_ms, life.until_ms), np.append(trigger, END)
    return Recorded(at_ms, trigger, tunnels.until(life.until_ms if life.is_end else OPEN_MS))


class _Walk:
    """Goes along the samples and remembers the last report."""

    def __init__(self, reporting: Reporting) -> None:
        self.rules = reporting
        self.at_ms: list[int] = []
        self.trigger: list[int] = []
        self._last: tuple[int, float, float, bool] | None = None
        """Time, distance and heading of the last report, and the ignition at the last sample."""
        self._next_ms = 0
        self._is_standing = True

    def along(self, samples: Ints, seen: Seen) -> None:
        rules = self.rules
        far = rules.distance_m if rules.distance_m is not None else float("inf")
        turn = rules.turn_deg if rules.turn_deg is not None else float("inf")
        watches = rules.on_ignition
        moving = seen.speed_mps >= STANDING_MPS
        moves = rules.interval_ms
        stands = rules.standing_interval_ms or moves
        times, places, courses = samples.tolist(), seen.distance_m.tolist(), seen.heading_deg.tolist()
        on = seen.ignition.tolist()
        last_ms, last_m, last_deg, was_on = self._last or (-OPEN_MS, places[0], courses[0], on[0])
        for at_ms, at_m, course, moved, is_on in zip(
            times, places, courses, moving.tolist(), on, strict=True
        ):
            if watches and is_on is not was_on:
                why = IGNITION_ON if is_on else IGNITION_OFF
            elif at_ms - last_ms >= (moves if moved else stands):
                why = TIME
            elif at_m - last_m >= far:
                why = DISTANCE
            elif moved and turn <= abs((course - last_deg + 180.0) % 360.0 - 180.0):
                why = TURN
            else:
                was_on = is_on
                continue
            self.at_ms.append(at_ms)
            self.trigger.append(why)
            last_ms, last_m, last_deg, was_on = at_ms, at_m, course, is_on
        self._last = last_ms, last_m, last_deg, was_on
        self._next_ms = times[-1] + rules.step_ms
        self._is_standing = not bool(moving[-1])

    def stand(self, before_ms: int) -> None:
        """Report by the watch alone from the last sample to before `before_ms`: nothing moves any more."""
        if self._last is None:
            return
        rules, step = self.rules, self.rules.step_ms
        every = rules.standing_interval_ms if self._is_standing else None
        every = every or rules.interval_ms
        grid_ms = self._last[0]
        due = max(grid_ms + every, self._next_ms)
        due = -(-due // step) * step
        more = range(due, before_ms, -(-every // step) * step)
        self.at_ms.extend(more)
        self.trigger.extend([TIME] * len(more))


class _Tunnels:
    """Notices, sample by sample, when the vehicle comes into a tunnel and out of it."""

    def __init__(self) -> None:
        self._since_ms: int | None = None
        self._left: list[tuple[int, int]] = []

    def watch(self, samples: Ints, in_tunnel: Bools) -> None:
        was = np.concatenate(([self._since_ms is not None], in_tunnel[:-1]))
        for i in np.flatnonzero(in_tunnel != was).tolist():
            if self._since_ms is None:
                self._since_ms = int(samples[i])
            else:
                self._left.append((self._since_ms, int(samples[i])))
                self._since_ms = None

    def until(self, end_ms: int) -> list[tuple[int, int]]:
        """Stretches in tunnels; one that is not left ends with the trip."""
        return self._left if self._since_ms is None else [*self._left, (self._since_ms, end_ms)]
