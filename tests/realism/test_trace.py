"""The figures of a trace, on traces short enough to reckon by hand."""

from __future__ import annotations

import numpy as np
import pytest

from rumbo.realism.trace import Trace, city, measured


def trace(*stretches: list[float]) -> Trace:
    return Trace(tuple(np.array(speeds, dtype=np.float64) for speeds in stretches))


DRIVE = trace([0, 0, 0, 2, 5, 5, 3, 0, 0, 0, 4, 1, 0, 0, 0, 0])


def test_standing_before_and_after_a_drive_is_parking() -> None:
    (driven,) = DRIVE.driven()
    assert driven.tolist() == [0, 2, 5, 5, 3, 0, 0, 0, 4, 1, 0]
    assert measured([DRIVE]).stop_duration.tolist() == [3.0]


def test_changes_of_speed_are_told_apart_by_their_sign_and_cruising_is_neither() -> None:
    found = measured([DRIVE])
    assert found.acceleration.tolist() == [2.0, 3.0, 4.0]
    assert found.deceleration.tolist() == [2.0, 3.0, 3.0, 1.0]
    assert found.speed.tolist() == [2.0, 5.0, 5.0, 3.0, 4.0, 1.0]


def test_jerk_is_the_change_of_acceleration_while_moving() -> None:
    # Changes of speed 2 3 0 -2 -3 0 0 4 -3 -1; the seconds between them at 2 5 5 3 0 0 0 4 1 m/s.
    assert measured([DRIVE]).jerk.tolist() == [1.0, 3.0, 2.0, 1.0, 7.0, 2.0]


def test_stops_a_kilometre_and_share_have_one_sample_a_trip() -> None:
    other = trace([5.0] * 101)
    found = measured([DRIVE, other])
    assert found.stops_per_km.tolist() == [1000.0 / 20.0, 0.0]
    assert found.stop_share.tolist() == [3 / 11, 0.0]


def test_a_gap_is_neither_a_stop_nor_a_change_of_speed() -> None:
    found = measured([trace([0, 3, 6], [1, 1, 0])])
    assert found.stop_duration.size == 0
    assert found.acceleration.tolist() == [3.0, 3.0]
    assert found.deceleration.tolist() == [1.0]


@pytest.mark.parametrize(
    ("drive", "is_city"),
    [(trace([15.0] * 100), True), (trace([15.0] * 60), False), (trace([15.0] * 94 + [30.0] * 6), False)],
    ids=["slow and long", "too short", "too fast"],
)
def test_a_city_trip_is_slow_and_at_least_a_kilometre_long(drive: Trace, *, is_city: bool) -> None:
    assert drive.is_city is is_city
    assert city([drive]) == ([drive] if is_city else [])


def test_a_trip_that_never_moves_has_no_driven_part() -> None:
    assert trace([0.0, 0.1, 0.0]).driven() == []
