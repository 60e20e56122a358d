"""Records for the stream, and what Kafka holds of them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition

from rumbo.domain.alert_files import rules_of
from rumbo.events.examples import examples
from rumbo.events.fields import ALERT, POSITION, TRIP_STATE, EventType
from rumbo.lake.places import Lake
from rumbo.transport.kafka import KafkaOffsets

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from rumbo.pipeline.stream import StreamPlan

TOPICS = (POSITION.topic, TRIP_STATE.topic, ALERT.topic)

type Row = tuple[str, int, int, bytes | None, bytes | None]
"""Topic, partition, offset, key, value."""


def event(kind: EventType, example: str = "typical", **changes: Any) -> tuple[str, bytes, bytes]:
    """Topic, key and value of an event that keeps the contract unless `changes` break it."""
    base = next(e.value for e in examples() if e.event is kind and e.name == example)
    value = base | changes
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return kind.topic, str(value[kind.key]).encode(), text.encode()


@dataclass(frozen=True, slots=True)
class Log:
    """Kafka's event topics as the tests use them."""

    bootstrap: str

    def send(self, records: Iterable[tuple[str, bytes | None, bytes | None]]) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap, "linger.ms": 5})
        for topic, key, value in records:
            producer.produce(topic, value, key)
        assert producer.flush(30) == 0

    def send_in_transaction(self, records: Iterable[tuple[str, bytes, bytes]], *, commit: bool) -> None:
        producer = Producer({"bootstrap.servers": self.bootstrap, "transactional.id": "test-stream"})
        producer.init_transactions(30)
        producer.begin_transaction()
        for topic, key, value in records:
            producer.produce(topic, value, key)
        producer.flush(30)
        if commit:
            producer.commit_transaction(30)
        else:
            producer.abort_transaction(30)

    def committed(self) -> list[Row]:
        """All committed records, sorted."""
        offsets = KafkaOffsets(self.bootstrap)
        ends = {(t, p): end for t in TOPICS for p, end in offsets.end_offsets(t).items() if end}
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "test-reader",
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
            }
        )
        consumer.assign([TopicPartition(t, p, 0) for t, p in ends])
        rows: list[Row] = []
        left = len(ends)
        while left:
            message = consumer.poll(30)
            assert message is not None
            error = message.error()
            if error is not None:
                assert error.code() == KafkaError._PARTITION_EOF
                left -= 1
                continue
            place = (str(message.topic()), int(message.partition() or 0), int(message.offset() or 0))
            key, value = message.key(), message.value()
            rows.append((*place, _bytes(key), _bytes(value)))
        consumer.close()
        return sorted(rows, key=lambda row: row[:3])


def _bytes(found: str | bytes | None) -> bytes | None:
    return found.encode() if isinstance(found, str) else found


def run_stream(
    spark: SparkSession, log: Log, lake: Lake, folder: Path, offsets: Any = None, records_a_batch: int = 500
) -> None:
    """One life of the stream: it lands all that Kafka holds and ends."""
    from rumbo.pipeline.stream import Stream, StreamPlan

    stop = threading.Event()
    stop.set()
    plan = StreamPlan(
        log.bootstrap, lake, folder, trigger_ms=200, records_a_batch=records_a_batch, warm_up=False
    )
    Stream(spark, plan, offsets or KafkaOffsets(log.bootstrap)).run(stop)


STRICT_RULES = rules_of(
    {
        "geofences": [
            {"name": "halfway", "polygon": [[7.3, 43.71], [7.5, 43.71], [7.5, 43.715], [7.3, 43.715]]}
        ],
        "harsh_acceleration": {"threshold_mps2": 1.0},
        "harsh_braking": {"threshold_mps2": 1.0},
    }
)
"""Alerts of a fleet that drives as people do."""


def alerting_plan(bootstrap: str, lake: Lake, folder: Path) -> StreamPlan:
    """A stream that looks for alerts too, from the beginning on and in small batches."""
    from rumbo.pipeline.alerts import AlertsPlan, checkpoint_of
    from rumbo.pipeline.stream import StreamPlan

    alerts = AlertsPlan(
        bootstrap,
        checkpoint_of(lake.stream_checkpoint),
        STRICT_RULES,
        trigger_ms=200,
        after_s=0.0,
        records_a_batch=500,
    )
    return StreamPlan(bootstrap, lake, folder, trigger_ms=200, warm_up=False, alerts=alerts)
