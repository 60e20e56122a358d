"""Many trips in one request: each stands or falls by itself, all in one transaction."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from rumbo.domain.device import DeviceSpec, Reporting
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.plan import AmendmentKind
from rumbo.domain.route import Waypoint
from rumbo.domain.trip import TripState
from rumbo.domain.vehicle import Driver, VehicleClass
from rumbo.errors import Conflict, InvalidInput, NotFound, RumboError
from rumbo.events.plans import plan_from_json
from rumbo.fleet.orders import Booked, TripOrder
from rumbo.fleet.vehicle_orders import VehicleOrder
from support.serving import NOON_MS, House

LINE = (Waypoint(45.0, -5.0), Waypoint(45.01, -5.0))
HOUR_MS = 3_600_000


def vehicle(house: House, **more: object) -> str:
    return house.vehicles.create(VehicleOrder("v", **more))[0].vehicle.id  # type: ignore[arg-type]


def order(vehicle_id: str, hour: float, **more: object) -> TripOrder:
    start_ms = NOON_MS + round(hour * HOUR_MS)
    return TripOrder(vehicle_id, LINE, start_ms=start_ms, seed=1, **more)  # type: ignore[arg-type]


def ids(results: list[Booked | RumboError]) -> list[str]:
    return [result.trip_id for result in results if isinstance(result, Booked)]


def test_a_bad_order_does_not_take_the_others_along(house: House) -> None:
    mine = vehicle(house)
    results = house.fleet.plan_trips(
        [
            order(mine, 1),
            order("veh_nobody", 1),
            order(mine, 1.001),
            replace(order(mine, 2), waypoints=(LINE[0], Waypoint(10.0, 10.0))),
            order(mine, -1),
            order(mine, 3, device_profile="nothing"),
            order(mine, 4),
        ]
    )
    assert [type(result) for result in results] == [
        Booked, NotFound, Conflict, type(results[3]), InvalidInput, InvalidInput, Booked,
    ]  # fmt: skip
    assert isinstance(results[3], InvalidInput) and results[3].code == "outside-region"
    assert (
        sorted(trip_id for trip_id, _ in house.published()) == sorted(ids(results)) and len(ids(results)) == 2
    )


def test_the_same_order_again_is_the_same_trip_also_after_its_start(house: House) -> None:
    first = order(vehicle(house), 0.1, trip_id="trp_mine-1")
    assert house.fleet.plan_trips([first]) == [Booked("trp_mine-1", known=False)]
    house.clock.pass_s(7_200)
    assert house.fleet.plan_trips([first]) == [Booked("trp_mine-1", known=True)]
    assert house.fleet.plan_trip(first).state is TripState.ARRIVED
    assert len(house.published()) == 1


@pytest.mark.parametrize("change", [{"seed": 2}, {"driver": Driver.CALM}, {"device_profile": "chaos"}])
def test_an_id_of_another_order_is_a_conflict(house: House, change: dict[str, object]) -> None:
    first = order(vehicle(house), 1, trip_id="trp_mine-1")
    house.fleet.plan_trips([first])
    (result,) = house.fleet.plan_trips([replace(first, **change)])  # type: ignore[arg-type]
    assert isinstance(result, Conflict) and result.field == "id"


def test_an_id_twice_in_a_request_is_known_the_second_time(house: House) -> None:
    one = order(vehicle(house), 1, trip_id="trp_mine-1")
    results = house.fleet.plan_trips([one, one, replace(one, seed=5)])
    assert results[:2] == [Booked("trp_mine-1", known=False), Booked("trp_mine-1", known=True)]
    assert isinstance(results[2], Conflict) and len(house.published()) == 1


def test_a_repeated_request_without_ids_plans_nothing_twice(house: House) -> None:
    orders = [order(vehicle(house), 1) for _ in range(3)]
    first = house.fleet.plan_trips(orders, "token")
    again = house.fleet.plan_trips(orders, "token")
    assert ids(first) == ids(again) and len(set(ids(first))) == 3
    assert all(isinstance(result, Booked) and result.known for result in again)


def test_each_trip_goes_on_from_the_vehicles_trips_before_in_whatever_order_they_are_given(
    house: House,
) -> None:
    mine = vehicle(house, vehicle_class=VehicleClass.BICYCLE)
    hours = [3.0, 1.0, 4.0, 2.0]
    results = house.fleet.plan_trips([order(mine, hour) for hour in hours])
    plans = sorted((plan_from_json(r.value or b"") for r in house.plan_records()), key=lambda p: p.start_ms)
    assert len(ids(results)) == 4
    for before, after in pairwise(plans):
        assert after.odometer_start_m == pytest.approx(
            before.odometer_start_m + before.route.length_m, abs=1e-3
        )
        assert after.energy_start < before.energy_start
    rows = [house.fleet.get_trip(plan.trip_id).row for plan in plans]
    assert [row.energy_start for row in rows] == [plan.energy_start for plan in plans]
    assert [row.outlook.energy_end for row in rows[:-1]] == [row.energy_start for row in rows[1:]]


def test_a_vehicle_that_would_not_arrive_with_its_reserve_is_filled_up_first(house: House) -> None:
    mine = vehicle(house, energy_level=0.1)
    house.fleet.plan_trips([order(mine, 1), order(mine, 2)])
    first, second = sorted(
        (house.fleet.get_trip(t).row for t, _ in house.published()), key=lambda r: r.start_ms
    )
    assert first.energy_start == 1.0 and 0.99 < second.energy_start < 1.0


def test_a_trip_cancelled_before_its_start_leaves_the_tank_as_it_was(house: House) -> None:
    mine = vehicle(house, energy_level=0.1)
    (one,) = house.fleet.plan_trips([order(mine, 1)])
    assert isinstance(one, Booked) and house.fleet.get_trip(one.trip_id).row.energy_start == 1.0
    house.fleet.amend_trip(one.trip_id, AmendmentKind.CANCEL)
    small = replace(order(mine, 2), waypoints=(LINE[0], Waypoint(45.0001, -5.0)))
    assert house.fleet.plan_trip(small).row.energy_start == 1.0, "0.1 less its need is below the reserve"
    assert house.fleet.plan_trip(order(vehicle(house, energy_level=0.5), 2)).row.energy_start == 0.5


def test_a_plan_carries_vehicle_driver_and_device(house: House) -> None:
    house.devices.put("mine", DeviceSpec("mine", Reporting(interval_ms=7_000)))
    mine = vehicle(
        house, overrides={"mass_kg": 1_900.0}, driver=Driver.CALM, device_profile="mine",
    )  # fmt: skip
    own = DeviceSpec("own", Reporting(interval_ms=9_000))
    results = house.fleet.plan_trips(
        [
            order(mine, 1, trip_id="trp_a"),
            order(mine, 2, trip_id="trp_b", driver=Driver.AGGRESSIVE, device_profile="phone"),
            order(mine, 3, trip_id="trp_c", device=own),
            order(mine, 4, trip_id="trp_d", device=replace(own, name="phone")),
        ]
    )
    assert isinstance(results[3], InvalidInput) and results[3].field == "device/name"
    house.devices.put("mine", DeviceSpec("mine", Reporting(interval_ms=1_000)))
    plans = {r.key: plan_from_json(r.value or b"") for r in house.plan_records()}
    assert [plans[key].spec.mass_kg for key in ("trp_a", "trp_b")] == [1_900.0] * 2
    assert [plans[f"trp_{k}"].driver for k in "abc"] == [Driver.CALM, Driver.AGGRESSIVE, Driver.CALM]
    assert plans["trp_a"].device.reporting.interval_ms == 7_000, "a later change does not reach it"
    assert (plans["trp_b"].device, plans["trp_c"].device) == (DEVICE_PROFILES["phone"], own)
    assert plans["trp_a"].profile.duration_s > plans["trp_b"].profile.duration_s
    assert house.fleet.get_trip("trp_a").plan == replace(
        plans["trp_a"], created_ms=house.fleet.get_trip("trp_a").row.created_ms
    )
