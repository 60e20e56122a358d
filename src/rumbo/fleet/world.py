"""The world clock on its topic: opened and closed by the stack, viewed by everybody else."""

from __future__ import annotations

import threading
from collections.abc import Callable

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.errors import CannotStart, Unavailable
from rumbo.events.plans import clock_from_json, clock_to_json, settled_clock
from rumbo.events.topics import CLOCK, CLOCK_KEY, DRIVE_GROUP, PLANS
from rumbo.transport.port import Offsets, Publisher, Record, TableReader, progress_from_metadata

WallClock = Callable[[], int]
"""Gives wall time in ms since the Unix epoch."""

PUBLISH_TIMEOUT_S = 10.0
FOLD_ABOVE = 1_000
"""A clock with more changes is folded when the world opens: nobody drives then, and all plans are read once."""
KEPT_MS = 86_400_000
"""Changes of the last day are kept in any case: for those who ask where the world was a moment ago."""


def open_world(
    publisher: Publisher, tables: TableReader, offsets: Offsets, speed: float, wall_ms: WallClock
) -> WorldClock:
    """Let the world go on at `speed` where it stood, and return its clock.

    A world that was closed goes on at the time at which it was closed. One that was not (a crash) goes on
    where its workers stood: at the newest committed progress, so no time in which nothing drove is driven
    afterwards, or else at its last change. The very first world begins now. World time never falls below
    any partition's progress. Raises InvalidInput for an impossible speed, Unavailable without a broker, CannotStart
    where this machine's clock was set back to before what the world has lived.
    """
    clock = read_clock(tables)
    now_ms = wall_ms()
    if clock is None:
        return _append(publisher, WorldClock((ClockChange(now_ms, now_ms, speed),)))
    last = clock.changes[-1]
    floor_ms = max(progress(offsets).values(), default=last.world_ms)
    _require_forward(clock, now_ms, floor_ms)
    if len(clock.changes) > FOLD_ABOVE:
        appended_ms = sorted(record.timestamp_ms for record in tables.read_all(PLANS))
        clock = clock.folded(appended_ms, now_ms - KEPT_MS)
    return _append(publisher, clock.changed(now_ms, speed, max(last.world_ms, floor_ms)))


def _require_forward(clock: WorldClock, now_ms: int, driven_ms: int) -> None:
    """Plans settle by wall time: in one that the world has lived already, they would change what was driven."""
    last = clock.changes[-1]
    behind_ms = last.wall_ms - now_ms
    if last.rate:
        behind_ms = max(behind_ms, int((driven_ms - clock.world_ms(now_ms)) / last.rate))
    if behind_ms > 0:
        raise CannotStart(
            f"This machine's clock is {behind_ms / 1000:.1f} s behind what the world has lived: it was set back.",
            hint="Set the clock right or wait that long, then start again.",
        )


def close_world(publisher: Publisher, tables: TableReader, wall_ms: WallClock) -> WorldClock | None:
    """Stop world time where it is; nothing happens where it stands already or never began."""
    clock = read_clock(tables)
    if clock is None or clock.changes[-1].rate == 0:
        return clock
    now_ms = max(wall_ms(), clock.changes[-1].wall_ms)  # the machine's clock may have been set back meanwhile
    return _append(publisher, clock.changed(now_ms, 0.0))


def read_clock(tables: TableReader) -> WorldClock | None:
    """The settled clock on the topic, None where there is none yet."""
    record = _newest(tables)
    return None if record is None else settled_record(record)


def _newest(tables: TableReader) -> Record | None:
    records = [r for r in tables.read_all(CLOCK) if r.key == CLOCK_KEY and r.value is not None]
    return records[-1] if records else None


def settled_record(record: Record) -> WorldClock:
    """The clock in a record of the clock topic. Raises ContractBroken where it is none."""
    return settled_clock(clock_from_json(record.value or b""), record.timestamp_ms)


def progress(offsets: Offsets) -> dict[int, int]:
    """World time driven so far, by partition of the plans topic; partitions never driven are absent."""
    committed = offsets.committed(DRIVE_GROUP, PLANS)
    notes = {partition: progress_from_metadata(at.metadata) for partition, at in committed.items()}
    return {partition: world_ms for partition, world_ms in notes.items() if world_ms is not None}


def _append(publisher: Publisher, clock: WorldClock) -> WorldClock:
    record = publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(clock), PUBLISH_TIMEOUT_S)
    return settled_clock(clock, record.timestamp_ms)


class WorldView:
    """The world clock as known now. `refresh` reads the topic to its end, `apply` takes one record of it."""

    def __init__(self, tables: TableReader, offsets: Offsets, wall_ms: WallClock) -> None:
        self._tables = tables
        self._offsets = offsets
        self._wall_ms = wall_ms
        self._lock = threading.Lock()
        self._clock: WorldClock | None = None
        self._next_offset = 0
        self.on_change: Callable[[], None] = lambda: None
        """Called, in whatever thread, when the clock has changed."""

    @property
    def clock(self) -> WorldClock:
        """Raises Unavailable while no world is open."""
        if self._clock is None:
            self.refresh()
        if self._clock is None:
            raise Unavailable("The world has not begun.", hint="Start the stack with `rumbo up`.")
        return self._clock

    def refresh(self) -> None:
        """Know every change appended before this call. Cheap where nothing is new."""
        if self._offsets.end_offsets(CLOCK).get(0, 0) > self._next_offset:
            record = _newest(self._tables)
            if record is not None:
                self.apply(record)

    def apply(self, record: Record) -> None:
        """Take a record of the clock topic; one that is older than what is known changes nothing."""
        if record.key != CLOCK_KEY or record.value is None:
            return
        clock = settled_record(record)
        with self._lock:
            if record.offset < self._next_offset:
                return
            self._clock, self._next_offset = clock, record.offset + 1
        self.on_change()

    def now_ms(self) -> int:
        """World time now, in ms since the Unix epoch."""
        return self.clock.world_ms(self._wall_ms())

    def rate(self) -> float:
        """World seconds a wall second; 0 while the world stands still."""
        return self.clock.rate(self._wall_ms())

    def ago_ms(self, wall_ms: int) -> int:
        """World time as it was `wall_ms` of wall time ago."""
        return self.clock.world_ms(self._wall_ms() - wall_ms)
