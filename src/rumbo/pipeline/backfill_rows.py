"""What plans send, as the rows that the stream would have landed of it: pure, and the same on any machine.

Runs inside Spark's Python workers; knows no Spark. The rows' payloads are those of live driving, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from rumbo.domain.plan import Plan
from rumbo.events.codec import encode
from rumbo.events.contract import Broken, canonical
from rumbo.events.fields import POSITION, TRIP_STATE, EventType
from rumbo.events.texts import Texts
from rumbo.lake.read import polars_schema
from rumbo.lake.tables import BACKFILL_TOPICS, LANDED_EVENTS, REJECTED, TableSpec
from rumbo.motion import Fleet
from rumbo.motion.emit import trip_states
from rumbo.motion.wire import position_payloads
from rumbo.pipeline.expected import batches, typed_columns

BEGINNING_MS, FOREVER_MS = -1, 1 << 50
ROWS_A_TRIP = 1 << 32
"""Offsets count on within a trip: number of the trip in its day times this, plus number of the row."""

type Numbered = tuple[int, int, Plan]
"""Day of the trip's start (days since the epoch, UTC), number of the trip in that day, plan."""


def source_topic(run: str, topic: str) -> str:
    """What stands as `kafka_topic` of backfilled rows: they were in no Kafka."""
    return f"{BACKFILL_TOPICS}{run}/{topic}"


def rows_of(run: str, spec: TableSpec, trips: Iterator[Numbered]) -> Iterator[pa.RecordBatch]:
    """The rows of one of landing's tables, some trips at a time."""
    numbers: dict[str, tuple[int, int]] = {}

    def plans() -> Iterator[Plan]:
        for day, number, plan in trips:
            numbers[plan.trip_id] = day, number
            yield plan

    for some in batches(plans()):
        frame = _rows(run, spec, some, numbers)
        table = (
            frame.select(spec.names).cast(polars_schema(spec)).to_arrow(compat_level=pl.CompatLevel.oldest())
        )
        yield from table.combine_chunks().to_batches(max_chunksize=20_000)


def _rows(
    run: str, spec: TableSpec, plans: Sequence[Plan], numbers: Mapping[str, tuple[int, int]]
) -> pl.DataFrame:
    """Only what the table needs is worked out: each has a job of its own."""
    if spec == REJECTED:
        plans = [plan for plan in plans if plan.device.faults.can_spoil]
    fleet = Fleet.of(plans)
    place = np.array([numbers[trip_id] for trip_id in fleet.trip_ids.tolist()], dtype=np.int64).reshape(-1, 2)
    if spec == LANDED_EVENTS[TRIP_STATE.topic]:
        columns = trip_states(fleet, BEGINNING_MS, FOREVER_MS)
        return _landed(run, spec, TRIP_STATE, columns, encode(TRIP_STATE, columns), place)
    columns = fleet.emit(BEGINNING_MS, FOREVER_MS).positions
    return _landed(run, spec, POSITION, columns, position_payloads(columns), place)


def _landed(
    run: str,
    spec: TableSpec,
    event: EventType,
    columns: Mapping[str, Any],
    sent: Texts,
    place: np.ndarray[Any, Any],
) -> pl.DataFrame:
    """One event type's rows for landing's table of it, or for `rejected`: those that a device has spoilt."""
    index, emit_ms = columns["trip_index"], columns["emit_ms"]
    spoilt = np.asarray(columns.get("spoil", np.zeros(len(index), dtype=np.int64))) != 0
    moment = pl.Series(emit_ms, dtype=pl.Int64).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    keys = pl.Series(columns[event.key].tolist(), dtype=pl.String)
    frame = pl.DataFrame(
        {
            "kafka_topic": pl.repeat(source_topic(run, event.topic), len(index), eager=True),
            "kafka_partition": place[index, 0],
            "kafka_offset": place[index, 1] * ROWS_A_TRIP + _within_trip(index),
            "broker_time": moment,
            "ingest_time": moment,
        }
    )
    if spec == REJECTED:
        return _rejected(frame, event, keys, sent, np.flatnonzero(spoilt))
    typed = typed_columns(event, columns, keys)
    payload = sent.series()
    whole = frame.hstack(typed.drop([c for c in typed.columns if c in frame.columns]))
    if not spoilt.any():
        return whole.with_columns(payload=payload.cast(pl.String))
    keep = pl.Series(~spoilt)
    return whole.filter(keep).with_columns(payload=payload.filter(keep).cast(pl.String))


def _rejected(
    frame: pl.DataFrame, event: EventType, keys: pl.Series, sent: Texts, rows: np.ndarray[Any, Any]
) -> pl.DataFrame:
    verdicts = [_verdict(event, keys[i].encode(), sent[i]) for i in rows.tolist()]
    found = pl.DataFrame(
        verdicts, schema={"rule": pl.String, "field": pl.String, "reason": pl.String}, orient="row"
    )
    return (
        frame[rows]
        .hstack(found)
        .with_columns(
            kafka_key=keys.gather(rows).cast(pl.Binary),
            payload=pl.Series([sent[i] for i in rows.tolist()], dtype=pl.Binary),
            broker_date=pl.col("broker_time").dt.date(),
        )
    )


def _verdict(event: EventType, key: bytes, value: bytes) -> tuple[str, str | None, str]:
    try:
        canonical(event, key, value)
    except Broken as verdict:
        return verdict.rule.value, verdict.field, verdict.reason
    raise AssertionError("a spoilt event keeps the contract")  # tests/motion proves that none does


def _within_trip(index: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Number of each row within its trip, in order."""
    order = np.argsort(index, kind="stable")
    ordered = index[order]
    first = np.flatnonzero(np.diff(ordered, prepend=-1))
    counts = np.diff(np.append(first, len(ordered)))
    within = np.empty(len(index), dtype=np.int64)
    within[order] = np.arange(len(index)) - first.repeat(counts)
    return within
