"""What a trip comes to when it goes on from others is worked out before, and only moved."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rumbo.domain.plan import Plan
from rumbo.domain.vehicle import VehicleClass, spec_of
from rumbo.fleet.chain import Standing, going_on, leg_of, outlook_on
from rumbo.fleet.plans import outlook
from support.trips import plan_of, straight_route


@pytest.mark.parametrize("level", [1.0, 0.6, 0.15, 0.02, 0.0])
@pytest.mark.parametrize("capacity_kwh", [445.0, 2.0, 0.3], ids=["plenty", "nearly", "never"])
def test_the_outlook_of_a_trip_that_goes_on_is_that_of_its_plan(level: float, capacity_kwh: float) -> None:
    spec = spec_of(VehicleClass.CAR, {"capacity_kwh": capacity_kwh})
    drawn: Plan = replace(plan_of(straight_route(4_000.0)), spec=spec)
    leg = leg_of(drawn)
    later = replace(drawn, start_ms=drawn.start_ms + 7_321)
    plan = going_on(later, Standing(123_456.789, level), leg)
    assert outlook_on(plan, drawn, outlook(drawn), leg) == outlook(plan)
    assert (leg.need > 1.0) == (capacity_kwh == 0.3)
