"""The plain detection of trips and stops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from rumbo.score.detect import detected

T0 = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)
type Row = tuple[str, datetime, float, float, float]


def drive(vehicle: str, begin_s: int, seconds: int, lat: float, speed: float = 10.0) -> list[Row]:
    """Reports a second, northward."""
    return [
        (vehicle, T0 + timedelta(seconds=begin_s + s), lat + speed * s / 111_195, 7.4, speed)
        for s in range(seconds + 1)
    ]


def found(rows: list[Row]) -> tuple[pl.DataFrame, pl.DataFrame]:
    names = ["vehicle_id", "event_time", "lat", "lon", "speed_mps"]
    return detected(pl.LazyFrame(rows, schema=names, orient="row"))


def test_a_long_standstill_parts_two_trips_and_a_short_one_does_not() -> None:
    first = drive("a", 0, 300, 43.0)
    lat = first[-1][2]
    rows = first + drive("a", 301, 59, lat, 0.0) + drive("a", 361, 200, lat)
    trips, stops = found(rows)
    assert (trips.height, stops.height) == (1, 0)
    rows = first + drive("a", 301, 239, lat, 0.0) + drive("a", 541, 200, lat)
    trips, stops = found(rows)
    assert (trips.height, stops.height) == (2, 1)
    assert [round(d, -1) for d in trips["distance_m"].to_list()] == [3000, 2000]
    assert 238 <= (stops["end"] - stops["begin"])[0].total_seconds() <= 240


def test_silence_at_one_place_is_a_stop_and_silence_across_places_ends_a_trip() -> None:
    first = drive("a", 0, 300, 43.0)
    trips, stops = found(first + drive("a", 900, 200, first[-1][2]))
    assert (trips.height, stops.height) == (2, 1)
    trips, stops = found(first + drive("a", 9000, 200, 44.0))
    assert (trips.height, stops.height) == (2, 0)


def test_order_and_repetition_change_nothing() -> None:
    rows = drive("a", 0, 300, 43.0) + drive("b", 0, 300, 45.0)
    plain, shuffled = found(rows), found(rows[::-1] + rows[:50])
    assert plain[0].equals(shuffled[0]) and plain[0].height == 2
