"""The lake's tables, declared: layer, name, grain, columns, partitions.

Landing's typed columns are the events' fields (`rumbo.events.fields`), never spelt again here. Beside them
stands what Kafka knew of the record, under names that no event field can take (`kafka_…`, see the check below),
and the record's own text, so that the bytes that were sent can always be compared with the bytes that landed.

Versions of an event share one table: a field that some version lacks is nullable. A table that an older Rumbo made gets
the columns it lacks when the stream starts.

Partitions: `positions` and `trip_states` by `event_date`, because the daily job reads and a backfill replaces
whole days of event time. Live driving writes one date at a time (two around midnight), so this costs no
additional files. `rejected` has no trustworthy event time and goes by the day the broker took the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rumbo.events.fields import EVENT_TYPES, EventType, Field, FieldType


class Layer(StrEnum):
    LANDING = "landing"
    STAGING = "staging"
    COMMON = "common"


class ColumnType(StrEnum):
    """Named as Spark SQL and Delta name them."""

    STRING = "string"
    BINARY = "binary"
    INTEGER = "integer"
    LONG = "long"
    DOUBLE = "double"
    TIMESTAMP = "timestamp"
    """An instant, microseconds, UTC."""
    DATE = "date"


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: ColumnType
    description: str
    unit: str = ""
    nullable: bool = False


@dataclass(frozen=True, slots=True)
class TableSpec:
    layer: Layer
    name: str
    grain: str
    columns: tuple[Column, ...]
    partition_by: tuple[str, ...] = ()
    stats_columns: tuple[str, ...] = ()
    """Delta keeps minimum and maximum of these: by them readers leave files out. Texts that go up and down in every
    file would cost much and help nobody."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


BACKFILL_TOPICS = "backfill/"
"""Rows that did not come through Kafka have a `kafka_topic` that begins with this; no topic can."""
EVENT_DATE = "event_date"
BROKER_DATE = "broker_date"
_TYPES = {
    FieldType.STRING: ColumnType.STRING,
    FieldType.INTEGER: ColumnType.LONG,
    FieldType.NUMBER: ColumnType.DOUBLE,
    FieldType.TIMESTAMP: ColumnType.TIMESTAMP,
}

COORDINATES = (
    Column("kafka_topic", ColumnType.STRING, "Topic of the record."),
    Column("kafka_partition", ColumnType.INTEGER, "Partition of the record."),
    Column("kafka_offset", ColumnType.LONG, "Offset of the record in its partition."),
    Column("broker_time", ColumnType.TIMESTAMP, "The record's Kafka timestamp."),
    Column("ingest_time", ColumnType.TIMESTAMP, "When the stream took up the batch that landed the record."),
)
"""Where a landed record came from. (kafka_topic, kafka_partition, kafka_offset) is unique in the whole lake."""
_ORDERED = ("kafka_partition", "kafka_offset", "broker_time", "ingest_time")
"""Of these each file holds a narrow span."""


def _column(event: EventType, field: Field) -> Column:
    return Column(field.name, _TYPES[field.type], field.description, field.unit, not event.always(field))


def landing_table(event: EventType) -> TableSpec:
    """The landing table of an event type, named in the plural."""
    columns = (
        *COORDINATES,
        *(_column(event, field) for field in event.fields),
        Column("kafka_key", ColumnType.STRING, "Key of the record."),
        Column("payload", ColumnType.STRING, "The record's value, byte for byte (UTF-8 JSON)."),
        Column(EVENT_DATE, ColumnType.DATE, "Day of event_time in UTC."),
    )
    clash = set(event.names) & {c.name for c in columns if c.name not in event.names}
    if clash or len({c.name for c in columns}) != len(columns):
        raise ValueError(f"{event.name}: fields clash with landing's own columns")
    return TableSpec(
        Layer.LANDING,
        f"{event.name}s",
        "one Kafka record that kept the contract",
        columns,
        (EVENT_DATE,),
        (*_ORDERED, "event_time"),
    )


REJECTED = TableSpec(
    Layer.LANDING,
    "rejected",
    "one Kafka record that broke the contract",
    (
        *COORDINATES,
        Column("rule", ColumnType.STRING, "The first rule that the record broke, as one word."),
        Column("field", ColumnType.STRING, "The field that broke it, where it is about one.", nullable=True),
        Column("reason", ColumnType.STRING, "The rule and what was found instead, for a person."),
        Column("kafka_key", ColumnType.BINARY, "The record's key, byte for byte.", nullable=True),
        Column(
            "payload",
            ColumnType.BINARY,
            "The record's value, byte for byte; null for a tombstone.",
            nullable=True,
        ),
        Column(BROKER_DATE, ColumnType.DATE, "Day of broker_time in UTC."),
    ),
    (BROKER_DATE,),
    _ORDERED,
)

BACKFILLS = TableSpec(
    Layer.LANDING,
    "backfills",
    "one day that a backfill has made, from which all its rows follow",
    (
        Column("run", ColumnType.STRING, "The scenario's name and key; part of the rows' kafka_topic."),
        Column("day", ColumnType.DATE, "Day on which the trips start, UTC."),
        Column(
            "began", ColumnType.TIMESTAMP, "Begin of the span that the backfill made: vehicles are new then."
        ),
        Column("region", ColumnType.STRING, "The region that the scenario was laid in."),
        Column("scenario", ColumnType.STRING, "The scenario's file, YAML."),
        Column("trips", ColumnType.LONG, "Trips that start on the day."),
        Column("positions", ColumnType.LONG, "Rows of positions."),
        Column("trip_states", ColumnType.LONG, "Rows of trip_states."),
        Column("rejected", ColumnType.LONG, "Rows of rejected."),
    ),
    ("day",),
)

LANDED_EVENTS: dict[str, TableSpec] = {event.topic: landing_table(event) for event in EVENT_TYPES}
"""Topic -> the landing table of its events."""
LANDING_TABLES: tuple[TableSpec, ...] = (*LANDED_EVENTS.values(), REJECTED)
