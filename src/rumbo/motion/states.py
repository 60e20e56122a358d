"""The true state of many trips at many times."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.motion.arrays import Floats, Ints
from rumbo.motion.pack import Tables


@dataclass(frozen=True, slots=True)
class States:
    """The exact truth, one row a question. Codes index `pack.STATES` and `pack.REASONS` (-1: no reason).

    `change` is the number of the trip's state change in force and `span` a row of the span table.
    `eta_ms` is -1 where nothing is expected. Before its
    start a vehicle stands at the route's beginning.
    """

    state: Ints
    reason: Ints
    change: Ints
    eta_ms: Ints
    distance_m: Floats
    speed_mps: Floats
    acceleration_mps2: Floats
    lat: Floats
    lon: Floats
    heading_deg: Floats
    span: Ints
    remaining_m: Floats
    progress: Floats
    piece: Ints
    """Row of the piece table in force."""


_FLOATS = (
    "distance_m", "speed_mps", "acceleration_mps2", "lat", "lon", "heading_deg", "remaining_m", "progress",
)  # fmt: skip
_WHOLE = ("state", "reason", "change", "eta_ms", "span", "piece")


def evaluate(trips: NDArray[Any], tables: Tables, index: Ints, world_ms: Ints) -> States:
    """States of the trips with rows `index` at `world_ms` (equal lengths)."""
    from rumbo.motion.kernels import truth

    floats = np.empty((len(_FLOATS), len(index)))
    whole = np.empty((len(_WHOLE), len(index)), dtype=np.int64)
    truth.evaluate(trips, tables, np.ascontiguousarray(index), np.ascontiguousarray(world_ms), floats, whole)
    columns: dict[str, Any] = dict(zip((*_FLOATS, *_WHOLE), (*floats, *whole), strict=True))
    return States(**columns)
