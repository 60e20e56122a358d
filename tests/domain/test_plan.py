"""When the decisions in a plan take effect."""

from __future__ import annotations

from dataclasses import replace

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.device_profiles import IDEAL
from rumbo.domain.plan import AmendmentKind, Plan, Profile
from rumbo.domain.route import Route, Span
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass

CLOCK = WorldClock((ClockChange(1_000, 100_000, 10.0),))
PLAN = Plan(
    trip_id="trp_1",
    vehicle_id="veh_1",
    vehicle_class=VehicleClass.CAR,
    seed=7,
    spec=CLASS_SPECS[VehicleClass.CAR],
    device=IDEAL,
    created_ms=100_500,
    start_ms=100_500,
    route=Route((0.0, 0.001), (0.0, 0.0), (0.0, 111.2), (Span(0.0, 10.0),)),
    profile=Profile((0.0,), (0.0,), (0.0,), (0.0,), (0.0,), 20.0),
)


def test_a_trip_asked_for_now_starts_just_after_the_broker_had_its_plan() -> None:
    settled = PLAN.settled(1_060, CLOCK)
    assert (settled.created_ms, settled.start_ms) == (100_601, 100_601)


def test_a_trip_asked_for_later_starts_when_asked() -> None:
    settled = replace(PLAN, start_ms=200_000).settled(1_060, CLOCK)
    assert (settled.created_ms, settled.start_ms) == (100_601, 200_000)


def test_an_amendment_takes_effect_no_earlier_than_the_broker_had_it() -> None:
    paused = PLAN.settled(1_060, CLOCK).amended(AmendmentKind.PAUSE, 101_000)
    assert paused.settled(1_200, CLOCK).amendments[-1].at_ms == 102_001
    assert paused.settled(1_050, CLOCK).amendments[-1].at_ms == 101_000


def test_settling_an_amendment_leaves_what_was_settled_before() -> None:
    paused = PLAN.settled(1_060, CLOCK).amended(AmendmentKind.PAUSE, 101_000).settled(1_200, CLOCK)
    resumed = paused.amended(AmendmentKind.RESUME, 101_500).settled(1_100, CLOCK)
    assert resumed.amendments[0] == paused.amendments[0]
    assert resumed.amendments[1].at_ms == 102_001, "never before the amendment it follows"
    assert (resumed.created_ms, resumed.start_ms) == (paused.created_ms, paused.start_ms)


def test_in_a_world_that_stands_still_a_decision_waits_until_it_moves() -> None:
    stopped = CLOCK.changed(1_100, 0.0)
    assert PLAN.settled(5_000, stopped).created_ms == stopped.world_ms(5_000) + 1
