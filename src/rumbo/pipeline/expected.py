"""What must be in the lake, recomputed from plans and clock alone: events, second sendings and declared faults."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import polars as pl

from rumbo.domain.clock import WorldClock
from rumbo.domain.plan import Plan
from rumbo.errors import ContractBroken
from rumbo.events.fields import POSITION, TRIP_STATE, EventType, FieldType
from rumbo.events.plans import clock_from_json, plan_from_json, settled_clock
from rumbo.events.texts import Texts
from rumbo.lake.read import polars_schema
from rumbo.lake.tables import BACKFILL_TOPICS, EVENT_DATE, LANDED_EVENTS
from rumbo.motion import Emission, Fleet
from rumbo.motion.wire import payloads
from rumbo.pipeline.shelves import fingerprint, place
from rumbo.transport.port import Record

log = logging.getLogger(__name__)

ROWS_A_CHUNK = 150_000
"""About as many events are held at once, with their texts and columns: some 300 MB."""
_BEGINNING_MS = -1
EXPECTED = pl.Schema(
    {
        "trip": pl.Int64(),  # its number in the chunk
        "trip_id": pl.String(),
        "seq": pl.Int64(),
        "copy": pl.Int64(),  # 1 for the second sending of a doubled event
        "event_ms": pl.Int64(),  # by the device's clock
        "emit_ms": pl.Int64(),
        "due": pl.Boolean(),  # whether it must be in the lake by now; else it may be
        "faults": pl.Int64(),  # bits of Fault
        "key": pl.Binary(),
        "typed": pl.UInt64(),  # see `fingerprint`
        "sent": pl.Binary(),  # null where the event was never sent
    }
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some trips, and all that they have sent, by topic (schema EXPECTED)."""

    trip_ids: list[str]
    events: Mapping[str, pl.DataFrame]


class Source(Protocol):
    """One way by which rows came into landing, and what must be there because of it.

    The audit judges every source by the same code, and takes rows that no source explains for `extra`.
    """

    def rows(self) -> pl.Expr:
        """Which rows of landing are its own, by their column `kafka_topic`."""
        ...

    def chunks(self) -> Iterator[Chunk]:
        """All that it has sent. A trip is in one chunk only; no chunk is larger than memory allows.

        Trips in the order of `shelves.place` make the audit of a large lake quick.
        """
        ...


@dataclass(slots=True)
class LivePlans:
    """The source of what the workers drive: the plans in Kafka.

    `at_most` says how far each partition of the plans may be driven by now, `surely` how far it is for certain.
    """

    records: Sequence[Record]
    clock: WorldClock | None
    at_most: Mapping[int, int]
    surely: Mapping[int, int]
    unreadable: list[str] = field(default_factory=list)
    """Keys of records that are no plan of that trip: no worker drives them, and nobody was promised anything."""
    undrivable: list[str] = field(default_factory=list)
    """Trips that were accepted and whose plan cannot be driven."""

    def rows(self) -> pl.Expr:
        return ~pl.col("kafka_topic").str.starts_with(BACKFILL_TOPICS)

    def chunks(self) -> Iterator[Chunk]:
        if self.clock is None:
            return
        order = place([str(record.key) for record in self.records]).arg_sort().to_list()
        partition = {str(record.key): record.partition for record in self.records}
        for plans in batches(
            settled_plans((self.records[row] for row in order), self.clock, self.unreadable)
        ):
            try:
                yield self._chunk(plans, partition)
            except Exception:  # as in a worker, one bad plan must not hide the others
                sound = [plan for plan in plans if self._is_drivable(plan)]
                if len(sound) == len(plans):
                    raise
                yield self._chunk(sound, partition)

    def _chunk(self, plans: Sequence[Plan], partition: Mapping[str, int]) -> Chunk:
        where = [partition[plan.trip_id] for plan in plans]
        at_most = [self.at_most.get(number, _BEGINNING_MS) for number in where]
        return chunk_of(plans, at_most, [self.surely.get(number, _BEGINNING_MS) for number in where])

    def _is_drivable(self, plan: Plan) -> bool:
        try:
            Fleet.of([plan])
        except Exception:
            log.exception("Trip %s cannot be driven", plan.trip_id)
            self.undrivable.append(plan.trip_id)
            return False
        return True


def settled_plans(records: Iterable[Record], clock: WorldClock, unreadable: list[str]) -> Iterator[Plan]:
    """The plans in records as the broker settled them. What no worker can read is named in `unreadable`."""
    for record in records:
        if record.value is None:
            continue  # forgotten on purpose: rows of that trip are extra
        try:
            plan = plan_from_json(record.value).settled(record.timestamp_ms, clock)
        except ContractBroken:
            unreadable.append(str(record.key))
            continue
        if plan.trip_id == record.key:
            yield plan
        else:
            unreadable.append(str(record.key))


def source_number(sources: Sequence[Source]) -> pl.Expr:
    """The number of the source that a row of landing is of, -1 for none."""
    number = pl.lit(-1)
    for position, source in enumerate(sources):
        number = pl.when(source.rows()).then(pl.lit(position)).otherwise(number)
    return number.cast(pl.Int32)


def settled(clock_records: Sequence[Record]) -> WorldClock | None:
    """The world clock in force; None where the world was never opened."""
    newest = max(clock_records, key=lambda record: record.offset, default=None)
    if newest is None or newest.value is None:
        return None
    return settled_clock(clock_from_json(newest.value), newest.timestamp_ms)


def batches(plans: Iterator[Plan]) -> Iterator[list[Plan]]:
    """Plans in lists that emit about ROWS_A_CHUNK events each."""
    some: list[Plan] = []
    rows = 0.0
    for plan in plans:
        some.append(plan)
        rows += plan.profile.duration_s * 1000 / plan.device.reporting.interval_ms + 10
        if rows >= ROWS_A_CHUNK:
            yield some
            some, rows = [], 0.0
    if some:
        yield some


def chunk_of(plans: Sequence[Plan], until_ms: Sequence[int], surely_ms: Sequence[int]) -> Chunk:
    """All that settled plans have sent by `until_ms` (world time, one a plan); it is due if sent by `surely_ms`."""
    fleet = Fleet.of(plans)
    number = {plan.trip_id: row for row, plan in enumerate(plans)}
    rows = np.array([number[trip_id] for trip_id in fleet.trip_ids.tolist()], dtype=np.int64)
    limits = pl.DataFrame({"at_most": np.array(until_ms)[rows], "surely": np.array(surely_ms)[rows]})
    emission = fleet.emit(_BEGINNING_MS, max(until_ms, default=_BEGINNING_MS))
    sent = payloads(emission)
    events = {
        event.topic: _expected(event, columns, sent[event.topic], limits)
        for event, columns in ((POSITION, emission.positions), (TRIP_STATE, emission.trip_states))
    }
    if len(emission.dropped["seq"]):
        events[POSITION.topic] = pl.concat([events[POSITION.topic], _lost(emission, limits)])
    return Chunk(fleet.trip_ids.tolist(), events)


def _expected(
    event: EventType, columns: Mapping[str, Any], sent: Texts, limits: pl.DataFrame
) -> pl.DataFrame:
    zeros = np.zeros(len(columns["seq"]), dtype=np.int64)
    keys = pl.Series("key", columns[event.key].tolist(), dtype=pl.String)
    return _told(columns, limits, {
        "copy": columns.get("copy", zeros),
        "faults": columns.get("faults", zeros),
        "key": keys.cast(pl.Binary),
        "typed": typed_columns(event, columns, keys).select(fingerprint(event)).to_series(),
        "sent": sent.series(),
    })  # fmt: skip


def _lost(emission: Emission, limits: pl.DataFrame) -> pl.DataFrame:
    """Events that were recorded and never sent."""
    columns = emission.dropped
    nothing = {"copy": 0, "key": None, "typed": None, "sent": None}
    rows = len(columns["seq"])
    never = {
        name: pl.repeat(value, rows, dtype=EXPECTED[name], eager=True) for name, value in nothing.items()
    }
    return _told(columns, limits, {"faults": columns["faults"], **never})


def _told(columns: Mapping[str, Any], limits: pl.DataFrame, more: Mapping[str, Any]) -> pl.DataFrame:
    """Events as EXPECTED, those of them that may have been sent by now."""
    limit = limits[columns["trip_index"]]
    emit_ms = pl.Series("emit_ms", columns["emit_ms"])
    frame = pl.DataFrame(
        {
            "trip": columns["trip_index"],
            "trip_id": pl.Series(columns["trip_id"].tolist(), dtype=pl.String),
            "seq": columns["seq"],
            "event_ms": columns["event_time"],
            "emit_ms": emit_ms,
            "due": emit_ms <= limit["surely"],
            **more,
        }
    )
    whole = frame.select(pl.col(name).cast(kind) for name, kind in EXPECTED.items())
    possible = emit_ms <= limit["at_most"]
    return whole if possible.all() else whole.filter(possible)


def typed_columns(event: EventType, columns: Mapping[str, Any], keys: pl.Series) -> pl.DataFrame:
    """The emission as landing's typed columns."""
    schema = polars_schema(LANDED_EVENTS[event.topic])
    version = pl.Series(columns["schema_version"])
    found: dict[str, pl.Series] = {}
    for known in event.fields:
        values = columns.get(known.name)
        if values is None:
            found[known.name] = pl.repeat(None, len(version), dtype=schema[known.name], eager=True)
            continue
        series = _series(known.type, values).cast(schema[known.name])
        if known.since > 1 and (version < known.since).any():
            series = pl.select(pl.when(version >= known.since).then(series)).to_series()
        found[known.name] = series
    frame = pl.DataFrame(found).with_columns(kafka_key=keys)
    return frame.with_columns(pl.col("event_time").dt.date().alias(EVENT_DATE))


def _series(kind: FieldType, values: Any) -> pl.Series:
    """A column of the codec's kind with its nulls (NaN, -1) as null."""
    match kind:
        case FieldType.STRING:
            return pl.Series(values.tolist(), dtype=pl.String)
        case FieldType.TIMESTAMP:
            ms = pl.Series(values, dtype=pl.Int64)
            return (ms.set(ms == -1, None) * 1000).cast(pl.Datetime("us", "UTC"))
        case FieldType.NUMBER:
            return pl.Series(np.asarray(values, dtype=np.float64) + 0.0, nan_to_null=True)
        case FieldType.INTEGER:
            return pl.Series(values, dtype=pl.Int64)
