"""An emission as the bytes on the wire: encoded in each device's schema version, and spoilt where a fault says so.

The worker, the audit, backfill and the truth all take the bytes from here. Reports of a fleet are written by a kernel
from rows of whole numbers; what is unusual, and every other event, goes through the codec, whose bytes are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Protocol

import numpy as np
import polars as pl

from rumbo.events.codec import encode
from rumbo.events.fields import POSITION, TRIP_STATE, EventType
from rumbo.events.texts import Texts
from rumbo.motion.emit import Positions
from rumbo.motion.rows import Layout, layout, no_day
from rumbo.motion.spoil import spoilt


class Emitted(Protocol):
    """What a fleet emits in a stretch of world time, as columns for the codec."""

    @property
    def positions(self) -> Mapping[str, Any]: ...

    @property
    def trip_states(self) -> Mapping[str, Any]: ...


def payloads(emission: Emitted) -> dict[str, Texts]:
    """The records' values by topic, in the order of the emission's rows."""
    return {
        POSITION.topic: position_payloads(emission.positions),
        TRIP_STATE.topic: encode(TRIP_STATE, emission.trip_states),
    }


def keys(event: EventType, columns: Mapping[str, Any]) -> Texts:
    """The records' keys."""
    if isinstance(columns, Positions) and event is POSITION:
        return _written_keys(columns)
    return Texts.of_series(pl.Series(list(columns[event.key]), dtype=pl.String))


def position_payloads(columns: Mapping[str, Any]) -> Texts:
    """The values of position records."""
    written = _written(columns) if isinstance(columns, Positions) else None
    values = encoded(columns) if written is None else written
    spoil = np.asarray(columns.get("spoil", ()))
    if not spoil.any():
        return values
    each = list(values)
    for i in np.flatnonzero(spoil).tolist():
        each[i] = spoilt(each[i], int(spoil[i]))
    return Texts.of(each)


def encoded(columns: Mapping[str, Any]) -> Texts:
    """The values of position records before they are spoilt, by the codec."""
    versions = np.unique(columns["schema_version"]).tolist()
    if len(versions) == 1:
        return encode(POSITION, columns, versions[0])
    values = [b""] * len(columns["schema_version"])
    for version in versions:
        rows = np.flatnonzero(columns["schema_version"] == version)
        names = [field.name for field in POSITION.fields_of(version)]
        part = encode(POSITION, {name: columns[name][rows] for name in names}, version)
        for i, value in zip(rows.tolist(), part, strict=True):
            values[i] = value
    return Texts.of(values)


_layout = cache(layout)


def _written(columns: Positions) -> Texts | None:
    """The same by the kernel; None where a number or a time is beyond what it can write."""
    from rumbo.motion.kernels.write import sizes, write

    trips, store, rows, trip = columns.fleet.trips, columns.fleet.store, columns.rows, columns.sent.trip
    how: Layout = _layout()
    texts = store.shared.texts
    out = np.empty(sizes(rows, trip, trips, how.versions, how.steps, texts), dtype=np.uint8)
    ends = np.zeros(len(rows) + 1, dtype=np.int64)
    if not write(rows, trip, trips, store.tables.text, how.versions, how.steps, texts, out, ends, no_day()):
        return None
    return Texts(out[: ends[-1]], ends)


def _written_keys(columns: Positions) -> Texts:
    from rumbo.motion.kernels.write import write_keys

    trips, trip = columns.fleet.trips, columns.sent.trip
    room = int(trips["texts"][trip].sum())
    out, ends = np.empty(room, dtype=np.uint8), np.zeros(len(trip) + 1, dtype=np.int64)
    write_keys(trip, trips, columns.fleet.store.tables.text, out, ends)
    return Texts(out[: ends[-1]], ends)
