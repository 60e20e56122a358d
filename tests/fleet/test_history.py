from __future__ import annotations

from pathlib import Path

import pytest

from rumbo.domain.plan import AmendmentKind
from rumbo.domain.route import Waypoint
from rumbo.domain.trip import TripState
from rumbo.errors import InvalidInput
from rumbo.fleet.orders import TripOrder
from rumbo.motion import snapshot
from support.serving import NOON_MS, House

START, END = Waypoint(45.0, -5.0), Waypoint(45.02, -5.0)


def driven(house: House, start_ms: int | None = None) -> tuple[str, str]:
    vehicle = house.add_vehicle()
    order = TripOrder(vehicle, (START, END), start_ms=start_ms, seed=5)
    return vehicle, house.fleet.plan_trip(order).row.id


def test_the_past_is_what_the_plan_says_to_the_bit(house: House) -> None:
    vehicle, trip = driven(house)
    house.clock.pass_s(60)
    house.fleet.amend_trip(trip, AmendmentKind.PAUSE)
    house.clock.pass_s(600)
    plan = house.fleet.get_trip(trip).plan
    assert plan is not None
    for second in (1, 30, 59, 70, 500):
        (state,), more = house.history.at(NOON_MS + second * 1000)
        then = snapshot(plan, NOON_MS + second * 1000)
        assert not more and (state.vehicle_id, state.trip_id) == (vehicle, trip)
        assert state.state is then.state and state.lat == round(then.lat, 7)


def test_what_was_looked_at_before_does_not_hide_what_was_decided_since(house: House) -> None:
    _, trip = driven(house)
    house.clock.pass_s(30)
    later_ms = NOON_MS + 90_000
    (foreseen,), _ = house.history.at(later_ms)
    house.fleet.amend_trip(trip, AmendmentKind.CANCEL)
    house.clock.pass_s(90)
    (happened,), _ = house.history.at(later_ms)
    assert foreseen.state is not TripState.CANCELLED and happened.state is TripState.CANCELLED


def test_a_vehicle_stands_where_its_last_trip_ended_and_is_nowhere_before_its_first(house: House) -> None:
    driven(house, NOON_MS + 60_000)
    assert house.history.at(NOON_MS + 59_999) == ([], False)
    (state,), _ = house.history.at(NOON_MS + 86_400_000)
    assert state.state is TripState.ARRIVED and state.lat == pytest.approx(45.02) and state.speed_mps == 0


def test_only_what_is_in_the_box_is_told_and_no_more_than_asked_for(house: House) -> None:
    for _ in range(3):
        driven(house)
    at_ms = NOON_MS + 20_000
    assert len(house.history.at(at_ms, (-5.1, 44.9, -4.9, 45.1))[0]) == 3
    assert house.history.at(at_ms, (-5.1, 46, -4.9, 47)) == ([], False)
    assert len(house.history.at(at_ms, (170.0, 44.9, -4.9, 45.1))[0]) == 3
    states, more = house.history.at(at_ms, limit=2)
    assert len(states) == 2 and more


def test_before_the_beginning_and_too_far_ahead_is_refused(house: House) -> None:
    with pytest.raises(InvalidInput, match="began at 2026-03-05T12:00:00"):
        house.history.at(NOON_MS - 1)
    with pytest.raises(InvalidInput, match="ten years"):
        house.history.at(NOON_MS + 11 * 366 * 86_400_000)


def test_more_trips_than_are_kept_are_read_again(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("rumbo.fleet.history.KEPT_TRIPS", 2)
    for _ in range(4):
        driven(house)
    house.clock.pass_s(60)
    assert len(house.history.at(NOON_MS + 20_000)[0]) == len(house.history.at(NOON_MS + 40_000)[0]) == 4
