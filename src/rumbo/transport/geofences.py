"""The drawn geofences as the topic has them now."""

from __future__ import annotations

import threading
from functools import cache

from rumbo.domain.geofence import DrawnGeofence
from rumbo.events.geofences import geofence_from_json
from rumbo.events.topics import GEOFENCES
from rumbo.transport.kafka import KafkaOffsets, KafkaTableReader
from rumbo.transport.port import Offsets, TableReader


class GeofenceReader:
    """Knows every change appended before the call. May be shared by threads."""

    def __init__(self, tables: TableReader, offsets: Offsets) -> None:
        self._tables = tables
        self._offsets = offsets
        self._lock = threading.Lock()
        self._next_offset = 0
        self._known: tuple[DrawnGeofence, ...] = ()

    def read(self) -> tuple[DrawnGeofence, ...]:
        """All areas that the topic knows, those that ended too. One question where nothing is new.

        Raises Unavailable where the broker does not answer, ContractBroken for a record that is no geofence.
        """
        with self._lock:
            end = self._offsets.end_offsets(GEOFENCES).get(0, 0)
            if end > self._next_offset:
                records = self._tables.read_all(GEOFENCES)
                self._known = tuple(
                    geofence_from_json(record.key or "", record.value)
                    for record in records
                    if record.value is not None
                )
                self._next_offset = end
            return self._known


@cache
def geofences_at(bootstrap: str) -> GeofenceReader:
    """One reader a process, whose connection stays open."""
    return GeofenceReader(KafkaTableReader(bootstrap), KafkaOffsets(bootstrap))
