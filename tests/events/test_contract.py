from __future__ import annotations

import json
from typing import Any

import orjson
import pytest

from rumbo.events.contract import Broken, Rule, canonical
from rumbo.events.examples import Example, examples
from rumbo.events.fields import EVENT_TYPES, POSITION, FieldType

GOOD = next(e.value for e in examples() if e.event is POSITION and e.name == "typical")
KEY = GOOD["vehicle_id"].encode()


def broken(value: bytes | None, key: bytes | None = KEY) -> Broken:
    with pytest.raises(Broken) as caught:
        canonical(POSITION, key, value)
    return caught.value


def with_field(name: str, value: Any) -> bytes:
    return json.dumps(GOOD | {name: value}).encode()


@pytest.mark.parametrize(
    "example", [e for e in examples() if e.valid], ids=lambda e: f"{e.event.name}-{e.name}"
)
def test_a_valid_example_keeps_the_contract(example: Example) -> None:
    checked = orjson.loads(
        canonical(
            example.event, example.value[example.event.key].encode(), json.dumps(example.value).encode()
        )
    )
    assert list(checked) == [field.name for field in example.event.fields_of(example.version)]
    assert all(checked[name] == example.value[name] for name in checked)


@pytest.mark.parametrize(
    "example", [e for e in examples() if not e.valid], ids=lambda e: f"{e.event.name}-{e.name}"
)
def test_an_invalid_example_is_broken_at_the_field_it_names(example: Example) -> None:
    key = str(example.value.get(example.event.key, "x")).encode()
    with pytest.raises(Broken) as caught:
        canonical(example.event, key, json.dumps(example.value).encode())
    assert caught.value.field == example.broken_field
    assert example.broken_field in caught.value.reason or "version" in caught.value.reason


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (None, Rule.NO_VALUE),
        (b"", Rule.NOT_JSON),
        (b"{", Rule.NOT_JSON),
        (b"\xff\xfe", Rule.NOT_UTF8),
        (b"[1]", Rule.NOT_AN_OBJECT),
        (b'"text"', Rule.NOT_AN_OBJECT),
        (b"null", Rule.NOT_AN_OBJECT),
        (b'{"a":1}{"a":1}', Rule.NOT_JSON),
        (b'{"a":NaN}', Rule.NOT_JSON),
        (b'{"a":' + b"9" * 5000 + b"}", Rule.NOT_JSON),
        (b"[" * 100_000, Rule.NOT_JSON),
        (b'{"a":1,"a":1}', Rule.REPEATED_FIELD),
        (b"\xef\xbb\xbf{}", Rule.NOT_JSON),
    ],
    ids=lambda value: str(value)[:24],
)
def test_a_value_that_is_no_json_object_names_why(value: bytes | None, rule: Rule) -> None:
    assert broken(value).rule is rule


@pytest.mark.parametrize(
    ("field", "value", "rule"),
    [
        ("seq", "1", Rule.WRONG_TYPE),
        ("seq", True, Rule.WRONG_TYPE),
        ("seq", 2**63, Rule.OUT_OF_RANGE),
        ("lat", 10**400, Rule.OUT_OF_RANGE),
        ("lat", [43.7], Rule.WRONG_TYPE),
        ("trip_id", 5, Rule.WRONG_TYPE),
        ("road_name", {"a": 1}, Rule.WRONG_TYPE),
        ("road_name", "\ud800", Rule.WRONG_TYPE),
        ("event_time", "2026-02-30T00:00:00.000Z", Rule.WRONG_TYPE),
        ("event_time", "2026-03-05T24:00:00.000Z", Rule.WRONG_TYPE),
        ("event_time", "2026-03-05T07:30:41.250+00:00", Rule.WRONG_TYPE),
        ("event_time", "0000-01-01T00:00:00.000Z", Rule.WRONG_TYPE),
        ("state", None, Rule.NULL_FIELD),
        ("schema_version", 3, Rule.WRONG_VERSION),
        ("schema_version", 0, Rule.WRONG_VERSION),
        ("schema_version", 2, Rule.MISSING_FIELD),
    ],
)
def test_a_field_that_breaks_a_rule_names_the_rule_and_itself(field: str, value: Any, rule: Rule) -> None:
    found = broken(with_field(field, value))
    assert found.rule is rule
    assert found.field == ("trigger" if rule is Rule.MISSING_FIELD else field)


def test_the_first_broken_field_in_the_contracts_order_is_named() -> None:
    assert broken(json.dumps(GOOD | {"energy_level": 7, "lat": 91}).encode()).field == "lat"


@pytest.mark.parametrize("key", [None, b"", b"veh_other", b"\xff"])
def test_a_key_that_is_not_the_vehicles_is_broken(key: bytes | None) -> None:
    found = broken(with_field("seq", 1), key)
    assert (found.rule, found.field) == (Rule.WRONG_KEY, "vehicle_id")


def test_an_integer_written_with_a_point_is_an_integer_as_in_json_schema() -> None:
    value = with_field("seq", 0).replace(b'"seq": 0', b'"seq": 7.0')
    assert orjson.loads(canonical(POSITION, KEY, value))["seq"] == 7


def test_the_reason_never_repeats_a_long_value() -> None:
    assert len(broken(with_field("state", "x" * 100_000)).reason) < 200


def test_every_type_of_field_is_decided() -> None:
    assert {field.type for event in EVENT_TYPES for field in event.fields} == set(FieldType)
