"""A fleet: many plans in flat tables, the true state of any trip at any time, and all that it reports."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from rumbo.domain.plan import Plan
from rumbo.motion.arrays import Ints, Objects
from rumbo.motion.emit import Emission, emit
from rumbo.motion.pack import NEVER_MS, TRIP, pack
from rumbo.motion.script import mark_scripted, written_until
from rumbo.motion.states import States, evaluate
from rumbo.motion.store import Store, without_waste

_CLEAN_PIECES = 100_000
"""Below this many unused rows of pieces, or of scripts, cleaning is not worth its time."""


class Fleet:
    """Settled plans packed for evaluation. The i-th trip is row i of `trips` and of `trip_ids`.

    A fleet never changes; `with_plans` gives another one that shares the tables.
    """

    def __init__(
        self,
        trips: NDArray[Any],
        trip_ids: Objects,
        vehicle_ids: Objects,
        index: Mapping[str, int],
        store: Store,
    ) -> None:
        self.trips, self.trip_ids, self.vehicle_ids = trips, trip_ids, vehicle_ids
        self.index = index
        """Trip id -> row."""
        self.store = store
        self.scripted = np.flatnonzero(trips["script_ms"] > NEVER_MS)
        """Rows of trips whose reports stand in scripts."""

    @classmethod
    def of(cls, plans: Sequence[Plan] = ()) -> Self:
        """A fleet of settled plans in the order given; of several of one trip the last counts.

        Raises InvalidInput for a device profile that does not exist.
        """
        nobody = np.zeros(0, dtype=object)
        return cls(np.zeros(0, dtype=TRIP), nobody, nobody, {}, Store()).with_plans(plans)

    def __len__(self) -> int:
        return len(self.trips)

    def with_plans(self, plans: Sequence[Plan], without: Collection[str] = ()) -> Self:
        """A fleet with plans added, replaced where the trip is known, and the trips `without` left out.

        Trips that stay keep their order, new ones follow. Costs what the given plans cost and a copy of
        one small row a trip; unused rows are cleared when they are the greater part of the tables.
        """
        fleet = self._without(set(without))
        given = {plan.trip_id: plan for plan in plans if plan.trip_id not in without}
        if not given:
            return fleet
        rows, batch = pack(list(given.values()), fleet.store.shared)
        mark_scripted(rows, fleet.store.shared.devices.values)
        fleet.store.append(rows, batch)
        index = dict(fleet.index)
        at = np.array([index.setdefault(trip_id, len(index)) for trip_id in given])
        vehicles = [plan.vehicle_id for plan in given.values()]
        return type(self)(
            _put(fleet.trips, at, rows, len(index)),
            _put(fleet.trip_ids, at, np.array(list(given), dtype=object), len(index)),
            _put(fleet.vehicle_ids, at, np.array(vehicles, dtype=object), len(index)),
            index,
            fleet.store,
        ).cleaned()

    def states(self, index: ArrayLike, world_ms: ArrayLike) -> States:
        """The exact state of the trips with these rows at these world times (arrays of one length)."""
        rows, times = np.asarray(index, dtype=np.int64), np.asarray(world_ms, dtype=np.int64)
        if rows.shape != times.shape:  # copied, for the compiled loops take no arrays that only look long
            rows, times = (array.copy() for array in np.broadcast_arrays(rows, times))
        return evaluate(self.trips, self.store.tables, rows, times)

    def emit(self, after_ms: int, until_ms: int) -> Emission:
        """Every report and state change with emission time in (after_ms, until_ms]; see `emit.emit`."""
        self._write_on(until_ms)
        return emit(self, after_ms, until_ms)

    def over_at(self, world_ms: int) -> Ints:
        """Rows of trips that have nothing more to report after `world_ms`."""
        last = self.store.tables.change_ms[self.trips["change"] + self.trips["changes"] - 1]
        last = np.maximum(np.maximum(self.trips["end_ms"], last), self.trips["sent_ms"])
        return np.flatnonzero(last <= world_ms)

    def _write_on(self, until_ms: int) -> None:
        """Write the scripts that `until_ms` asks for: of trips that have started, further of open ones.

        Not a change that shows: what they say of the time before stays the same.
        """
        trips, store = self.trips, self.store
        for i in self.scripted[trips["script_ms"][self.scripted] < until_ms].tolist():
            script = written_until(trips, store.tables, store.shared.devices.values, i, until_ms)
            trips["script"][i] = store.add_script(script)

    def _without(self, trip_ids: set[str]) -> Self:
        if not any(trip_id in self.index for trip_id in trip_ids):
            return self
        keep = np.array([i for trip_id, i in self.index.items() if trip_id not in trip_ids], dtype=np.int64)
        ids = self.trip_ids[keep]
        index = {trip_id: i for i, trip_id in enumerate(ids.tolist())}
        return type(self)(self.trips[keep], ids, self.vehicle_ids[keep], index, self.store).cleaned()

    def cleaned(self) -> Self:
        """The same fleet, without unused rows where they are the greater part."""
        tables = self.store.tables
        rows = (("pieces", tables.piece), ("scripts", tables.script))
        used = [(int(self.trips[count].sum()), len(table)) for count, table in rows]
        if all(held - needed < max(needed, _CLEAN_PIECES) for needed, held in used):
            return self
        store, trips = without_waste(self.store, self.trips)
        return type(self)(trips, self.trip_ids, self.vehicle_ids, self.index, store)


def _put(old: NDArray[Any], at: Ints, rows: NDArray[Any], size: int) -> NDArray[Any]:
    new = np.empty(size, dtype=old.dtype)
    new[: len(old)] = old
    new[at] = rows
    return new
