"""Where a route crosses an area, and when a trip passes there."""

from __future__ import annotations

import numpy as np
from shapely import LineString, Polygon, prepare

from rumbo.domain.route import Ring, Route
from rumbo.errors import InvalidInput
from rumbo.motion import Motion

_TOUCH_M = 0.5
"""Shorter stretches do not count: the line of a road touches the area's edge."""
type Stretch = tuple[float, float]
"""From where to where along a route, m."""


def area(ring: Ring) -> Polygon:
    """The ring as a shape, (lon, lat). Raises InvalidInput where its sides cross each other."""
    shape = Polygon([(lon, lat) for lat, lon in ring])
    if not shape.is_valid or shape.area == 0:
        raise InvalidInput(
            "The area's sides cross each other.", hint="Draw it without loops.", field="geometry"
        )
    prepare(shape)
    return shape


def crossings(route: Route, shape: Polygon) -> list[Stretch]:
    """The stretches of a route inside an area, in order."""
    west, south, east, north = shape.bounds
    lon, lat = np.array(route.lon), np.array(route.lat)
    near = (
        (np.maximum(lon[:-1], lon[1:]) >= west)
        & (np.minimum(lon[:-1], lon[1:]) <= east)
        & (np.maximum(lat[:-1], lat[1:]) >= south)
        & (np.minimum(lat[:-1], lat[1:]) <= north)
    )
    found: list[Stretch] = []
    for i in np.flatnonzero(near).tolist():
        for begin, end in _inside(route, i, shape):
            if found and begin <= found[-1][1] + _TOUCH_M:
                found[-1] = (found[-1][0], end)
            else:
                found.append((begin, end))
    return [stretch for stretch in found if stretch[1] - stretch[0] >= _TOUCH_M]


def _inside(route: Route, i: int, shape: Polygon) -> list[Stretch]:
    segment = LineString([(route.lon[k], route.lat[k]) for k in (i, i + 1)])
    if shape.covers(segment):
        return [(route.distance_m[i], route.distance_m[i + 1])]
    part = segment.intersection(shape)
    begin_m, length_m = route.distance_m[i], route.distance_m[i + 1] - route.distance_m[i]
    stretches = []
    for line in getattr(part, "geoms", [part]):
        if line.geom_type == "LineString" and not line.is_empty:
            shares = sorted(
                segment.project(line.interpolate(k, normalized=True), normalized=True) for k in (0, 1)
            )
            stretches.append((begin_m + shares[0] * length_m, begin_m + shares[1] * length_m))
    return sorted(stretches)


def passed_ms(motion: Motion, start_ms: int, at_m: float) -> int | None:
    """World time at which a trip comes to a place; None where its motion, as far as it is decided, ends before."""
    if at_m > motion.s_m[-1]:
        return None
    return start_ms + round(1000 * float(np.interp(at_m, motion.s_m, motion.t_s)))
