"""The stream's second query: positions into alerts, published to `rumbo.alerts` exactly once.

Spark reads the positions, proves which keep the contract, and hands each Kafka partition's records to `detection`,
whose state it keeps in its state store. The partition is the group because it is what Kafka keeps in order: so the
state after a record follows from the records before it, however they are cut into batches (`docs/alerts.md` tells
why that is not Spark's own watermark).

A batch's alerts are written in one transaction with the offsets that are looked through. After a crash, a batch that
is run again, and after a lost checkpoint, all batches from Kafka's beginning, raise the same alerts at the same
offsets: those below the committed ones are published already, and left out.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
import pandas as pd  # type: ignore[import-untyped]  # the package ships no types
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.streaming.query import StreamingQuery
from pyspark.sql.streaming.state import GroupState

from rumbo.domain.alert_rules import AlertRules
from rumbo.events.codec import encode
from rumbo.events.fields import ALERT, POSITION
from rumbo.pipeline.detection import STATE_VERSION, Partition, detect
from rumbo.pipeline.detection_trip import Report
from rumbo.pipeline.reading import read
from rumbo.pipeline.source import kafka_source
from rumbo.transport.geofences import geofences_at
from rumbo.transport.kafka_outlet import KafkaOutlet
from rumbo.transport.port import Committed
from rumbo.transport.wall import wall_ms

log = logging.getLogger(__name__)

RECORDS_A_BATCH = 100_000
POOL = "alerts"
_WANTED = ("trip_id", "vehicle_id", "seq", "event_time", "state", "lat", "lon", "speed_mps", "heading_deg",
           "acceleration_mps2", "speed_limit_mps", "ignition", "eta", "road_name")  # fmt: skip
_PLACE = ("partition", "offset")
_READ = (
    "partition int, offset bigint, trip_id string, vehicle_id string, seq bigint, event_time bigint, state string, "
    "lat double, lon double, speed_mps double, heading_deg double, acceleration_mps2 double, speed_limit_mps double, "
    "ignition string, eta bigint, road_name string"
)
_OUT = "partition int, offset bigint, next_offset bigint, alert string"
_STATE = "state binary"
_SETTINGS = {
    "spark.sql.shuffle.partitions": "1",
    # The state is written anew each batch: 100 copies of it, Spark's default, are of no use to anybody.
    "spark.sql.streaming.minBatchesToRetain": "10",
}


@dataclass(frozen=True, slots=True)
class AlertsPlan:
    """What the query is told. `checkpoint`: the folder that Spark keeps its progress and the state in."""

    bootstrap: str
    checkpoint: str
    rules: AlertRules
    trigger_ms: int = 5_000
    after_s: float = 10.0
    """How long it leaves the machine to landing: who waits for the stack is not kept by this query's compilation."""
    records_a_batch: int = RECORDS_A_BATCH
    open_outlet: Callable[[str, str], KafkaOutlet] = KafkaOutlet
    """(bootstrap, group) -> where the alerts go."""


def checkpoint_of(stream_checkpoint: str) -> str:
    """Beside the stream's own. A new version of the state starts anew, and reads Kafka from its beginning."""
    return f"{stream_checkpoint.rpartition('/')[0]}/alerts-v{STATE_VERSION}"


def start(
    session: SparkSession, plan: AlertsPlan, outlet: KafkaOutlet, published: Callable[[int], None]
) -> StreamingQuery:
    """Start the query; `published` is called with the number of alerts after each batch's transaction."""
    own = session.newSession()
    for name, value in _SETTINGS.items():
        own.conf.set(name, value)
    positions = kafka_source(own, plan.bootstrap, [POSITION.topic], plan.records_a_batch)
    found = (
        positions.coalesce(1)  # one task reads and looks: landing always finds a free slot
        .select(*_PLACE, "key", "value")
        .mapInArrow(_wanted, _READ)
        .groupBy("partition")
        .applyInPandasWithState(
            _looked_through(plan.rules, plan.bootstrap), _OUT, _STATE, "append", "NoTimeout"
        )
    )
    session.sparkContext.setLocalProperty("spark.scheduler.pool", POOL)
    try:
        return (
            found.writeStream.queryName("alerts")
            .outputMode("append")
            .foreachBatch(lambda batch, _: published(publish(batch, outlet)))
            .option("checkpointLocation", plan.checkpoint)
            .trigger(processingTime=f"{plan.trigger_ms} milliseconds")
            .start()
        )
    finally:
        session.sparkContext.setLocalProperty("spark.scheduler.pool", None)  # type: ignore[arg-type]  # None takes it away


def publish(batch: DataFrame, outlet: KafkaOutlet) -> int:
    """Write what a batch has found and how far it got; returns how many alerts were new."""
    rows = batch.collect()  # once: each run of it is a run of the detection
    done = {row["partition"]: row["next_offset"] for row in rows if row["alert"] is None}
    if not done:
        return 0
    before = outlet.committed(POSITION.topic, sorted(done))
    found = [row for row in rows if row["alert"] is not None and row["offset"] >= before[row["partition"]]]
    found.sort(key=lambda row: (row["partition"], row["offset"]))
    fresh = [orjson.loads(row["alert"]) for row in found]
    ahead = {p: offset for p, offset in done.items() if offset > before[p]}
    if not ahead:
        return 0
    note = json.dumps({"at_ms": wall_ms()})
    outlet.write(
        {ALERT.topic: list(zip([a[ALERT.key] for a in fresh], payloads(fresh), strict=True))},
        POSITION.topic,
        {p: Committed(offset, note) for p, offset in ahead.items()},
    )
    return len(fresh)


def payloads(alerts: Sequence[dict[str, Any]]) -> list[bytes]:
    """Each alert's bytes on the wire."""
    columns = {
        field.name: [
            _null(field.type.value) if alert[field.name] is None else alert[field.name] for alert in alerts
        ]
        for field in ALERT.fields
    }
    return list(encode(ALERT, columns)) if alerts else []


def _null(kind: str) -> Any:
    return float("nan") if kind == "number" else None


def _wanted(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Runs in Spark's Python workers: what the detection needs of the records that keep the contract."""
    for batch in batches:
        found = read(POSITION, batch["key"], batch["value"])
        columns = {name: _plain(found.columns[name]) for name in _WANTED}
        rows = pa.RecordBatch.from_pydict({name: batch[name] for name in _PLACE} | columns)
        yield rows.filter(pa.array(found.good))


def _plain(column: pa.Array) -> pa.Array:
    """Instants as milliseconds: pandas' times end in 1677 and 2262, and a record may say any year."""
    return pc.divide(column.cast(pa.int64()), 1000) if pa.types.is_timestamp(column.type) else column


def _looked_through(
    rules: AlertRules, bootstrap: str
) -> Callable[[tuple[int], Iterable[pd.DataFrame], GroupState], Iterator[pd.DataFrame]]:
    """Runs in Spark's Python workers: one partition's records of one batch."""

    def look(key: tuple[int], frames: Iterable[pd.DataFrame], state: GroupState) -> Iterator[pd.DataFrame]:
        partition = Partition.load(bytes(state.get[0])) if state.exists else Partition()
        reports = sorted(_reports(frames))
        # After the reports: a geofence counts from a moment that the world had not reached when Kafka had it.
        found = detect(partition, reports, rules, geofences_at(bootstrap).read())
        state.update((partition.dump(),))
        rows: list[tuple[int, int | None, int, str | None]] = [
            (key[0], offset, partition.next_offset, orjson.dumps(alert).decode()) for offset, alert in found
        ]
        rows.append((key[0], None, partition.next_offset, None))
        yield pd.DataFrame(
            {
                "partition": pd.Series([row[0] for row in rows], dtype="int32"),
                "offset": pd.Series([row[1] for row in rows], dtype="Int64"),
                "next_offset": pd.Series([row[2] for row in rows], dtype="int64"),
                "alert": pd.Series([row[3] for row in rows], dtype="object"),
            }
        )

    return look


def _reports(frames: Iterable[pd.DataFrame]) -> Iterator[Report]:
    for frame in frames:
        for offset, *fields in zip(*(frame[name].tolist() for name in ("offset", *_WANTED)), strict=True):
            yield _report(offset, fields)


def _report(offset: int, fields: Sequence[Any]) -> Report:
    """Of pandas' values: it has NaN for a missing number, and makes floats of whole numbers beside it."""
    clean: list[Any] = [None if isinstance(value, float) and value != value else value for value in fields]  # noqa: PLR0124  # NaN
    clean[2], clean[3] = int(clean[2]), int(clean[3])
    clean[12] = None if clean[12] is None else int(clean[12])
    return Report(int(offset), *clean)
