"""A vehicle's trips go on from each other alike, over REST and in a scenario's history."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rumbo.domain.device_profiles import STANDARD
from rumbo.domain.route import Waypoint
from rumbo.domain.vehicle import Driver, VehicleClass, spec_of
from rumbo.events.plans import plan_from_json
from rumbo.fleet.chain import Chain, Driven, going_on, leg_of, make_plan
from rumbo.fleet.orders import TripOrder
from rumbo.fleet.plans import outlook
from rumbo.fleet.vehicle_orders import VehicleOrder
from support.history import History
from support.scenes import DEMANDS, NOON_MS, scenario, world
from support.serving import House
from support.trips import straight_route

FIRST = date(2026, 3, 6)
"""The day after the one on which the house's clock stands."""


def test_rest_and_history_give_the_same_plans(tmp_path: Path) -> None:
    """Straight roads, which carry no traffic; the house plans ahead of time, day after day."""
    found = scenario(
        DEMANDS["commuters"], "{name: f, count: 3, vehicle_class: bicycle, spec: {capacity_kwh: 0.1}}"
    )
    history = History(found, world(), FIRST)
    planned = [plan for day in (FIRST, FIRST.replace(day=9)) for plan in _days_to(history, day)]
    house = House(tmp_path)
    try:
        for vehicle_id in sorted({plan.vehicle_id for plan in planned}):
            house.vehicles.create(
                VehicleOrder("v", VehicleClass.BICYCLE, vehicle_id, overrides={"capacity_kwh": 0.1})
            )
        for plan in planned:
            ends = zip(
                (plan.route.lat[0], plan.route.lat[-1]), (plan.route.lon[0], plan.route.lon[-1]), strict=True
            )
            order = TripOrder(
                plan.vehicle_id, tuple(Waypoint(*end) for end in ends), start_ms=plan.start_ms, seed=plan.seed,
                trip_id=plan.trip_id, driver=plan.driver, device=plan.device,
            )  # fmt: skip
            house.fleet.plan_trips([order])
        sent = {record.key: plan_from_json(record.value or b"") for record in house.plan_records()}
    finally:
        house.close()
    levels = [plan.energy_start for plan in planned if plan.odometer_start_m > 0.0]
    assert len(levels) > 6 and min(levels) < 0.9 and 1.0 in levels, "they ride on, and are filled up"
    assert [replace(sent[plan.trip_id], created_ms=plan.created_ms) for plan in planned] == planned


def _days_to(history: History, last: date) -> list:  # type: ignore[type-arg]
    plans = []
    while history._next <= last:
        plans += list(history.plans(history._next))
    return plans


@pytest.mark.parametrize("capacity_kwh", [0.1, 0.35, 1.0, 60.0])
def test_what_a_leg_says_is_what_the_plan_comes_to(capacity_kwh: float) -> None:
    """From a battery that no trip can do with, where it ends under way, to one that lasts."""
    spec = spec_of(VehicleClass.CAR, {"energy": "electric", "capacity_kwh": capacity_kwh})
    chain = Chain()
    for n in range(6):
        who = Driven("veh_1", VehicleClass.CAR, spec, Driver.NORMAL)
        plan = make_plan(f"trp_{n}", who, n, STANDARD, NOON_MS, straight_route(2_000))
        leg = leg_of(plan)
        plan = going_on(plan, chain.next("veh_1", leg), leg)
        ahead, left = outlook(plan), chain.standings["veh_1"]
        assert left.odometer_m == pytest.approx(plan.odometer_start_m + ahead.driven_m, abs=1e-9)
        assert left.energy_level == pytest.approx(ahead.energy_end, abs=1e-12)
        assert (ahead.phase == "failed") == (leg.need > 1.0) == (capacity_kwh == 0.1)
