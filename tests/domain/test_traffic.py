from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from rumbo.domain.route import RoadClass
from rumbo.domain.traffic import WEEKDAY_SHARES, WEEKEND_SHARES, TrafficModel, volume

TUESDAY, SATURDAY = datetime(2026, 3, 3, tzinfo=UTC), datetime(2026, 3, 7, tzinfo=UTC)
USUAL = TrafficModel(day_variation=0.0)


def at(day: datetime, hour: float) -> datetime:
    return day + timedelta(hours=hour)


@pytest.mark.parametrize("shares", [WEEKDAY_SHARES, WEEKEND_SHARES])
def test_the_hours_of_a_day_are_all_of_it(shares: tuple[float, ...]) -> None:
    assert len(shares) == 24 and sum(shares) == pytest.approx(1.0, abs=2e-5)


def test_main_roads_are_slow_in_the_rush_hour_and_free_at_night() -> None:
    rush, noon, night = (USUAL.factor(RoadClass.PRIMARY, at(TUESDAY, hour)) for hour in (17.5, 12.5, 3.5))
    assert rush == pytest.approx(0.637, abs=0.005) and rush < noon < night and night > 0.98


def test_side_streets_are_slowed_less_and_roads_of_unknown_class_not_at_all() -> None:
    rush = at(TUESDAY, 17.5)
    factors = [
        USUAL.factor(kind, rush) for kind in (RoadClass.PRIMARY, RoadClass.TERTIARY, RoadClass.SERVICE)
    ]
    assert factors == sorted(factors) and factors[-1] > 0.9
    assert USUAL.factor(RoadClass.UNKNOWN, rush) == 1.0


def test_a_weekend_has_no_morning_rush_and_its_busiest_hour_at_noon() -> None:
    saturday = [volume(at(SATURDAY, hour + 0.5)) for hour in range(24)]
    assert 11 <= saturday.index(max(saturday)) <= 16
    assert saturday[7] < 0.5 * volume(at(TUESDAY, 7.5)) and max(saturday) < 1.0


def test_traffic_changes_without_jumps() -> None:
    minutes = [volume(TUESDAY + timedelta(minutes=n)) for n in range(24 * 60)]
    assert max(abs(a - b) for a, b in pairwise(minutes)) < 0.01


def test_days_differ_by_seed_and_date_only_and_stay_within_bounds() -> None:
    days = [TUESDAY + timedelta(days=n) for n in range(200)]
    one, same, other = TrafficModel(1), TrafficModel(1), TrafficModel(2)
    busy = [one._day(day.date()) for day in days]
    assert busy == [same._day(day.date()) for day in days] != [other._day(day.date()) for day in days]
    assert (
        0.85 <= min(busy) < 0.93
        and 1.07 < max(busy) <= 1.15
        and sum(busy) / 200 == pytest.approx(1, abs=0.02)
    )
