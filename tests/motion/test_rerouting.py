"""Another route under way: it holds where nothing that was told is contradicted, and is ignored otherwise."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rumbo.domain.plan import AmendmentKind, Plan
from rumbo.domain.route import Dwell, Polyline, RoadClass, Route, Span
from rumbo.domain.trip import TripState, WaitReason
from rumbo.motion import Fleet, compile_plan, snapshot
from rumbo.motion.rerouting import Zone, rejoined, shares, slowed
from rumbo.motion.wire import payloads
from support.trips import START_MS, plan_of

FOREVER = 1 << 50
FAR_M = 450.0
"""More than a car foresees at these speeds."""


def line(start: tuple[float, float], east: int, north: int, steps: int) -> Route:
    """A road of steps of 50 m."""
    points = Polyline()
    for i in range(steps + 1):
        points.add(start[0] + north * i * 0.00045, start[1] + east * i * 0.00062)
    return Route(
        tuple(points.lat), tuple(points.lon), tuple(points.distance_m),
        (Span(0.0, 13.9, 13.9, 1, "Main", RoadClass.PRIMARY),),
    )  # fmt: skip


ROUTE = replace(line((43.7, 7.4), 0, 1, 80), dwells=(Dwell(600.0, 40.0),))


def around(at_m: float, steps: int = 30) -> Route:
    """Off to the east at the first corner behind `at_m`."""
    cut = next(i for i, d in enumerate(ROUTE.distance_m) if d >= at_m)
    return rejoined(ROUTE, at_m, line((ROUTE.lat[cut], ROUTE.lon[cut]), 1, 0, steps))


def rerouted(plan: Plan, second: float, route: Route) -> Plan:
    return plan.amended(AmendmentKind.REROUTE, plan.start_ms + round(second * 1000), route)


def sent(plan: Plan, until_ms: int) -> list[bytes]:
    emission = Fleet.of([plan]).emit(0, until_ms)
    return [value for values in payloads(emission).values() for value in values]


def test_a_reroute_far_enough_ahead_holds_and_nothing_jumps() -> None:
    plan = plan_of(ROUTE)
    changed = rerouted(plan, 30.0, around(1_500.0))
    motion = compile_plan(changed)
    assert motion.route.length_m == around(1_500.0).length_m
    told = [c for c in motion.changes if c.reason is WaitReason.REROUTED]
    assert len(told) == 1 and told[0].state is TripState.DRIVING and told[0].at_ms == START_MS + 30_000
    times = np.arange(START_MS, motion.end_ms or 0, 100)
    states = Fleet.of([changed]).states(np.zeros(len(times), dtype=np.int64), times)
    assert np.abs(np.diff(states.distance_m)).max() < 1.6 and np.abs(np.diff(states.speed_mps)).max() < 0.25
    assert np.abs(states.lon).max() > 7.41, "it went east"
    assert states.distance_m[-1] > motion.route.length_m - 1


def test_distance_left_is_that_of_the_route_in_force() -> None:
    changed = rerouted(plan_of(ROUTE), 30.0, around(1_500.0))
    before, after = (snapshot(changed, START_MS + ms) for ms in (29_999, 30_000))
    assert before.distance_m + before.remaining_m == pytest.approx(ROUTE.length_m)
    assert after.distance_m + after.remaining_m == pytest.approx(around(1_500.0).length_m)
    states = Fleet.of([changed]).states([0, 0], [START_MS + 29_999, START_MS + 30_000])
    assert states.remaining_m.tolist() == [before.remaining_m, after.remaining_m]


@pytest.mark.parametrize("ahead_m", [-100.0, 20.0])
def test_a_reroute_that_comes_too_late_is_ignored(ahead_m: float) -> None:
    plan = plan_of(ROUTE)
    fast = next(t for t in range(120, 300) if snapshot(plan, START_MS + t * 1000).speed_mps > 11.0)
    at_m = snapshot(plan, START_MS + fast * 1000).distance_m
    changed = rerouted(plan, fast, around(at_m + ahead_m))
    assert compile_plan(changed).route == ROUTE
    assert sent(changed, FOREVER) == sent(plan, FOREVER)


def test_a_reroute_holds_while_scheduled_and_while_paused() -> None:
    plan = plan_of(ROUTE)
    early = rerouted(plan, -5.0, around(200.0))
    assert compile_plan(early).route.length_m == around(200.0).length_m
    paused = plan.amended(AmendmentKind.PAUSE, START_MS + 30_000)
    at_m = snapshot(paused, FOREVER).distance_m
    changed = rerouted(paused, 60.0, around(at_m + 100.0))
    changed = changed.amended(AmendmentKind.RESUME, START_MS + 90_000)
    end = snapshot(changed, FOREVER)
    assert end.state is TripState.ARRIVED and end.lon > 7.41


def test_a_road_that_the_vehicle_did_not_come_by_is_ignored() -> None:
    plan = plan_of(ROUTE)
    parallel = replace(ROUTE, lon=tuple(lon + 0.001 for lon in ROUTE.lon))
    assert compile_plan(rerouted(plan, 60.0, parallel)).route == ROUTE
    paused = plan.amended(AmendmentKind.PAUSE, START_MS + 60_000)
    assert compile_plan(rerouted(paused, 90.0, parallel)).route == ROUTE
    at_m = snapshot(paused, FOREVER).distance_m
    assert compile_plan(rerouted(paused, 90.0, around(at_m - 60.0))).route == ROUTE


def test_a_trip_that_is_scheduled_keeps_its_first_point() -> None:
    plan = plan_of(ROUTE)
    elsewhere = line((43.8, 7.4), 0, 1, 10)
    assert compile_plan(rerouted(plan, -5.0, elsewhere)).route == ROUTE


def test_a_reroute_at_a_dwell_says_so_and_the_vehicle_goes_on_waiting() -> None:
    plan = plan_of(ROUTE)
    hold = next(h for h in plan.profile.holds if h.reason is WaitReason.DWELL)
    changed = rerouted(plan, round(hold.start_s + 10.0), around(1_000.0))
    told = [c for c in compile_plan(changed).changes if c.reason is WaitReason.REROUTED]
    assert [c.state for c in told] == [TripState.WAITING]
    assert snapshot(changed, FOREVER).lon > 7.41


def test_a_slow_zone_ahead_makes_the_trip_later_on_the_same_line() -> None:
    plan = plan_of(ROUTE)
    slow = slowed(ROUTE, 1_500.0, [Zone(1_500.0, 2_500.0, 0.3)])
    changed = rerouted(plan, 30.0, slow)
    ends = [compile_plan(p).end_ms or 0 for p in (plan, changed)]
    assert ends[1] > ends[0] + 60_000
    assert compile_plan(changed).route.lat == ROUTE.lat


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**40),
    at_s=st.floats(-20, 420),
    ahead_m=st.floats(-200, 1_500),
    pauses=st.lists(st.floats(0, 420), max_size=3),
    slow=st.booleans(),
)
def test_nothing_sent_before_a_reroute_is_contradicted(
    seed: int, at_s: float, ahead_m: float, pauses: list[float], slow: bool
) -> None:
    plan = plan_of(ROUTE, seed)
    at_ms = START_MS + round(at_s * 1000)
    for i, second in enumerate(sorted(pause for pause in pauses if pause < at_s)):
        plan = plan.amended(
            (AmendmentKind.PAUSE, AmendmentKind.RESUME)[i % 2], START_MS + round(second * 1000)
        )
    at_m = min(max(snapshot(plan, at_ms).distance_m + ahead_m, 1.0), 3_800.0)
    route = slowed(ROUTE, at_m, [Zone(at_m, at_m + 500.0, 0.4)]) if slow else around(at_m)
    changed = plan.amended(AmendmentKind.REROUTE, at_ms, route)
    assert sent(changed, at_ms - 1) == sent(plan, at_ms - 1)
    times = np.arange(START_MS, min(snapshot(changed, FOREVER).end_ms or FOREVER, START_MS + 900_000), 250)
    states = Fleet.of([changed]).states(np.zeros(len(times), dtype=np.int64), times)
    if len(times) > 1:
        assert (np.diff(states.distance_m) >= 0).all() and np.diff(states.distance_m).max() < 3.6
        assert np.abs(np.diff(states.speed_mps)).max() < 1.0
    if ahead_m > FAR_M and not slow and 0 < at_s < 60 and not pauses:
        assert compile_plan(changed).route == route, "far enough ahead, it holds"


def test_routes_share_what_is_equal_to_the_segment_of_the_vehicle() -> None:
    assert shares(ROUTE, around(1_000.0), 940.0)
    assert not shares(ROUTE, around(1_000.0), 1_010.0)
    assert not shares(ROUTE, slowed(ROUTE, 500.0, [Zone(500.0, 700.0, 0.5)]), 600.0)
