"""A route's line with fewer points, for lists and overviews."""

from __future__ import annotations

from math import cos, radians

from shapely import LineString

from rumbo.domain.route import Route

MAX_POINTS = 200
_TOLERANCE_DEG = 0.00003
"""About 3 m north-south: less than a road's width."""


def outline(route: Route) -> list[list[float]]:
    """[[lon, lat], …] in degrees, at most `MAX_POINTS`, as near to the route as they can be (Douglas-Peucker)."""
    shrink = max(cos(radians(route.lat[0])), 0.01)  # a degree of longitude, in degrees of latitude
    line = LineString([(lon * shrink, lat) for lat, lon in zip(route.lat, route.lon, strict=True)])
    tolerance, simple = _TOLERANCE_DEG, line.simplify(_TOLERANCE_DEG)
    while len(simple.coords) > MAX_POINTS:
        tolerance *= 2
        simple = line.simplify(tolerance)
    return [[round(x / shrink, 6), round(y, 6)] for x, y in simple.coords]
