"""The audit on a world in memory whose lake is written by hand: it must see every fault that is seeded."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.plan import AmendmentKind
from rumbo.errors import InvalidInput, NotFound
from rumbo.events.fields import EVENT_TYPES, POSITION, TRIP_STATE
from rumbo.events.plans import clock_to_json, plan_to_json
from rumbo.events.topics import CLOCK, CLOCK_KEY, DRIVE_GROUP, PLANS, STREAM_GROUP
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table, polars_schema
from rumbo.lake.tables import LANDED_EVENTS, REJECTED
from rumbo.pipeline.audit import audit
from rumbo.pipeline.expected import chunks, settled
from rumbo.pipeline.ledger import AuditReport
from rumbo.transport.memory import (
    MemoryKafka,
    MemoryOffsets,
    MemoryPublisher,
    MemoryTableReader,
    partition_of,
)
from rumbo.transport.port import Committed, progress_to_metadata
from support.trips import START_MS, plan_of, straight_route

TRIPS = ("trp_1", "trp_2", "trp_3")
DRIVEN_MS = START_MS + 60_000
LATER_MS = DRIVEN_MS + 5_000
POSITIONS = LANDED_EVENTS[POSITION.topic]


class World:
    """Three trips, driven until DRIVEN_MS, and the lake that follows from them."""

    def __init__(self, folder: Path) -> None:
        self.kafka = MemoryKafka(now_ms=lambda: START_MS - 20_000)
        self.lake = Lake(str(folder / "landing"), str(folder / "staging"), str(folder / "common"))
        self.offsets = MemoryOffsets(self.kafka)
        self.tables = MemoryTableReader(self.kafka)
        publisher = MemoryPublisher(self.kafka)
        clock = WorldClock((ClockChange(START_MS - 30_000, START_MS - 30_000, 1.0),))
        publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(clock))
        for number, trip_id in enumerate(TRIPS):
            plan = plan_of(straight_route(500.0 + 900 * number), seed=number, trip_id=trip_id)
            if number == 2:
                plan = plan.amended(AmendmentKind.PAUSE, START_MS + 10_000)
            publisher.publish(PLANS, trip_id, plan_to_json(plan))
        self.drive(DRIVEN_MS)

    def drive(self, until_ms: int) -> None:
        """The workers' progress as their transactions leave it."""
        partitions = range(len(self.kafka.logs[PLANS]))
        note = Committed(1, progress_to_metadata(until_ms))
        self.offsets.commit(DRIVE_GROUP, PLANS, dict.fromkeys(partitions, note))

    def rows(self, topic: str, until_ms: int = DRIVEN_MS) -> pl.DataFrame:
        """What the stream would land of a topic."""
        clock = settled(self.tables.read_all(CLOCK))
        assert clock is not None
        plans = self.tables.read_all(PLANS)
        driven = dict.fromkeys(range(6), until_ms)
        sent = pl.concat([chunk.events[topic] for chunk in chunks(plans, clock, driven, [])]).sort("emit_ms")
        return landed(topic, [(row["trip_id"], row["sent"]) for row in sent.iter_rows(named=True)])

    def land(self, frames: dict[str, pl.DataFrame]) -> None:
        for topic, frame in frames.items():
            spec = LANDED_EVENTS[topic]
            write_deltalake(
                self.lake.table_path(spec), frame, mode="append", partition_by=list(spec.partition_by)
            )

    def land_all(self, until_ms: int = DRIVEN_MS) -> None:
        self.land({event.topic: self.rows(event.topic, until_ms) for event in EVENT_TYPES})

    def change(self, change: Callable[[pl.DataFrame], pl.DataFrame]) -> None:
        """Rewrite landing/positions."""
        frame = change(open_table(self.lake, POSITIONS).scan().collect())
        write_deltalake(self.lake.table_path(POSITIONS), frame, mode="overwrite")

    def audit(self, trip: str | None = None, date: str | None = None, wait_s: float = 1.0) -> AuditReport:
        return audit(
            self.lake, offsets=self.offsets, tables=self.tables, trip=trip, date=date, wait_s=wait_s,
            pause=lambda seconds: None,
        )  # fmt: skip


def landed(topic: str, records: list[tuple[str, bytes]]) -> pl.DataFrame:
    """Rows of a landing table, with a place in Kafka each."""
    spec = LANDED_EVENTS[topic]
    texts = pl.Series("payload", [payload.decode() for _, payload in records], dtype=pl.String)
    event = next(event for event in EVENT_TYPES if event.topic == topic)
    schema = polars_schema(spec)
    fields = {
        field.name: pl.String() if field.name.endswith(("_time", "eta")) else schema[field.name]
        for field in event.fields
    }
    frame = pl.DataFrame(texts).select(
        "payload", pl.col("payload").str.json_decode(pl.Struct(fields)).alias("event")
    )
    places: dict[int, int] = {}
    partitions, offsets = [], []
    for trip_id, _ in records:
        partition = partition_of(trip_id, 6)
        partitions.append(partition)
        offsets.append(places.setdefault(partition, 0))
        places[partition] += 1
    frame = frame.unnest("event").with_columns(
        pl.col("event_time").str.to_datetime(time_unit="us", time_zone="UTC"),
        pl.col("eta").str.to_datetime(time_unit="us", time_zone="UTC"),
        kafka_topic=pl.lit(topic),
        kafka_partition=pl.Series(partitions, dtype=pl.Int32),
        kafka_offset=pl.Series(offsets, dtype=pl.Int64),
        kafka_key=pl.col(event.key),
    )
    frame = frame.with_columns(
        broker_time=pl.col("event_time"),
        ingest_time=pl.col("event_time"),
        event_date=pl.col("event_time").dt.date(),
    )
    return frame.select(spec.names).cast(schema)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_lake_that_holds_what_was_sent_balances(world: World) -> None:
    world.land_all()
    report = world.audit()
    assert report.balanced and report.covered
    assert report.trips == len(TRIPS)
    assert report.total.sent == report.total.landed > 100
    assert report.as_dict()["topics"][TRIP_STATE.topic]["sent"] > 3
    assert report.until == "2026-09-21T14:14:20.000Z"
    assert "The ledger balances." in report.as_text()


def test_an_empty_lake_misses_everything(world: World) -> None:
    report = world.audit()
    assert not report.balanced
    assert report.total.missing == report.total.sent > 100


def test_a_world_that_nothing_drove_balances(world: World) -> None:
    world.kafka.offsets.clear()
    report = world.audit()
    assert report.balanced
    assert (report.total.sent, report.until) == (0, None)


def test_while_some_trips_were_not_driven_at_all_no_time_is_named_up_to_which_all_were_judged(
    world: World,
) -> None:
    world.land_all()
    world.kafka.offsets.clear()
    world.offsets.commit(DRIVE_GROUP, PLANS, {0: Committed(1, progress_to_metadata(DRIVEN_MS))})
    assert world.audit().until is None


def test_a_deleted_row_is_missing(world: World) -> None:
    world.land_all()
    DeltaTable(world.lake.table_path(POSITIONS)).delete("trip_id = 'trp_2' AND seq = 7")
    report = world.audit()
    assert not report.balanced
    assert report.topics[POSITION.topic].missing == 1
    finding = report.findings[0]
    assert (finding.problem, finding.trip_id, finding.seq) == ("missing", "trp_2", 7)


def test_a_row_that_stands_there_twice_is_doubled_and_repeats_its_place(world: World) -> None:
    world.land_all()
    world.change(
        lambda rows: pl.concat([rows, rows.filter((pl.col("trip_id") == "trp_1") & (pl.col("seq") == 3))])
    )
    report = world.audit()
    assert not report.balanced
    assert (report.total.doubled, report.total.missing, report.repeated_places) == (1, 0, 1)


def test_an_event_that_was_sent_twice_is_doubled_although_its_places_differ(world: World) -> None:
    world.land_all()
    again = (pl.col("trip_id") == "trp_1") & (pl.col("seq") == 3)
    world.change(
        lambda rows: pl.concat([rows, rows.filter(again).with_columns(kafka_offset=pl.lit(99_999, pl.Int64))])
    )
    report = world.audit()
    assert not report.balanced
    assert (report.total.doubled, report.repeated_places) == (1, 0)


def test_a_changed_byte_is_different(world: World) -> None:
    world.land_all()
    there = (pl.col("trip_id") == "trp_2") & (pl.col("seq") == 5)
    changed = pl.col("payload").str.replace('"lat":43', '"lat":44')
    world.change(lambda rows: rows.with_columns(payload=pl.when(there).then(changed).otherwise("payload")))
    report = world.audit()
    assert not report.balanced
    assert (report.total.different, report.total.missing, report.total.extra) == (1, 0, 0)


def test_a_trip_that_has_no_plan_is_extra(world: World) -> None:
    world.land_all()
    world.change(
        lambda rows: pl.concat(
            [rows, rows.head(2).with_columns(trip_id=pl.lit("trp_9"), kafka_partition=pl.lit(9, pl.Int32))]
        )
    )
    report = world.audit()
    assert not report.balanced
    assert (report.total.extra, report.trips) == (2, len(TRIPS))


def test_an_event_that_a_known_trip_never_sent_is_extra(world: World) -> None:
    world.land_all()
    foreign = {"seq": pl.lit(100_000, pl.Int64), "kafka_partition": pl.lit(9, pl.Int32)}
    world.change(lambda rows: pl.concat([rows, rows.head(1).with_columns(**foreign)]))
    assert world.audit().total.extra == 1


def test_rows_emitted_while_the_audit_reads_are_ahead_and_not_extra(world: World) -> None:
    world.land_all(LATER_MS)

    class Moving(MemoryOffsets):
        reads = 0

        def committed(self, group: str, topic: str) -> dict[int, Committed]:
            if group == DRIVE_GROUP:
                self.reads += 1
                if self.reads == 3:
                    world.drive(LATER_MS)
            return super().committed(group, topic)

    world.offsets = Moving(world.kafka)
    report = audit(
        world.lake, offsets=world.offsets, tables=world.tables, wait_s=1, pause=lambda seconds: None
    )
    assert report.balanced
    assert report.total.ahead > 0


def test_rows_beyond_the_workers_progress_are_extra(world: World) -> None:
    world.land_all(LATER_MS)
    report = world.audit()
    assert not report.balanced
    assert report.total.extra > 0


def reject(world: World, payloads: list[bytes]) -> None:
    count = len(payloads)
    frame = pl.DataFrame(
        {
            "kafka_topic": [POSITION.topic] * count,
            "kafka_partition": [8] * count,
            "kafka_offset": list(range(count)),
            "broker_time": [START_MS * 1000] * count,
            "ingest_time": [START_MS * 1000] * count,
            "rule": ["not_json"] * count,
            "field": [None] * count,
            "reason": [""] * count,
            "kafka_key": [b"k"] * count,
            "payload": payloads,
            "broker_date": [20_000] * count,
        }
    )
    write_deltalake(world.lake.table_path(REJECTED), frame.cast(polars_schema(REJECTED)), mode="append")


def test_an_event_of_ours_that_was_rejected_balances_as_rejected(world: World) -> None:
    world.land_all()
    gone = (pl.col("trip_id") == "trp_2") & (pl.col("seq") == 5)
    payload = open_table(world.lake, POSITIONS).scan().filter(gone).collect()["payload"][0].encode()
    world.change(lambda rows: rows.filter(~gone))
    reject(world, [payload])
    report = world.audit()
    assert report.balanced
    assert (report.total.rejected, report.foreign_rejected) == (1, 0)


def test_rejected_records_of_others_do_not_count_even_if_they_claim_to_be_ours(world: World) -> None:
    world.land_all()
    reject(world, [b"\xff", b"[]", b'{"trip_id":"trp_2","seq":5}', b'{"trip_id":"trp_2","seq":1e99}'])
    report = world.audit()
    assert report.balanced
    assert (report.total.rejected, report.foreign_rejected) == (0, 4)


def test_one_trip_is_judged_alone(world: World) -> None:
    world.land_all()
    DeltaTable(world.lake.table_path(POSITIONS)).delete("trip_id = 'trp_2' AND seq = 7")
    assert world.audit(trip="trp_1").balanced
    assert not world.audit(trip="trp_2").balanced
    assert world.audit(trip="trp_1").trips == 1


def test_one_day_is_judged_alone(world: World) -> None:
    world.land_all()
    assert world.audit(date="2026-09-21").total.sent > 100
    empty = world.audit(date="2026-09-22")
    assert empty.balanced and empty.total.sent == 0


def test_a_trip_that_nobody_knows_is_not_found(world: World) -> None:
    world.land_all()
    with pytest.raises(NotFound):
        world.audit(trip="trp_404")


def test_a_date_that_is_none_is_invalid(world: World) -> None:
    with pytest.raises(InvalidInput):
        world.audit(date="yesterday")


def test_a_lake_behind_kafka_is_said_to_be_behind(world: World) -> None:
    world.land_all()
    MemoryPublisher(world.kafka).publish(POSITION.topic, "veh_1", b"x")
    report = world.audit()
    assert (report.covered, report.lag) == (False, 1)
    partition = partition_of("veh_1", 6)
    world.offsets.commit(STREAM_GROUP, POSITION.topic, {partition: 1})
    assert world.audit().covered


def test_a_plan_that_nobody_can_read_is_counted_and_its_rows_are_extra(world: World) -> None:
    world.land_all()
    MemoryPublisher(world.kafka).publish(PLANS, "trp_3", b"{}")
    report = world.audit()
    assert report.unusable_plans == 1
    assert report.total.extra > 0
