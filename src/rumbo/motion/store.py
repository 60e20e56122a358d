"""Growing tables that fleets share, and their cleaning."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.motion.pack import SHARED, Tables, pack
from rumbo.motion.shared import Shared

_NAMES = Tables._fields


class Store:
    """Tables to which rows are only ever added, with room to grow (untouched memory costs nothing)."""

    def __init__(self) -> None:
        self.shared = Shared()
        self.tables = pack([], self.shared)[1]
        self._room: dict[str, NDArray[Any]] = {name: getattr(self.tables, name) for name in _NAMES}

    def append(self, trips: NDArray[Any], batch: Tables) -> None:
        """Add a batch's rows and shift the offsets in its `trips` to where they now are."""
        for offset, (_, first, *_) in SHARED.items():
            trips[offset] += len(getattr(self.tables, first))
        grown = {name: self._grown(name, getattr(batch, name)) for name in _NAMES}
        self.tables = Tables(**grown)

    def add_script(self, script: NDArray[Any]) -> int:
        """Add the rows of one script and say where they begin."""
        first = len(self.tables.script)
        self.tables = self.tables._replace(script=self._grown("script", script))
        return first

    def _grown(self, name: str, more: NDArray[Any]) -> NDArray[Any]:
        used, room = len(getattr(self.tables, name)), self._room[name]
        size = used + len(more)
        if size > len(room):
            room = np.empty((2 * size, *more.shape[1:]), dtype=more.dtype)
            room[:used] = getattr(self.tables, name)
            self._room[name] = room
        room[used:size] = more
        return room[:size]


def without_waste(store: Store, trips: NDArray[Any]) -> tuple[Store, NDArray[Any]]:
    """A store with only the rows that `trips` need, and the trips with their offsets there."""
    trips = trips.copy()
    kept: dict[str, NDArray[Any]] = {}
    for offset, (count, *tables) in SHARED.items():
        counts = trips[count]
        starts = np.cumsum(counts) - counts
        rows = np.arange(int(counts.sum())) + (trips[offset] - starts).repeat(counts)
        kept |= {name: getattr(store.tables, name)[rows] for name in tables}
        trips[offset] = starts
    fresh = Store()
    fresh.shared = store.shared
    fresh.append(trips.copy(), Tables(**kept))
    return fresh, trips
