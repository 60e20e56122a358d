"""Array types and the few numeric helpers that every part of motion shares.

Whatever decides bytes uses only operations that IEEE 754 rounds correctly (+ - * / sqrt, comparisons, floor,
rint): libm and SIMD versions of sin, exp or hypot, `np.interp`, `np.dot` and `np.sum` may differ in the last
bit between machines, and events must not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

type Floats = NDArray[np.float64]
type Ints = NDArray[np.int64]
type Bools = NDArray[np.bool_]
type Objects = NDArray[np.object_]

M_PER_DEG = 111_195.08
"""Metres a degree of a great circle: pi · 6,371,008.8 m / 180."""

COSINE = (1.0, -1.0 / 2, 1.0 / 24, -1.0 / 720, 1.0 / 40_320, -1.0 / 3_628_800, 1.0 / 479_001_600)
RADIANS_A_DEG = 0.017453292519943295


def cos_deg(deg: Floats) -> Floats:
    """Cosine of angles from -90 to 90 degrees by its Taylor series, within 1e-8, the same bits everywhere.

    At least 1e-3, so that it can divide at the poles.
    """
    x2 = (deg * RADIANS_A_DEG) * (deg * RADIANS_A_DEG)
    value = np.full_like(x2, COSINE[-1])
    for coefficient in COSINE[-2::-1]:
        value = value * x2 + coefficient
    return np.maximum(value, 1e-3)


def rounded(values: Floats, decimals: int) -> Floats:
    """Half-to-even rounding to `decimals`; never -0.0, which JSON would show."""
    scale = float(10**decimals)
    return np.rint(values * scale) / scale + 0.0


def unwrapped(lon: Floats) -> Floats:
    """Longitudes in degrees made continuous across the antimeridian, as offsets that may leave ±180."""
    step = np.diff(lon)
    turns = np.where(step > 180.0, -360.0, np.where(step < -180.0, 360.0, 0.0))
    if not turns.any():
        return lon
    return np.concatenate((lon[:1], lon[1:] + np.cumsum(turns)))


def wrapped(lon: Floats) -> Floats:
    """Longitudes in [-180, 180) of such that may be out by one turn."""
    if not lon.size or (lon.min() >= -180.0 and lon.max() < 180.0):
        return lon
    return np.where(lon >= 180.0, lon - 360.0, np.where(lon < -180.0, lon + 360.0, lon))


def between(low: Ints, high: Ints, starts: Ints, value: Ints) -> Ints:
    """For each i the greatest k in [low[i], high[i]] with `starts[k] <= value[i]` (low[i] is known to do)."""
    low, high = low.copy(), high.copy()
    todo = np.flatnonzero(low < high)
    while todo.size:
        left, right = low[todo], high[todo]
        middle = (left + right + 1) >> 1
        fits = starts[middle] <= value[todo]
        left = np.where(fits, middle, left)
        right = np.where(fits, right, middle - 1)
        low[todo], high[todo] = left, right
        todo = todo[left < right]
    return low
