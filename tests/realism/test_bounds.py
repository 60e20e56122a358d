"""What is asked for follows from real drives, and real drives themselves meet it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rumbo.errors import NotFound
from rumbo.realism.bounds import BOUNDS, Bound, Judged, Verdict, distance_figure, judged
from rumbo.realism.compare import QUANTITIES
from rumbo.realism.drives import Drives
from rumbo.realism.half import Half
from rumbo.realism.runs import Run
from rumbo.realism.trace import Trace
from rumbo.realism.yardstick import ENOUGH, halves_apart, unusual, vehicles_apart


def missed(found: Judged) -> set[str]:
    return {verdict.bound.figure for verdict in found.verdicts if not verdict.met}


def test_the_bounds_of_distances_are_what_nine_of_ten_real_vehicles_keep_to(drives: Drives) -> None:
    asked = {bound.figure: bound.most for bound in BOUNDS}
    for quantity, distance in unusual(vehicles_apart(drives)).items():
        assert asked[distance_figure(quantity)] == pytest.approx(distance, abs=0.005), quantity
    assert set(ENOUGH) == set(QUANTITIES)


def test_one_half_of_the_real_drives_meets_every_bound_beside_the_other(drives: Drives) -> None:
    run = Run("real", drives.half(Half.FITTING), 1.0, 1.0)
    found = judged(run, drives.half(Half.JUDGING))
    assert missed(found) == set()
    assert found.met
    assert {distance_figure(name): distance for name, distance in halves_apart(drives).items()}.items() <= {
        verdict.bound.figure: verdict.value for verdict in found.verdicts
    }.items()


def test_a_robot_that_drives_at_constant_speed_is_found_out(drives: Drives) -> None:
    robot = Run("robot", [Trace((np.full(300, 10.0),))] * 30, 0.0, 0.0)
    found = judged(robot, drives.half(Half.JUDGING))
    assert {
        "stop share",
        "stops a km",
        "speed distance",
        "jerk distance",
        "stop duration distance",
    } <= missed(found)


def test_who_drives_twice_as_hard_is_found_out(drives: Drives) -> None:
    hard = [
        replace(trace, stretches=tuple(stretch[::2] for stretch in trace.stretches))
        for trace in drives.half(Half.FITTING)
    ]
    found = judged(Run("hard", hard, 1.2, 1.0), drives.half(Half.JUDGING))
    assert {
        "acceleration p95", "acceleration, share of limit", "deceleration p95",
        "deceleration distance",
    } <= missed(found)  # fmt: skip


def test_a_bound_holds_at_its_edges_and_what_is_not_known_misses_it() -> None:
    bound = Bound("stop share", "", 0.08, 0.25, "")
    assert [Verdict(bound, value).met for value in (0.0799, 0.08, 0.25, 0.2501, None)] == [
        False, True, True, False, False,
    ]  # fmt: skip


def test_too_few_city_trips_are_not_judged(drives: Drives) -> None:
    few = Run("few", drives.half(Half.FITTING)[:30], 0.0, 0.0)
    with pytest.raises(NotFound, match=r"few has \d+ city trips of 30; 20 are needed"):
        judged(few, drives.half(Half.JUDGING))
