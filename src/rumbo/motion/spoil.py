"""Ways to spoil a position event's bytes: each makes a record that breaks the contract, alike every time.

A kind is told by its number; the first `MALFORMED_KINDS` leave no JSON object behind, the others break the schema.
"""

from __future__ import annotations

import re
from collections.abc import Callable

type Spoiler = Callable[[bytes], bytes]


def spoilt(value: bytes, kind: int) -> bytes:
    """The bytes of a good position event, spoilt in the way numbered `kind` (1 to len(KINDS))."""
    return _SPOILERS[kind - 1](value)


def _set(name: bytes, to: bytes) -> Spoiler:
    """Give a field that holds a number or a text without quotes another value."""
    pattern = re.compile(rb'"' + name + rb'":("[^"]*"|[^,}]*)')
    return lambda value: pattern.sub(b'"' + name + b'":' + to, value, count=1)


def _without(name: bytes) -> Spoiler:
    pattern = re.compile(rb'"' + name + rb'":("[^"]*"|[^,}]*),')
    return lambda value: pattern.sub(b"", value, count=1)


def _renamed(name: bytes, to: bytes) -> Spoiler:
    return lambda value: value.replace(b'"' + name + b'":', b'"' + to + b'":', 1)


def _as_text(name: bytes) -> Spoiler:
    pattern = re.compile(rb'("' + name + rb'":)([^,}]*)')
    return lambda value: pattern.sub(rb'\1"\2"', value, count=1)


def _nested(value: bytes) -> bytes:
    pattern = rb'"lat":([^,}]*),"lon":([^,}]*)'
    return re.sub(pattern, rb'"position":{"lat":\1,"lon":\2}', value, count=1)


MALFORMED: dict[str, Spoiler] = {
    "cut": lambda value: value[: len(value) // 2],
    "empty": lambda _: b"",
    "not_utf8": lambda value: value[:-1] + b',"note":"\xff\xfe"}',
    "not_json": lambda value: value.replace(b'"', b"'"),
    "array": lambda value: b"[" + value + b"]",
    "text": lambda value: b'"' + value.replace(b"\\", b"").replace(b'"', b"") + b'"',
    "two_objects": lambda value: value + value,
    "not_a_number": _set(b"speed_mps", b"NaN"),
    "zero_bytes": lambda value: b"\x00" * len(value),
}
"""Name -> how. What is left is no JSON object."""

BREAKING: dict[str, Spoiler] = {
    "field_missing": _without(b"event_time"),
    "field_renamed": _renamed(b"lat", b"latitude"),
    "field_null": _set(b"speed_mps", b"null"),
    "number_as_text": _as_text(b"speed_mps"),
    "time_as_number": _set(b"event_time", b"1790000000000"),
    "local_time": _set(b"event_time", b'"2026-03-05 07:30:00"'),
    "trip_as_number": _set(b"trip_id", b"42"),
    "fields_nested": _nested,
    "field_twice": lambda value: value[:-1] + b',"lat":0.0}',
    "out_of_range": _set(b"lat", b"123.4"),
    "negative_speed": _set(b"speed_mps", b"-1.0"),
    "unknown_state": _set(b"state", b'"flying"'),
    "unknown_version": _set(b"schema_version", b"99"),
    "number_with_fraction": _set(b"satellites", b"7.5"),
    "other_vehicle": _set(b"vehicle_id", b'"veh_nobody"'),
}
"""Name -> how. A JSON object is left that breaks the schema."""

KINDS = (*MALFORMED, *BREAKING)
MALFORMED_KINDS = len(MALFORMED)
_SPOILERS = (*MALFORMED.values(), *BREAKING.values())
