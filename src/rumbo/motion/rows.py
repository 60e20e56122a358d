"""Reports as rows of whole numbers, and how each field of a position event is written from them.

The columns, their order, their decimals and their texts all follow from the event's fields.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.route import RoadClass
from rumbo.domain.trip import TripState
from rumbo.domain.vehicle import VehicleClass
from rumbo.events.fields import POSITION, TRIGGERS, Field, FieldType

WORD = 8
NULL = -(1 << 63)
"""Of a number."""
NUMBER, INTEGER, TIMESTAMP, TEXT, TRIP, VEHICLE = range(6)
"""How a column is written: TEXT is a code of a shared text, TRIP and VEHICLE are texts of the trip."""

_OF_TRIP = {"trip_id": TRIP, "vehicle_id": VEHICLE}
_KIND = {
    FieldType.NUMBER: NUMBER,
    FieldType.INTEGER: INTEGER,
    FieldType.TIMESTAMP: TIMESTAMP,
    FieldType.STRING: TEXT,
}
COLUMNS = tuple(field.name for field in POSITION.fields if field.name not in _OF_TRIP)
"""Of the rows, in the order of the fields; the first is the version. Texts are codes of `CHOICES` or of road names."""
CHOICES: dict[str, tuple[str, ...]] = {
    "vehicle_class": tuple(VehicleClass),
    "state": tuple(TripState),
    "road_class": tuple(RoadClass),
    "trigger": TRIGGERS,
    "ignition": ("off", "on"),
}
"""The texts of columns that have few, in the order of their codes. Those of `road_name` come after all of them."""
_VALUE_BYTES = 28
"""The longest time or number, with what is written too much."""
KEY_WORDS = 4

STEP = np.dtype(
    [
        ("key", np.uint64, (KEY_WORDS,)),
        *((name, np.int64) for name in ("size", "kind", "column", "decimals", "base")),
    ]
)
"""How to write a field: its name, then its value; `base` is the first text of the column."""


class Texts(NamedTuple):
    """JSON strings end to end, with a word to spare behind the last."""

    data: NDArray[np.uint8]
    ends: NDArray[np.int64]


class Day(NamedTuple):
    """A day since the epoch, and its date as text; -1 where there is none yet."""

    text: NDArray[np.uint8]
    number: NDArray[np.int64]


def no_day() -> Day:
    return Day(np.zeros(16, dtype=np.uint8), np.full(1, -1, dtype=np.int64))


class Layout(NamedTuple):
    """The steps of all versions; row v of `versions` has the first and last of version v, and bytes without texts."""

    versions: NDArray[np.int64]
    steps: NDArray[Any]


def scales() -> NDArray[np.float64]:
    """Units of a column's last decimal in one."""
    decimals = {field.name: field.decimals or 0 for field in POSITION.fields}
    return np.array([float(10 ** decimals[name]) for name in COLUMNS])


def layout() -> Layout:
    base = dict(zip(CHOICES, np.cumsum([0, *map(len, CHOICES.values())]).tolist(), strict=False))
    base["road_name"] = sum(map(len, CHOICES.values()))
    versions = np.zeros((max(POSITION.versions) + 1, 3), dtype=np.int64)
    steps: list[tuple[Any, ...]] = []
    for version in POSITION.versions:
        fields, first = POSITION.fields_of(version), len(steps)
        steps += [_step(field, base, is_first=field is fields[0]) for field in fields]
        fixed = sum(step[1] + _VALUE_BYTES for step in steps[first:]) + WORD * KEY_WORDS
        versions[version] = first, len(steps), fixed
    return Layout(versions, np.array(steps, dtype=STEP))


def _step(field: Field, base: dict[str, int], *, is_first: bool) -> tuple[Any, ...]:
    key = f'{"{" if is_first else ","}"{field.name}":'.encode()
    words = np.frombuffer(key.ljust(KEY_WORDS * WORD), dtype=np.uint64)
    kind = _OF_TRIP.get(field.name, _KIND[field.type])
    column = COLUMNS.index(field.name) if field.name in COLUMNS else 0
    return words, len(key), kind, column, field.decimals or 0, base.get(field.name, 0)


def joined(texts: Sequence[bytes]) -> Texts:
    """Texts end to end."""
    ends = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum([len(text) for text in texts], out=ends[1:])
    return Texts(np.frombuffer(b"".join(texts) + bytes(WORD), dtype=np.uint8), ends)
