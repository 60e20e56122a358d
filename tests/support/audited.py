"""A world in memory whose lake is written by hand, record by record, as the stream would: for tests of the audit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl
from deltalake import write_deltalake

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.plan import Plan
from rumbo.events.codec import EVENT_BY_TOPIC
from rumbo.events.contract import Broken, canonical
from rumbo.events.fields import POSITION
from rumbo.events.plans import clock_to_json, plan_from_json, plan_to_json
from rumbo.events.topics import CLOCK, CLOCK_KEY, DRIVE_GROUP, PLANS
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table, polars_schema
from rumbo.lake.tables import LANDED_EVENTS, REJECTED, TableSpec
from rumbo.motion import Fleet
from rumbo.motion.wire import payloads
from rumbo.pipeline.audit import audit
from rumbo.pipeline.expected import Source, settled
from rumbo.pipeline.ledger import AuditReport
from rumbo.transport.memory import (
    MemoryKafka,
    MemoryOffsets,
    MemoryPublisher,
    MemoryTableReader,
    partition_of,
)
from rumbo.transport.port import Committed, progress_to_metadata
from support.trips import START_MS

DRIVEN_MS = START_MS + 60_000
POSITIONS = LANDED_EVENTS[POSITION.topic]

type Sent = tuple[str, str, bytes]
"""Topic, key and value of a record."""


class World:
    """Some trips, driven until DRIVEN_MS, and the lake that follows from them."""

    def __init__(self, folder: Path, plans: Sequence[Plan]) -> None:
        self.kafka = MemoryKafka(now_ms=lambda: START_MS - 20_000)
        self.lake = Lake(str(folder / "landing"), str(folder / "staging"), str(folder / "common"))
        self.scratch = folder / "scratch"
        self.scratch.mkdir()
        self.offsets = MemoryOffsets(self.kafka)
        self.tables = MemoryTableReader(self.kafka)
        publisher = MemoryPublisher(self.kafka)
        clock = WorldClock((ClockChange(START_MS - 30_000, START_MS - 30_000, 1.0),))
        publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(clock))
        for plan in plans:
            publisher.publish(PLANS, plan.trip_id, plan_to_json(plan))
        self.drive(DRIVEN_MS)

    def drive(self, until_ms: int) -> None:
        """The workers' progress as their transactions leave it."""
        partitions = range(len(self.kafka.logs[PLANS]))
        note = Committed(1, progress_to_metadata(until_ms))
        self.offsets.commit(DRIVE_GROUP, PLANS, dict.fromkeys(partitions, note))

    def sent(self, until_ms: int = DRIVEN_MS) -> list[Sent]:
        """The records that workers send."""
        clock = settled(self.tables.read_all(CLOCK))
        assert clock is not None
        records = self.tables.read_all(PLANS)
        fleet = Fleet.of([plan_from_json(r.value or b"").settled(r.timestamp_ms, clock) for r in records])
        return sent_by(fleet, until_ms)

    def land(self, records: Sequence[Sent]) -> None:
        land(self.lake, records)

    def land_all(self, until_ms: int = DRIVEN_MS) -> None:
        self.land(self.sent(until_ms))

    def change(self, change: Callable[[pl.DataFrame], pl.DataFrame], spec: TableSpec = POSITIONS) -> None:
        """Rewrite a table, landing/positions unless another is named."""
        frame = change(open_table(self.lake, spec).scan().collect())
        write_deltalake(self.lake.table_path(spec), frame, mode="overwrite")

    def rows(self, spec: TableSpec = POSITIONS) -> pl.DataFrame:
        return open_table(self.lake, spec).scan().collect()

    def audit(
        self,
        trip: str | None = None,
        date: str | None = None,
        wait_s: float = 1.0,
        sources: Sequence[Source] = (),
    ) -> AuditReport:
        return audit(
            self.lake, offsets=self.offsets, tables=self.tables, trip=trip, date=date, wait_s=wait_s,
            sources=sources, scratch=self.scratch, pause=lambda seconds: None,
        )  # fmt: skip


def sent_by(fleet: Fleet, until_ms: int) -> list[Sent]:
    """The records that a fleet sends up to a moment, in order."""
    emission = fleet.emit(-1, until_ms)
    values = payloads(emission)
    found: list[Sent] = []
    for topic, columns in ((POSITION.topic, emission.positions), ("rumbo.trip-states", emission.trip_states)):
        keys = columns[EVENT_BY_TOPIC[topic].key].tolist()
        found += [(topic, key, value) for key, value in zip(keys, values[topic], strict=True)]
    return found


def land(lake: Lake, records: Sequence[Sent], prefix: str = "") -> None:
    """Records where the stream would put them; `prefix` stands before their topics."""
    places: Counter[tuple[str, int]] = Counter()
    good: dict[str, list[dict[str, Any]]] = {topic: [] for topic in LANDED_EVENTS}
    bad: list[dict[str, Any]] = []
    for topic, key, value in records:
        partition = partition_of(key, 6)
        place = {
            "kafka_topic": prefix + topic,
            "kafka_partition": partition,
            "kafka_offset": places[topic, partition],
        }
        places[topic, partition] += 1
        try:
            text = canonical(EVENT_BY_TOPIC[topic], key.encode(), value)
        except Broken as broken:
            told = {"rule": broken.rule.value, "field": broken.field, "reason": broken.reason}
            bad.append(place | told | {"kafka_key": key.encode(), "payload": value})
        else:
            good[topic].append(place | {"kafka_key": key, "payload": value.decode(), "text": text.decode()})
    for topic, rows in good.items():
        if rows:
            _write(lake, LANDED_EVENTS[topic], _typed(topic, rows))
    if bad:
        frame = pl.DataFrame(bad, infer_schema_length=None)
        _write(
            lake,
            REJECTED,
            frame.with_columns(broker_time=START_MS * 1000, ingest_time=START_MS * 1000, broker_date=20_000),
        )


def _write(lake: Lake, spec: TableSpec, frame: pl.DataFrame) -> None:
    whole = frame.select(spec.names).cast(polars_schema(spec))
    write_deltalake(lake.table_path(spec), whole, mode="append", partition_by=list(spec.partition_by))


def _typed(topic: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    event, schema = EVENT_BY_TOPIC[topic], polars_schema(LANDED_EVENTS[topic])
    times = [name for name in event.names if schema[name] == pl.Datetime("us", "UTC")]
    fields = {name: pl.String() if name in times else schema[name] for name in event.names}
    frame = pl.DataFrame(rows).with_columns(pl.col("text").str.json_decode(pl.Struct(fields)).alias("event"))
    frame = frame.unnest("event").with_columns(
        pl.col(times).str.to_datetime(time_unit="us", time_zone="UTC"),
    )
    return frame.with_columns(
        broker_time=pl.col("event_time"),
        ingest_time=pl.col("event_time"),
        event_date=pl.col("event_time").dt.date(),
    )
