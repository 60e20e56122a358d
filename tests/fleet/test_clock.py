"""The clock's verbs over the in-memory broker."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from rumbo.domain.clock import MAX_CHANGES, ClockChange, WorldClock
from rumbo.errors import Conflict, InvalidInput, Unavailable
from rumbo.events.plans import clock_from_json, clock_to_json
from rumbo.events.topics import CLOCK, CLOCK_KEY, PLANS
from rumbo.fleet.clock import ClockVerbs
from rumbo.fleet.world import WorldView, open_world, read_clock
from rumbo.transport.memory import MemoryKafka, MemoryOffsets, MemoryPublisher, MemoryTableReader
from rumbo.transport.port import Record
from support.serving import NOON_MS, WallClock


class World:
    def __init__(self) -> None:
        self.wall = WallClock()
        self.kafka = MemoryKafka(now_ms=self.wall)
        self.publisher, self.tables = MemoryPublisher(self.kafka), MemoryTableReader(self.kafka)
        self.offsets = MemoryOffsets(self.kafka)
        self.open()
        self.view = WorldView(self.tables, self.offsets, self.wall)
        self.verbs = ClockVerbs(self.publisher, self.view, self.wall)

    def open(self, speed: float = 1.0) -> WorldClock:
        return open_world(self.publisher, self.tables, self.offsets, speed, self.wall)

    def records(self) -> list[Record]:
        return list(self.kafka.logs[CLOCK][0])


@pytest.fixture
def world() -> World:
    return World()


def test_the_world_runs_faster_pauses_steps_and_goes_on_at_the_rate_before_the_pause(world: World) -> None:
    world.verbs.set_rate(10)
    world.wall.pass_s(6)
    world.verbs.pause()
    world.wall.pass_s(100)
    assert world.view.now_ms() == NOON_MS + 60_000 and world.view.rate() == 0
    world.verbs.step(5_000)
    world.verbs.step(500)
    world.wall.pass_s(100)
    assert world.view.now_ms() == NOON_MS + 65_500
    world.verbs.resume()
    world.wall.pass_s(1)
    assert world.view.now_ms() == NOON_MS + 75_500 and world.view.rate() == 10
    world.verbs.pause()
    world.verbs.resume(0.5)
    assert world.view.rate() == 0.5


def test_a_verb_that_the_worlds_state_forbids_changes_nothing(world: World) -> None:
    with pytest.raises(Conflict, match="running"):
        world.verbs.resume()
    with pytest.raises(Conflict, match="running"):
        world.verbs.step(1_000)
    world.verbs.pause()
    with pytest.raises(Conflict, match="stands still"):
        world.verbs.pause()
    with pytest.raises(Conflict, match="stands still"):
        world.verbs.set_rate(2)
    assert len(world.records()) == 2


@pytest.mark.parametrize("rate", [0, -1, 0.09, 1000.1, float("nan"), float("inf")])
def test_an_impossible_rate_is_refused(world: World, rate: float) -> None:
    with pytest.raises(InvalidInput, match="not possible"):
        world.verbs.set_rate(rate)
    world.verbs.pause()
    if rate != 0:
        with pytest.raises(InvalidInput, match="not possible"):
            world.verbs.resume(rate)


@pytest.mark.parametrize("step_ms", [0, -5, 32 * 86_400_000])
def test_an_impossible_step_is_refused(world: World, step_ms: int) -> None:
    world.verbs.pause()
    with pytest.raises(InvalidInput, match="step"):
        world.verbs.step(step_ms)


def test_the_rate_that_it_has_already_makes_no_change(world: World) -> None:
    world.verbs.set_rate(1)
    assert len(world.records()) == 1


def test_a_change_takes_effect_when_the_broker_had_it(world: World) -> None:
    world.wall.pass_s(1)
    world.kafka.now_ms = lambda: world.wall.now_ms + 250
    clock = world.verbs.set_rate(100)
    assert clock.changes[-1] == ClockChange(NOON_MS + 1_250, NOON_MS + 1_250, 100.0)
    world.verbs.pause()
    world.kafka.now_ms = lambda: world.wall.now_ms + 900
    assert world.verbs.step(1_000).changes[-1].world_ms == clock.world_ms(NOON_MS + 1_250) + 1_000


def test_of_two_persons_who_decide_by_the_same_clock_the_second_is_told(world: World) -> None:
    seen = world.view.clock.revision
    world.verbs.pause(revision=seen)
    with pytest.raises(Conflict, match="somebody else"):
        world.verbs.step(1_000, revision=seen)
    assert world.verbs.step(1_000, revision=seen + 1).revision == seen + 2


def test_many_at_once_take_turns_and_no_change_is_lost(world: World) -> None:
    world.verbs.pause()
    threads = [threading.Thread(target=world.verbs.step, args=(1_000,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert world.view.now_ms() == NOON_MS + 20_000 and world.view.clock.revision == 21


def test_the_same_request_again_has_no_second_effect_even_in_another_process(world: World) -> None:
    world.verbs.pause()
    world.verbs.step(1_000, token="t" * 64)
    world.verbs.resume()
    again = ClockVerbs(world.publisher, WorldView(world.tables, world.offsets, world.wall), world.wall)
    assert again.step(1_000, token="t" * 64).revision == 3
    assert len(world.records()) == 4


class UnsurePublisher(MemoryPublisher):
    """Does not acknowledge its first record, which is written when it is asked what became of it."""

    late: tuple[Any, ...] | None = None
    failed = False

    def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:
        assert self.late is None, "published while it is not known what became of the record before"
        if not self.failed:
            self.failed, self.late = True, (topic, key, value)
            raise Unavailable("It may still be written.")
        return super().publish(topic, key, value, timeout_s)

    def settle(self, timeout_s: float = 10.0) -> None:
        if self.late is not None:
            late, self.late = self.late, None
            super().publish(*late)


def test_a_change_that_was_not_acknowledged_is_never_undone_by_the_next(world: World) -> None:
    verbs = ClockVerbs(UnsurePublisher(world.kafka), world.view, world.wall)
    with pytest.raises(Unavailable):
        verbs.set_rate(50)
    world.wall.pass_s(2)
    verbs.pause()
    assert [change.rate for change in world.view.clock.changes] == [1, 50, 0]
    assert world.view.now_ms() == NOON_MS + 2_000, (
        "the rate of 50 held from its append on, a moment before the pause"
    )


def test_a_clock_set_back_on_this_machine_does_not_keep_the_world_from_pausing(world: World) -> None:
    world.wall.pass_s(10)
    world.verbs.set_rate(2)
    world.wall.pass_s(-5)
    world.verbs.pause()
    world.wall.pass_s(60)
    assert world.view.now_ms() == NOON_MS + 10_000


def changed_often(world: World, times: int) -> WorldClock:
    """Paused, then stepped by 1 s each 2 s, without the verbs' work."""
    changes = [ClockChange(NOON_MS, NOON_MS, 1.0)]
    changes += [ClockChange(NOON_MS + i * 2_000, NOON_MS + i * 1_000, 0.0) for i in range(1, times + 1)]
    world.wall.now_ms = changes[-1].wall_ms
    clock = WorldClock(tuple(changes))
    world.kafka.append(CLOCK, CLOCK_KEY, clock_to_json(clock))
    return clock


def test_a_clock_changed_ten_thousand_times_is_one_record_under_the_brokers_limit(world: World) -> None:
    clock = changed_often(world, MAX_CHANGES)
    record = clock_to_json(clock)
    assert len(record) < 400_000 and clock_from_json(record) == clock
    with pytest.raises(Conflict, match="10000 times"):
        world.verbs.step(1_000)


def test_when_the_world_opens_what_no_plan_depends_on_is_folded_and_every_plan_settles_as_before(
    world: World,
) -> None:
    before = changed_often(world, 5_000)
    appended = [NOON_MS + 1, NOON_MS + 4_000, NOON_MS + 5_999, NOON_MS + 3_000_000]
    for at_ms in appended:
        world.kafka.now_ms = lambda at_ms=at_ms: at_ms  # type: ignore[misc]
        world.kafka.append(PLANS, f"trp_{at_ms}", b"{}")
    world.kafka.now_ms = world.wall
    world.wall.pass_s(2 * 86_400)
    after = world.open()
    assert [after.world_ms(at_ms) for at_ms in appended] == [before.world_ms(at_ms) for at_ms in appended]
    assert len(after.changes) == 5, "the beginning, two more with plans, the last, the opening"
    assert after.world_ms(world.wall()) == before.world_ms(world.wall())
    assert after == read_clock(world.tables)


def test_changes_of_the_last_day_are_kept(world: World) -> None:
    before = changed_often(world, 5_000)
    world.wall.pass_s(86_396)
    after = world.open()
    assert after.changes[1:-1] == before.changes[-3:], (
        "4 s of the last day hold two changes and the end of a third"
    )
