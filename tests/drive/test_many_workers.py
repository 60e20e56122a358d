"""The number of workers shows nowhere: one, or eight that join, leave and die, write the same bytes, each once."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import orjson
import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from drive.driving import due, plan, progress_of, sent
from drive.processes import Workers
from fixtures_kafka import RunningBroker, broker_spec
from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.errors import Unavailable
from rumbo.events.plans import clock_to_json, plan_to_json, settled_clock
from rumbo.events.topics import CLOCK, CLOCK_KEY, DRIVE_GROUP, PARTITIONS, PLANS, POSITIONS, TRIP_STATES
from rumbo.transport.admin import apply_topics
from rumbo.transport.client import LogReader, consumer_config, ends
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader
from rumbo.transport.port import Record
from rumbo.transport.wall import wall_ms

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(400)]
WAIT_S = 120.0
TRIPS = 48
BEGIN_MS = 1_000_000
ARRIVAL_MS = BEGIN_MS + 190_000
"""No trip has ended before."""
END_MS = BEGIN_MS + 900_000
"""No device has anything left to send."""
SLOW, FAST = 2.0, 300.0
PROFILES = ("standard", "flaky", "standard", "chaos")
"""By number of the vehicle, in turn."""

type Events = dict[tuple[str, str], list[bytes]]


class World:
    """A broker of its own with a fleet that waits in a world that stands still, so that its plans settle alike."""

    def __init__(self, folder: Path, bootstrap: str, publisher: KafkaPublisher) -> None:
        self.workers = Workers(folder, bootstrap)
        self._bootstrap = bootstrap
        self._publisher = publisher
        self._offsets = KafkaOffsets(bootstrap)
        self._admin = AdminClient({"bootstrap.servers": bootstrap})
        self._clock = WorldClock((ClockChange(wall_ms(), BEGIN_MS, 0.0),))
        self._publish_clock()
        for number in range(TRIPS):
            trip = plan(number, BEGIN_MS, 2_400.0, PROFILES[number % len(PROFILES)])
            publisher.publish(PLANS, trip.trip_id, plan_to_json(trip))

    def run(self, rate: float) -> None:
        self._clock = self._clock.changed(wall_ms(), rate)
        self._publish_clock()

    def wait(self, what: str, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + WAIT_S
        while not holds():
            assert time.monotonic() < deadline, f"not in time: {what}, {self.workers.logs()}"
            time.sleep(0.05)

    def wait_driven(self, world: int, partitions: frozenset[int] = frozenset(range(PARTITIONS))) -> None:
        def driven() -> bool:
            there = self.progress()
            return all(there.get(partition, 0) >= world for partition in partitions)

        self.wait(f"driven past {world}", driven)

    def progress(self) -> dict[int, int]:
        """By partition; {} where it cannot be read, as while the broker waits for what a killed worker left open."""
        try:
            return progress_of(self._offsets)
        except Unavailable:
            return {}

    def now_ms(self) -> int:
        return self._clock.world_ms(wall_ms())

    def share(self) -> dict[int, frozenset[int]]:
        """Partitions of each member of the workers' group, by the worker's number; {} while they are shared out."""
        (future,) = self._admin.describe_consumer_groups([DRIVE_GROUP], request_timeout=10.0).values()
        try:
            group = future.result(15.0)
        except KafkaException:
            return {}  # the group's coordinator is only just being made
        if group.state.name != "STABLE":
            return {}
        return {
            int(member.group_instance_id.rpartition("-")[2]): frozenset(
                place.partition for place in member.assignment.topic_partitions
            )
            for member in group.members
        }

    def is_shared_by(self, numbers: set[int]) -> bool:
        share = self.share()
        return share.keys() == numbers and sum(map(len, share.values())) == PARTITIONS

    def events(self) -> Events:
        """What readers of committed records see, by topic and key; it must be what the plans say."""
        reader = LogReader(Consumer(consumer_config(self._bootstrap, "many-workers")))
        try:
            places = [(topic, p) for topic in (POSITIONS, TRIP_STATES) for p in range(PARTITIONS)]
            until = ends(reader.consumer, places)
            reader.consumer.assign([TopicPartition(*place, OFFSET_BEGINNING) for place in places])
            records: list[Record] = reader.take_to(until, time.monotonic() + WAIT_S)
        finally:
            reader.consumer.close()
        found = sent(records)
        assert found == due(KafkaTableReader(self._bootstrap), dict.fromkeys(range(PARTITIONS), END_MS))
        return found

    def _publish_clock(self) -> None:
        record = self._publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(self._clock))
        self._clock = settled_clock(self._clock, record.timestamp_ms)


@contextmanager
def world(folder: Path) -> Iterator[World]:
    folder.mkdir()
    broker = RunningBroker(broker_spec(folder / "broker"))
    broker.start()
    with ExitStack() as closing:
        closing.callback(broker.stop)
        bootstrap = broker.spec.bootstrap
        apply_topics(bootstrap)
        made = World(folder, bootstrap, closing.enter_context(KafkaPublisher(bootstrap)))
        closing.callback(made.workers.kill_all)
        yield made


def by_one(folder: Path) -> Events:
    with world(folder) as alone:
        alone.workers.start(1)
        alone.run(FAST)
        alone.wait_driven(END_MS)
        return alone.events()


def by_eight(folder: Path) -> Events:
    """Seven share the fleet, an eighth joins, one that drives is told to end and another is killed: all under way."""
    with world(folder) as many:
        for number in range(1, 8):
            many.workers.start(number)
        many.wait("seven share the fleet", lambda: many.is_shared_by(set(range(1, 8))))
        share = many.share()
        killed, ended = [number for number, partitions in share.items() if partitions][:2]
        many.run(SLOW)
        many.wait_driven(BEGIN_MS + 3_000)
        many.workers.start(8)
        assert many.workers.end(ended, signal.SIGTERM) == 0
        many.wait_driven(BEGIN_MS + 6_000, share[killed])
        many.workers.end(killed)
        assert many.now_ms() < ARRIVAL_MS, "all happened while every trip was under way"
        many.wait("the others share it", lambda: many.is_shared_by(set(range(1, 9)) - {killed, ended}))
        many.run(FAST)
        many.wait_driven(END_MS)
        return many.events()


def test_one_worker_and_eight_of_which_some_join_leave_and_die_write_the_same_bytes(tmp_path: Path) -> None:
    alone = by_one(tmp_path / "one")
    many = by_eight(tmp_path / "eight")
    assert many == alone
    standard = {f"{kind}_{n}" for n in range(0, TRIPS, 2) for kind in ("veh", "trp")}
    seqs = Counter(
        (topic, event["trip_id"], event["seq"])
        for (topic, key), payloads in many.items()
        if key in standard  # the others' devices send some reports twice, as their plans say
        for event in map(orjson.loads, payloads)
    )
    assert len(seqs) > TRIPS * 90 and set(seqs.values()) == {1}
