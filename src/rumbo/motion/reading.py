"""Events from JSON to columns: what the kernel proves of many records at once (the way back of `wire`)."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.events.fields import EventType, Field, FieldType
from rumbo.events.texts import Texts
from rumbo.motion.kernels import read as kernels

Columns = kernels.Columns

_KINDS = {
    FieldType.STRING: kernels.TEXT,
    FieldType.INTEGER: kernels.INTEGER,
    FieldType.NUMBER: kernels.NUMBER,
    FieldType.TIMESTAMP: kernels.TIME,
}


def prove(event: EventType, keys: Texts | None, values: Texts) -> tuple[Columns, NDArray[np.bool_]]:
    """Read records of one type; says of each whether it plainly keeps the contract. Others' columns hold anything.

    Without `keys` nothing is said about them.
    """
    into = _empty(event, len(values))
    good = np.empty(len(values), dtype=np.bool_)
    key = -1 if keys is None else event.names.index(event.key)
    data, key_data = _locked(values.data), _locked(values.data if keys is None else keys.data)
    key_ends = values.ends if keys is None else keys.ends
    kernels.read(data, values.ends, key_data, key_ends, key, _layout(event), into, good)
    return into, good


@cache
def slot_of(event: EventType, name: str) -> int:
    """The number of a field's column among those of its kind."""
    return int(_layout(event).fields[event.names.index(name), kernels.SLOT])


def shelf_of(field: Field) -> str:
    """Which of the columns a field's values are in."""
    return {FieldType.STRING: "texts", FieldType.NUMBER: "numbers"}.get(field.type, "wholes")


def values_of(event: EventType, into: Columns, name: str) -> NDArray[Any]:
    """The column of a number, integer or time (microseconds since the epoch)."""
    field = event.fields[event.names.index(name)]
    shelf: NDArray[Any] = into.numbers if shelf_of(field) == "numbers" else into.wholes
    values: NDArray[Any] = shelf[slot_of(event, name)]
    return values


def _locked(data: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Not to be written to: kernels would be compiled for either."""
    view = data.view()
    view.flags.writeable = False
    return view


def _empty(event: EventType, count: int) -> Columns:
    shelves = [shelf_of(field) for field in event.fields]
    wholes, numbers, texts = ((shelves.count(kind), count) for kind in ("wholes", "numbers", "texts"))
    return Columns(
        wholes=np.empty(wholes, dtype=np.int64),
        numbers=np.empty(numbers),
        begins=np.empty(texts, dtype=np.int64),
        lengths=np.empty(texts, dtype=np.int64),
        valid=np.empty((len(event.fields), count), dtype=np.uint8),
    )


@cache
def _layout(event: EventType) -> kernels.Layout:
    words = [f'"{field.name}":' for field in event.fields]
    shelves = [shelf_of(field) for field in event.fields]
    fields = np.zeros((len(event.fields), 6), dtype=np.int64)
    for f, field in enumerate(event.fields):
        first = len(words)
        words += field.values
        slot = shelves[:f].count(shelves[f])
        is_filled = field.name.endswith("_id")
        fields[f] = _KINDS[field.type], slot, field.nullable, is_filled, first, len(words)
    parts = [word.encode() for word in words]
    return kernels.Layout(
        words=np.frombuffer(b"".join(parts), dtype=np.uint8),
        ends=np.cumsum([0, *map(len, parts)]),
        fields=fields,
        bounds=np.array([_bounds(field) for field in event.fields]),
        versions=np.array([(version, len(event.fields_of(version))) for version in event.versions]),
    )


def _bounds(field: Field) -> tuple[float, float]:
    low, high = field.minimum, field.maximum
    return (-np.inf if low is None else float(low), np.inf if high is None else float(high))
