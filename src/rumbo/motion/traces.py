"""Where vehicles exactly were at every step of time, trip after trip: what SUMO calls floating car data."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rumbo.motion.arrays import Floats, Ints

if TYPE_CHECKING:
    from rumbo.motion.fleet import Fleet

ROWS = 1 << 16
"""Rows at a time: 5 MB."""


class Columns(NamedTuple):
    """Exact states in columns.

    `trip_id` is a row of the fleet's trips, `vehicle_id` one of `Traces.vehicles`; `vehicle_class`, `state` and
    `road_name` are numbers of `pack.CLASSES`, `pack.STATES` and the fleet's names.
    """

    time: Ints
    """World time, ms."""
    trip_id: NDArray[np.int32]
    vehicle_id: NDArray[np.int32]
    vehicle_class: NDArray[np.int8]
    state: NDArray[np.int8]
    road_name: NDArray[np.int32]
    lat: Floats
    lon: Floats
    heading_deg: Floats
    speed_mps: Floats
    acceleration_mps2: Floats
    distance_m: Floats


_KINDS = (np.int64, np.int32, np.int32, np.int8, np.int8, np.int32, *(np.float64,) * 6)


class Traces:
    """The traces of a fleet at the world times in [begin_ms, end_ms) that `step_ms` divides.

    A trip is told from its start to its end. Rows are in order of vehicle, then time.
    """

    def __init__(self, fleet: Fleet, begin_ms: int, end_ms: int, step_ms: int) -> None:
        self._fleet, self._step_ms = fleet, step_ms
        names, codes = np.unique(fleet.vehicle_ids.astype(str), return_inverse=True)
        self.vehicles: list[str] = names.tolist()
        self._codes = codes.astype(np.int64)
        self._stretches = _stretches(fleet.trips, self._codes, (begin_ms, end_ms, step_ms))

    def __len__(self) -> int:
        return int(self._stretches[2].sum())

    def __iter__(self) -> Iterator[Columns]:
        """The rows, some at a time. They are good until the next are asked for: the memory is used again."""
        from rumbo.motion.kernels.trace import trace

        fleet, counts = self._fleet, self._stretches[2]
        made: list[Any] = [np.empty(2 * ROWS, dtype=kind) for kind in _KINDS]
        room = Columns(*made)
        group = (np.cumsum(counts) - counts) // ROWS
        bounds = (
            [*np.flatnonzero(np.diff(group, prepend=-1)).tolist(), len(counts)] if len(counts) else [0, 0]
        )
        for first, last in pairwise(bounds):
            index, first_ms, some = (column[first:last] for column in self._stretches)
            trace(fleet.trips, fleet.store.tables, self._codes, index, first_ms, some, self._step_ms, room)
            filled: list[Any] = [column[: int(some.sum())] for column in room]
            yield Columns(*filled)


def _stretches(trips: NDArray[Any], vehicles: Ints, span: tuple[int, int, int]) -> tuple[Ints, Ints, Ints]:
    """Row of the trip, first time and number of times, of at most ROWS times each, in order."""
    begin_ms, end_ms, step_ms = span
    order = np.lexsort((trips["start_ms"], vehicles))
    first = -(-np.maximum(trips["start_ms"][order], begin_ms) // step_ms)
    last = np.minimum(trips["end_ms"][order], end_ms - 1) // step_ms
    counts = np.maximum(last - first + 1, 0)
    parts = -(-counts // ROWS)
    number = np.arange(int(parts.sum())) - (np.cumsum(parts) - parts).repeat(parts)
    begun = number * ROWS
    return (
        order.repeat(parts),
        (first.repeat(parts) + begun) * step_ms,
        np.minimum(counts.repeat(parts) - begun, ROWS),
    )
