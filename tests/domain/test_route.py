"""Routes and waypoints refuse what makes no sense."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rumbo.domain.route import (
    Control,
    ControlKind,
    Polyline,
    Route,
    RouteRequest,
    Span,
    Waypoint,
    haversine_m,
)
from rumbo.errors import InvalidInput

LAT, LON = st.floats(-89, 89), st.floats(-179, 179)


@pytest.mark.parametrize("lat", [math.nan, math.inf, -90.1, 91.0])
def test_a_latitude_that_is_none_is_refused(lat: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        Waypoint(lat, 0.0)
    assert refused.value.field == "lat"


@pytest.mark.parametrize("lon", [math.nan, -math.inf, -180.1, 181.0])
def test_a_longitude_that_is_none_is_refused(lon: float) -> None:
    with pytest.raises(InvalidInput) as refused:
        Waypoint(0.0, lon)
    assert refused.value.field == "lon"


@pytest.mark.parametrize("dwell_s", [-1.0, math.nan, 8 * 86_400.0])
def test_a_dwell_that_no_vehicle_stands_is_refused(dwell_s: float) -> None:
    with pytest.raises(InvalidInput):
        Waypoint(0.0, 0.0, dwell_s)


def test_a_route_takes_between_two_and_fifty_waypoints() -> None:
    for count in (1, 51):
        with pytest.raises(InvalidInput, match="2 to 50"):
            RouteRequest((Waypoint(0.0, 0.0),) * count)


def test_a_control_beyond_the_end_of_a_route_is_refused() -> None:
    with pytest.raises(InvalidInput, match="inside the route"):
        Route((0.0, 0.1), (0.0, 0.0), (0.0, 100.0), (Span(0.0, 5.0),), (Control(100.0, ControlKind.SIGNAL),))


def test_a_degree_along_a_meridian_is_111_195_m() -> None:
    assert haversine_m(0, 0, 1, 0) == pytest.approx(111_195, abs=1)


@given(LAT, LON, LAT, LON)
def test_distance_is_the_same_both_ways(lat1: float, lon1: float, lat2: float, lon2: float) -> None:
    there, back = haversine_m(lat1, lon1, lat2, lon2), haversine_m(lat2, lon2, lat1, lon1)
    assert there == pytest.approx(back)


@given(st.lists(st.tuples(st.floats(43.0, 43.01), st.floats(7.0, 7.01)), min_size=2, max_size=50))
def test_a_polyline_never_stands_still(points: list[tuple[float, float]]) -> None:
    line = Polyline()
    for lat, lon in points:
        line.add(lat, lon)
    assert all(a < b for a, b in zip(line.distance_m, line.distance_m[1:], strict=False))
