"""As the crow flies: great circles at the class's usual speed. Needs no map; for tests and first tries."""

from __future__ import annotations

from math import atan2, ceil, cos, degrees, pi, radians, sin, sqrt

from rumbo.domain.route import (
    EARTH_RADIUS_M,
    Route,
    RouteRequest,
    Span,
    Waypoint,
    haversine_m,
)
from rumbo.errors import InvalidInput, TooLarge
from rumbo.routing.assemble import CRUISE_MPS, Leg, Piece, assemble
from rumbo.routing.checks import check_request
from rumbo.routing.port import BBox, NoControls

STEP_M = 99.5
"""Farthest two vertices lie apart: 100 m less what rounding to 6 decimals may add."""

MAX_VERTICES = 100_000


class StraightProvider:
    """Implements `RoutingProvider` with straight lines; every point on Earth is a road."""

    name = "straight"
    can_avoid = False

    def __init__(self, bbox: BBox | None = None, *, region_name: str = "") -> None:
        self._bbox, self._region_name = bbox, region_name

    def routes(self, request: RouteRequest) -> list[Route]:
        """One route: there is one great circle. TooLarge beyond `MAX_VERTICES` steps (about 10,000 km)."""
        check_request(request, self._bbox, self._region_name)
        span = Span(0.0, round(CRUISE_MPS[request.vehicle_class], 3))
        legs: list[Leg] = []
        left = MAX_VERTICES
        for index, (a, b) in enumerate(zip(request.waypoints, request.waypoints[1:], strict=False), start=1):
            steps = _steps(a, b, index)
            left -= steps
            if left < 0:
                raise TooLarge(
                    "The route is longer than 10,000 km.", hint="Split the trip.", field=f"waypoints/{index}"
                )
            points = great_circle(a, b, steps)
            legs.append(Leg([p[0] for p in points], [p[1] for p in points], [Piece(0, span)]))
        return [assemble(legs, request, NoControls(), self.name)]

    def close(self) -> None:
        """Nothing to let go of."""


def great_circle(a: Waypoint, b: Waypoint, steps: int) -> list[tuple[float, float]]:
    """`steps` + 1 points from `a` to `b` in degrees, evenly spaced.

    Spherical linear interpolation (Shoemake 1985) of the points' unit vectors.
    """
    start, end = _vector(a), _vector(b)
    angle = haversine_m(a.lat, a.lon, b.lat, b.lon) / EARTH_RADIUS_M
    points = [(a.lat, a.lon)]
    for step in range(1, steps):
        share = step / steps
        f, g = sin((1 - share) * angle) / sin(angle), sin(share * angle) / sin(angle)
        x, y, z = (f * s + g * e for s, e in zip(start, end, strict=True))
        points.append((degrees(atan2(z, sqrt(x * x + y * y))), degrees(atan2(y, x))))
    points.append((b.lat, b.lon))
    return points


def _steps(a: Waypoint, b: Waypoint, index: int) -> int:
    distance_m = haversine_m(a.lat, a.lon, b.lat, b.lon)
    if distance_m > EARTH_RADIUS_M * (pi - 1e-6):
        raise InvalidInput(
            f"Waypoints {index} and {index + 1} are opposite points of the Earth: no way is the straight one.",
            hint="Add a waypoint between them.",
            field=f"waypoints/{index}",
        )
    return max(1, ceil(distance_m / STEP_M))


def _vector(point: Waypoint) -> tuple[float, float, float]:
    lat, lon = radians(point.lat), radians(point.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)
