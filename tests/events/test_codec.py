"""Events to bytes and back."""

from __future__ import annotations

import json
import math
from typing import Any

import jsonschema
import numpy as np
import pytest

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.errors import ContractBroken
from rumbo.events.codec import decode, encode
from rumbo.events.export import json_schema
from rumbo.events.fields import POSITION, TRIP_STATE, EventType, FieldType
from rumbo.events.plans import clock_from_json, clock_to_json, plan_from_json, settled_clock

FILLER: dict[FieldType, Any] = {
    FieldType.STRING: "x",
    FieldType.INTEGER: 1,
    FieldType.NUMBER: 0.5,
    FieldType.TIMESTAMP: 1_772_696_241_250,
}


def columns(event: EventType, **given: Any) -> dict[str, Any]:
    """One row with something in every field."""
    row = {f.name: f.values[0] if f.values else FILLER[f.type] for f in event.fields}
    return {name: [value] for name, value in (row | given).items()}


def test_a_position_has_the_contracts_fields_in_their_order() -> None:
    (payload,) = encode(POSITION, columns(POSITION))
    assert list(json.loads(payload)) == [field.name for field in POSITION.fields_of(1)]


def test_what_the_codec_writes_keeps_the_contract() -> None:
    for event in (POSITION, TRIP_STATE):
        (payload,) = encode(event, columns(event))
        jsonschema.validate(json.loads(payload), json_schema(event, 1))


def test_nulls_come_from_nan_and_minus_one() -> None:
    (payload,) = encode(POSITION, columns(POSITION, speed_limit_mps=math.nan, eta=-1))
    event = json.loads(payload)
    assert event["speed_limit_mps"] is None and event["eta"] is None


def test_times_are_rfc_3339_with_milliseconds() -> None:
    (payload,) = encode(POSITION, columns(POSITION, event_time=1_772_696_241_005))
    assert json.loads(payload)["event_time"] == "2026-03-05T07:37:21.005Z"


def test_a_negative_zero_is_written_as_zero() -> None:
    negative, plain = (encode(POSITION, columns(POSITION, speed_mps=zero)) for zero in (-0.0, 0.0))
    assert list(negative) == list(plain)


def test_text_of_any_script_and_quotes_survive() -> None:
    name = 'Calle de "Ñuñoa" \\ 東京\n'
    (payload,) = encode(POSITION, columns(POSITION, road_name=name))
    assert decode(POSITION.topic, payload)["road_name"] == name


def test_numbers_read_back_the_same_to_the_last_bit() -> None:
    values = np.round(np.random.default_rng(3).uniform(-180, 180, 1000), 7)
    rows = {name: value * len(values) for name, value in columns(POSITION).items()} | {"lon": values}
    assert [json.loads(p)["lon"] for p in encode(POSITION, rows)] == values.tolist()


def test_no_rows_give_no_payloads() -> None:
    assert list(encode(POSITION, {name: [] for name in POSITION.names})) == []


@pytest.mark.parametrize("payload", [b"", b"[1]", b"\xff", b'{"a":'])
def test_a_record_that_is_no_json_object_is_refused(payload: bytes) -> None:
    with pytest.raises(ContractBroken):
        decode(POSITION.topic, payload)


@pytest.mark.parametrize(
    "payload", [b"", b"{}", b'{"plan_version": 2}', b'{"plan_version": 1, "trip_id": 3}']
)
def test_a_record_that_is_no_plan_is_refused(payload: bytes) -> None:
    with pytest.raises(ContractBroken):
        plan_from_json(payload)


CLOCK = WorldClock((ClockChange(1_000, 5_000, 2.0),))


def test_a_clock_reads_back_the_same() -> None:
    clock = CLOCK.changed(3_000, 0.0).changed(4_000, 10.0)
    assert clock_from_json(clock_to_json(clock)) == clock


def test_a_change_holds_from_when_the_broker_had_it() -> None:
    assert settled_clock(CLOCK.changed(2_000, 0.0), 2_500).changes[-1] == ClockChange(2_500, 8_000, 0.0)


def test_a_change_that_sets_world_time_keeps_it() -> None:
    settled = settled_clock(CLOCK.changed(9_000, 1.0, world_ms=6_000), 9_400)
    assert settled.changes[-1] == ClockChange(9_400, 6_000, 1.0)
