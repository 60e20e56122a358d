"""One micro-batch of Kafka records into landing's tables, exactly once.

Each table's append carries Delta's application transaction (id: the streaming query's, version: the batch's
number), so a batch that is run again after a crash skips the tables that already have it. The query's id lives
in the checkpoint: a new checkpoint is a new application, and can never be mistaken for the old one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from itertools import pairwise
from types import MappingProxyType

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql import types as st

from rumbo.errors import CannotStart
from rumbo.events.fields import EVENT_TYPES, EventType
from rumbo.lake.places import Lake
from rumbo.lake.tables import BROKER_DATE, COORDINATES, EVENT_DATE, LANDED_EVENTS, REJECTED, TableSpec
from rumbo.pipeline import schema
from rumbo.pipeline.contract import Broken, canonical

log = logging.getLogger(__name__)

QUERY_ID = "sql.streaming.queryId"
ROWS_A_FILE = 100_000
_UNDECIDED = ""
_CANONICAL, _VERDICT = "canonical", "verdict"
_COORDINATES = [column.name for column in COORDINATES]
_RAW = [*_COORDINATES, "key", "value"]
_DECISION = st.StructType(
    [st.StructField(name, st.StringType()) for name in (_CANONICAL, "rule", "field", "reason")]
)

# Not current_timestamp(): Spark writes it into the generated code as a number, so that every batch would be compiled
# anew and run cold.
_WALL_CLOCK = "timestamp_millis(bigint(java_method('java.lang.System', 'currentTimeMillis')))"

Committed = Callable[[TableSpec], None]


def _nobody(spec: TableSpec) -> None:
    """Nobody wants to know of commits."""


@dataclass(slots=True)
class Landing:
    """Takes the micro-batches of one streaming query.

    `seen`: the highest offsets that were in the lake before this query's checkpoint was made, by topic and
    partition. Records up to there are landed only if they are not there yet (see `recovery.py`).
    `committed` is called after each table's commit.
    """

    lake: Lake
    events: Sequence[EventType] = EVENT_TYPES
    seen: Mapping[tuple[str, int], int] = field(default_factory=dict)
    committed: Committed = _nobody
    cores: int = 2

    def land(self, batch: DataFrame, batch_id: int) -> dict[str, int]:
        """Append a batch (Kafka source columns) to the tables; returns its rows by table.

        Safe to run again with the same `batch_id`: tables that have the batch skip it.
        """
        query_id = batch.sparkSession.sparkContext.getLocalProperty(QUERY_ID)
        if not query_id:
            raise RuntimeError("a batch without a streaming query cannot be landed exactly once")
        records = self._without_seen(_records(batch))
        judged = _judged(records.coalesce(self.cores), self.events).persist()
        try:
            counts = self._counts(judged)
            parts = {
                LANDED_EVENTS[event.topic].name: judged.where(sf.col(_VERDICT) == event.topic).select(
                    *_event_columns(event, sf.col(event.name), sf.col("value").cast("string"))
                )
                for event in self.events
                if counts.get(event.topic)
            }
            rows = {
                LANDED_EVENTS[topic].name: count for topic, count in counts.items() if topic != _UNDECIDED
            }
            if counts.get(_UNDECIDED):
                self._land_doubtful(judged.where(sf.col(_VERDICT) == _UNDECIDED), parts, rows)
            for spec in (*(LANDED_EVENTS[event.topic] for event in self.events), REJECTED):
                if rows.get(spec.name):
                    self._append(spec, parts[spec.name], rows[spec.name], query_id, batch_id)
            return rows
        finally:
            judged.unpersist()

    def _counts(self, judged: DataFrame) -> dict[str, int]:
        """Rows by verdict, in one small job."""
        verdicts = [_UNDECIDED, *(event.topic for event in self.events)]
        sums = [sf.count_if(sf.col(_VERDICT) == verdict) for verdict in verdicts]
        return dict(zip(verdicts, judged.agg(*sums).head() or (), strict=True))

    def _land_doubtful(self, doubtful: DataFrame, parts: dict[str, DataFrame], rows: dict[str, int]) -> None:
        """Have the contract decide what Spark could not prove good; add to the tables' parts and counts."""
        # Not mapInArrow or an Arrow UDF: PySpark wants pandas for them.
        decide = sf.udf(_decide, _DECISION, useArrow=False)
        decided = doubtful.select(*_RAW, decide("kafka_topic", "key", "value").alias("decision"))
        decided = decided.select(*_RAW, "decision.*").localCheckpoint()
        counts = {
            (row["kafka_topic"], row["bad"]): row["count"]
            for row in decided.groupBy("kafka_topic", sf.col("rule").isNotNull().alias("bad"))
            .count()
            .collect()
        }
        for event in self.events:
            if count := counts.get((event.topic, False)):
                name = LANDED_EVENTS[event.topic].name
                good = decided.where((sf.col("kafka_topic") == event.topic) & sf.col("rule").isNull())
                fields = schema.parsed(event, sf.col(_CANONICAL))
                part = good.withColumn(event.name, fields).select(
                    *_event_columns(event, sf.col(event.name), sf.col("value").cast("string"))
                )
                parts[name] = parts[name].unionByName(part) if name in parts else part
                rows[name] = rows.get(name, 0) + count
        if bad := sum(count for (_, is_bad), count in counts.items() if is_bad):
            parts[REJECTED.name] = decided.where(sf.col("rule").isNotNull()).select(*_rejected_columns())
            rows[REJECTED.name] = bad
            log.warning("%d records broke the contract; see landing/%s", bad, REJECTED.name)

    def _append(self, spec: TableSpec, part: DataFrame, rows: int, query_id: str, batch_id: int) -> None:
        (
            part.select(*spec.names)
            .coalesce(1 + rows // ROWS_A_FILE)
            .write.format("delta")
            .mode("append")
            .option("txnAppId", query_id)
            .option("txnVersion", str(batch_id))
            .save(self.lake.table_path(spec))
        )
        self.committed(spec)

    def _without_seen(self, records: DataFrame) -> DataFrame:
        if not self.seen:
            return records
        session = records.sparkSession
        keys = [sf.col(name) for name in ("kafka_topic", "kafka_partition", "kafka_offset", "broker_time")]
        tables = [*(LANDED_EVENTS[event.topic] for event in self.events), REJECTED]
        landed = [
            session.read.format("delta").load(self.lake.table_path(spec)).select(*keys) for spec in tables
        ]
        there = reduce(DataFrame.unionByName, landed).where(_within(self.seen))
        return records.join(
            there, ["kafka_topic", "kafka_partition", "kafka_offset", "broker_time"], "left_anti"
        )


def create_tables(
    session: SparkSession,
    lake: Lake,
    specs: Sequence[TableSpec],
    more_properties: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Create the tables that are not there yet, empty, with every declared column and property.

    Tables of an older Rumbo get the columns that they lack, null in the rows that are there; no file is rewritten.
    Raises CannotStart where a column that must never be null is lacking.
    """
    for spec in specs:
        path = lake.table_path(spec).replace("`", "``")
        declared = _declared(spec)
        columns = ", ".join(declared.values())
        properties = ", ".join(
            f"{_quoted(k)} = {_quoted(v)}" for k, v in (_properties(spec) | dict(more_properties)).items()
        )
        names = ", ".join(f"`{name}`" for name in spec.partition_by)
        partitions = f"PARTITIONED BY ({names}) " if names else ""
        session.sql(
            f"CREATE TABLE IF NOT EXISTS delta.`{path}` ({columns}) USING delta "
            f"COMMENT {_quoted(spec.grain)} {partitions}TBLPROPERTIES ({properties})"
        )
        there = set(session.read.format("delta").load(lake.table_path(spec)).columns)
        if set(spec.names) <= there:
            continue
        _require_nullable(spec, there)
        added = ", ".join(
            f"{declared[name]} AFTER `{before}`" for before, name in pairwise(spec.names) if name not in there
        )
        session.sql(f"ALTER TABLE delta.`{path}` ADD COLUMNS ({added})")
        log.info("%s/%s has got new columns: %s", spec.layer, spec.name, added)


def _declared(spec: TableSpec) -> dict[str, str]:
    """Name -> declaration in SQL, of every column."""
    return {
        f.name: f"`{f.name}` {f.dataType.simpleString()}{'' if f.nullable else ' NOT NULL'} "
        f"COMMENT {_quoted(c.description)}"
        for f, c in zip(schema.landing_schema(spec).fields, spec.columns, strict=True)
    }


def _require_nullable(spec: TableSpec, there: set[str]) -> None:
    never_null = [c.name for c in spec.columns if c.name not in there and not c.nullable]
    if never_null:
        raise CannotStart(
            f"The table {spec.layer}/{spec.name} lacks {', '.join(never_null)}: it was not made by Rumbo.",
            hint=f"Name another {spec.layer} place, or move that table away.",
        )


def _properties(spec: TableSpec) -> dict[str, str]:
    return {
        "delta.enableDeletionVectors": "false",  # readers outside Spark must open every table
        "delta.dataSkippingNumIndexedCols": str(spec.stats_columns),
        "delta.checkpointInterval": "50",
        # A batch a second makes 86,400 versions a day: keep a day of them, and of files that compaction replaced.
        "delta.logRetentionDuration": "interval 1 day",
        "delta.deletedFileRetentionDuration": "interval 1 day",
    }


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _records(batch: DataFrame) -> DataFrame:
    """Kafka's columns under landing's names, and the wall clock as the ingest time."""
    return batch.select(
        sf.col("topic").alias("kafka_topic"),
        sf.col("partition").alias("kafka_partition"),
        sf.col("offset").alias("kafka_offset"),
        sf.col("timestamp").alias("broker_time"),
        sf.expr(_WALL_CLOCK).alias("ingest_time"),
        "key",
        "value",
    )


def _judged(records: DataFrame, events: Sequence[EventType]) -> DataFrame:
    """Records with one struct column an event type and the verdict: the topic if plainly good, else ''."""
    text = sf.col("value").cast("string")
    for event in events:
        ours = sf.when(sf.col("kafka_topic") == event.topic, text)
        records = records.withColumn(event.name, schema.parsed(event, ours))
    verdict = sf.lit(_UNDECIDED)
    for event in events:
        good = (sf.col("kafka_topic") == event.topic) & schema.plainly_good(
            event, sf.col("key"), sf.col("value"), sf.col(event.name)
        )
        verdict = sf.when(good, sf.lit(event.topic)).otherwise(verdict)
    return records.withColumn(_VERDICT, verdict)


def _event_columns(event: EventType, fields: Column, payload: Column) -> list[Column]:
    return [
        *(sf.col(name) for name in _COORDINATES),
        *(fields[name].alias(name) for name in event.names),
        sf.col("key").cast("string").alias("kafka_key"),
        payload.alias("payload"),
        sf.to_date(fields["event_time"]).alias(EVENT_DATE),
    ]


def _rejected_columns() -> list[Column]:
    return [
        *(sf.col(name) for name in (*_COORDINATES, "rule", "field", "reason")),
        sf.col("key").alias("kafka_key"),
        sf.col("value").alias("payload"),
        sf.to_date("broker_time").alias(BROKER_DATE),
    ]


def _within(seen: Mapping[tuple[str, int], int]) -> Column:
    tests = [
        (sf.col("kafka_topic") == topic)
        & (sf.col("kafka_partition") == partition)
        & (sf.col("kafka_offset") <= offset)
        for (topic, partition), offset in seen.items()
    ]
    return reduce(Column.__or__, tests)


def _decide(topic: str, key: bytes | None, value: bytes | None) -> tuple[str | None, ...]:
    """Runs in Spark's Python workers: the contract's verdict on one record."""
    event = next(event for event in EVENT_TYPES if event.topic == topic)
    try:
        text = canonical(event, schema.plain_bytes(key), schema.plain_bytes(value))
    except Broken as verdict:
        return None, verdict.rule.value, verdict.field, verdict.reason
    return text.decode(), None, None, None
