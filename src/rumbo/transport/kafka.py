"""Apache Kafka behind the ports of everybody but the drive worker (see `kafka_worker` for that)."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Self

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]  # not in its __all__

from rumbo.errors import TooLarge, Unavailable
from rumbo.events.topics import MAX_PLAN_BYTES
from rumbo.transport.client import (
    REQUEST_TIMEOUT_S,
    LogReader,
    Place,
    all_well,
    client_log,
    consumer_config,
    ends,
    partitions_of,
    patiently,
    producer_config,
    translated,
)
from rumbo.transport.outcome import Outcome, refused
from rumbo.transport.port import Committed, Record

_RECORD_OVERHEAD = 64 * 1024
_COMMIT_ATTEMPT_S = 2.0
"""The admin client asks three times for a coordinator that is still being made, then waits out its time for nothing
(librdkafka 2.16): a short attempt, made again, is answered as soon as it can be."""


class KafkaPublisher:
    """`Publisher` on Kafka; may be shared by threads."""

    def __init__(self, bootstrap: str) -> None:
        config = producer_config(bootstrap, "rumbo.publisher")
        # Retried without end inside the client: how long to wait is for each caller to say, and what has become of a
        # record is never unknown for good.
        config |= {
            "message.max.bytes": MAX_PLAN_BYTES + _RECORD_OVERHEAD,
            "linger.ms": 0,
            "message.timeout.ms": 0,
        }
        self._producer = Producer(config, logger=client_log)
        self._closing = threading.Event()
        # One thread serves all acknowledgements, so that no caller waits in another's poll.
        self._acks = threading.Thread(target=self._serve_acks, name="kafka-acks", daemon=True)
        self._acks.start()

    def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:
        found = self._awaited(self._sent(topic, key, value), time.monotonic() + timeout_s)
        if isinstance(found, TooLarge):
            raise found
        return found

    def publish_all(
        self, topic: str, records: Sequence[tuple[str, bytes]], timeout_s: float = 10.0
    ) -> list[Record | TooLarge]:
        deadline = time.monotonic() + timeout_s
        under_way = [self._sent(topic, key, value) for key, value in records]
        return [self._awaited(outcome, deadline) for outcome in under_way]

    def _sent(self, topic: str, key: str, value: bytes | None) -> Outcome:
        outcome = Outcome(topic, key, value)
        try:
            self._producer.produce(topic, value=value, key=key.encode(), on_delivery=outcome.settle)
        except (KafkaException, BufferError) as exc:
            outcome.refusal = refused(exc, topic, value)
            outcome.done.set()
        return outcome

    def _awaited(self, outcome: Outcome, deadline: float) -> Record | TooLarge:
        """What became of a record. Raises Unavailable where that is not known by the deadline (of `time.monotonic`)."""
        if not outcome.done.wait(max(0.0, deadline - time.monotonic())):
            raise Unavailable(
                f"Kafka did not acknowledge a record of {outcome.topic} in time; it may still be written.",
                hint="Settle, then read the topic, before publishing it again.",
            )
        if isinstance(outcome.refusal, TooLarge):
            return outcome.refusal
        if outcome.refusal is not None:
            raise outcome.refusal
        return outcome.record()

    def settle(self, timeout_s: float = 10.0) -> None:
        if self._producer.flush(timeout_s):
            raise Unavailable(
                f"Kafka has not said within {timeout_s:g} s what became of an earlier record.",
                hint="Check that the broker runs.",
            )

    def close(self) -> None:
        """Wait a moment for what is under way, then end."""
        self._producer.flush(2.0)
        self._closing.set()
        self._acks.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _serve_acks(self) -> None:
        while not self._closing.is_set():
            self._producer.poll(0.1)


class KafkaTableReader:
    """`TableReader` on Kafka. Each call reads the whole topic."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap

    def read_all(self, topic: str, timeout_s: float = 60.0) -> list[Record]:
        return newest_of_each_key(self.read_log(topic, timeout_s))

    def read_log(self, topic: str, timeout_s: float = 60.0) -> list[Record]:
        deadline = time.monotonic() + timeout_s
        consumer = Consumer(consumer_config(self._bootstrap, "rumbo.table"), logger=client_log)
        try:
            reader = LogReader(consumer)
            partitions = partitions_of(consumer, topic, min(timeout_s, REQUEST_TIMEOUT_S))
            until = ends(consumer, ((topic, partition) for partition in partitions))
            starts = [TopicPartition(t, p, OFFSET_BEGINNING) for (t, p), end in until.items() if end > 0]
            consumer.assign(starts)
            records = reader.take_to(until, deadline)
        finally:
            consumer.close()
        return sorted(records, key=lambda record: (record.partition, record.offset))


def newest_of_each_key(records: Iterable[Record]) -> list[Record]:
    """The table that a log stands for, ordered by partition and offset."""
    newest = {(r.partition, r.key): r for r in sorted(records, key=lambda r: (r.partition, r.offset))}
    return sorted((r for r in newest.values() if r.value is not None), key=lambda r: (r.partition, r.offset))


class KafkaTail:
    """`Tail` on Kafka. Goes on by itself after the broker was away; for one thread.

    `start` gives the offset to begin with by (topic, partition); the others begin at their end.
    """

    def __init__(
        self, bootstrap: str, topics: Iterable[str], start: Mapping[Place, int] | None = None
    ) -> None:
        self._consumer = Consumer(consumer_config(bootstrap, "rumbo.tail"), logger=client_log)
        self._reader = LogReader(self._consumer)
        try:
            places = [(topic, p) for topic in topics for p in partitions_of(self._consumer, topic)]
            # Offsets and not "the end": a connection that is made late, or again, must not skip anything.
            begin = ends(self._consumer, places) | dict(start or {})
        except Unavailable:
            self._consumer.close()
            raise
        self._consumer.assign([TopicPartition(topic, p, offset) for (topic, p), offset in begin.items()])

    def poll(self, timeout_s: float) -> list[Record]:
        deadline = time.monotonic() + timeout_s
        while True:
            left = deadline - time.monotonic()
            records = self._reader.take(max(0.0, left))
            if records or left <= 0:  # an end-of-partition mark wakes the client too, but is no news
                return records

    def close(self) -> None:
        self._consumer.close()


class KafkaOffsets:
    """`Offsets` on Kafka; may be shared by threads."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._admin = _admin(bootstrap)
        self._partitions: dict[str, int] = {}
        self._members: dict[str, Consumer] = {}
        self._lock = threading.Lock()

    def committed(self, group: str, topic: str) -> dict[int, Committed]:
        asked = [TopicPartition(topic, partition) for partition in range(self._count(topic))]
        reader = self._reader_of(group)
        found = patiently(
            lambda: all_well(reader.committed(asked, timeout=REQUEST_TIMEOUT_S)),
            f"reading the progress of {group}",
        )
        return {p.partition: Committed(p.offset, p.metadata or "") for p in found if p.offset >= 0}

    def _reader_of(self, group: str) -> Consumer:
        """A consumer that names the group, but never joins it.

        The admin client's own call for this kills the process when it is answered that the group's
        coordinator is loading or has moved (librdkafka 2.16 takes it for a consumer's).
        """
        with self._lock:
            if group not in self._members:
                config = consumer_config(self._bootstrap, "rumbo.offsets", group)
                self._members[group] = Consumer(config, logger=client_log)
            return self._members[group]

    def commit(self, group: str, topic: str, offsets: Mapping[int, int | Committed]) -> None:
        wanted = [
            TopicPartition(topic, partition, at.offset, at.metadata)
            if isinstance(at, Committed)
            else TopicPartition(topic, partition, at)
            for partition, at in offsets.items()
        ]
        patiently(lambda: self._commit(group, wanted), f"committing the progress of {group}")

    def _commit(self, group: str, wanted: list[TopicPartition]) -> None:
        try:
            (future,) = self._admin.alter_consumer_group_offsets(
                [ConsumerGroupTopicPartitions(group, wanted)], request_timeout=_COMMIT_ATTEMPT_S
            ).values()
            all_well(_answer(future).topic_partitions)
        except KafkaException:
            # The old one would go on asking a coordinator that has moved.
            self._admin = _admin(self._bootstrap)
            raise

    def end_offsets(self, topic: str) -> dict[int, int]:
        latest = OffsetSpec.latest()  # type: ignore[no-untyped-call]  # the package types it not
        spec = {TopicPartition(topic, p): latest for p in range(self._count(topic))}

        def ask() -> dict[int, int]:
            futures = self._admin.list_offsets(
                spec, isolation_level=IsolationLevel.READ_COMMITTED, request_timeout=REQUEST_TIMEOUT_S
            )
            return {place.partition: _answer(future).offset for place, future in futures.items()}

        return patiently(ask, f"asking where {topic} ends")

    def topic_id(self, topic: str) -> str:
        def ask() -> str:
            answers = self._admin.describe_topics(TopicCollection([topic]), request_timeout=REQUEST_TIMEOUT_S)
            return str(_answer(answers[topic]).topic_id)

        return patiently(ask, f"looking up {topic}")

    def _count(self, topic: str) -> int:
        """Partitions of a topic; asked once, they do not change while Rumbo runs."""
        if topic not in self._partitions:
            try:
                found = self._admin.list_topics(topic, timeout=REQUEST_TIMEOUT_S).topics[topic]
            except KafkaException as exc:
                raise translated(exc, f"looking up {topic}") from exc
            if found.error is not None or not found.partitions:
                raise Unavailable(
                    f"There is no topic {topic}.", hint="Apply the topics first; `rumbo up` does."
                )
            self._partitions[topic] = len(found.partitions)
        return self._partitions[topic]


def _admin(bootstrap: str) -> AdminClient:
    return AdminClient({"bootstrap.servers": bootstrap, "client.id": "rumbo.offsets"}, logger=client_log)


def _answer[T](future: Future[T]) -> T:
    """What the admin client was told. Its own time-out comes first, unless this machine is very busy."""
    try:
        return future.result(REQUEST_TIMEOUT_S)
    except TimeoutError as exc:
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT)) from exc  # noqa: SLF001
