"""The worker on the in-memory twin, by a manual clock."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Mapping, Sequence

import pytest

from drive.driving import due, payloads, plan, progress_of, sent
from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.plan import AmendmentKind
from rumbo.drive import tick as tick_module
from rumbo.drive.worker import COMMIT_EVERY_MS, GUARD_MS, SWEEP_EVERY_TICKS, Worker
from rumbo.errors import Fenced, Unavailable
from rumbo.events.plans import clock_to_json, plan_from_json, plan_to_json
from rumbo.events.topics import CLOCK, CLOCK_KEY, PLANS, POSITIONS, TRIP_STATES
from rumbo.motion import Fleet
from rumbo.transport.memory import (
    MemoryKafka,
    MemoryOffsets,
    MemoryPublisher,
    MemoryTableReader,
    MemoryWorkerLink,
)
from rumbo.transport.port import KeyedValue, Record

BEGIN_MS = 1_000_000
WORLD_MS = 5_000_000


class World:
    """A cluster in memory, a wall clock that a test moves, and a world that begins at rate 1."""

    def __init__(self) -> None:
        self.wall_ms = BEGIN_MS
        self.kafka = MemoryKafka(now_ms=lambda: self.wall_ms)
        self.publisher = MemoryPublisher(self.kafka)
        self.clock = WorldClock((ClockChange(BEGIN_MS, WORLD_MS, 1.0),))
        self.publish_clock()

    def publish_clock(self) -> None:
        self.publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(self.clock))

    def set_rate(self, rate: float) -> None:
        self.clock = self.clock.changed(self.wall_ms, rate)
        self.publish_clock()

    def send(self, count: int, *, first: int = 0, length_m: float = 400.0) -> None:
        for number in range(first, first + count):
            trip = plan(number, self.world_ms, length_m)
            self.publisher.publish(PLANS, trip.trip_id, plan_to_json(trip))

    @property
    def world_ms(self) -> int:
        return self.clock.world_ms(self.wall_ms)

    def link(self, number: int = 1) -> MemoryWorkerLink:
        return MemoryWorkerLink(self.kafka, number)

    def worker(self, link: MemoryWorkerLink | None = None) -> Worker:
        return Worker(link or self.link(), Fleet.of, lambda: self.wall_ms)

    def events(self) -> list[Record]:
        return [r for topic in (POSITIONS, TRIP_STATES) for log in self.kafka.logs[topic] for r in log]

    def progress(self) -> dict[int, int]:
        return progress_of(MemoryOffsets(self.kafka))

    def check(self) -> None:
        """Neither gap nor repeat nor a byte that differs."""
        assert sent(self.events()) == due(MemoryTableReader(self.kafka), self.progress())


def drive_on(world: World, worker: Worker, ticks: int) -> None:
    for _ in range(ticks):
        world.wall_ms += 433
        worker.tick()


class Failing(MemoryWorkerLink):
    """Fails in the transactions counted in `at`: the work is done, but it is not written."""

    def __init__(self, kafka: MemoryKafka, at: set[int], error: Exception) -> None:
        super().__init__(kafka, 1)
        self._at, self._error, self._count = at, error, 0

    def transaction(self, records: Mapping[str, Sequence[KeyedValue]], progress: Mapping[int, int]) -> None:
        self._count += 1
        if self._count in self._at:
            raise self._error
        super().transaction(records, progress)


def test_ticks_of_any_length_send_exactly_what_the_plans_say() -> None:
    world = World()
    world.send(8)
    worker = world.worker()
    for step_ms in (1, 20, 199, 201, 200, 5_000, 3, 997, 60_000):
        world.wall_ms += step_ms
        worker.tick()
    assert len(payloads(world.events(), POSITIONS)) > 8 * 20
    world.check()


def test_a_worker_waits_for_the_worlds_beginning() -> None:
    world = World()
    for log in world.kafka.logs[CLOCK]:
        log.clear()
    worker = world.worker()
    assert worker.tick() == 0
    assert world.progress() == {}
    world.wall_ms += 1_000
    world.publish_clock()
    world.wall_ms += 1_000
    worker.tick()
    assert worker.figures.world_ms == WORLD_MS + 1_000 - GUARD_MS


def test_without_events_there_is_no_transaction_but_progress_is_committed_in_time() -> None:
    world = World()
    worker = world.worker()
    for _ in range(40):
        world.wall_ms += 200
        worker.tick()
        behind_ms = world.world_ms - min(world.progress().values(), default=WORLD_MS)
        assert behind_ms <= COMMIT_EVERY_MS + 200 + GUARD_MS
    assert worker.figures.transactions == 0
    assert set(world.progress()) == set(range(6))


def test_in_a_world_that_stands_still_progress_reaches_exactly_its_time_at_once() -> None:
    world = World()
    world.send(3)
    worker = world.worker()
    world.wall_ms += 3_000
    worker.tick()
    world.wall_ms += 500
    world.set_rate(0.0)
    stands_at = world.world_ms
    world.wall_ms += 100
    worker.tick()
    assert set(world.progress().values()) == {stands_at}
    world.wall_ms += 10_000
    assert worker.tick() == 0
    world.check()


def test_a_trip_planned_while_the_world_stands_still_begins_when_it_moves() -> None:
    world = World()
    worker = world.worker()
    world.wall_ms += 1_000
    world.set_rate(0.0)
    world.wall_ms += 1_000
    worker.tick()
    world.send(2)
    world.wall_ms += 1_000
    assert worker.tick() == 0
    world.set_rate(10.0)
    world.wall_ms += 1_000
    assert worker.tick() > 0
    world.check()


def test_amendments_between_ticks_never_contradict_what_was_sent() -> None:
    world = World()
    world.send(6)
    worker = world.worker()
    for number, kind in enumerate((*AmendmentKind, *AmendmentKind)):
        world.wall_ms += 3_210
        worker.tick()
        world.wall_ms += 7
        trip = f"trp_{number % 6}"
        record = next(r for r in MemoryTableReader(world.kafka).read_all(PLANS) if r.key == trip)
        known = plan_from_json(record.value or b"").settled(record.timestamp_ms, world.clock)
        amended = known.amended(kind, world.world_ms - 5_000)
        world.publisher.publish(PLANS, trip, plan_to_json(amended))
    world.wall_ms += 60_000
    worker.tick()
    world.check()


def test_what_is_appended_after_the_tick_began_waits_for_the_next() -> None:
    world = World()
    worker = world.worker()
    world.wall_ms += 1_000
    world.send(1)  # within the guard: appended after T0
    worker.tick()
    assert worker.figures.events == 0
    world.wall_ms += 200
    worker.tick()
    assert worker.figures.events == 3, "scheduled, driving and the first report"
    world.check()


@pytest.mark.parametrize("dies_at", range(1, 12))
def test_a_worker_that_dies_before_its_commit_is_replaced_without_gap_or_repeat(dies_at: int) -> None:
    world = World()
    world.send(5)
    first = world.worker(Failing(world.kafka, {dies_at}, Fenced("dead")))
    with pytest.raises(Fenced):
        drive_on(world, first, ticks=200)
    world.wall_ms += 4_000
    second = world.worker()
    second.tick()
    world.check()
    assert min(world.progress().values()) == world.world_ms - GUARD_MS


def test_a_worker_that_is_there_when_a_world_left_open_is_opened_again_does_not_drive_through_the_gap() -> (
    None
):
    world = World()
    world.send(5)
    worker = world.worker()
    drive_on(world, worker, ticks=3)
    stood_ms = max(world.progress().values())
    world.wall_ms += 3_600_000
    world.clock = world.clock.changed(world.wall_ms, 1.0, stood_ms)
    world.publish_clock()
    world.wall_ms += GUARD_MS // 2  # its T0 lies before the opening still
    worker.tick()
    drive_on(world, worker, ticks=1)
    assert stood_ms < max(world.progress().values()) <= world.world_ms
    world.check()


def test_a_plan_that_shows_later_than_the_guard_allows_is_told(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.send(1)
    worker = world.worker()
    drive_on(world, worker, ticks=3)
    assert not caplog.messages
    appended_ms = world.wall_ms - GUARD_MS - 5
    world.kafka.now_ms = lambda: appended_ms
    world.send(1, first=1)
    drive_on(world, worker, ticks=1)
    assert any("5 ms too late" in message for message in caplog.messages)


@pytest.mark.parametrize("undone", range(8))
def test_a_trip_whose_plan_shows_too_late_sends_all_of_it_once(undone: int) -> None:
    world = World()
    world.send(1)
    worker = world.worker(Failing(world.kafka, {undone}, Unavailable("undone")))
    for _ in range(3):
        world.wall_ms += 433
        with contextlib.suppress(Unavailable):
            worker.tick()
    late = plan(7, world.world_ms - GUARD_MS - 3_000, 400.0)
    appended_ms = world.wall_ms - GUARD_MS - 3_000
    world.kafka.now_ms = lambda: appended_ms
    world.publisher.publish(PLANS, late.trip_id, plan_to_json(late))
    world.kafka.now_ms = lambda: world.wall_ms
    for _ in range(20):
        world.wall_ms += 433
        with contextlib.suppress(Unavailable):
            worker.tick()
    assert (
        len([record for record in world.events() if record.value and late.trip_id.encode() in record.value])
        > 10
    )
    world.check()


def test_a_change_that_shows_too_late_is_told_as_an_error(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    world.send(1)
    worker = world.worker()
    drive_on(world, worker, ticks=8)
    (record,) = [one for log in world.kafka.logs[PLANS] for one in log]
    appended_ms = world.wall_ms - GUARD_MS - 400
    world.kafka.now_ms = lambda: appended_ms
    world.publisher.publish(PLANS, str(record.key), record.value)
    drive_on(world, worker, ticks=1)
    assert any("change showed too late" in message for message in caplog.messages)


def test_a_transaction_that_was_undone_is_repeated() -> None:
    world = World()
    world.send(5)
    worker = world.worker(Failing(world.kafka, {2, 3, 7}, Unavailable("undone")))
    undone = 0
    for _ in range(30):
        world.wall_ms += 433
        try:
            worker.tick()
        except Unavailable:
            undone += 1
    assert undone == 3
    world.check()


def test_a_long_absence_is_made_up_in_transactions_of_bounded_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick_module, "CHUNK_EVENTS", 100)
    world = World()
    world.send(20, length_m=1_500.0)
    worker = world.worker()
    world.wall_ms += 100_000
    sent_events = worker.tick()
    assert sent_events > 1_500
    assert sent_events / worker.figures.transactions < 130
    assert worker.figures.transactions < 2 * sent_events / 100
    world.check()


def test_workers_come_and_go_without_gap_or_repeat() -> None:
    world = World()
    world.send(24, length_m=900.0)
    links = [world.link(1)]
    workers = [world.worker(links[0])]
    for step in range(60):
        world.wall_ms += 211
        if step in (10, 20):
            links.append(world.link(len(links) + 1))
            workers.append(world.worker(links[-1]))
        if step == 40:
            links[1].leave()
            del workers[1]
        for worker in workers:
            worker.tick()
    world.check()
    assert min(world.progress().values()) >= world.world_ms - GUARD_MS - COMMIT_EVERY_MS
    assert all(worker.figures.events > 50 for worker in workers), "all had a part in it"


def test_an_unusable_plan_is_named_and_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    world = World()
    broken = plan_to_json(plan(90, WORLD_MS)).replace(b'"interval_ms":1000', b'"interval_ms":0')
    world.publisher.publish(PLANS, "trp_91", b'{"plan_version": 1, "trip_id": "trp_91"}')
    world.publisher.publish(PLANS, "trp_90", broken)
    world.publisher.publish(PLANS, "trp_92", plan_to_json(plan(93, WORLD_MS)))
    world.send(12)
    worker = world.worker()
    world.wall_ms += 2_000
    with caplog.at_level(logging.ERROR):
        worker.tick()
    driven = {record.key for record in world.events()}
    assert driven == {f"trp_{n}" for n in range(12)} | {f"veh_{n}" for n in range(12)}
    assert all(trip in caplog.text for trip in ("trp_90", "trp_91", "trp_92"))


def test_trips_that_are_over_are_let_go() -> None:
    world = World()
    world.send(10)
    worker = world.worker()
    for _ in range(SWEEP_EVERY_TICKS):
        world.wall_ms += 5_000
        worker.tick()
    assert sum(len(shard) for shard in worker._shards.values()) == 0
    world.send(2, first=20)
    world.wall_ms += 100_000
    worker.tick()
    world.check()


def test_a_deleted_trip_is_driven_no_further() -> None:
    world = World()
    world.send(1)
    worker = world.worker()
    world.wall_ms += 5_000
    worker.tick()
    world.publisher.publish(PLANS, "trp_0", None)
    world.wall_ms += 5_000
    assert worker.tick() == 0


def test_progress_never_goes_back_when_the_world_does() -> None:
    world = World()
    worker = world.worker()
    world.wall_ms += 10_000
    worker.tick()
    before = world.progress()
    world.clock = world.clock.changed(world.wall_ms, 1.0, WORLD_MS + 5_000)
    world.publish_clock()
    world.wall_ms += 1_000
    assert worker.tick() == 0
    assert world.progress() == before


def test_a_worker_told_to_stop_commits_where_it_stands_and_closes() -> None:
    world = World()
    world.send(3)
    closed = threading.Event()
    stop = threading.Event()

    class Link(MemoryWorkerLink):
        def transaction(
            self, records: Mapping[str, Sequence[KeyedValue]], progress: Mapping[int, int]
        ) -> None:
            super().transaction(records, progress)
            stop.set()

        def close(self) -> None:
            closed.set()

    world.wall_ms += 3_000
    world.worker(Link(world.kafka, 1)).run(stop)
    assert closed.is_set()
    assert set(world.progress().values()) == {world.world_ms - GUARD_MS}
    world.check()


def test_a_worker_waits_through_a_broker_that_is_away() -> None:
    world = World()
    world.send(2)
    world.wall_ms += 2_000
    stop = threading.Event()
    worker = world.worker()
    world.kafka.down = True
    running = threading.Thread(target=worker.run, args=(stop,))
    running.start()
    world.kafka.down = False
    with world.kafka.changed:
        assert world.kafka.changed.wait_for(lambda: world.events() != [], 10.0)
    stop.set()
    running.join(10.0)
    world.check()
