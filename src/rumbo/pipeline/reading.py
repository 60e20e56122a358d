"""Kafka records to typed columns and verdicts, a batch of Arrow at a time. Runs inside Spark's Python workers.

The kernel reads and proves what Rumbo's own producers send; of all other records the contract decides, one by one.
Either way a record is read once, and by the rules of one place (`contract`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import pyarrow as pa
from numpy.typing import NDArray
from pyspark.accumulators import Accumulator

from rumbo.events.contract import Broken, canonical
from rumbo.events.fields import EVENT_TYPES, EventType, Field, FieldType
from rumbo.events.texts import Texts
from rumbo.events.timetext import time_us
from rumbo.lake.tables import BROKER_DATE, COORDINATES
from rumbo.motion.kernels.read import gather
from rumbo.motion.reading import Columns, prove, slot_of, values_of

type Ints = NDArray[np.int64]
type Bytes = NDArray[np.uint8]

_INSTANT = pa.timestamp("us", "UTC")


@dataclass(frozen=True, slots=True)
class Reading:
    """A batch that was read. `good[i]`: record i keeps the contract; else `broken[i]` says why not.

    `columns`: by field, of all records; those of broken ones are null.
    """

    columns: Mapping[str, pa.Array]
    good: NDArray[np.bool_]
    broken: Mapping[int, Broken]


def read(event: EventType, keys: pa.Array, values: pa.Array) -> Reading:
    """Read records of one type; `keys` and `values` are Binary arrays of the same length, nulls allowed."""
    texts = _plain(values)
    into, good = prove(event, _plain(keys), texts)
    slots = [slot_of(event, name) for name in event.names]  # to look them up hashes the whole event type
    more = bytearray()
    broken: dict[int, Broken] = {}
    for i in np.flatnonzero(~good).tolist():
        try:
            kept = orjson.loads(canonical(event, keys[i].as_py(), values[i].as_py()))
        except Broken as verdict:
            broken[i] = verdict
            into.valid[:, i] = 0
        else:
            good[i] = True
            _put(event, slots, into, i, kept, len(texts.data), more)
    return Reading(
        _columns(event, into, texts.data, np.frombuffer(bytes(more), dtype=np.uint8)), good, broken
    )


def _put(
    event: EventType,
    slots: Sequence[int],
    into: Columns,
    i: int,
    kept: Mapping[str, Any],
    size: int,
    more: bytearray,
) -> None:
    """Put a record that the contract keeps into its columns; its texts stand behind all data, in `more`."""
    for f, (field, slot) in enumerate(zip(event.fields, slots, strict=True)):
        value = kept.get(field.name)
        into.valid[f, i] = value is not None
        if value is None:
            continue
        if field.type is FieldType.STRING:
            text = value.encode()
            into.begins[slot, i], into.lengths[slot, i] = size + len(more), len(text)
            more += text
        elif field.type is FieldType.TIMESTAMP:
            into.wholes[slot, i] = time_us(value)
        else:
            (into.numbers if field.type is FieldType.NUMBER else into.wholes)[slot, i] = value


def _columns(event: EventType, into: Columns, data: Bytes, more: Bytes) -> dict[str, pa.Array]:
    columns = {}
    for f, field in enumerate(event.fields):
        slot, valid = slot_of(event, field.name), into.valid[f]
        if field.type is FieldType.STRING:
            columns[field.name] = _texts(data, more, into.begins[slot], into.lengths[slot], valid)
        else:
            values = values_of(event, into, field.name)
            columns[field.name] = _array(_arrow(field), valid, pa.py_buffer(values))
    return columns


def _plain(binary: pa.Array) -> Texts:
    """A null is an empty text: no value and no key that a contract allows."""
    _, places, data = binary.buffers()
    ends = np.frombuffer(places, dtype=np.int32)[binary.offset : binary.offset + len(binary) + 1]
    return Texts(np.frombuffer(data if data is not None else b"", dtype=np.uint8), ends.astype(np.int64))


def _arrow(field: Field) -> pa.DataType:
    return {FieldType.NUMBER: pa.float64(), FieldType.INTEGER: pa.int64()}.get(field.type, _INSTANT)


def _array(kind: pa.DataType, valid: Bytes, *buffers: pa.Buffer) -> pa.Array:
    nulls = len(valid) - int(np.count_nonzero(valid))
    mask = pa.py_buffer(np.packbits(valid, bitorder="little")) if nulls else None
    return pa.Array.from_buffers(kind, len(valid), [mask, *buffers], nulls)


def _texts(data: Bytes, more: Bytes, begins: Ints, lengths: Ints, valid: Bytes) -> pa.Array:
    ends = np.zeros(len(begins) + 1, dtype=np.int32)
    out = np.empty(int(lengths[valid != 0].sum()), dtype=np.uint8)
    gather(data, more, begins, lengths, valid, ends, out)
    return _array(pa.string(), valid, pa.py_buffer(ends), pa.py_buffer(out))


def good_rows(
    event: EventType, carried: Sequence[str], broken: Accumulator[int], batches: Iterable[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Records of one type that keep the contract: the carried columns, the fields, and the value as `payload`.

    `broken` counts those that do not. An event may have a field `value`; `payload` is landing's own name.
    """
    for batch in batches:
        found = read(event, batch["key"], batch["value"])
        broken += len(found.broken)
        columns = {name: batch[name] for name in carried} | dict(found.columns) | {"payload": batch["value"]}
        rows = pa.RecordBatch.from_pydict(columns)
        yield rows if found.good.all() else rows.filter(pa.array(found.good))


def refused_rows(events: Sequence[EventType], batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Records of any type that break the contract, as rows of landing's `rejected`."""
    by_topic = {event.topic: event for event in events}
    for batch in batches:
        verdicts: dict[int, Broken] = {}
        topics = batch["kafka_topic"].to_numpy(zero_copy_only=False)
        for topic in np.unique(topics).tolist():
            places = np.flatnonzero(topics == topic)
            ours = batch.take(pa.array(places))
            found = read(by_topic[topic], ours["key"], ours["value"]).broken
            verdicts |= {int(places[i]): verdict for i, verdict in found.items()}
        order = sorted(verdicts)
        whole = batch.take(pa.array(order, pa.int64()))
        columns = {column.name: whole[column.name] for column in COORDINATES}
        columns["rule"] = pa.array([verdicts[i].rule.value for i in order], pa.string())
        columns["field"] = pa.array([verdicts[i].field for i in order], pa.string())
        columns["reason"] = pa.array([verdicts[i].reason for i in order], pa.string())
        columns |= {"kafka_key": whole["key"], "payload": whole["value"]}
        columns[BROKER_DATE] = whole["broker_time"].cast(pa.date32())
        yield pa.RecordBatch.from_pydict(columns)


def warm() -> None:
    """Call the kernels once, on nothing: they are compiled then, and found on disk by the next process."""
    nothing = pa.array([], pa.binary())
    read(EVENT_TYPES[0], nothing, nothing)


if __name__ == "__main__":
    warm()
