"""What a job of the stream makes of a topic, written exactly once: records and the job's progress in one transaction.

As Kafka Streams does it: the offsets of the input that the records came of are committed in the transaction that
carries them. Who starts with the same name fences the one before, undoes what it left open, and then reads how far
it surely got.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from rumbo.errors import Unavailable
from rumbo.transport.client import (
    all_well,
    client_log,
    consumer_config,
    producer_config,
    start_transactions,
    translated,
)
from rumbo.transport.port import Committed, KeyedValue

TRANSACTION_TIMEOUT_MS = 30_000
CALL_TIMEOUT_S = 10.0
START_TIMEOUT_S = 60.0


class KafkaOutlet:
    """For one thread. `group` names the job: its transactions and the group that holds its progress.

    Any error leaves it unusable: make a new one, which knows whether the last transaction held.
    """

    def __init__(self, bootstrap: str, group: str) -> None:
        self._group = group
        self._consumer = Consumer(consumer_config(bootstrap, f"{group}-progress", group), logger=client_log)
        self._producer = Producer(
            producer_config(bootstrap, group)
            | {"transactional.id": group, "transaction.timeout.ms": TRANSACTION_TIMEOUT_MS},
            logger=client_log,
        )
        try:
            start_transactions(
                self._producer, f"starting the transactions of {group}", CALL_TIMEOUT_S, START_TIMEOUT_S
            )
        except Unavailable:
            self._consumer.close()
            raise

    def committed(self, topic: str, partitions: Sequence[int]) -> dict[int, int]:
        """The offset up to which each partition of the input is done; 0 where none is committed."""
        asked = [TopicPartition(topic, partition) for partition in partitions]
        try:
            found = all_well(self._consumer.committed(asked, timeout=CALL_TIMEOUT_S))
        except KafkaException as exc:
            raise translated(exc, f"reading the progress of {self._group}") from exc
        return {place.partition: max(0, place.offset) for place in found}

    def write(
        self, records: Mapping[str, Sequence[KeyedValue]], topic: str, done: Mapping[int, Committed]
    ) -> None:
        """Append all records, by topic, and commit that `topic` is done up to the offsets, or do neither.

        Raises Unavailable where that is not known, Fenced where another has taken over.
        """
        places = [TopicPartition(topic, p, at.offset, at.metadata) for p, at in done.items()]
        try:
            self._producer.begin_transaction()
            for name, pairs in records.items():
                for key, value in pairs:
                    self._produce(name, key, value)
            self._producer.send_offsets_to_transaction(
                places, self._consumer.consumer_group_metadata(), CALL_TIMEOUT_S
            )
            self._commit()
        except KafkaException as exc:
            with contextlib.suppress(KafkaException):
                self._producer.abort_transaction(CALL_TIMEOUT_S)
            raise translated(exc, f"writing what {self._group} has found") from exc

    def close(self) -> None:
        with contextlib.suppress(KafkaException):
            self._producer.abort_transaction(1.0)
        self._consumer.close()

    def _produce(self, topic: str, key: str, value: bytes) -> None:
        while True:
            try:
                self._producer.produce(topic, value, key.encode())
                return
            except BufferError:  # the client's queue is full
                self._producer.poll(0.05)

    def _commit(self) -> None:
        """The client flushes first. A time-out may be followed by the same call, which goes on with it."""
        deadline = time.monotonic() + TRANSACTION_TIMEOUT_MS / 1000
        while True:
            try:
                self._producer.commit_transaction(CALL_TIMEOUT_S)
                return
            except KafkaException as exc:
                if not exc.args[0].retriable():
                    raise
                if time.monotonic() > deadline:
                    raise Unavailable(
                        f"It is not known whether a transaction of {self._group} held.",
                        hint="The next start finds out and goes on from there.",
                    ) from exc
