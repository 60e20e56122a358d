"""Our side: the made-up town, seeded trips, and what of a plan is measured."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from rumbo.domain.plan import Amendment, AmendmentKind, Plan
from rumbo.domain.route import ControlKind, RoadClass
from rumbo.domain.vehicle import VehicleClass
from rumbo.motion import compile_plan
from rumbo.realism.bounds import judged
from rumbo.realism.drives import Drives
from rumbo.realism.half import Half
from rumbo.realism.runs import Run, driven_run, region_run, run_of, town_plans, town_run
from rumbo.realism.town import BLOCK_M, Town
from rumbo.regions import Region


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return town_plans(12, seed=4)


def test_a_route_in_town_is_the_quickest_and_keeps_to_the_streets() -> None:
    route = Town().route((3, 1), (29, 31))
    blocks = route.length_m / BLOCK_M
    assert blocks == pytest.approx(25 + 30, abs=0.05), "no way round"
    classes = [span.road_class for span in route.spans]
    assert classes[0] is RoadClass.RESIDENTIAL
    assert RoadClass.PRIMARY in classes
    ends = [*[span.start_m for span in route.spans[1:]], route.length_m]
    on_primary = sum(
        end - span.start_m
        for span, end in zip(route.spans, ends, strict=True)
        if span.road_class is RoadClass.PRIMARY
    )
    assert on_primary > 0.7 * route.length_m
    for here, there in pairwise(zip(route.lat, route.lon, strict=True)):
        assert sum(abs(a - b) > 2e-6 for a, b in zip(here, there, strict=True)) == 1, "along one axis"


def test_signals_stand_where_main_streets_cross_and_signs_where_a_lesser_street_ends() -> None:
    route = Town().route((3, 1), (29, 31))
    kinds = {control.kind for control in route.controls}
    assert kinds == {ControlKind.SIGNAL, ControlKind.STOP_SIGN}
    for control in route.controls:
        if control.kind is ControlKind.SIGNAL:
            north, east = divmod((control.node_id or 0) - 1, 33)
            assert (north % 4, east % 4) == (0, 0)


def test_the_same_seed_drives_the_same_and_another_does_not() -> None:
    one, again, other = (town_run(3, seed) for seed in (7, 7, 8))
    assert [t.speed_mps.tobytes() for t in one.traces] == [t.speed_mps.tobytes() for t in again.traces]
    assert one.traces[0].speed_mps.tobytes() != other.traces[0].speed_mps.tobytes()


def test_more_trips_do_not_change_the_first() -> None:
    few, more = town_run(2, 7), town_run(4, 7)
    assert [t.length_m for t in few.traces] == [t.length_m for t in more.traces[:2]]


def test_a_trace_is_the_true_speed_of_each_second(plans: list[Plan]) -> None:
    run = run_of("town", plans[:1])
    (trace,) = run.traces
    assert len(trace.speed_mps) == int(plans[0].profile.duration_s) + 1
    assert trace.speed_mps[0] == 0.0
    assert trace.length_m == pytest.approx(plans[0].route.length_m, rel=0.01)
    assert 0.2 < run.acceleration_share <= 1.0 + 1e-9
    assert 0.2 < run.braking_share <= 1.0 + 1e-9


def test_the_share_of_the_limit_is_that_of_the_vehicle_driven(plans: list[Plan]) -> None:
    plan = plans[0]
    weak = replace(plan.spec, limits=replace(plan.spec.limits, acceleration_mps2=0.3))
    assert run_of("weak", [replace(plan, spec=weak)]).acceleration_share > 1.5


def test_of_what_was_driven_cars_count_up_to_the_moment_reached(plans: list[Plan]) -> None:
    first, second = plans[:2]
    cancelled = replace(first, amendments=(Amendment(AmendmentKind.CANCEL, first.start_ms + 60_000),))
    bus = replace(second, vehicle_class=VehicleClass.BUS)
    run = driven_run([cancelled, bus, second], second.start_ms + 100_000)
    end_ms = compile_plan(cancelled).end_ms
    assert end_ms is not None
    lasted = [len(trace.speed_mps) for trace in run.traces]
    assert lasted == [(min(end_ms, second.start_ms + 100_000) - first.start_ms) // 1000 + 1, 101]
    assert driven_run([second], second.start_ms - 1).traces == []


def _over(run: Run, drives: Drives) -> dict[str, float]:
    """What of the bounds is missed, and how many times the bound it is."""
    found = judged(run, drives.half(Half.JUDGING))
    return {
        verdict.bound.figure: (verdict.value or 0.0) / verdict.bound.most
        for verdict in found.verdicts
        if not verdict.met
    }


def test_the_demo_region_is_driven_within_every_bound(monaco_region: Region, drives: Drives) -> None:
    run = region_run(monaco_region, 60, seed=1)
    assert len(run.traces) == 60
    assert min(trace.length_m for trace in run.traces) >= 990.0
    assert _over(run, drives) == {}


def test_the_town_is_driven_within_every_bound(drives: Drives) -> None:
    run = town_run(100, seed=1)
    assert np.ptp([trace.length_m for trace in run.traces]) > 2_000.0
    assert _over(run, drives) == {}
