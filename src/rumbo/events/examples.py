"""Named examples of events: some that keep the contract, some that break one rule each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rumbo.events.fields import EVENT_TYPES, POSITION, TRIP_STATE, EventType

_BASE: Mapping[str, dict[str, Any]] = {
    POSITION.name: {
        "schema_version": 1,
        "trip_id": "trp_0197e3a1c2f0b7d4",
        "vehicle_id": "veh_0197e3a0f1aa42c9",
        "seq": 41,
        "event_time": "2026-03-05T07:30:41.250Z",
        "vehicle_class": "car",
        "state": "driving",
        "lat": 43.7384321,
        "lon": 7.4246158,
        "speed_mps": 11.87,
        "heading_deg": 47.3,
        "acceleration_mps2": 0.42,
        "distance_m": 312.4,
        "odometer_m": 48211.9,
        "remaining_m": 1820.6,
        "progress": 0.1465,
        "eta": "2026-03-05T07:34:02.118Z",
        "road_name": "Avenue d'Ostende",
        "road_class": "secondary",
        "speed_limit_mps": 13.89,
        "accuracy_m": 3.4,
        "hdop": 0.9,
        "satellites": 11,
        "energy_level": 0.7312,
    },
    TRIP_STATE.name: {
        "schema_version": 1,
        "trip_id": "trp_0197e3a1c2f0b7d4",
        "vehicle_id": "veh_0197e3a0f1aa42c9",
        "seq": 2,
        "event_time": "2026-03-05T07:31:05.904Z",
        "state": "waiting",
        "previous_state": "driving",
        "reason": "signal",
        "lat": 43.7391007,
        "lon": 7.4269911,
        "distance_m": 540.0,
        "remaining_m": 1593.0,
        "eta": "2026-03-05T07:34:02.118Z",
    },
}


@dataclass(frozen=True, slots=True)
class Example:
    event: EventType
    name: str
    value: dict[str, Any]
    valid: bool
    broken_field: str = ""
    """The field whose rule a failing example breaks."""


def examples() -> list[Example]:
    """All examples of all event types; names are unique within an event type and verdict."""
    found: list[Example] = []
    for event in EVENT_TYPES:
        base = _BASE[event.name]
        found.append(Example(event, "typical", base, valid=True))
        found.append(Example(event, "field-of-a-later-version", base | {"later": {"a": [1]}}, valid=True))
        nulls = {field.name: None for field in event.fields if field.nullable}
        found.append(Example(event, "nulls-where-allowed", base | nulls, valid=True))
        found += _failing(event, base)
    whole = _BASE[POSITION.name] | {"lat": 43, "speed_mps": 0, "heading_deg": 360}
    found.append(Example(POSITION, "whole-numbers", whole, valid=True))
    return found


def _failing(event: EventType, base: dict[str, Any]) -> list[Example]:
    def bad(name: str, field: str, value: Any) -> Example:
        return Example(event, name, base | {field: value}, valid=False, broken_field=field)

    def without(field: str) -> Example:
        rest = {key: value for key, value in base.items() if key != field}
        return Example(event, f"without-{field.replace('_', '-')}", rest, valid=False, broken_field=field)

    return [
        without("trip_id"),
        without("event_time"),
        bad("latitude-out-of-range", "lat", 91.5),
        bad("latitude-as-text", "lat", "43.7"),
        bad("longitude-null", "lon", None),
        bad("unknown-state", "state", "flying"),
        bad("negative-seq", "seq", -1),
        bad("seq-with-fraction", "seq", 1.5),
        bad("time-without-zone", "event_time", "2026-03-05T07:30:41.250"),
        bad("time-as-number", "event_time", 1772696241250),
        bad("version-of-another-contract", "schema_version", 99),
        bad("trip-id-empty", "trip_id", ""),
    ]
