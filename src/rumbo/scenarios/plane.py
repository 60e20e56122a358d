"""How far points are apart on the plane, in degrees of latitude: enough to say which is nearer."""

from __future__ import annotations

from math import cos, hypot, radians

KM_PER_DEGREE = 111.195

type Point = tuple[float, float]
"""Latitude, longitude."""


def apart(a: Point, b: Point) -> float:
    return hypot(a[0] - b[0], (a[1] - b[1]) * cos(radians(a[0])))


def apart_squared(a: Point, b: Point) -> float:
    return (a[0] - b[0]) ** 2 + ((a[1] - b[1]) * cos(radians(a[0]))) ** 2
