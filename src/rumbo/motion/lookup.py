"""Tables that find a trip's row in force at a time or place in few steps."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.motion.arrays import Ints


def lut_of(
    trips: NDArray[Any], lut: str, starts: Ints, ends: Ints, first: str, count: str, number: Ints
) -> NDArray[np.int32]:
    """About as many buckets as rows, of a width of 2^shift; the last bucket starts after the last row."""
    reach = starts[ends]
    shift = np.zeros(len(trips), dtype=np.int64)
    while (wide := (reach >> shift) > trips[count]).any():
        shift += wide
    buckets = (reach >> shift) + 2
    trips[lut + "_shift"], trips[lut + "_buckets"] = shift, buckets
    trips[lut + "_lut"] = starts_of(buckets)
    within = np.arange(int(buckets.sum())) - trips[lut + "_lut"].repeat(buckets)
    needles = number.repeat(buckets) + (within << shift.repeat(buckets))
    keys = number.repeat(trips[count]) + starts
    found = np.searchsorted(keys, needles, side="right") - 1
    return np.asarray(found - trips[first].repeat(buckets), dtype=np.int32)


def in_force(
    number: Ints, trips: NDArray[Any], rows: tuple[str, str, Ints], asked: tuple[str, Ints]
) -> NDArray[np.int32]:
    """For each asked value of a trip the trip's last row that starts at or before it, counted in the trip."""
    first, count, starts = rows
    keys = number.repeat(trips[count]) + starts
    needles = number.repeat(trips[asked[0]]) + asked[1]
    found = np.searchsorted(keys, needles, side="right") - 1
    return np.asarray(found - trips[first].repeat(trips[asked[0]]), dtype=np.int32)


def starts_of(counts: Ints) -> Ints:
    """The first row of each, where they lie one after the other."""
    return np.cumsum(counts) - counts
