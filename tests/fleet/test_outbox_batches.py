"""The outbox's promises where many plans go to Kafka in one round trip."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from rumbo.domain.plan import AmendmentKind
from rumbo.domain.route import Waypoint
from rumbo.errors import TooLarge, Unavailable
from rumbo.events.plans import plan_from_json
from rumbo.fleet import booking
from rumbo.fleet.orders import Booked, TripOrder
from rumbo.fleet.outbox_rows import add_plans_to_outbox
from rumbo.fleet.trip_lists import TripFilter
from rumbo.transport.memory import MemoryKafka, MemoryPublisher
from rumbo.transport.port import Record
from support.serving import NOON_MS, House

LINE = (Waypoint(45.0, -5.0), Waypoint(45.01, -5.0))


def order(house: House, start_ms: int | None = None, vehicle_id: str = "") -> TripOrder:
    vehicle_id = vehicle_id or house.add_vehicle()
    return TripOrder(vehicle_id, LINE, start_ms=start_ms, seed=1)


def waiting(house: House) -> int:
    return house.relay.waiting()


def many(house: House, count: int, start_ms: int | None = NOON_MS + 60_000) -> list[str]:
    """Trips of as many vehicles, planned together while nobody relays; their ids."""
    vehicles = [order(house, start_ms) for _ in range(count)]
    house.fleet._outbox = Asleep()
    return [booked.trip_id for booked in house.fleet.plan_trips(vehicles) if isinstance(booked, Booked)]


class Asleep:
    """A relay that does nothing for now."""

    def nudge(self) -> None: ...

    def wait_settled(self, trip_id: str, revision: int, timeout_s: float) -> bool:
        return False


class Counting(MemoryPublisher):
    """Counts round trips."""

    def __init__(self, kafka: MemoryKafka) -> None:
        super().__init__(kafka)
        self.sizes: list[int] = []

    def publish_all(
        self, topic: str, records: Sequence[tuple[str, bytes]], timeout_s: float = 10.0
    ) -> list[Record | TooLarge]:
        self.sizes.append(len(records))
        return super().publish_all(topic, records, timeout_s)


def test_many_plans_take_one_round_trip_and_each_is_settled_by_its_own_append_time(house: House) -> None:
    ids = many(house, 30)
    house.relay._publisher = publisher = Counting(house.kafka)
    ticks = iter(range(NOON_MS + 70_000, NOON_MS + 80_000))
    house.kafka.now_ms = lambda: next(ticks)
    assert house.relay.drain() == 30 and publisher.sizes == [30]
    assert sorted(house.published()) == sorted((trip_id, 0) for trip_id in ids)
    for record in house.plan_records():
        row = house.fleet.get_trip(record.key or "").row
        assert row.settled and row.start_ms == row.created_ms == record.timestamp_ms + 1
    assert waiting(house) == 0


def test_of_one_trip_a_revision_follows_only_once_the_one_before_is_settled(house: House) -> None:
    (first, second) = many(house, 2, None)
    house.clock.pass_s(20)
    for kind in (AmendmentKind.PAUSE, AmendmentKind.RESUME):
        house.fleet.amend_trip(first, kind)
    house.relay._publisher = publisher = Counting(house.kafka)
    house.relay.drain()
    assert publisher.sizes == [2, 1, 1], "both plans together, then the pause, then the resume"
    assert [r for r in house.published() if r[0] == first] == [(first, 0), (first, 1), (first, 2)]
    plans = [plan_from_json(r.value or b"") for r in house.plan_records() if r.key == first]
    assert plans[2].amendments[0].at_ms == house.fleet.get_trip(first).row.amendments[0].at_ms
    assert house.fleet.get_trip(second).row.settled


class HalfLost(MemoryPublisher):
    """The broker appends some records of a round trip, acknowledges fewer, and is gone."""

    def publish_all(
        self, topic: str, records: Sequence[tuple[str, bytes]], timeout_s: float = 10.0
    ) -> list[Record | TooLarge]:
        super().publish_all(topic, records[: len(records) // 2], timeout_s)
        raise Unavailable("No acknowledgement came in time; it may still be written.")


@pytest.mark.parametrize("survives", [True, False])
def test_what_half_of_a_round_trip_left_on_the_topic_is_not_published_again(
    house: House, survives: bool
) -> None:
    ids = many(house, 20, None)
    house.relay._publisher = HalfLost(house.kafka)
    with pytest.raises(Unavailable):
        house.relay.drain()
    assert len(house.published()) == 10 and waiting(house) == 20
    house.clock.pass_s(60)
    after = house if survives else house.again()
    after.relay._publisher = after.publisher
    after.relay.drain()
    assert sorted(after.published()) == sorted((trip_id, 0) for trip_id in ids) and waiting(after) == 0
    starts = [after.fleet.get_trip(trip_id).row.start_ms for trip_id in ids]
    assert starts == [NOON_MS + 1] * 10 + [NOON_MS + 60_001] * 10, "each by its record's time"


def test_late_trips_of_one_vehicle_in_one_round_do_not_overlap(house: House) -> None:
    vehicle_id = order(house).vehicle_id
    house.fleet._outbox = Asleep()
    orders = [order(house, NOON_MS + n * 600_000, vehicle_id) for n in range(1, 5)]
    house.fleet.plan_trips([*orders, order(house, NOON_MS + 600_000)])
    house.clock.pass_s(3_600)
    house.relay._publisher = publisher = Counting(house.kafka)
    house.relay.drain()
    assert publisher.sizes == [2, 1, 1, 1]
    rows = [view.row for view in house.fleet.list_trips(wanted=TripFilter(vehicle_id=vehicle_id)).items]
    rows.sort(key=lambda row: row.start_ms)
    for before, after in itertools.pairwise(rows):
        assert after.start_ms >= (before.outlook.end_ms or 0)


def test_a_request_that_is_rolled_back_leaves_nothing_to_publish(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = [order(house, NOON_MS + 60_000) for _ in range(3)]

    def failing(connection: Connection, trip_ids: Sequence[str]) -> None:
        add_plans_to_outbox(connection, trip_ids)
        raise OperationalError("INSERT", {}, OSError("disk is full"))

    monkeypatch.setattr(booking, "add_plans_to_outbox", failing)
    with pytest.raises(Unavailable):
        house.fleet.plan_trips(orders)
    assert waiting(house) == 0 and house.fleet.list_trips().items == [] and house.published() == []
