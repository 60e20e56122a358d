"""The arithmetic of a tick: which stretch of world time to drive next, and the records that come of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, Protocol, Self

import numpy as np

from rumbo.domain.plan import Plan
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.motion.wire import Emitted, keys, payloads
from rumbo.transport.batch import Batch, Batches, parts_of
from rumbo.transport.port import KeyedValue

CHUNK_EVENTS = 60_000
"""About as many events as one transaction should hold: bounds memory, and how long readers wait for it."""
MIN_CHUNK_MS = 100
"""World time that a chunk holds at least, however many vehicles drive."""

type Records = Mapping[str, Sequence[KeyedValue]]
"""By topic."""


class Moving(Protocol):
    """A packed fleet; `rumbo.motion.Fleet` is the real one."""

    @property
    def trip_ids(self) -> np.ndarray[Any, Any]: ...

    def __len__(self) -> int: ...

    def emit(self, after_ms: int, until_ms: int) -> Emitted:
        """All events with emission time in (after_ms, until_ms], world time."""
        ...

    def with_plans(self, plans: Sequence[Plan], without: Collection[str] = ()) -> Self:
        """The fleet with these plans added or replaced, and the trips `without` left out."""
        ...

    def over_at(self, world_ms: int) -> np.ndarray[Any, Any]:
        """Rows of the trips that send nothing more after `world_ms`."""
        ...


type FleetMaker = Callable[[Sequence[Plan]], Moving]


def records_between(fleet: Moving, after_ms: int, until_ms: int) -> Records:
    """The records that the fleet's devices send in (after_ms, until_ms], by topic, in the fleet's order."""
    emitted = fleet.emit(after_ms, until_ms)
    values = payloads(emitted)
    found = {
        event.topic: Batch(keys(event, columns), values[event.topic])
        for event, columns in ((POSITION, emitted.positions), (TRIP_STATE, emitted.trip_states))
    }
    return {topic: batch for topic, batch in found.items() if len(batch)}


def merged(many: Sequence[Records]) -> Records:
    """The records of several fleets as one, one fleet's after another's."""
    topics = dict.fromkeys(topic for records in many for topic in records)
    return {
        topic: Batches([part for records in many if topic in records for part in parts_of(records[topic])])
        for topic in topics
    }


def count(records: Records) -> int:
    return sum(len(some) for some in records.values())


def chunk_end(after_ms: int, until_ms: int, events_per_ms: float) -> int:
    """Where to end the stretch that begins after `after_ms`, so that it holds about CHUNK_EVENTS."""
    if events_per_ms <= 0:
        return until_ms
    return min(until_ms, after_ms + max(MIN_CHUNK_MS, int(CHUNK_EVENTS / events_per_ms)))
