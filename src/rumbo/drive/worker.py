"""The drive worker: in step with the world clock, it sends what the vehicles' devices report.

A tick, and why nothing that it sends can be contradicted later (ADR 0003):

1. T0 is wall time now, less a guard for what the broker is just appending and for clocks that differ.
2. Plans and clock are read up to where they end now, so everything appended by T0 is known.
3. Events are sent up to world(T0). Whatever is appended afterwards takes effect after that.

The events and the progress are one transaction, so a worker that dies at any point is replaced by one that
reads plans and progress and goes on: no event lost, none repeated. Progress is committed at least every two seconds.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from rumbo.domain.clock import WorldClock
from rumbo.drive.chunk import Chunk
from rumbo.drive.shard import Shard
from rumbo.drive.tick import FleetMaker, Records, chunk_end, count, merged
from rumbo.errors import ContractBroken, Fenced, Unavailable
from rumbo.events.plans import clock_from_json, settled_clock
from rumbo.transport.port import Inflow, Record, WorkerLink

log = logging.getLogger(__name__)

GUARD_MS = 60
"""T0 stays this far behind the wall clock: longer than an append takes to show in the end offsets, plus the
difference between the clocks of broker and worker. Raise it where they are on different machines. A plan of 7 MB was
seen to take 20 ms, the first one after a broker's start 25 ms."""
COMMIT_EVERY_MS = 2_000
"""Progress without events is committed this often: what a watcher reads is at most this old."""
READ_TIMEOUT_S = 1.0
RETRY_S = 0.5
LATE_AFTER_TICKS = 5
SWEEP_EVERY_TICKS = 50
REPORT_EVERY_MS = 60_000


@dataclass(slots=True)
class Figures:
    """What a worker has done since it started, and where it stands."""

    ticks: int = 0
    transactions: int = 0
    events: int = 0
    world_ms: int | None = None
    """World time that all its partitions are driven to; None before the first tick."""
    behind_ms: int = 0
    """Wall time by which the last tick ended later than it should have begun the next."""


class Worker:
    """Drives the partitions that its link is given. `now_ms` is the wall clock, in ms since the epoch."""

    def __init__(
        self,
        link: WorkerLink,
        make_fleet: FleetMaker,
        now_ms: Callable[[], int],
        *,
        tick_ms: int = 200,
        guard_ms: int = GUARD_MS,
    ) -> None:
        self.figures = Figures()
        self.alive_at = time.monotonic()
        """When it last got on with its work; a watchdog may end a process in which this stands still."""
        self._link = link
        self._make_fleet = make_fleet
        self._now_ms = now_ms
        self._tick_ms = tick_ms
        self._guard_ms = guard_ms
        self._shards: dict[int, Shard] = {}
        self._clock: WorldClock | None = None
        self._known_wall_ms = 0
        """T0 of the last tick: what was appended up to it should be known."""
        self._events_per_ms = 0.0
        self._ahead = ThreadPoolExecutor(1, thread_name_prefix="chunk")
        self._committed_wall_ms = 0
        self._reported_wall_ms = 0

    def run(self, stop: threading.Event) -> None:
        """Tick until `stop` is set, then commit the progress and close the link.

        Waits through a broker that is away. Raises Fenced where this worker must make room for its successor.
        """
        try:
            while not stop.is_set():
                began = time.monotonic()
                try:
                    self.tick(stop)
                except Fenced:
                    raise
                except Unavailable as exc:
                    log.warning("The tick is tried again: %s", exc)
                    stop.wait(RETRY_S)
                    continue
                self._pace(stop, (time.monotonic() - began) * 1000)
            self._commit_idle(at_once=True)
        finally:
            self._ahead.shutdown()
            self._link.close()

    def tick(self, stop: threading.Event | None = None) -> int:
        """Drive the fleet up to now; return how many events were sent.

        Ends early between two transactions when `stop` is set. Raises Unavailable (try again) or Fenced (end).
        """
        self.alive_at = time.monotonic()
        wall_ms = self._now_ms() - self._guard_ms
        inflow = self._link.catch_up(READ_TIMEOUT_S)
        self._take(inflow)
        if not inflow.complete or self._clock is None:
            return 0
        if wall_ms < self._clock.changes[-1].wall_ms:
            return (
                0  # before a world that was left open is opened again, its old clock runs on through the gap
            )
        until_ms = self._clock.world_ms(wall_ms)
        for shard in self._shards.values():
            self.alive_at = time.monotonic()
            shard.settle(wall_ms, self._clock)
            shard.is_read = True
            if shard.driven_ms is None:
                shard.driven_ms = self._clock.changes[0].world_ms - 1
        self._known_wall_ms = wall_ms
        sent = self._send_owed() + self._drive(until_ms, stop)
        self._commit_idle(at_once=self._clock.rate(wall_ms) == 0)
        self.figures.ticks += 1
        if self.figures.ticks % SWEEP_EVERY_TICKS == 0:
            for shard in self._shards.values():
                shard.sweep()
        return sent

    def _take(self, inflow: Inflow) -> None:
        for partition in inflow.revoked:
            self._shards.pop(partition, None)
        for partition, driven_ms in inflow.assigned.items():
            self._shards[partition] = Shard(partition, driven_ms, self._make_fleet)
            log.info("Partition %d goes on at world time %s", partition, driven_ms)
        for record in inflow.clock:
            self._clock = _newer_clock(record, self._clock)
        for record in inflow.plans:
            shard = self._shards.get(record.partition)
            if shard is not None:
                is_late = shard.is_read and record.timestamp_ms <= self._known_wall_ms
                shard.take(record, is_late=is_late)
                if is_late:
                    late_ms = self._known_wall_ms - record.timestamp_ms
                    log.warning("Trip %s's plan showed %d ms too late: raise GUARD_MS", record.key, late_ms)

    def _drive(self, until_ms: int, stop: threading.Event | None) -> int:
        """Chunk by chunk; partitions that lag are brought up first, then all go together.

        While one chunk's transaction is under way, the next one is computed: numpy, polars and Kafka's client all
        work without Python's lock. Nothing is sent ahead of its turn, and nothing is read meanwhile.
        """
        sent = 0
        chunk = self._next_chunk(dict(self._driven()), until_ms)
        try:
            while chunk is not None and not (stop is not None and stop.is_set()):
                self.alive_at = time.monotonic()
                records = chunk.records()
                self._events_per_ms = count(records) / chunk.length_ms
                following = self._next_chunk(chunk.driven, until_ms)
                if following is not None:
                    following.begin(self._ahead)
                sent += self._send(chunk, records)
                chunk = following
        finally:
            if chunk is not None:
                chunk.abandon()
        self.figures.world_ms = min((at for _, at in self._driven()), default=None)
        return sent

    def _send_owed(self) -> int:
        """What late plans should have sent by now goes out before anything else of their trips."""
        owing = [shard for shard in self._shards.values() if shard.owed and shard.driven_ms is not None]
        records = merged([some for shard in owing for some in shard.owed])
        events = count(records)
        if events:
            stands = {shard.partition: at for shard, at in self._driven() if shard in owing}
            self._link.transaction(records, stands)
            self.figures.transactions += 1
            self.figures.events += events
        for shard in owing:
            shard.owed = []
        return events

    def _driven(self) -> list[tuple[Shard, int]]:
        return [(shard, shard.driven_ms) for shard in self._shards.values() if shard.driven_ms is not None]

    def _next_chunk(self, driven: Mapping[Shard, int], until_ms: int) -> Chunk | None:
        """What to drive once the shards are where `driven` says; None where all are at `until_ms`."""
        behind = {shard: at for shard, at in driven.items() if at < until_ms}
        if not behind:
            return None
        after_ms = min(behind.values())
        # Before anything is known: a device reports about once a second.
        expected = max(self._events_per_ms, sum(map(len, behind)) / 1000)
        end_ms = chunk_end(after_ms, until_ms, expected)
        moving = {shard: at for shard, at in behind.items() if at < end_ms}
        return Chunk(moving, after_ms, end_ms, {**driven, **dict.fromkeys(moving, end_ms)})

    def _send(self, chunk: Chunk, records: Records) -> int:
        events = count(records)
        if events:
            self._link.transaction(records, {shard.partition: chunk.end_ms for shard in chunk.moving})
            self.figures.transactions += 1
            self.figures.events += events
        for shard in chunk.moving:
            shard.driven_ms = chunk.end_ms
            shard.committed_ms = chunk.end_ms if events else shard.committed_ms
        return events

    def _commit_idle(self, *, at_once: bool) -> None:
        """Commit progress made without events: now, or when the last commit is long enough ago."""
        late = self._now_ms() - self._committed_wall_ms >= COMMIT_EVERY_MS
        if not (at_once or late):
            return
        ahead = {shard.partition: at for shard, at in self._driven() if at != shard.committed_ms}
        if ahead:
            self._link.transaction({}, ahead)
        for shard, at in self._driven():
            shard.committed_ms = at
        self._committed_wall_ms = self._now_ms()

    def _pace(self, stop: threading.Event, took_ms: float) -> None:
        """Wait out the rest of the tick; say so when there is none for long."""
        figures, now_ms = self.figures, self._now_ms()
        figures.behind_ms = max(0, round(took_ms) - self._tick_ms)
        late = figures.behind_ms > LATE_AFTER_TICKS * self._tick_ms
        if late or now_ms - self._reported_wall_ms >= REPORT_EVERY_MS:
            self._reported_wall_ms = now_ms
            level = logging.WARNING if late else logging.INFO
            log.log(level, "%s: the last tick took %d ms", figures, took_ms)
        stop.wait(max(0.0, self._tick_ms - took_ms) / 1000)


def _newer_clock(record: Record, known: WorldClock | None) -> WorldClock | None:
    if record.value is None:
        return known
    try:
        return settled_clock(clock_from_json(record.value), record.timestamp_ms)
    except ContractBroken:
        log.exception("The world clock's record at offset %d is ignored", record.offset)
        return known
