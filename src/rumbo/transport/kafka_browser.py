"""`Browser` on Kafka."""

from __future__ import annotations

import time
from collections.abc import Mapping

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from rumbo.errors import NotFound
from rumbo.transport.client import (
    NO_TOPIC,
    REQUEST_TIMEOUT_S,
    LogReader,
    all_well,
    client_log,
    consumer_config,
    ends,
    patiently,
    translated,
)
from rumbo.transport.port import Extent, Look, Record

_FETCH = {"fetch.message.max.bytes": 1_000_000, "queued.max.messages.kbytes": 8_192, "fetch.wait.max.ms": 100}
"""What a look may hold in memory; a broker gives a larger record all the same, alone."""


class KafkaBrowser:
    """Each look is a consumer of its own that joins no group and ends with the look; one more asks for offsets."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._asking = self._consumer()

    def extents(self, topic: str) -> dict[int, Extent]:
        consumer = self._asking  # it never reads, so no answer stands in line behind a fetch
        partitions = _partitions(consumer, topic)
        after = ends(consumer, ((topic, partition) for partition in partitions))
        asked = [TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in partitions]
        first = patiently(
            lambda: all_well(consumer.offsets_for_times(asked, timeout=REQUEST_TIMEOUT_S)),
            f"asking where {topic} begins",
        )
        return {
            place.partition: Extent(
                min(place.offset, after[topic, place.partition]), after[topic, place.partition]
            )
            for place in first
        }

    def look(
        self, topic: str, spans: Mapping[int, Extent], timeout_s: float = 2.0, max_bytes: int = 4_000_000
    ) -> Look:
        deadline = time.monotonic() + timeout_s
        until = {(topic, partition): span.next for partition, span in spans.items() if span.next > span.first}
        reached = {partition: span.next for partition, span in spans.items()}
        if not until:
            return Look([], reached)
        consumer = self._consumer()
        try:
            reader = LogReader(consumer)
            consumer.assign(
                [TopicPartition(topic, partition, spans[partition].first) for _, partition in until]
            )
            records = _taken(reader, until, deadline, max_bytes)
        finally:
            consumer.close()
        for (_, partition), end in until.items():
            start = spans[partition].first
            reached[partition] = min(end, reader.positions.get((topic, partition), start))
        return Look(records, reached)

    def _consumer(self) -> Consumer:
        return Consumer(consumer_config(self._bootstrap, "rumbo.browser") | _FETCH, logger=client_log)


def _taken(
    reader: LogReader, until: Mapping[tuple[str, int], int], deadline: float, max_bytes: int
) -> list[Record]:
    records: list[Record] = []
    size = 0
    while size < max_bytes and not reader.reached(until) and time.monotonic() < deadline:
        for record in reader.take(0.1):
            if record.offset < until[record.topic, record.partition]:
                records.append(record)
                size += len(record.value or b"")
        done = [
            TopicPartition(*place) for place, end in until.items() if reader.positions.get(place, 0) >= end
        ]
        reader.consumer.pause(done)  # others may be far from their ends
    return records


def _partitions(consumer: Consumer, topic: str) -> list[int]:
    try:
        found = consumer.list_topics(topic, timeout=REQUEST_TIMEOUT_S).topics[topic]
    except KafkaException as exc:
        raise translated(exc, f"looking up {topic}") from exc
    if found.error is not None and found.error.code() not in NO_TOPIC:
        raise translated(KafkaException(found.error), f"looking up {topic}")
    if found.error is not None or not found.partitions:
        raise NotFound(f"There is no topic {topic}.", hint="GET /api/v1/topics lists them.")
    return sorted(found.partitions)
