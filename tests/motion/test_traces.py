"""Traces hold to the bit what `Fleet.states` says, of every trip at every step, in order."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rumbo.domain.plan import Plan
from rumbo.motion import Fleet, traces
from rumbo.motion.traces import Columns, Traces
from support.trips import START_MS, amended, amended_plans, plan_of, straight_route

HOUR_MS = 3_600_000


def told(fleet: Fleet, begin_ms: int, end_ms: int, step_ms: int) -> Columns:
    parts = [[np.copy(column) for column in some] for some in Traces(fleet, begin_ms, end_ms, step_ms)]
    columns: list[Any] = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Columns(*columns)


def check(fleet: Fleet, found: Columns) -> None:
    states, span = fleet.states(found.trip_id, found.time), fleet.store.tables.span
    assert np.array_equal(found.road_name, span["name"][states.span])
    assert np.array_equal(found.vehicle_class, fleet.trips["vehicle_class"][found.trip_id])
    for name in ("state", "lat", "lon", "heading_deg", "speed_mps", "acceleration_mps2", "distance_m"):
        assert np.array_equal(getattr(found, name), getattr(states, name)), name


@examples(max_examples=40)
@given(
    st.lists(amended_plans(), min_size=1, max_size=3),
    st.integers(-20_000, 200_000),
    st.sampled_from((37, 1_000, 7_001)),
)
def test_traces_are_the_states_to_the_bit(plans: list[Plan], begin: int, step_ms: int) -> None:
    fleet = Fleet.of([replace(plan, trip_id=f"trp_{n}") for n, plan in enumerate(plans)])
    begin_ms, end_ms = START_MS + begin, START_MS + begin + 100 * step_ms
    found = told(fleet, begin_ms, end_ms, step_ms)
    check(fleet, found)
    grid = np.arange(-(-begin_ms // step_ms), -(-end_ms // step_ms)) * step_ms
    asked, rows = np.meshgrid(grid, np.arange(len(fleet)), indexing="ij")
    due = (asked >= fleet.trips["start_ms"][rows]) & (asked <= fleet.trips["end_ms"][rows])
    assert sorted(zip(rows[due], asked[due], strict=True)) == sorted(
        zip(found.trip_id, found.time, strict=True)
    )


def test_a_vehicle_is_told_of_in_order_whatever_the_order_of_its_trips(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(traces, "ROWS", 50)  # many batches, and trips that do not fit in one
    route = straight_route(2_000)
    starts = [("veh_b", 0), ("veh_a", HOUR_MS), ("veh_b", 2 * HOUR_MS), ("veh_a", 0)]
    fleet = Fleet.of([
        replace(plan_of(route, n, trip_id=f"trp_{n}", start_ms=START_MS + at), vehicle_id=vehicle)
        for n, (vehicle, at) in enumerate(starts)
    ])  # fmt: skip
    fleet = fleet.with_plans([amended(plan_of(route, trip_id="never", start_ms=START_MS), ("cancel", -5.0))])
    found = told(fleet, START_MS, START_MS + 3 * HOUR_MS, 1_000)
    check(fleet, found)
    assert len(found.time) == len(Traces(fleet, START_MS, START_MS + 3 * HOUR_MS, 1_000)) > 400
    order = list(zip(found.vehicle_id.tolist(), found.time.tolist(), strict=True))
    assert order == sorted(order)
    assert [*dict.fromkeys(found.trip_id.tolist())] == [3, 1, 0, 2]
