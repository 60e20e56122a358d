"""Workers and a broker that are killed: real processes, a real broker, and the ledger balances to the byte."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from drive.driving import Sent, due, plan, progress_of, sent
from drive.processes import Workers
from fixtures_kafka import RunningBroker, broker_spec
from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.events.plans import clock_to_json, plan_to_json, settled_clock
from rumbo.events.topics import CLOCK, CLOCK_KEY, PLANS, POSITIONS, TRIP_STATES
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader, KafkaTail
from rumbo.transport.port import Record
from rumbo.transport.wall import wall_ms

pytestmark = pytest.mark.jvm
WAIT_S = 60.0
TRIPS = 40


def wait_for(what: str, holds: Callable[[], bool], meanwhile: Callable[[], None] = lambda: None) -> None:
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline, f"not in time: {what}"
        meanwhile()
        time.sleep(0.02)


class Drive:
    """A broker of its own, a world, and worker processes that a test starts and kills."""

    def __init__(self, folder: Path, broker: RunningBroker, closing: ExitStack) -> None:
        self.broker = broker
        bootstrap = broker.spec.bootstrap
        self.workers = Workers(folder, bootstrap)
        closing.callback(self.workers.kill_all)
        self.publisher = closing.enter_context(KafkaPublisher(bootstrap))
        self.tables = KafkaTableReader(bootstrap)
        self.offsets = KafkaOffsets(bootstrap)
        self.tail = KafkaTail(bootstrap, [POSITIONS, TRIP_STATES])
        closing.callback(self.tail.close)
        self.records: list[Record] = []
        self.clock = WorldClock((ClockChange(wall_ms(), 1_000_000, 2.0),))
        self._publish_clock()

    def begin(self, trips: int = TRIPS) -> None:
        for number in range(trips):
            trip = plan(number, self.clock.world_ms(wall_ms()), length_m=600.0)
            self.publisher.publish(PLANS, trip.trip_id, plan_to_json(trip))

    def seen(self) -> int:
        self.records += self.tail.poll(0.05)
        return len(self.records)

    def more(self, events: int) -> None:
        """Wait until so many further events are on the topics."""
        goal = self.seen() + events
        wait_for(f"{goal} events, {self.workers.logs()}", lambda: self.seen() >= goal, self.workers.supervise)

    def all_driven_past(self, world_ms: int) -> bool:
        driven = progress_of(self.offsets)
        return len(driven) == 6 and min(driven.values()) >= world_ms

    def finish(self) -> tuple[Sent, Sent]:
        """Stop the world, let the workers drive up to it; what is there, and what must be."""
        self.clock = self.clock.changed(wall_ms(), 0.0)
        self._publish_clock()
        wait_for(f"the end, {self.workers.logs()}", self._driven_out, self.workers.supervise)
        while records := self.tail.poll(0.5):
            self.records += records
        return sent(self.records), due(self.tables, progress_of(self.offsets))

    def _driven_out(self) -> bool:
        driven = set(progress_of(self.offsets).values())
        return len(progress_of(self.offsets)) == 6 and driven == {self.end_ms}

    def _publish_clock(self) -> None:
        record = self.publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(self.clock))
        self.clock = settled_clock(self.clock, record.timestamp_ms)
        self.end_ms = self.clock.changes[-1].world_ms


@pytest.fixture
def drive(tmp_path: Path) -> Iterator[Drive]:
    broker = RunningBroker(broker_spec(tmp_path / "broker"))
    broker.start()
    with ExitStack() as closing:
        closing.callback(broker.stop)
        apply_topics(broker.spec.bootstrap)
        yield Drive(tmp_path, broker, closing)


def test_a_killed_worker_is_replaced_without_gap_or_repeat(drive: Drive) -> None:
    drive.begin()
    drive.workers.start(1)
    for _ in range(3):
        drive.more(150)
        drive.workers.end(1)
        drive.workers.start(1)
    drive.more(150)
    there, must = drive.finish()
    assert there == must
    assert drive.workers.end(1, signal.SIGTERM) == 0


def test_a_second_worker_joins_and_the_first_is_killed_without_gap_or_repeat(drive: Drive) -> None:
    drive.begin()
    drive.workers.start(1)
    drive.more(100)
    drive.workers.start(2)
    drive.more(300)
    drive.workers.end(1)
    killed_at_ms = drive.clock.world_ms(wall_ms())
    wait_for(
        f"the second drives all, {drive.workers.logs()}", lambda: drive.all_driven_past(killed_at_ms + 2_000)
    )
    there, must = drive.finish()
    assert there == must


def test_a_killed_broker_comes_back_and_nothing_is_lost_or_repeated(drive: Drive) -> None:
    drive.begin()
    drive.workers.start(1)
    drive.more(200)
    drive.broker.stop(signal.SIGKILL)
    drive.broker.start()
    drive.more(200)
    there, must = drive.finish()
    assert there == must


def test_a_stalled_worker_that_wakes_up_after_it_was_replaced_writes_nothing_more(drive: Drive) -> None:
    drive.begin()
    drive.workers.start(1)
    drive.more(150)
    stalled = drive.workers.running.pop(1)
    stalled.send_signal(signal.SIGSTOP)
    drive.workers.start(1)
    drive.more(150)
    stalled.send_signal(signal.SIGCONT)
    assert stalled.wait(30) == 5, "it ends by itself, as unavailable"
    drive.more(100)
    there, must = drive.finish()
    assert there == must
