"""Kafka's event topics as a streaming source, with the options on which exactly once rests."""

from __future__ import annotations

from collections.abc import Iterable

from pyspark.sql import DataFrame, SparkSession


def kafka_source(
    session: SparkSession, bootstrap: str, topics: Iterable[str], records_a_batch: int
) -> DataFrame:
    """What was committed, from the topics' beginning; records that Kafka has dropped end the query."""
    return (
        session.readStream.format("kafka")
        .option("kafka.bootstrap.servers", bootstrap)
        .option("subscribe", ",".join(topics))
        .option("startingOffsets", "earliest")
        .option("kafka.isolation.level", "read_committed")
        .option("failOnDataLoss", "true")
        .option("maxOffsetsPerTrigger", str(records_a_batch))
        .load()
    )
