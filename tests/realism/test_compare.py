from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rumbo.realism.compare import QUANTITIES, distances, summary
from rumbo.realism.distances import ks_distance
from rumbo.realism.trace import Trace, measured

samples = st.lists(st.integers(-5, 5), min_size=1, max_size=30).map(lambda v: np.array(v, dtype=np.float64))


@given(samples, samples)
def test_the_distance_is_the_greatest_gap_between_the_two_shares_below(
    one: np.ndarray, other: np.ndarray
) -> None:
    gaps = [abs((one <= x).mean() - (other <= x).mean()) for x in range(-6, 7)]
    assert ks_distance(one, other) == pytest.approx(max(gaps))
    assert ks_distance(one, other) == ks_distance(other, one)


def test_it_is_nought_for_the_same_and_one_for_samples_that_do_not_meet() -> None:
    some = np.array([1.0, 2.0, 2.0, 3.0])
    assert ks_distance(some, np.repeat(some, 3)) == 0.0
    assert ks_distance(some, some + 10.0) == 1.0
    with pytest.raises(ValueError, match="not empty"):
        ks_distance(some, np.zeros(0))


def test_a_summary_takes_trips_together() -> None:
    # To 10 m/s in 10 s, 190 s at 10 m/s, to 0 in 10 s, 20 s standing, and the same again: 4 km.
    once = [*range(11), *[10] * 189, *range(10, 0, -1)]
    drive = Trace((np.array([*once, *[0] * 20, *once, 0], dtype=np.float64),))
    found = summary([drive, drive])
    assert found.trips == 2
    assert found.km == pytest.approx(8.0)
    assert found.stops_per_km == pytest.approx(2 / found.km)
    # Two runs gain 10² / 2 each.
    assert found.rpa_mps2 == pytest.approx(4 * 50 / (1000 * found.km))
    assert found.mean_speed_kmh == pytest.approx(3600 * found.km / (2 * len(drive.driven()[0])))
    assert found.quantiles["acceleration"] == pytest.approx((1.0, 1.0, 1.0))
    assert found.quantiles["stop_duration"] == pytest.approx((21.0, 21.0, 21.0))


def test_what_a_side_has_no_sample_of_has_no_distance() -> None:
    steady = measured([Trace((np.full(300, 8.0),))])
    apart = distances(steady, steady)
    assert set(apart) == set(QUANTITIES)
    assert apart["stop_duration"] is None
    assert apart["speed"] == 0.0
    assert summary([Trace((np.full(300, 8.0),))]).quantiles["stop_duration"] == ()
