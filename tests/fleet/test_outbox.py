"""What the outbox promises at each point at which a process or the broker can die."""

from __future__ import annotations

import threading

import pytest

from rumbo.domain.plan import AmendmentKind
from rumbo.domain.route import Waypoint
from rumbo.domain.trip import TripState
from rumbo.errors import Conflict, RumboError, TooLarge, Unavailable
from rumbo.events.plans import plan_from_json
from rumbo.fleet.orders import TripOrder
from rumbo.fleet.outbox_rows import next_outbox_rows
from rumbo.transport.memory import MemoryKafka, MemoryPublisher
from rumbo.transport.port import Record
from support.serving import NOON_MS, House

LINE = (Waypoint(45.0, -5.0), Waypoint(45.01, -5.0))


def order(house: House, start_ms: int | None = None, vehicle_id: str = "") -> TripOrder:
    vehicle_id = vehicle_id or house.add_vehicle()
    return TripOrder(vehicle_id, LINE, start_ms=start_ms, seed=1)


def waiting(house: House) -> int:
    return house.relay.waiting()


class LostAck(MemoryPublisher):
    """The broker appends the record, but we never hear of it."""

    def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:
        super().publish(topic, key, value, timeout_s)
        raise Unavailable("No acknowledgement came in time; it may have been written.")


def test_a_plan_is_settled_by_its_append_time(house: House) -> None:
    view = house.fleet.plan_trip(order(house))
    (record,) = house.plan_records()
    assert view.row.settled and view.row.start_ms == house.world.clock.world_ms(record.timestamp_ms) + 1
    on_topic = plan_from_json(record.value or b"")
    assert on_topic.settled(record.timestamp_ms, house.world.clock) == view.plan


def test_a_process_that_dies_between_commit_and_publish_publishes_when_it_starts_again(house: House) -> None:
    house.relay.nudge = lambda: None  # type: ignore[method-assign]  # the process dies before it relays
    view = house.fleet.plan_trip(order(house))
    assert not view.row.settled and house.published() == [] and waiting(house) == 1
    house.clock.pass_s(60)
    again = house.again()
    again.relay.drain()
    assert again.published() == [(view.row.id, 0)] and waiting(again) == 0
    assert again.fleet.get_trip(view.row.id).row.start_ms == NOON_MS + 60_001


def test_a_record_whose_acknowledgement_was_lost_is_not_published_twice(house: House) -> None:
    house.relay._publisher = LostAck(house.kafka)
    view = house.fleet.plan_trip(order(house))
    assert not view.row.settled and len(house.published()) == 1
    house.clock.pass_s(60)
    again = house.again()
    again.relay.drain()
    settled = again.fleet.get_trip(view.row.id)
    assert again.published() == [(view.row.id, 0)] and waiting(again) == 0
    assert settled.row.settled and settled.row.start_ms == NOON_MS + 1, "by the record's time, not by now"


def test_the_same_process_looks_at_the_topic_after_a_failure(house: House) -> None:
    house.relay._publisher = LostAck(house.kafka)
    first = house.fleet.plan_trip(order(house))
    house.relay._publisher = house.publisher
    house.relay.drain()
    assert house.published() == [(first.row.id, 0)] and house.fleet.get_trip(first.row.id).row.settled


class Underway(MemoryPublisher):
    """The record reaches the broker only after we stopped waiting for its acknowledgement."""

    def __init__(self, kafka: MemoryKafka) -> None:
        super().__init__(kafka)
        self._late: list[tuple[str, str, bytes | None]] = []

    def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:
        self._late.append((topic, key, value))
        raise Unavailable("No acknowledgement came in time; it may still be written.")

    def settle(self, timeout_s: float = 10.0) -> None:
        while self._late:
            super().publish(*self._late.pop(), timeout_s)


def test_a_record_still_on_its_way_is_awaited_and_not_published_again(house: House) -> None:
    house.relay._publisher = Underway(house.kafka)
    view = house.fleet.plan_trip(order(house))
    assert not view.row.settled and house.published() == []
    house.relay.drain()
    assert house.published() == [(view.row.id, 0)] and house.fleet.get_trip(view.row.id).row.settled


def test_while_the_broker_is_away_verbs_answer_and_their_rows_wait(house: House) -> None:
    trip = order(house)
    house.kafka.down = True
    view = house.fleet.plan_trip(trip)
    assert not view.row.settled and waiting(house) == 1 and house.relay.problem
    house.clock.pass_s(30)
    with pytest.raises(Unavailable):
        house.relay.drain()
    cancelled = house.fleet.amend_trip(view.row.id, AmendmentKind.CANCEL)
    assert cancelled.row.revision == 1 and waiting(house) == 2
    house.kafka.down = False
    house.relay.drain()
    assert house.published() == [(view.row.id, 0), (view.row.id, 1)] and house.relay.problem == ""
    after = house.fleet.get_trip(view.row.id)
    assert after.row.settled and after.row.start_ms == NOON_MS + 30_001
    assert after.row.amendments[0].at_ms >= after.row.start_ms


def test_an_amendment_travels_with_the_settled_times_of_those_before_it(house: House) -> None:
    house.kafka.now_ms = lambda: house.clock.now_ms + 700  # the broker gets everything a little later
    view = house.fleet.plan_trip(order(house))
    house.clock.pass_s(20)
    house.fleet.amend_trip(view.row.id, AmendmentKind.PAUSE)
    house.clock.pass_s(20)
    resumed = house.fleet.amend_trip(view.row.id, AmendmentKind.RESUME)
    plans = [plan_from_json(record.value or b"") for record in house.plan_records()]
    assert plans[1].start_ms == plans[2].start_ms == NOON_MS + 701
    assert plans[1].amendments[0].at_ms == NOON_MS + 20_000, "the newest decision is open"
    assert plans[2].amendments[0].at_ms == NOON_MS + 20_701, "the one before is settled"
    assert resumed.row.amendments[1].at_ms == NOON_MS + 40_701


def test_trips_of_one_vehicle_that_start_late_do_not_overlap(house: House) -> None:
    first = order(house)
    house.kafka.down = True
    a = house.fleet.plan_trip(first)
    b = house.fleet.plan_trip(order(house, NOON_MS + 600_000, first.vehicle_id))
    house.clock.pass_s(3600)
    house.kafka.down = False
    house.relay.drain()
    a, b = house.fleet.get_trip(a.row.id), house.fleet.get_trip(b.row.id)
    assert a.row.settled and b.row.settled
    assert a.row.start_ms == NOON_MS + 3_600_001 and b.row.start_ms >= (a.row.outlook.end_ms or 0)


def test_a_plan_that_the_topic_never_takes_holds_up_no_other(house: House) -> None:
    class Picky(MemoryPublisher):
        def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:
            if key == refused.row.id:
                raise TooLarge("Too large.")
            return super().publish(topic, key, value, timeout_s)

    house.relay.nudge = lambda: None  # type: ignore[method-assign]
    refused = house.fleet.plan_trip(order(house))
    taken = house.fleet.plan_trip(order(house))
    house.relay._publisher = Picky(house.kafka)
    house.relay.drain()
    assert house.published() == [(taken.row.id, 0)] and waiting(house) == 1 and house.relay.problem


def test_the_thread_relays_what_it_is_nudged_about_and_those_who_wait_hear_of_it(house: House) -> None:
    from rumbo.fleet.outbox import OutboxRelay

    relay = OutboxRelay(house.database, house.trips, house.publisher, house.tables, house.world)
    house.fleet._outbox = relay
    stop = threading.Event()
    thread = threading.Thread(target=relay.run, args=(stop,))
    thread.start()
    try:
        assert house.fleet.plan_trip(order(house)).row.settled
    finally:
        stop.set()
        relay.nudge()
        thread.join(10)
    assert not thread.is_alive()


def test_of_many_who_pause_one_trip_at_once_one_succeeds_and_no_update_is_lost(house: House) -> None:
    view = house.fleet.plan_trip(order(house))
    house.clock.pass_s(20)
    outcomes: list[str] = []

    def pause() -> None:
        try:
            house.fleet.amend_trip(view.row.id, AmendmentKind.PAUSE)
            outcomes.append("paused")
        except Conflict:
            outcomes.append("conflict")
        except RumboError as exc:
            outcomes.append(exc.code)

    threads = [threading.Thread(target=pause) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    house.relay.drain()
    assert sorted(outcomes) == ["conflict"] * 5 + ["paused"]
    house.clock.pass_s(1)
    after = house.fleet.get_trip(view.row.id)
    assert after.state is TripState.PAUSED and after.row.revision == 1 and after.row.settled
    assert house.published() == [(view.row.id, 0), (view.row.id, 1)]


def test_rows_wait_in_the_order_in_which_they_were_made(house: House) -> None:
    house.world.refresh()
    house.kafka.down = True
    ids = [house.fleet.plan_trip(order(house)).row.id for _ in range(3)]
    with house.database.read() as connection:
        assert [row.trip_id for row in next_outbox_rows(connection)] == ids
