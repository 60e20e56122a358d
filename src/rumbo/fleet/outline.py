"""A route's line with fewer points, for lists and overviews."""

from __future__ import annotations

import json
from math import cos, radians

import numpy as np
from shapely import LineString

from rumbo.domain.route import Route

MAX_POINTS = 200
_TOLERANCE_DEG = 0.00003
"""About 3 m north-south: less than a road's width."""
_MOST_POINTS = 2_000
"""Douglas-Peucker takes the square of the points where a line zigzags: 50,000 take a minute, 2,000 a moment."""


def encode_outline(route: Route) -> str:
    """The outline as JSON, as it lies in the database."""
    return json.dumps(outline(route))


def outline(route: Route) -> list[list[float]]:
    """[[lon, lat], …] in degrees, at most `MAX_POINTS`, as near to the route as they can be (Douglas-Peucker).

    Of a route with more than 2,000 vertices only so many, evenly picked, are looked at.
    """
    shrink = max(cos(radians(route.lat[0])), 0.01)  # a degree of longitude, in degrees of latitude
    picked = (
        np.linspace(0, len(route.lat) - 1, min(len(route.lat), _MOST_POINTS)).round().astype(int).tolist()
    )
    line = LineString([(route.lon[i] * shrink, route.lat[i]) for i in picked])
    tolerance, simple = _TOLERANCE_DEG, line.simplify(_TOLERANCE_DEG)
    while len(simple.coords) > MAX_POINTS:
        tolerance *= 2
        simple = line.simplify(tolerance)
    return [[round(x / shrink, 6), round(y, 6)] for x, y in simple.coords]
