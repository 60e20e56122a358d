"""Named examples of events: some that keep the contract, some that break one rule each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rumbo.events.fields import ALERT, EMITTED_TYPES, EVENT_TYPES, POSITION, TRIP_STATE, EventType

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
    ALERT.name: {
        "schema_version": 1,
        "alert_id": "alt_5d0c1f7e92ab4463",
        "trip_id": "trp_0197e3a1c2f0b7d4",
        "vehicle_id": "veh_0197e3a0f1aa42c9",
        "event_time": "2026-03-05T07:30:46.250Z",
        "rule": "overspeed",
        "severity": "warning",
        "begin_time": "2026-03-05T07:30:41.250Z",
        "first_seq": 41,
        "last_seq": 46,
        "value": 3.27,
        "threshold": 1.4,
        "unit": "m/s",
        "lat": 43.7385117,
        "lon": 7.4251822,
        "road_name": "Avenue d'Ostende",
        "geofence": None,
        "rules_version": "0d0a5ac0a1f3",
    },
}


_VERSION_2: dict[str, Any] = {
    **_BASE[POSITION.name],
    "schema_version": 2,
    "trigger": "time",
    "ignition": "on",
    "power_kw": -6.42,
    "energy_used_kwh": 0.0713,
    "engine_speed_rpm": 1840.0,
}


@dataclass(frozen=True, slots=True)
class Example:
    """`value` and what is to be said of it. `version` is the contract's that it is held against."""

    event: EventType
    name: str
    value: dict[str, Any]
    valid: bool
    broken_field: str = ""
    """The field whose rule a failing example breaks."""
    version: int = 1


def examples() -> list[Example]:
    """All examples of all event types; names are unique within an event type and verdict."""
    found: list[Example] = []
    for event in EVENT_TYPES:
        base = _BASE[event.name]
        found.append(Example(event, "typical", base, valid=True))
        found.append(Example(event, "field-of-a-later-version", base | {"later": {"a": [1]}}, valid=True))
        nulls = {field.name: None for field in event.fields_of(1) if field.nullable}
        found.append(Example(event, "nulls-where-allowed", base | nulls, valid=True))
        found += _failing(event, base) if event in EMITTED_TYPES else _failing_alerts(base)
    whole = _BASE[POSITION.name] | {"lat": 43, "speed_mps": 0, "heading_deg": 360}
    found.append(Example(POSITION, "whole-numbers", whole, valid=True))
    return found + _of_version_2()


def _of_version_2() -> list[Example]:
    def good(name: str, **changes: Any) -> Example:
        return Example(POSITION, f"v2-{name}", _VERSION_2 | changes, valid=True, version=2)

    def bad(name: str, field: str, value: Any) -> Example:
        changed = _VERSION_2 | {field: value}
        return Example(POSITION, f"v2-{name}", changed, valid=False, broken_field=field, version=2)

    without = {name: value for name, value in _VERSION_2.items() if name != "trigger"}
    stray = _BASE[POSITION.name] | {"power_kw": "unknown to version 1"}
    return [
        good("typical"),
        good("electric", energy_level=0.1532, engine_speed_rpm=None),
        good("parked", trigger="ignition_off", ignition="off", power_kw=0, engine_speed_rpm=0),
        Example(POSITION, "field-of-version-2", stray, valid=True),
        Example(POSITION, "v2-without-trigger", without, valid=False, broken_field="trigger", version=2),
        bad("unknown-trigger", "trigger", "whim"),
        bad("ignition-as-truth-value", "ignition", True),
        bad("power-null", "power_kw", None),
        bad("engine-speed-negative", "engine_speed_rpm", -1),
        bad("latitude-out-of-range", "lat", -90.5),
    ]


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


def _failing_alerts(base: dict[str, Any]) -> list[Example]:
    def bad(name: str, field: str, value: Any) -> Example:
        return Example(ALERT, name, base | {field: value}, valid=False, broken_field=field)

    without = {name: value for name, value in base.items() if name != "alert_id"}
    return [
        Example(ALERT, "without-alert-id", without, valid=False, broken_field="alert_id"),
        bad("unknown-rule", "rule", "boredom"),
        bad("severity-null", "severity", None),
        bad("value-as-text", "value", "3.27"),
        bad("negative-first-seq", "first_seq", -1),
        bad("begin-without-zone", "begin_time", "2026-03-05T07:30:41.250"),
        bad("unknown-unit", "unit", "km/h"),
        bad("latitude-out-of-range", "lat", 91.5),
    ]
