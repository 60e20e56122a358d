"""What a fleet sends: complete, gapless, and the same however time is cut."""

from __future__ import annotations

import hashlib
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rumbo.domain.plan import Plan
from rumbo.domain.route import Control, ControlKind, Dwell, RoadClass, Route, Span
from rumbo.events.codec import encode
from rumbo.events.fields import POSITION, TRIP_STATE, EventType
from rumbo.motion import Fleet, compile_plan
from rumbo.motion.emit import Columns
from support.trips import START_MS, amended, amended_plans, plan_of, straight_route

FOREVER = START_MS + 10**9


def lines(columns: Columns) -> list[tuple[object, ...]]:
    """Rows as comparable tuples, in order."""
    return [
        tuple(map(repr, row)) for row in zip(*(column.tolist() for column in columns.values()), strict=True)
    ]


@examples(max_examples=60)
@given(st.lists(amended_plans(), min_size=1, max_size=3), st.lists(st.integers(-20_000, 400_000), max_size=8))
def test_any_cut_of_time_gives_the_same_events(plans: list[Plan], cuts: list[int]) -> None:
    plans = [amended_id(plan, i) for i, plan in enumerate(plans)]
    fleet, until = Fleet.of(plans), START_MS + 400_000
    bounds = [0, *(START_MS + cut for cut in sorted(cuts)), until]
    whole = fleet.emit(0, until)
    parts = [fleet.emit(a, b) for a, b in pairwise(bounds)]
    assert lines(whole.positions) == [line for part in parts for line in lines(part.positions)]
    assert lines(whole.trip_states) == [line for part in parts for line in lines(part.trip_states)]


def amended_id(plan: Plan, number: int) -> Plan:
    return Plan(**{name: getattr(plan, name) for name in Plan.__slots__} | {"trip_id": f"trp_{number}"})


@examples(max_examples=80)
@given(amended_plans())
def test_reports_are_gapless_each_second_and_one_at_the_very_end(plan: Plan) -> None:
    motion = compile_plan(plan)
    until = plan.start_ms + 300_000
    rows = Fleet.of([plan]).emit(0, until).positions
    if not motion.reports:
        assert len(rows["seq"]) == 0
        return
    end = until if motion.end_ms is None else min(motion.end_ms, until)
    wanted = list(range(plan.start_ms, end + 1, 1000))
    if motion.end_ms == end and end not in wanted:
        wanted.append(end)
    assert rows["emit_ms"].tolist() == wanted == rows["event_time"].tolist()
    assert rows["seq"].tolist() == list(range(len(wanted)))
    assert (np.diff(rows["distance_m"]) >= 0).all()


@examples(max_examples=80)
@given(amended_plans())
def test_every_state_change_is_told_once_with_the_state_before_it(plan: Plan) -> None:
    motion = compile_plan(plan)
    rows = Fleet.of([plan]).emit(0, motion.changes[-1].at_ms).trip_states
    assert rows["seq"].tolist() == list(range(len(motion.changes)))
    assert rows["state"].tolist() == [change.state.value for change in motion.changes]
    assert rows["previous_state"].tolist() == [None, *rows["state"].tolist()[:-1]]
    assert rows["emit_ms"].tolist() == [change.at_ms for change in motion.changes]


def within(event: EventType, columns: Columns) -> None:
    for field in event.fields_of(1):
        column = columns[field.name]
        if field.values:
            allowed = {*field.values, None} if field.nullable else set(field.values)
            assert set(column.tolist()) <= allowed, field.name
        if field.minimum is not None or field.maximum is not None:
            numbers = column.astype(np.float64)
            assert field.nullable or not np.isnan(numbers).any(), field.name
            numbers = numbers[~np.isnan(numbers)]
            assert field.minimum is None or (numbers >= field.minimum).all(), field.name
            assert field.maximum is None or (numbers <= field.maximum).all(), field.name


@examples(max_examples=80)
@given(amended_plans())
def test_all_columns_keep_the_contract(plan: Plan) -> None:
    emission = Fleet.of([plan]).emit(0, plan.start_ms + 900_000)
    within(POSITION, emission.positions)
    within(TRIP_STATE, emission.trip_states)
    assert len(encode(POSITION, emission.positions)) == len(emission.positions["seq"])


def test_reports_carry_what_the_plan_and_the_road_say() -> None:
    rows = Fleet.of([plan_of(straight_route(2000), device="ideal")]).emit(0, FOREVER).positions
    assert set(rows["road_name"]) == {"Quai"} and set(rows["road_class"]) == {"primary"}
    assert set(rows["speed_limit_mps"]) == {13.9}
    np.testing.assert_allclose(rows["odometer_m"] - rows["distance_m"], 1234.5, atol=0.11)
    np.testing.assert_allclose(rows["remaining_m"] + rows["distance_m"], 2000, atol=0.11)
    assert rows["progress"][0] == 0 and rows["progress"][-1] == 1 and rows["state"][-1] == "arrived"
    assert set(rows["eta"]) == {rows["emit_ms"][-1]}
    assert (np.diff(rows["energy_level"]) <= 0).all() and 0 < rows["energy_level"][-1] < rows["energy_level"][
        0
    ]


def test_events_at_the_same_moment_come_in_order_of_trip() -> None:
    plans = [plan_of(straight_route(900), i, trip_id=f"trp_{i}") for i in range(5)]
    rows = Fleet.of(plans).emit(0, FOREVER).positions
    order = list(
        zip(rows["emit_ms"].tolist(), rows["trip_index"].tolist(), rows["seq"].tolist(), strict=True)
    )
    assert order == sorted(order)


def test_the_bytes_are_those_of_every_other_machine() -> None:
    """A change of this digest changes every event ever sent: it needs a new schema or motion version."""
    route = Route(
        lat=(43.7, 43.701, 43.7015, 43.7016, 43.71, 43.711),
        lon=(7.4, 7.4, 7.4006, 7.404, 7.404, 7.41),
        distance_m=(0.0, 111.195, 184.903, 458.463, 1392.502, 1887.563),
        spans=(Span(0.0, 8.3, 8.3), Span(458.463, 13.9, None, 9, "Rue", RoadClass.SECONDARY, tunnel=True)),
        controls=tuple(
            Control(at, ControlKind.SIGNAL, round(at)) for at in (184.903, 458.463, 900.0, 1392.502)
        ),
        dwells=(Dwell(1000.0, 20.0),),
    )
    plan = amended(plan_of(route, 2026), ("pause", 50), ("resume", 80), ("pause", 150), ("resume", 170.25))
    emission = Fleet.of([plan]).emit(0, FOREVER)
    sent = [*encode(POSITION, emission.positions), *encode(TRIP_STATE, emission.trip_states)]
    assert len(sent) > 200
    assert hashlib.sha256(b"\n".join(sent)).hexdigest() == DIGEST


DIGEST = "158e1877b20486d6b5d8e8c1f7e2efc47953fbcbe506f5f8b0869e05627231b9"
