"""One micro-batch of Kafka records into landing's tables, exactly once.

Each table's append carries Delta's application transaction (id: the streaming query's, version: the batch's
number), so a batch that is run again after a crash skips the tables that already have it. The query's id lives
in the checkpoint: a new checkpoint is a new application, and can never be mistaken for the old one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from itertools import pairwise
from types import MappingProxyType

from pyspark.accumulators import Accumulator
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as sf
from pyspark.sql import types as st

from rumbo.errors import CannotStart
from rumbo.events.fields import EVENT_TYPES, EventType
from rumbo.lake.places import Lake
from rumbo.lake.tables import COORDINATES, EVENT_DATE, LANDED_EVENTS, REJECTED, TableSpec
from rumbo.pipeline import schema
from rumbo.pipeline.reading import good_rows, refused_rows

log = logging.getLogger(__name__)

QUERY_ID = "sql.streaming.queryId"
ROWS_A_FILE = 50_000
_COORDINATES = [column.name for column in COORDINATES]

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
    _landed_last: int = field(default=-2, init=False)

    def land(self, batch: DataFrame, batch_id: int) -> dict[str, int]:
        """Append a batch (Kafka source columns) to the tables; returns its rows by table.

        Safe to run again with the same `batch_id`: tables that have the batch skip it.
        """
        query_id = batch.sparkSession.sparkContext.getLocalProperty(QUERY_ID)
        if not query_id:
            raise RuntimeError("a batch without a streaming query cannot be landed exactly once")
        # Kept as bytes, which costs little: Kafka is asked once, and each table reads its own topic's records.
        records = self._without_seen(_records(batch)).coalesce(self.cores).persist()
        try:
            counts = {row[0]: row[1] for row in records.groupBy("kafka_topic").count().collect()}
            broken = records.sparkSession.sparkContext.accumulator(0)
            for event in self.events:
                if count := counts.get(event.topic):
                    part = _landed(event, records, broken)
                    self._append(LANDED_EVENTS[event.topic], part, count, query_id, batch_id)
            rows = {LANDED_EVENTS[topic].name: count for topic, count in counts.items()}
            # A table that has the batch already reads nothing of it, and so counts nothing.
            if broken.value or batch_id != self._landed_last + 1:
                self._land_rejected(records, rows, query_id, batch_id)
            self._landed_last = batch_id
            return {name: count for name, count in rows.items() if count}
        finally:
            records.unpersist()

    def _land_rejected(self, records: DataFrame, rows: dict[str, int], query_id: str, batch_id: int) -> None:
        """Append what broke the contract to `rejected`; it is taken from the counts of its own tables."""
        refused = records.mapInArrow(partial(refused_rows, self.events), _schema(REJECTED)).localCheckpoint()
        for topic, count in refused.groupBy("kafka_topic").count().collect():
            rows[LANDED_EVENTS[topic].name] -= count
            rows[REJECTED.name] = rows.get(REJECTED.name, 0) + count
        if count := rows.get(REJECTED.name):
            log.warning("%d records broke the contract; see landing/%s", count, REJECTED.name)
            self._append(REJECTED, refused, count, query_id, batch_id)

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
        **_statistics(spec),
        "delta.checkpointInterval": "50",
        # A batch a second makes 86,400 versions a day: keep a day of them, and of files that compaction replaced.
        "delta.logRetentionDuration": "interval 1 day",
        "delta.deletedFileRetentionDuration": "interval 1 day",
    }


def _statistics(spec: TableSpec) -> dict[str, str]:
    if spec.stats_columns:
        return {"delta.dataSkippingStatsColumns": ",".join(spec.stats_columns)}
    return {"delta.dataSkippingNumIndexedCols": "0"}


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


def _landed(event: EventType, records: DataFrame, broken: Accumulator[int]) -> DataFrame:
    """The rows of one event type's table. Only what Python has to see or makes travels between it and the JVM."""
    ours = records.where(sf.col("kafka_topic") == event.topic)
    carried = [name for name in _COORDINATES if name != "kafka_topic"]
    kept = [f for f in _schema(LANDED_EVENTS[event.topic]).fields if f.name in {*carried, *event.names}]
    read = ours.select(*carried, "key", "value").mapInArrow(
        partial(good_rows, event, carried, broken),
        st.StructType([*kept, st.StructField("payload", st.BinaryType())]),
    )
    return read.select(
        sf.lit(event.topic).alias("kafka_topic"),
        *(f.name for f in kept),
        sf.col(event.key).alias("kafka_key"),  # the contract says that they are the same
        sf.col("payload").cast("string").alias("payload"),
        sf.to_date("event_time").alias(EVENT_DATE),
    )


def _schema(spec: TableSpec) -> st.StructType:
    return schema.open_schema(schema.landing_schema(spec))


def _within(seen: Mapping[tuple[str, int], int]) -> Column:
    tests = [
        (sf.col("kafka_topic") == topic)
        & (sf.col("kafka_partition") == partition)
        & (sf.col("kafka_offset") <= offset)
        for (topic, partition), offset in seen.items()
    ]
    return reduce(Column.__or__, tests)
