"""What the refinement writes down beside its tables: rules' results, what each day was made of, mended records."""

from __future__ import annotations

from rumbo.lake.refined.words import count, day_of, moment, text
from rumbo.lake.tables import Column, ColumnType, Layer, TableSpec

QUALITY_RESULTS = TableSpec(
    Layer.COMMON,
    "quality_results",
    "one rule, tried by one run on one day's rows of one table",
    (
        day_of("day", "The day that was refined."),
        text("run", "The run of the refinement: the day, when it began, and a word of its own."),
        text("layer", "The layer of the table."),
        text("table_name", "The table."),
        text("rule", "The rule."),
        text("severity", "error stops the layer's publication, warning is written down."),
        text("description", "What is true where the rule holds."),
        count("passed", "1 where no row broke it, else 0."),
        count("rows_checked", "Rows of the day."),
        count("rows_broken", "Rows that the rule found."),
        text(
            "sample", "Some of the rows that it found, a JSON array of objects; null for none.", nullable=True
        ),
        moment("checked_at", "When, wall time."),
    ),
    ("day",),
)

REFINED_DAYS = TableSpec(
    Layer.STAGING,
    "refined_days",
    "one publication of one layer's day, or one call for another",
    (
        day_of("day", "The day."),
        text("layer", "The layer."),
        text("run", "The run that published it; empty where it only asks for the day to be made anew."),
        text(
            "landed",
            "Rows of landing that it was made of, a JSON object of table and rows; empty: make it anew.",
        ),
        moment("recorded_at", "When, wall time."),
    ),
    ("day",),
)

MENDED = TableSpec(
    Layer.STAGING,
    "mended",
    "one rejected record that a person has mended",
    (
        text("kafka_topic", "Topic of the rejected record."),
        Column("kafka_partition", ColumnType.INTEGER, "Partition of the rejected record."),
        count("kafka_offset", "Offset of the rejected record in its partition."),
        moment("broker_time", "The rejected record's Kafka timestamp."),
        moment("ingest_time", "When the stream took up the batch that rejected the record."),
        text("event", "The kind of event that it is: position, trip_state."),
        text("kafka_key", "Key that the record ought to have had."),
        text("payload", "The record as it ought to have been, JSON that keeps the contract."),
        text("note", "Why it was mended so."),
        moment("mended_at", "When, wall time."),
        day_of("event_date", "Day of its event time in UTC."),
    ),
    ("event_date",),
)
RECORDS = (QUALITY_RESULTS, REFINED_DAYS, MENDED)
