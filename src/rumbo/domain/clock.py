"""The world clock: wall time and world time joined by a list of changes.

All times are whole milliseconds since the Unix epoch. A change says: from `wall_ms` on, world time
starts at `world_ms` and runs at `rate` world milliseconds a wall millisecond. Rate 0 is a pause.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from rumbo.errors import InvalidInput

MIN_RATE, MAX_RATE = 0.1, 1000.0


@dataclass(frozen=True, slots=True)
class ClockChange:
    wall_ms: int
    world_ms: int
    rate: float

    def __post_init__(self) -> None:
        if self.rate != 0 and not MIN_RATE <= self.rate <= MAX_RATE:
            raise InvalidInput(
                f"A world speed of {self.rate} is not possible.",
                hint=f"Use 0 to pause, or {MIN_RATE} to {MAX_RATE:g}.",
                field="rate",
            )


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

    def changed(self, wall_ms: int, rate: float, world_ms: int | None = None) -> WorldClock:
        """The clock with one more change at `wall_ms`; world time goes on unless `world_ms` sets it."""
        start = self.world_ms(wall_ms) if world_ms is None else world_ms
        return WorldClock((*self.changes, ClockChange(wall_ms, start, rate)))
