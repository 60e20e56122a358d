"""Everything at once, by seed: whatever dies, pauses, moves or comes back, what was sent is what the plans say.

API, relay, workers and world run over one in-memory cluster, by a manual clock. Acknowledgements get lost,
records arrive late, workers die inside transactions, partitions move, the API dies, and the world is closed and
opened, cleanly or not.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
import pytest

from drive.driving import Sent, due, sent
from rumbo.domain.plan import AmendmentKind
from rumbo.domain.route import Waypoint
from rumbo.drive.worker import Worker
from rumbo.errors import RumboError, Unavailable
from rumbo.events.plans import plan_from_json
from rumbo.events.topics import POSITIONS, TRIP_STATES
from rumbo.fleet.orders import TripOrder
from rumbo.fleet.world import close_world, open_world, progress, read_clock
from rumbo.motion import Fleet
from rumbo.transport.memory import MemoryKafka, MemoryPublisher, MemoryWorkerLink
from rumbo.transport.port import KeyedValue, Record
from support.serving import House

STEPS = 160
VEHICLES = 6
AMENDMENTS = (AmendmentKind.PAUSE, AmendmentKind.RESUME, AmendmentKind.CANCEL)


class Killed(BaseException):
    """The worker's process is gone."""


class WeakLink(MemoryWorkerLink):
    """Dies in its next transaction when `doomed`, before or after Kafka has it."""

    doomed = False
    luck: random.Random

    def transaction(self, records: Mapping[str, Sequence[KeyedValue]], progress: Mapping[int, int]) -> None:
        if not self.doomed:
            return super().transaction(records, progress)
        if self.luck.random() < 0.5:
            super().transaction(records, progress)
        raise Killed


class WeakPublisher(MemoryPublisher):
    """Fails before the broker has the record, after it, or while the record is still on its way."""

    def __init__(self, kafka: MemoryKafka, luck: random.Random) -> None:
        super().__init__(kafka)
        self._luck = luck
        self._late: list[tuple[str, str, bytes | None]] = []

    def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:
        assert not self._late, "published while it is not known what became of the record before"
        chance = self._luck.random()
        if chance < 0.06:
            raise Unavailable("It was not written.")
        if chance < 0.12:
            self._late.append((topic, key, value))
            raise Unavailable("It may still be written.")
        record = super().publish(topic, key, value, timeout_s)
        if chance < 0.18:
            raise Unavailable("It may have been written.")
        return record

    def settle(self, timeout_s: float = 10.0) -> None:
        while self._late:
            super().publish(*self._late.pop(), timeout_s)


class Storm:
    def __init__(self, seed: int, folder: Path) -> None:
        self.luck = random.Random(seed)
        self._folder = folder
        self.house = House(folder, speed=self.luck.choice([1, 5, 50]))
        self.kafka, self.wall = self.house.kafka, self.house.clock
        self._weaken()
        self._links: dict[int, WeakLink] = {}
        self._workers: dict[int, Worker] = {}
        for number in range(self.luck.choice([1, 2, 3])):
            self.start_worker(number)
        names = [f"v{n}" for n in range(VEHICLES)]
        self._vehicles = [self.house.add_vehicle(name) for name in names]
        self._trips: list[str] = []

    def start_worker(self, number: int) -> None:
        link = WeakLink(self.kafka, number)
        link.luck = self.luck
        self._links[number], self._workers[number] = link, Worker(link, Fleet.of, self.wall)

    def tick(self, *, deadly: float = 0.0) -> None:
        for number, worker in list(self._workers.items()):
            self._links[number].doomed = self.luck.random() < deadly
            try:
                worker.tick()
            except Killed:
                self.start_worker(number)

    def step(self) -> None:
        self.wall.pass_s(self.luck.choice([0.05, 0.2, 0.2, 0.4, 1.3]))
        if self.luck.random() < 0.9:
            self.tick(deadly=0.05)
        happenings = [self.plan, self.amend, self.kill_api, self.restart_world, self.change_clock, self.move]
        weights = [12, 18, 3, 4, 12, 3]
        if self.luck.random() < sum(weights) / 100:
            try:
                self.luck.choices(happenings, weights)[0]()
            except RumboError:
                return  # a person is told, and nothing has happened

    def plan(self) -> None:
        start_ms = self.house.world.now_ms() + self.luck.randrange(60_000)
        end = Waypoint(45.0 + self.luck.uniform(0.001, 0.01), -5.0)
        order = TripOrder(
            self.luck.choice(self._vehicles),
            (Waypoint(45.0, -5.0), end),
            start_ms=self.luck.choice([None, None, start_ms]),
            seed=self.luck.randrange(1000),
        )
        self._trips.append(self.house.fleet.plan_trip(order).row.id)

    def amend(self) -> None:
        if self._trips:
            self.house.fleet.amend_trip(self.luck.choice(self._trips[-6:]), self.luck.choice(AMENDMENTS))

    def kill_api(self) -> None:
        if self.luck.random() < 0.5:
            self.house.relay._publisher.settle()  # else what was on its way is gone with it
        self.house = self.house.again()
        self._weaken()

    def restart_world(self) -> None:
        """Everything stops, with or without closing the world and driving up to its end."""
        if self.luck.random() < 0.5:
            close_world(self.house.publisher, self.house.tables, self.wall)
        if self.luck.random() < 0.5:
            self.wall.pass_s(0.2)
            self.tick()
        self.wall.pass_s(self.luck.choice([0.1, 5, 3600]))
        house, rate = self.house, self.luck.choice([0.1, 1, 2, 20, 300])
        open_world(house.publisher, house.tables, house.offsets, rate, self.wall)
        self.kill_api()
        for number in self._workers:
            self.start_worker(number)

    def change_clock(self) -> None:
        verbs = self.house.verbs
        verb = self.luck.choice(["rate", "pause", "pause", "resume", "resume", "step", "step", "step"])
        match verb:
            case "rate":
                verbs.set_rate(self.luck.choice([0.1, 1, 10, 200]))
            case "pause":
                verbs.pause()
            case "resume":
                verbs.resume(self.luck.choice([None, 2]))
            case "step":
                verbs.step(self.luck.choice([1, 500, 30_000, 600_000]))

    def move(self) -> None:
        """A worker stays away so long that the others take its partitions; then it comes back."""
        number = self.luck.choice(list(self._workers))
        self._links[number].leave()
        for other, worker in self._workers.items():
            if other != number:
                worker.tick()
        self.start_worker(number)

    def calm_down(self) -> None:
        while self.house.relay.waiting():
            self.house.relay.nudge()
        for _ in range(20):
            self.wall.pass_s(0.2)
            self.tick()

    def _weaken(self) -> None:
        self.house.relay._publisher = WeakPublisher(self.kafka, self.luck)
        self.house.verbs._publisher = WeakPublisher(self.kafka, self.luck)


def by_trip(events: Sent) -> dict[tuple[str, str], list[bytes]]:
    """A vehicle's records, trip by trip."""
    found: dict[tuple[str, str], list[bytes]] = {}
    for (topic, _), payloads in events.items():
        for payload in payloads:
            found.setdefault((topic, orjson.loads(payload)["trip_id"]), []).append(payload)
    return found


@pytest.mark.parametrize("seed", range(3))
def test_after_any_storm_the_topics_hold_what_the_plans_say_and_the_database_agrees(
    seed: int, tmp_path: Path
) -> None:
    storm = Storm(seed, tmp_path)
    first = storm.house
    try:
        for _ in range(STEPS):
            storm.step()
        storm.calm_down()
        house = storm.house
        logs = [log for topic in (POSITIONS, TRIP_STATES) for log in storm.kafka.logs[topic]]
        there = by_trip(sent(record for log in logs for record in log))
        assert there and there == by_trip(due(house.tables, progress(house.offsets)))
        assert set(Counter(house.published()).values()) == {1}, "no revision stands on the topic twice"
        clock = read_clock(house.tables)
        assert clock is not None
        for record in house.tables.read_all("rumbo.plans"):
            settled = plan_from_json(record.value or b"").settled(record.timestamp_ms, clock)
            assert house.fleet.get_trip(record.key or "").plan == settled
    finally:
        first.close()
