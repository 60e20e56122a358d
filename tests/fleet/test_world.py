from __future__ import annotations

import pytest

from rumbo.errors import CannotStart, InvalidInput, Unavailable
from rumbo.events.topics import CLOCK, DRIVE_GROUP, PLANS
from rumbo.fleet.world import WorldView, close_world, open_world, read_clock
from rumbo.transport.memory import MemoryKafka, MemoryOffsets, MemoryPublisher, MemoryTableReader
from rumbo.transport.port import Committed, progress_to_metadata
from support.serving import NOON_MS, WallClock


class Cluster:
    def __init__(self) -> None:
        self.wall = WallClock()
        self.kafka = MemoryKafka(now_ms=self.wall)
        self.publisher, self.tables = MemoryPublisher(self.kafka), MemoryTableReader(self.kafka)
        self.offsets = MemoryOffsets(self.kafka)

    def open(self, speed: float = 1.0) -> int:
        return open_world(self.publisher, self.tables, self.offsets, speed, self.wall).world_ms(self.wall())

    def close(self) -> int:
        clock = close_world(self.publisher, self.tables, self.wall)
        assert clock is not None
        return clock.world_ms(self.wall())

    def driven_to(self, **partitions: int) -> None:
        notes = {int(p[1:]): Committed(5, progress_to_metadata(ms)) for p, ms in partitions.items()}
        self.offsets.commit(DRIVE_GROUP, PLANS, notes)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def test_the_very_first_world_begins_now(cluster: Cluster) -> None:
    assert cluster.open() == NOON_MS


def test_a_closed_world_goes_on_where_it_stood_and_at_the_new_speed(cluster: Cluster) -> None:
    cluster.open(2)
    cluster.wall.pass_s(10)
    assert cluster.close() == NOON_MS + 20_000
    cluster.wall.pass_s(3600)
    assert cluster.open(10) == NOON_MS + 20_000
    cluster.wall.pass_s(1)
    view = WorldView(cluster.tables, cluster.offsets, cluster.wall)
    assert view.now_ms() == NOON_MS + 30_000 and view.rate() == 10


def test_a_world_that_was_not_closed_goes_on_where_its_workers_stood(cluster: Cluster) -> None:
    cluster.open()
    cluster.wall.pass_s(10)
    cluster.driven_to(p0=NOON_MS + 8_000, p1=NOON_MS + 9_000)
    cluster.wall.pass_s(3600)
    assert cluster.open() == NOON_MS + 9_000


def test_a_world_that_was_not_closed_and_never_drove_goes_on_at_its_last_change(cluster: Cluster) -> None:
    cluster.open()
    cluster.wall.pass_s(3600)
    assert cluster.open() == NOON_MS


def test_world_time_never_falls_below_what_was_driven(cluster: Cluster) -> None:
    cluster.open()
    cluster.wall.pass_s(5)
    cluster.close()
    cluster.driven_to(p3=NOON_MS + 6_000)
    assert cluster.open() == NOON_MS + 6_000


def test_a_world_does_not_open_in_a_time_that_it_has_lived_already(cluster: Cluster) -> None:
    cluster.open()
    cluster.wall.pass_s(10)
    cluster.close()
    cluster.wall.pass_s(-3)
    with pytest.raises(CannotStart, match=r"3\.0 s behind"):
        cluster.open()
    cluster.wall.pass_s(3)
    assert cluster.open() == NOON_MS + 10_000


def test_that_also_holds_for_a_world_that_was_not_closed(cluster: Cluster) -> None:
    cluster.open(2)
    cluster.driven_to(p0=NOON_MS + 20_000)
    cluster.wall.pass_s(4)
    with pytest.raises(CannotStart, match=r"6\.0 s behind"):
        cluster.open()
    cluster.wall.pass_s(6)
    assert cluster.open() == NOON_MS + 20_000


def test_a_wall_clock_set_back_while_the_world_is_open_does_not_keep_it_from_closing(
    cluster: Cluster,
) -> None:
    cluster.open()
    cluster.wall.pass_s(-3600)
    cluster.close()
    clock = read_clock(cluster.tables)
    assert clock is not None and clock.changes[-1].rate == 0


def test_closing_twice_changes_nothing(cluster: Cluster) -> None:
    cluster.open()
    cluster.close()
    before = len(cluster.kafka.logs[CLOCK][0])
    cluster.wall.pass_s(10)
    assert cluster.close() == NOON_MS and len(cluster.kafka.logs[CLOCK][0]) == before


def test_a_change_takes_effect_when_the_broker_had_it_without_a_jump(cluster: Cluster) -> None:
    cluster.open(10)
    cluster.wall.pass_s(10)
    cluster.kafka.now_ms = lambda: cluster.wall.now_ms + 500
    clock = close_world(cluster.publisher, cluster.tables, cluster.wall)
    assert clock is not None and clock.changes[-1].world_ms == NOON_MS + 105_000


def test_an_impossible_speed_is_refused_and_leaves_the_clock_alone(cluster: Cluster) -> None:
    with pytest.raises(InvalidInput):
        cluster.open(5000)
    assert read_clock(cluster.tables) is None


def test_without_a_world_the_view_says_what_to_do(cluster: Cluster) -> None:
    with pytest.raises(Unavailable, match="rumbo up"):
        WorldView(cluster.tables, cluster.offsets, cluster.wall).now_ms()


def test_the_view_takes_changes_as_they_come_and_never_goes_back(cluster: Cluster) -> None:
    cluster.open()
    view = WorldView(cluster.tables, cluster.offsets, cluster.wall)
    view.refresh()
    first = cluster.kafka.logs[CLOCK][0][0]
    cluster.wall.pass_s(10)
    cluster.close()
    view.apply(cluster.kafka.logs[CLOCK][0][1])
    view.apply(first)
    assert view.rate() == 0
