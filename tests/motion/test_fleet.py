"""Fleets: the same truth as for one trip, whatever is asked in whatever order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rumbo.domain.plan import Plan
from rumbo.domain.route import Route, Span
from rumbo.motion import Fleet, States, snapshot
from rumbo.motion import store as store_module
from rumbo.motion.pack import REASONS, STATES
from support.trips import START_MS, amended, amended_plans, plan_of, straight_route


def same(one: States, other: States, rows: object = slice(None)) -> None:
    for name in States.__slots__:
        if name != "span":
            np.testing.assert_array_equal(getattr(one, name)[rows], getattr(other, name))


@examples(max_examples=80)
@given(amended_plans(), st.lists(st.integers(-20_000, 2_000_000), min_size=1, max_size=30))
def test_many_at_once_equals_one_by_one_to_the_bit(plan: Plan, times: list[int]) -> None:
    states = Fleet.of([plan]).states([0] * len(times), [plan.start_ms + t for t in times])
    for i, t in enumerate(times):
        one = snapshot(plan, plan.start_ms + t)
        assert one.state is STATES[states.state[i]]
        assert one.reason is (None if states.reason[i] < 0 else REASONS[states.reason[i]])
        assert (one.lat, one.lon) == (states.lat[i], states.lon[i])
        assert (one.speed_mps, one.heading_deg) == (states.speed_mps[i], states.heading_deg[i])
        assert (one.distance_m, one.remaining_m) == (states.distance_m[i], states.remaining_m[i])
        assert one.progress == states.progress[i] and (one.eta_ms or -1) == states.eta_ms[i]


@examples(max_examples=25)
@given(st.lists(amended_plans(), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_questions_does_not_matter(plans: list[Plan], random: object) -> None:
    plans = [plan_renamed(plan, i) for i, plan in enumerate(plans)]
    fleet = Fleet.of(plans)
    index = np.repeat(np.arange(len(plans)), 40)
    times = START_MS + np.tile(np.linspace(-1000, 900_000, 40).astype(np.int64), len(plans))
    order = np.random.default_rng(random.getrandbits(30)).permutation(len(index))  # type: ignore[attr-defined]
    same(fleet.states(index, times), fleet.states(index[order], times[order]), order)


def plan_renamed(plan: Plan, number: int) -> Plan:
    fields = {name: getattr(plan, name) for name in Plan.__slots__}
    return Plan(**fields | {"trip_id": f"trp_{number}", "vehicle_id": f"veh_{number}"})


def some_plans(count: int) -> list[Plan]:
    return [
        plan_of(straight_route(600 + 250 * i), i, trip_id=f"trp_{i}", start_ms=START_MS + 700 * i)
        for i in range(count)
    ]


def test_a_fleet_changed_step_by_step_equals_one_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rumbo.motion.fleet._CLEAN_PIECES", 10)
    plans = some_plans(6)
    fleet = Fleet.of(plans[:3])
    kept = fleet
    for k in range(40):
        plans[1] = amended(plans[1], ("pause", 20 + k), ("resume", 100 + k))
        fleet = fleet.with_plans([plans[1]])
    fleet = fleet.with_plans(plans[3:], without=["trp_0", "unknown"])
    fresh = Fleet.of(plans[1:])
    assert list(fleet.trip_ids) == list(fresh.trip_ids) == [f"trp_{i}" for i in range(1, 6)]
    assert dict(fleet.index) == dict(fresh.index)
    one, other = fleet.emit(0, START_MS + 10**7), fresh.emit(0, START_MS + 10**7)
    for a, b in ((one.positions, other.positions), (one.trip_states, other.trip_states)):
        for name in a:
            np.testing.assert_array_equal(a[name], b[name])
    assert len(fleet.store.tables.piece) < 600
    assert len(kept) == 3 and len(kept.emit(0, START_MS + 10**7).positions["seq"]) > 100


def test_an_empty_fleet_says_nothing() -> None:
    emission = Fleet.of([]).emit(0, START_MS)
    assert len(emission.positions["seq"]) == len(emission.trip_states["seq"]) == 0
    assert len(Fleet.of(some_plans(2)).with_plans([], without=["trp_0", "trp_1"])) == 0


def test_trips_that_are_over_are_named() -> None:
    plans = some_plans(3)
    plans[2] = amended(plans[2], ("cancel", -1))
    fleet = Fleet.of(plans)
    assert list(fleet.over_at(START_MS)) == []
    assert list(fleet.over_at(START_MS + 1399)) == [2]
    assert list(fleet.over_at(START_MS + 10**7)) == [0, 1, 2]


def test_a_route_across_the_antimeridian_moves_on_without_a_jump() -> None:
    route = Route((0.0, 0.0, 0.0), (179.999, -179.999, -179.997), (0.0, 222.39, 444.78), (Span(0.0, 13.9),))
    plan = plan_of(route, device="ideal")
    reports = Fleet.of([plan]).emit(0, START_MS + 10**6).positions
    lon = np.array(reports["lon"])
    assert lon.max() < 180 and lon.min() >= -180
    step = np.diff(lon) % 360
    assert step.max() < 0.001
    assert set(reports["heading_deg"]) == {90.0}


def test_stores_share_rows_without_disturbing_each_other() -> None:
    base = Fleet.of(some_plans(2))
    one, two = base.with_plans(some_plans(3)[2:]), base.with_plans(some_plans(4)[3:])
    assert one.store is two.store is base.store
    assert (
        one.states([2], [START_MS + 60_000]).distance_m != two.states([2], [START_MS + 60_000]).distance_m
    ).all()
    assert isinstance(base.store, store_module.Store)
