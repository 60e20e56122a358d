"""The world clock: wall time and world time joined by a list of changes.

All times are whole milliseconds since the Unix epoch. A change says: from `wall_ms` on, world time
starts at `world_ms` and runs at `rate` world milliseconds a wall millisecond. Rate 0 is a pause; a change of rate 0
whose world time is later than the world's is a step. World time never goes back.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from rumbo.errors import Conflict, InvalidInput

MIN_RATE, MAX_RATE = 0.1, 1000.0
MIN_STEP_MS, MAX_STEP_MS = 1, 31 * 86_400_000
MAX_CHANGES = 10_000
"""Persons may change the clock so often: all changes stand in one record, and every one of them settles some plan."""


@dataclass(frozen=True, slots=True)
class ClockChange:
    wall_ms: int
    world_ms: int
    rate: float
    token: str = ""
    """Of the request that made it, where it had one: a repeated request finds its effect."""

    def __post_init__(self) -> None:
        if self.rate != 0:
            _check_rate(self.rate)


@dataclass(frozen=True, slots=True)
class WorldClock:
    """Changes in order of wall time; the first is the world's beginning."""

    changes: tuple[ClockChange, ...]

    def __post_init__(self) -> None:
        if not self.changes:
            raise InvalidInput("A world clock needs at least one change.")
        walls = [change.wall_ms for change in self.changes]
        if walls != sorted(walls):
            raise InvalidInput("A world clock's changes must be in order of wall time.")

    def change_at(self, wall_ms: int) -> ClockChange:
        """The change in force at a wall time; before the beginning, the first."""
        at = bisect_right(self.changes, wall_ms, key=lambda change: change.wall_ms)
        return self.changes[max(0, at - 1)]

    def world_ms(self, wall_ms: int) -> int:
        """World time at a wall time, rounded down; it stands still before the beginning."""
        change = self.change_at(wall_ms)
        return change.world_ms + int(max(0, wall_ms - change.wall_ms) * change.rate)

    def rate(self, wall_ms: int) -> float:
        return self.change_at(wall_ms).rate

    @property
    def revision(self) -> int:
        """How often the clock has been changed since the world's beginning."""
        return len(self.changes) - 1

    @property
    def running_rate(self) -> float:
        """The rate at which the world runs, or ran before it was paused."""
        return next((change.rate for change in reversed(self.changes) if change.rate), 1.0)

    def changed(self, wall_ms: int, rate: float, world_ms: int | None = None, token: str = "") -> WorldClock:
        """The clock with one more change at `wall_ms`; world time goes on unless `world_ms` sets it."""
        start = self.world_ms(wall_ms) if world_ms is None else world_ms
        return WorldClock((*self.changes, ClockChange(wall_ms, start, rate, token)))

    # What a person may do. Each gives the clock with one more change, and raises Conflict where the world's state
    # forbids it and InvalidInput for what is not possible at all.

    def at_rate(self, wall_ms: int, rate: float, token: str = "") -> WorldClock:
        """Running at another rate; the same clock where it runs so already."""
        _check_rate(rate)
        if self._newest.rate == 0:
            raise Conflict("The world stands still.", hint="Resume it, at this rate if you like.")
        return self if rate == self._newest.rate else self._more(wall_ms, rate, token)

    def paused(self, wall_ms: int, token: str = "") -> WorldClock:
        if self._newest.rate == 0:
            raise Conflict("The world stands still already.", hint="Resume it, or let it step.")
        return self._more(wall_ms, 0.0, token)

    def resumed(self, wall_ms: int, rate: float | None = None, token: str = "") -> WorldClock:
        """Running again, at the rate before the pause unless another is given."""
        if self._newest.rate:
            raise Conflict("The world is running.", hint="Only a paused world can be resumed.")
        return self._more(wall_ms, rate or self.running_rate, token)

    def stepped(self, wall_ms: int, step_ms: int, token: str = "") -> WorldClock:
        """Standing still, `step_ms` later."""
        if not MIN_STEP_MS <= step_ms <= MAX_STEP_MS:
            raise InvalidInput(
                f"A step of {step_ms / 1000:g} s is not possible.",
                hint=f"Use {MIN_STEP_MS / 1000:g} s to {MAX_STEP_MS // 86_400_000} days.",
                field="seconds",
            )
        if self._newest.rate:
            raise Conflict("The world is running.", hint="Pause it first.")
        return self._more(wall_ms, 0.0, token, self._newest.world_ms + step_ms)

    def folded(self, settling_ms: Sequence[int], before_ms: int) -> WorldClock:
        """Without the changes from before wall time `before_ms` during which nothing was settled.

        `settling_ms` are the append times of all records that this clock settles, in order. World time at each of
        them, at the beginning and from `before_ms` on stays what it was; in between it is forgotten.
        """
        ends_ms = [change.wall_ms for change in self.changes[1:]]
        kept = [self.changes[0]]
        for change, end_ms in zip(self.changes[1:-1], ends_ms[1:], strict=True):
            settles = bisect_left(settling_ms, change.wall_ms) < bisect_left(settling_ms, end_ms)
            if settles or end_ms > before_ms:
                kept.append(change)
        kept += self.changes[1:][-1:]
        return WorldClock(tuple(kept))

    @property
    def _newest(self) -> ClockChange:
        return self.changes[-1]

    def _more(self, wall_ms: int, rate: float, token: str, world_ms: int | None = None) -> WorldClock:
        if len(self.changes) > MAX_CHANGES:
            raise Conflict(
                f"The world's clock was changed {MAX_CHANGES} times.",
                hint="Start the stack again: what no plan depends on is folded then.",
            )
        # The machine's clock may have been set back meanwhile.
        return self.changed(max(wall_ms, self._newest.wall_ms), rate, world_ms, token)


def _check_rate(rate: float) -> None:
    if not MIN_RATE <= rate <= MAX_RATE:
        raise InvalidInput(
            f"A world speed of {rate} is not possible.",
            hint=f"Use {MIN_RATE} to {MAX_RATE:g}; pause the world to let it stand still.",
            field="rate",
        )
