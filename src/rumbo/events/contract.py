"""The contract of an event, checked on one record's bytes: the one place that decides.

The stream proves most records good by an expression inside Spark (`schema.py`) and asks here about all others,
so this code may take its time. It knows nothing of Spark.
"""

from __future__ import annotations

import json
import math
import re
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from rumbo.events.fields import EventType, Field, FieldType

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z", re.ASCII)
_INT64 = 2**63
_SHOWN = 60


class Rule(StrEnum):
    """The rules in the order in which they are checked."""

    NO_VALUE = "no_value"
    NOT_UTF8 = "not_utf8"
    NOT_JSON = "not_json"
    NOT_AN_OBJECT = "not_an_object"
    REPEATED_FIELD = "repeated_field"
    MISSING_FIELD = "missing_field"
    NULL_FIELD = "null_field"
    WRONG_TYPE = "wrong_type"
    WRONG_VERSION = "wrong_version"
    UNKNOWN_VALUE = "unknown_value"
    OUT_OF_RANGE = "out_of_range"
    WRONG_KEY = "wrong_key"


class Broken(Exception):
    """The first rule a record broke; `field` is None where it is not about one."""

    def __init__(self, rule: Rule, field: str | None, reason: str) -> None:
        super().__init__(reason)
        self.rule = rule
        self.field = field
        self.reason = reason


class _Repeated(ValueError):
    pass


def canonical(event: EventType, key: bytes | None, value: bytes | None) -> bytes:
    """The record's contract fields as JSON in the contract's order and types; the event's version says which.

    Fields that version does not know are left out here (landing keeps them in `payload`): readers ignore them, so
    a producer may be newer than the stream. Raises Broken with the first rule that the record breaks.
    """
    raw = _object(value)
    version = _version(event, raw)
    checked = {field.name: _checked(field, raw) for field in event.fields_of(version)}
    expected = checked[event.key].encode()
    if key != expected:
        found = "no key" if key is None else f"key {_shown(key.decode(errors='replace'))}"
        raise Broken(
            Rule.WRONG_KEY, event.key, f"The record has {found}, but its {event.key} must be the key."
        )
    return orjson.dumps(checked)


def _object(value: bytes | None) -> dict[str, Any]:
    if value is None:
        raise Broken(Rule.NO_VALUE, None, "The record has no value.")
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise Broken(Rule.NOT_UTF8, None, f"The value is not UTF-8 at byte {exc.start}.") from None
    try:
        found = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant)
    except _Repeated as exc:
        raise Broken(
            Rule.REPEATED_FIELD, str(exc), f"The field {_shown(str(exc))} stands there twice."
        ) from None
    except json.JSONDecodeError as exc:
        raise Broken(
            Rule.NOT_JSON, None, f"The value is not JSON: {exc.msg} at character {exc.pos}."
        ) from None
    except (ValueError, RecursionError):  # NaN and its like, numbers of thousands of digits, endless nesting
        raise Broken(Rule.NOT_JSON, None, "The value is not JSON that can be read.") from None
    if not isinstance(found, dict):
        raise Broken(Rule.NOT_AN_OBJECT, None, f"The value is {_kind(found)}, not an object.")
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Repeated(name.encode(errors="replace").decode())
        found[name] = value
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _version(event: EventType, raw: dict[str, Any]) -> int:
    """The version that the event claims; the first field of every contract."""
    field = event.fields[0]
    found = _checked(
        Field(field.name, field.type, field.description), raw
    )  # any number is an unknown version first
    if found not in event.versions:
        known = " or ".join(str(version) for version in event.versions)
        raise Broken(Rule.WRONG_VERSION, field.name, f"The schema version is {found}, not {known}.")
    version: int = found
    return version


def _checked(field: Field, raw: dict[str, Any]) -> Any:
    if field.name not in raw:
        raise Broken(Rule.MISSING_FIELD, field.name, f"The field {field.name} is missing.")
    value = raw[field.name]
    if value is None:
        if not field.nullable:
            raise Broken(Rule.NULL_FIELD, field.name, f"The field {field.name} must not be null.")
        return None
    match field.type:
        case FieldType.STRING:
            return _text(field, value)
        case FieldType.TIMESTAMP:
            return _time(field, value)
        case FieldType.INTEGER:
            return _in_range(field, _integer(field, value))
        case FieldType.NUMBER:
            return _in_range(field, _number(field, value))


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(field, value)
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Broken(
            Rule.WRONG_TYPE, field.name, f"{field.name} holds half a character (a surrogate)."
        ) from None
    if field.values and value not in field.values:
        raise Broken(Rule.UNKNOWN_VALUE, field.name, f"{field.name} cannot be {_shown(value)}.")
    if not value and field.name.endswith("_id"):
        raise Broken(Rule.UNKNOWN_VALUE, field.name, f"{field.name} must not be empty.")
    return value


def _time(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise _wrong_type(field, value)
    if not _TIME.fullmatch(value) or not _is_in_calendar(value):
        raise Broken(
            Rule.WRONG_TYPE,
            field.name,
            f"{field.name} is {_shown(value)}, not a time like 2026-03-05T07:30:00.000Z.",
        )
    return value


def _is_in_calendar(time: str) -> bool:
    try:
        datetime.fromisoformat(time)
    except ValueError:
        return False
    return True


def _integer(field: Field, value: Any) -> int:
    """JSON Schema's integer: 5 and 5.0 are, 5.5 and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise _wrong_type(field, value)
    if not -_INT64 <= value < _INT64:
        raise Broken(Rule.OUT_OF_RANGE, field.name, f"{field.name} does not fit into 64 bits.")
    return value


def _number(field: Field, value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise _wrong_type(field, value)
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Broken(Rule.OUT_OF_RANGE, field.name, f"{field.name} is too large for a number.")
    return number


def _in_range[N: (int, float)](field: Field, value: N) -> N:
    if field.minimum is not None and value < field.minimum:
        raise Broken(Rule.OUT_OF_RANGE, field.name, f"{field.name} is {value}, under {field.minimum:g}.")
    if field.maximum is not None and value > field.maximum:
        raise Broken(Rule.OUT_OF_RANGE, field.name, f"{field.name} is {value}, over {field.maximum:g}.")
    return value


def _wrong_type(field: Field, value: Any) -> Broken:
    return Broken(Rule.WRONG_TYPE, field.name, f"{field.name} is {_kind(value)}, not a {field.type}.")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _shown(text: str) -> str:
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return json.dumps(short, ensure_ascii=True)
