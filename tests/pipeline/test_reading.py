"""What the kernel proves, and what is read in all, against the contract record by record."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
import pytest

from rumbo.events.contract import Broken, canonical
from rumbo.events.examples import Example, examples
from rumbo.events.fields import EVENT_TYPES, POSITION, EventType, FieldType
from rumbo.events.texts import Texts
from rumbo.motion.reading import prove
from rumbo.pipeline import reading

VALID = [example for example in examples() if example.valid]
PIECES = (
    b"1", b"-", b"e9", b"E-3", b'"', b"\\", b"null", b",", b"}", b"{", b"\xff", b"0", b".", b" ", b"NaN", b"true",
    b'"seq":2,', b"\xc3\xa9", b"\xed\xa0\x80", b"99999999999999999999", b"\\u00e9", b"\n", b"5.0", b"02-30",
)  # fmt: skip


def compact(value: dict[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


def key_of(example: Example) -> bytes:
    return str(example.value[example.event.key]).encode()


def mutants(value: bytes, draw: random.Random, count: int) -> list[bytes]:
    found = [value]
    for _ in range(count):
        at, cut = draw.randrange(len(value)), draw.choice((0, 0, 1, 1, 4))
        found.append(value[:at] + draw.choice(PIECES) + value[at + cut :])
    return found


def wanted(event: EventType, key: bytes | None, value: bytes | None) -> dict[str, Any] | Broken:
    """What the contract says, in the types of the columns."""
    try:
        kept = orjson.loads(canonical(event, key, value))
    except Broken as verdict:
        return verdict
    row = {field.name: kept.get(field.name) for field in event.fields}
    for field in event.fields:
        if field.type is FieldType.TIMESTAMP and row[field.name] is not None:
            row[field.name] = datetime.fromisoformat(row[field.name])
    return row


def check(event: EventType, keys: Sequence[bytes | None], values: Sequence[bytes | None]) -> int:
    """Compare each record with the contract; returns how many are good."""
    found = reading.read(event, pa.array(keys, pa.binary()), pa.array(values, pa.binary()))
    rows = pa.RecordBatch.from_pydict(dict(found.columns)).to_pylist()
    for i, (key, value) in enumerate(zip(keys, values, strict=True)):
        expected = wanted(event, key, value)
        if isinstance(expected, Broken):
            assert not found.good[i], value
            verdict = found.broken[i]
            assert (verdict.rule, verdict.field, verdict.reason) == (
                expected.rule,
                expected.field,
                expected.reason,
            )
        else:
            assert found.good[i], value
            assert rows[i] == expected, value
            assert [repr(rows[i][n]) for n in event.names if isinstance(rows[i][n], float)] == [
                repr(expected[n]) for n in event.names if isinstance(expected[n], float)
            ]
    return int(found.good.sum())


def proven(event: EventType, keys: Sequence[bytes], values: Sequence[bytes]) -> np.ndarray[Any, Any]:
    """What the kernel accepts by itself."""
    return prove(event, Texts.of(keys), Texts.of(values))[1]


@pytest.mark.parametrize("example", VALID, ids=lambda e: f"{e.event.name}-{e.name}")
def test_mutants_are_read_as_the_contract_says(example: Example) -> None:
    values = mutants(compact(example.value), random.Random(7), 1500)
    good = check(example.event, [key_of(example)] * len(values), values)
    assert 20 < good < len(values)


@pytest.mark.parametrize("event", EVENT_TYPES, ids=lambda e: e.name)
def test_what_producers_write_is_proven_by_the_kernel(event: EventType) -> None:
    ours = [example for example in VALID if example.event is event and "typical" in example.name]
    assert proven(event, [key_of(e) for e in ours], [compact(e.value) for e in ours]).all()


def typical(**changes: Any) -> dict[str, Any]:
    return next(e.value for e in VALID if e.event is POSITION and e.name == "v2-typical") | changes


KEY = str(typical()["vehicle_id"]).encode()


@pytest.mark.parametrize(
    ("changes", "by_kernel"),
    [
        ({"eta": None, "seq": 0, "lat": -0.0, "lon": 1e-7}, True),
        ({"road_name": "Avenida de España €"}, True),
        ({"road_name": "\U0001f697"}, True),
        ({"road_name": ""}, True),
        ({"event_time": "2024-02-29T23:59:59.999Z"}, True),
        ({"event_time": "1969-12-31T23:59:59.001Z"}, True),
        ({"event_time": "0001-01-01T00:00:00.000Z"}, False),
        ({"distance_m": 123456789012345680000.0}, False),
        ({"distance_m": 0.12345678901234567}, False),
        ({"seq": 10**18 - 1}, True),
        ({"seq": 2**63 - 1}, False),
        ({"road_name": '"'}, False),
    ],
)
def test_values_are_read_as_they_are(
    changes: dict[str, Any], by_kernel: bool
) -> None:  # a column of the table
    value = compact(typical(**changes))
    assert check(POSITION, [KEY], [value]) == 1
    assert proven(POSITION, [KEY], [value]).tolist() == [by_kernel]


def test_numbers_are_the_nearest_doubles() -> None:
    draw = random.Random(11)
    texts = [
        f"{draw.randrange(10**9)}.{draw.randrange(10**d):0{d}}e{draw.randrange(-9, 9)}" for d in range(1, 9)
    ] * 40
    whole = compact(typical(odometer_m=0.5)).split(b"0.5")
    values = [whole[0] + text.encode() + whole[1] for text in texts]
    found = reading.read(POSITION, pa.array([KEY] * len(values), pa.binary()), pa.array(values, pa.binary()))
    assert found.columns["odometer_m"].to_pylist() == [float(text) for text in texts]
    assert proven(POSITION, [KEY] * len(values), values).mean() > 0.5


def test_nothing_and_no_key_are_broken() -> None:
    value = compact(typical())
    assert (
        check(POSITION, [KEY, None, b"", b"another", KEY, KEY], [None, value, value, value, b"", value]) == 1
    )


def test_a_part_of_a_batch_is_read_as_itself() -> None:
    values = [compact(typical(seq=n)) for n in range(10)]
    keys, whole = pa.array([KEY] * 10, pa.binary()), pa.array(values, pa.binary())
    part = reading.read(POSITION, keys.slice(3, 4), whole.slice(3, 4))
    assert part.columns["seq"].to_pylist() == [3, 4, 5, 6]
    assert datetime(2000, 1, 1, tzinfo=UTC) < part.columns["event_time"][0].as_py()


def rows_of(**columns: list[Any]) -> pa.RecordBatch:
    kinds = {"key": pa.binary(), "value": pa.binary()}
    return pa.RecordBatch.from_pydict({name: pa.array(v, kinds.get(name)) for name, v in columns.items()})


def test_refused_records_keep_their_place_and_bytes() -> None:
    broker_time = [datetime(2026, 3, 5, 23, 59, 59, tzinfo=UTC)] * 3
    batch = rows_of(
        kafka_topic=[POSITION.topic, EVENT_TYPES[1].topic, POSITION.topic],
        kafka_partition=[0, 1, 2],
        kafka_offset=[7, 8, 9],
        broker_time=broker_time,
        ingest_time=broker_time,
        key=[KEY, KEY, None],
        value=[compact(typical()), b"\xff", None],
    )
    (found,) = reading.refused_rows(EVENT_TYPES, [batch])
    rows = found.to_pylist()
    assert [(r["kafka_topic"], r["kafka_offset"], r["rule"], r["kafka_key"], r["payload"]) for r in rows] == [
        (EVENT_TYPES[1].topic, 8, "not_utf8", KEY, b"\xff"),
        (POSITION.topic, 9, "no_value", None, None),
    ]
    assert [str(r["broker_date"]) for r in rows] == ["2026-03-05"] * 2
