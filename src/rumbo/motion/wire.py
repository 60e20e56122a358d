"""An emission as the bytes on the wire: encoded in each device's schema version, and spoilt where a fault says so.

The worker, the audit, backfill and the truth all take the bytes from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from rumbo.events.codec import encode, encode_trip_states
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.events.texts import Texts
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
        TRIP_STATE.topic: encode_trip_states(emission.trip_states),
    }


def position_payloads(columns: Mapping[str, Any]) -> Texts:
    """The values of position records."""
    versions = np.unique(columns["schema_version"])
    if len(versions) == 1:
        values = encode(POSITION, columns, int(versions[0]))
    else:
        values = _of_several_versions(columns, versions.tolist())
    spoil = np.asarray(columns.get("spoil", ()))
    if not spoil.any():
        return values
    each = list(values)
    for i in np.flatnonzero(spoil).tolist():
        each[i] = spoilt(each[i], int(spoil[i]))
    return Texts.of(each)


def _of_several_versions(columns: Mapping[str, Any], versions: list[int]) -> Texts:
    values = [b""] * len(columns["schema_version"])
    for version in versions:
        rows = np.flatnonzero(columns["schema_version"] == version)
        names = [field.name for field in POSITION.fields_of(version)]
        part = encode(POSITION, {name: columns[name][rows] for name in names}, version)
        for i, value in zip(rows.tolist(), part, strict=True):
            values[i] = value
    return Texts.of(values)
