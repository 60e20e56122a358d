from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rumbo.domain.route import Waypoint
from rumbo.errors import Conflict
from rumbo.scenarios.expand import expand, staged
from rumbo.scenarios.fleets import vehicle_id
from rumbo.scenarios.load import open_scenario, ready_made
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.orders import Order
from rumbo.scenarios.world import World
from support.scenes import DAY_MS, DEMANDS, NOON_MS, scenario, world

GRID = world()
HOUR_MS = DAY_MS // 24
SPRING_MS = NOON_MS + 23 * DAY_MS
"""2026-03-28T12:00Z: in the night clocks go forward."""


def orders(
    found: Scenario, from_ms: int, to_ms: int, on: World = GRID, began_ms: int | None = None
) -> list[Order]:
    return list(expand(found, on, from_ms, to_ms, began_ms=began_ms).orders)


@pytest.mark.parametrize("kind", DEMANDS)
def test_a_span_is_the_union_of_its_parts_wherever_it_is_cut(kind: str) -> None:
    found = scenario(DEMANDS[kind])
    whole = orders(found, SPRING_MS, SPRING_MS + 3 * DAY_MS)
    assert whole

    @settings(max_examples=4)
    @given(st.lists(st.integers(0, 3 * DAY_MS), max_size=2))
    def cut(at: list[int]) -> None:
        edges = [0, *sorted(at), 3 * DAY_MS]
        parts = [
            order
            for a, b in pairwise(edges)
            for order in orders(found, SPRING_MS + a, SPRING_MS + b, world())
        ]
        assert parts == whole

    cut()


@pytest.mark.parametrize("kind", DEMANDS)
@pytest.mark.parametrize("began_ms", [None, NOON_MS - 5 * HOUR_MS])
def test_nobody_is_in_two_places_at_once(kind: str, began_ms: int | None) -> None:
    driven: dict[str, list[Order]] = {}
    found = orders(scenario(DEMANDS[kind]), NOON_MS - DAY_MS, NOON_MS + 3 * DAY_MS, began_ms=began_ms)
    for order in found:
        driven.setdefault(order.vehicle.id, []).append(order)
    assert driven
    for trips in driven.values():
        for before, after in pairwise(trips):
            plan = GRID.planning.plan(before)
            assert before.start_ms + plan.profile.duration_s * 1000 < after.start_ms
            if began_ms is None:
                last, first = before.waypoints[-1], after.waypoints[0]
                assert (last.lat, last.lon) == (first.lat, first.lon)


@pytest.mark.parametrize("kind", DEMANDS)
def test_orders_come_by_start_with_ids_of_their_own(kind: str) -> None:
    found = orders(scenario(DEMANDS[kind]), NOON_MS, NOON_MS + 2 * DAY_MS)
    assert [order.start_ms for order in found] == sorted(order.start_ms for order in found)
    ids = [order.trip_id for order in found]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"trp_[a-z0-9_-]{4,36}", trip_id) for trip_id in ids)
    assert all(re.fullmatch(r"veh_[a-z0-9_-]{4,36}", order.vehicle.id) for order in found)


def test_ids_stay_within_their_length_for_the_longest_name_and_the_largest_fleet() -> None:
    found = scenario(DEMANDS["loops"]).model_copy(update={"name": "a" * 40})
    stage, _, _ = staged(found, GRID, NOON_MS)
    last = replace(stage.fleets["f"][0], number=99_999, id=vehicle_id(found, 99_999))
    near = [Waypoint(45.0, -5.0), Waypoint(45.01, -5.0)]
    trip = stage.trip(last, stage.day(date(2026, 3, 5)), 9_999, NOON_MS, near, "loop")
    assert trip is not None
    assert len(trip.trip_id) <= 40
    assert len(last.id) <= 40


def test_another_seed_gives_other_trips() -> None:
    one = scenario(DEMANDS["commuters"])
    other = one.model_copy(update={"seed": 2})
    ids = [{order.trip_id for order in orders(found, NOON_MS, NOON_MS + DAY_MS)} for found in (one, other)]
    starts = [
        {order.start_ms for order in orders(found, NOON_MS, NOON_MS + DAY_MS)} for found in (one, other)
    ]
    assert not ids[0] & ids[1]
    assert starts[0] != starts[1]


def test_a_larger_fleet_keeps_the_vehicles_that_a_smaller_one_has() -> None:
    mixed = "{name: f, count: %d, vehicle_class: {car: 3, van: 1}, driver: {calm: 1, normal: 1}}"
    few, many = (
        [
            (v.place, v.vehicle_class, v.driver)
            for v in expand(scenario(DEMANDS["loops"], mixed % count), GRID, 0, 0).vehicles
        ]
        for count in (10, 40)
    )
    assert many[:10] == few
    assert [kind.value for _, kind, _ in many].count("van") == 10


def test_faults_fall_on_their_share_of_a_fleet() -> None:
    more = "faults: [{share: 0.25, device_profile: chaos}]"
    found = expand(scenario(DEMANDS["loops"], "{name: f, count: 200}", more), GRID, 0, 0)
    assert 45 <= sum(vehicle.device_profile == "chaos" for vehicle in found.vehicles) <= 55


def test_times_of_day_are_those_of_local_clocks_on_both_sides_of_summer_time() -> None:
    found = scenario(
        "{kind: recurring, fleet: f, when: 'FREQ=DAILY;BYHOUR=8;BYMINUTE=30', stay: null}", more="seed: 3"
    )
    starts = sorted({order.start_ms for order in orders(found, SPRING_MS - DAY_MS, SPRING_MS + 2 * DAY_MS)})
    assert [(at - SPRING_MS) % DAY_MS / HOUR_MS for at in starts] == [
        19.5,
        18.5,
        18.5,
    ]  # 07:30, then 06:30 UTC


def test_a_line_runs_each_departure_that_a_vehicle_is_back_for() -> None:
    found = expand(scenario(DEMANDS["lines"]), GRID, NOON_MS - 9 * HOUR_MS, NOON_MS + 15 * HOUR_MS)
    trips = list(found.orders)
    assert len(trips) == 2 * 17  # 06:00 to 22:00, there and back
    assert not found.dropped
    assert {len(order.waypoints) for order in trips} == {4}


def test_the_nearest_free_vehicle_takes_a_ride_and_all_are_home_at_night() -> None:
    trips = orders(scenario(DEMANDS["ride_hailing"]), NOON_MS - 9 * HOUR_MS, NOON_MS + 15 * HOUR_MS)
    assert sum(order.purpose == "ride" for order in trips) == 40
    ends = {order.vehicle.id: order.waypoints[-1] for order in trips}
    begins = {order.vehicle.id: order.waypoints[0] for order in reversed(trips)}
    assert {key: (w.lat, w.lon) for key, w in ends.items()} == {
        key: (w.lat, w.lon) for key, w in begins.items()
    }


def test_loops_last_at_least_as_long_as_asked_for() -> None:
    trips = orders(scenario(DEMANDS["loops"]), NOON_MS, NOON_MS + HOUR_MS)
    assert trips
    assert all(GRID.planning.plan(order).profile.duration_s >= 240 for order in trips)


def test_a_scenario_of_another_region_is_refused() -> None:
    with pytest.raises(Conflict, match="elsewhere"):
        expand(scenario(DEMANDS["loops"], more="region: elsewhere"), GRID, 0, 1)


def test_the_whole_fleet_is_as_large_as_asked_for_when_scaled() -> None:
    for name in ready_made():
        for count in (7, 100, 30_000):
            assert open_scenario(name).scaled(count).vehicle_count == count
