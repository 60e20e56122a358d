"""Pause, resume and cancel, at any time and in any order."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples

from rumbo.domain.plan import Plan
from rumbo.domain.route import Control, ControlKind, Dwell
from rumbo.domain.trip import TripState, WaitReason
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.motion import Fleet, Motion, compile_plan, snapshot
from rumbo.motion.braking import Kinematics, stopping
from rumbo.motion.envelope import sections
from support.trips import START_MS, amended, amended_plans, plan_of, straight_route

NEXT = {
    TripState.SCHEDULED: {TripState.DRIVING, TripState.CANCELLED},
    TripState.DRIVING: {TripState.WAITING, TripState.PAUSED, TripState.ARRIVED, TripState.CANCELLED},
    TripState.WAITING: {TripState.DRIVING, TripState.PAUSED, TripState.CANCELLED},
    TripState.PAUSED: {TripState.DRIVING, TripState.WAITING, TripState.ARRIVED, TripState.CANCELLED},
    TripState.ARRIVED: set(),
    TripState.CANCELLED: set(),
}


def told(plan: Plan) -> list[tuple[str, float]]:
    """State and seconds after the start, of every change."""
    return [(c.state.value, (c.at_ms - plan.start_ms) / 1000) for c in compile_plan(plan).changes]


def over_time(motion: Motion, step_ms: int, plan: Plan) -> np.ndarray:
    times = np.arange(0, round(motion.t_s[-1] * 1000) + 3000, step_ms)
    states = Fleet.of([plan]).states(np.zeros_like(times), times + plan.start_ms)
    return np.stack((times / 1000, states.distance_m, states.speed_mps, states.acceleration_mps2))


@examples(max_examples=200)
@given(amended_plans())
def test_any_amendments_at_any_time_give_a_meaningful_life(plan: Plan) -> None:
    motion = compile_plan(plan)
    states = [change.state for change in motion.changes]
    times = [change.at_ms for change in motion.changes]
    assert states[0] is TripState.SCHEDULED and times == sorted(times)
    assert all(after in NEXT[before] for before, after in pairwise(states))
    assert states[-1].is_final == (motion.end_ms is not None)
    assert states[-1].is_final or states[-1] is TripState.PAUSED
    assert all((c.reason is not None) == (c.state is TripState.WAITING) for c in motion.changes)
    if states[-1] is TripState.ARRIVED:
        assert motion.s_m[-1] == plan.route.length_m and motion.end_ms == times[-1]


@examples(max_examples=150)
@given(amended_plans())
def test_amended_motion_has_no_jumps_and_keeps_all_limits(plan: Plan) -> None:
    motion, limits = compile_plan(plan), plan.spec.limits
    columns = (motion.t_s, motion.s_m, motion.v_mps, motion.a_mps2, motion.j_mps3)
    t, s, v, a, j = (np.array(column) for column in columns)
    u = np.diff(t)
    assert (u >= 0).all() and (np.diff(s) >= 0).all() and s[-1] <= plan.route.length_m
    np.testing.assert_allclose(s[:-1] + v[:-1] * u + a[:-1] * u**2 / 2 + j[:-1] * u**3 / 6, s[1:], atol=1e-5)
    np.testing.assert_allclose(v[:-1] + a[:-1] * u + j[:-1] * u**2 / 2, v[1:], atol=1e-5)
    np.testing.assert_allclose(a[:-1] + j[:-1] * u, a[1:], atol=1e-5)
    assert np.abs(j).max() <= limits.jerk_mps3 + 1e-6
    _, s, v, a = over_time(motion, max(20, round(motion.t_s[-1])), plan)
    assert (np.diff(s) >= 0).all() and v.min() >= 0.0
    assert a.max() <= limits.acceleration_mps2 + 1e-6 and a.min() >= -limits.braking_mps2 - 1e-6
    found = sections(plan.route, limits, plan.seed)
    for start, end, limit in zip(found.start_m, found.end_m, found.limit_mps, strict=True):
        assert v[(s >= start) & (s <= end)].max(initial=0.0) <= limit + 1e-6


@examples(max_examples=150)
@given(amended_plans())
def test_an_amendment_never_contradicts_what_was_sent_before_it(plan: Plan) -> None:
    if not plan.amendments:
        return
    before = replace(plan, amendments=plan.amendments[:-1])
    until = plan.amendments[-1].at_ms - 1
    told_then = Fleet.of([before]).emit(0, min(until, plan.start_ms + 60_000))
    told_now = Fleet.of([plan]).emit(0, min(until, plan.start_ms + 60_000))
    for then, now in (
        (told_then.positions, told_now.positions),
        (told_then.trip_states, told_now.trip_states),
    ):
        for name, column in then.items():
            np.testing.assert_array_equal(column, now[name])


def test_a_pause_brakes_at_once_and_a_resume_drives_on_from_there() -> None:
    plan = amended(plan_of(straight_route(2000)), ("pause", 60), ("resume", 100))
    assert [state for state, _ in told(plan)] == ["scheduled", "driving", "paused", "driving", "arrived"]
    assert told(plan)[2:4] == [("paused", 60), ("driving", 100)]
    rolling, stood = snapshot(plan, START_MS + 61_000), snapshot(plan, START_MS + 99_000)
    assert rolling.state is TripState.PAUSED and rolling.speed_mps > 5 and rolling.eta_ms is None
    assert stood.speed_mps == 0 and stood.distance_m - rolling.distance_m < 80
    assert snapshot(plan, START_MS + 110_000).speed_mps > 0
    assert told(plan)[-1][1] > plan_of(straight_route(2000)).profile.duration_s + 38


def test_a_resume_waits_until_the_vehicle_stands() -> None:
    plan = amended(plan_of(straight_route(2000)), ("pause", 60), ("resume", 60.5))
    (_, paused), (_, driving) = told(plan)[2:4]
    assert paused == 60 and 66 < driving < 80
    assert snapshot(plan, START_MS + round(driving * 1000)).speed_mps == 0


def test_a_pause_while_a_resume_is_pending_keeps_the_trip_paused() -> None:
    plan = amended(plan_of(straight_route(2000)), ("pause", 60), ("resume", 61), ("pause", 62))
    assert told(plan)[-1] == ("paused", 60)


def test_a_pause_in_a_dwell_keeps_the_rest_of_the_dwell() -> None:
    plan = plan_of(straight_route(2000, dwells=(Dwell(1000.0, 60.0),)))
    hold = plan.profile.holds[0]
    late = amended(plan, ("pause", hold.start_s + 20), ("resume", 1000))
    (back, back_s), (on, on_s) = told(late)[-3:-1]
    assert (back, on, back_s) == ("waiting", "driving", 1000.0)
    assert on_s == pytest.approx(1040, abs=0.01)
    assert compile_plan(late).changes[-3].reason is WaitReason.DWELL


def test_a_pause_while_braking_towards_a_dwell_stops_there_and_keeps_all_of_it() -> None:
    plan = plan_of(straight_route(2000, dwells=(Dwell(1000.0, 60.0),)))
    early = amended(plan, ("pause", plan.profile.holds[0].start_s - 1.5), ("resume", 1000))
    assert snapshot(early, START_MS + 900_000).distance_m == 1000.0
    assert told(early)[-3:-1] == [("waiting", 1000), ("driving", 1060)]


def test_a_red_signal_is_over_when_the_trip_was_paused_at_it() -> None:
    route = straight_route(2000, controls=(Control(400.0, ControlKind.SIGNAL, 4),))
    plan = next(plan for plan in (plan_of(route, seed) for seed in range(100)) if plan.profile.holds)
    hold = plan.profile.holds[0]
    stopped = amended(plan, ("pause", hold.start_s + 0.5), ("resume", 1000))
    assert [state for state, _ in told(stopped)] == [
        "scheduled", "driving", "waiting", "paused", "driving", "arrived",
    ]  # fmt: skip


def test_a_pause_too_late_to_stop_rolls_to_the_destination_and_arrives_on_resume() -> None:
    plan = plan_of(straight_route(2000))
    late = amended(plan, ("pause", plan.profile.duration_s - 1))
    assert told(late)[-1][0] == "paused" and compile_plan(late).end_ms is None
    assert snapshot(late, START_MS + 9_000_000).distance_m == 2000.0
    resumed = amended(plan, ("pause", plan.profile.duration_s - 1), ("resume", 5000))
    assert told(resumed)[-1] == ("arrived", 5000)


def test_a_cancelled_trip_reports_until_it_stands() -> None:
    plan = amended(plan_of(straight_route(2000)), ("cancel", 60))
    motion = compile_plan(plan)
    assert told(plan)[-1] == ("cancelled", 60) and motion.end_ms is not None
    assert 66_000 < motion.end_ms - START_MS < 80_000
    reports = Fleet.of([plan]).emit(0, START_MS + 10_000_000).positions
    assert reports["emit_ms"][-1] == motion.end_ms and reports["speed_mps"][-1] == 0.0
    assert set(reports["state"][61:]) == {"cancelled"} and set(reports["state"][:60]) == {"driving"}


def test_a_trip_cancelled_before_its_start_never_reports_a_position() -> None:
    plan = amended(plan_of(straight_route(2000)), ("cancel", -5))
    emission = Fleet.of([plan]).emit(0, START_MS + 10_000_000)
    assert list(emission.trip_states["state"]) == ["scheduled", "cancelled"]
    assert len(emission.positions["seq"]) == 0
    assert snapshot(plan, START_MS).end_ms == START_MS - 5000


def test_what_cannot_apply_is_ignored() -> None:
    plan = plan_of(straight_route(2000))
    end_s = plan.profile.duration_s
    useless = amended(plan, ("pause", -1), ("resume", 20), ("pause", end_s + 1), ("cancel", end_s + 2))
    assert told(useless) == told(plan)


@pytest.mark.parametrize("kind", list(VehicleClass))
@pytest.mark.parametrize(("v", "share"), [(0.01, 0.0), (0.4, -1.0), (3.0, 1.0), (14.0, -1.0), (6.0, 0.3)])
def test_a_stop_ends_with_speed_and_acceleration_zero(kind: VehicleClass, v: float, share: float) -> None:
    limits = CLASS_SPECS[kind].limits
    a = share * (limits.acceleration_mps2 if share > 0 else limits.braking_mps2)
    pieces, end_s, end_m = stopping(Kinematics(5.0, v, a), 10.0, limits)
    t, s, v, a, j = pieces[-1]
    u = end_s - t
    assert v + a * u + j * u * u / 2 == pytest.approx(0, abs=1e-9)
    assert a + j * u == pytest.approx(0, abs=1e-9)
    assert s + v * u + a * u * u / 2 + j * u**3 / 6 == pytest.approx(end_m) and end_m > 5.0
