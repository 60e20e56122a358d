"""Handing a whole batch to Kafka's client in one call.

`Producer.produce` costs 1.2 to 2 µs a record, most of it for crossing from Python to C and back. librdkafka's own
`rd_kafka_produce_batch` takes an array of pointers, so a batch that lies in contiguous memory costs 0.3 µs a record
and no Python object. The producer stays confluent_kafka's, transactions and all; only this one call goes
past it (ADR 0013). Where the client is not one whose layout is known, records go through `produce` one by one.
"""

from __future__ import annotations

import ctypes
import logging
import platform
import sys
from collections.abc import Callable
from functools import cache
from importlib.metadata import PackageNotFoundError, distribution, version
from typing import Any

import numpy as np
from confluent_kafka import KafkaError, KafkaException, Producer

from rumbo.transport.batch import Batch

log = logging.getLogger(__name__)

KNOWN = frozenset({"2.16.0", "2.16.1"})
"""Versions of confluent_kafka whose Producer begins with the client's handle: PyObject_HEAD, then rd_kafka_t *."""
_HANDLE_AT = 16
_ANY_PARTITION = -1
_LEFT_WITH_US = 0
"""The client neither copies values nor frees them: it reads them where they are when it builds its requests."""
_QUEUE_FULL = KafkaError._QUEUE_FULL  # noqa: SLF001  # as public as the broker's
# rd_kafka_message_t of rdkafka.h, on 64-bit machines.
_MESSAGE = np.dtype(
    {
        "names": ["err", "topic", "partition", "payload", "len", "key", "key_len", "offset", "private"],
        "formats": ["<i4", "<u8", "<i4", "<u8", "<u8", "<u8", "<u8", "<i8", "<u8"],
        "offsets": [0, 8, 16, 24, 32, 40, 48, 56, 64],
        "itemsize": 72,
    }
)
"""Whole: numpy copies fields only, and what lies between would be anything (`private` is called back to)."""


class BulkProducer:
    """Produces batches on a producer of confluent_kafka, for one thread. Keep it as long as the producer."""

    def __init__(self, producer: Producer) -> None:
        self._producer = producer
        self._held: list[Batch] = []
        self._topics: dict[str, int] = {}
        self._library = _library()
        self.is_bulk = self._library is not None
        """Whether batches go over in one call each."""

    def produce(self, topic: str, batch: Batch, when_full: Callable[[], object]) -> None:
        """Queue all records in order. Calls `when_full` (which should poll) while the client's queue has no room.

        The client reads the batch's memory until all is delivered or given up; then call `release`.
        Raises KafkaException as `Producer.produce` does.
        """
        if self._library is None:
            self._one_by_one(topic, batch, when_full)
            return
        self._held.append(batch)
        messages = _messages(batch)
        while len(messages):
            queued = self._library.rd_kafka_produce_batch(
                self._topic(topic), _ANY_PARTITION, _LEFT_WITH_US, messages.ctypes.data, len(messages)
            )
            if queued == len(messages):
                return
            left = messages[messages["err"] != 0]
            refused = left[left["err"] != _QUEUE_FULL]
            if len(refused):
                raise KafkaException(KafkaError(int(refused["err"][0])))
            messages = np.ascontiguousarray(left)
            messages["err"] = 0
            when_full()

    def release(self) -> None:
        """Let go of the batches. Only once the client has nothing of them left: after a flush, a commit or an abort."""
        self._held.clear()

    def close(self) -> None:
        """Let go of the topics' handles."""
        for handle in self._topics.values():
            if self._library is not None:
                self._library.rd_kafka_topic_destroy(handle)
        self._topics = {}

    def _topic(self, topic: str) -> int:
        if topic not in self._topics and self._library is not None:
            client = ctypes.c_void_p.from_address(id(self._producer) + _HANDLE_AT)
            self._topics[topic] = self._library.rd_kafka_topic_new(client, topic.encode(), None)
        return self._topics[topic]

    def _one_by_one(self, topic: str, batch: Batch, when_full: Callable[[], object]) -> None:
        produce = self._producer.produce
        for key, value in batch:
            while True:
                try:
                    produce(topic, value, key)
                    break
                except BufferError:
                    when_full()


def _messages(batch: Batch) -> np.ndarray[Any, Any]:
    """Pointers into the batch's memory, which must stay alive until they have been handed over."""
    messages = np.zeros(len(batch), dtype=_MESSAGE)
    for texts, pointer, length in ((batch.values, "payload", "len"), (batch.keys, "key", "key_len")):
        messages[pointer] = texts.data.ctypes.data + texts.ends[:-1]
        messages[length] = np.diff(texts.ends)
    return messages


@cache
def _library() -> ctypes.CDLL | None:
    """The librdkafka that confluent_kafka has loaded; None where its layout is not known to be ours."""
    usual = sys.implementation.name == "cpython" and sys.maxsize > 2**32 and sys.byteorder == "little"
    free_threaded = getattr(sys, "_is_gil_enabled", lambda: True)() is False
    if not usual or free_threaded or version("confluent-kafka") not in KNOWN or platform.system() != "Linux":
        log.info("Records are handed to this Kafka client one by one")
        return None
    try:
        files = distribution("confluent-kafka").files or []
        found = next(str(file.locate()) for file in files if file.name.startswith("librdkafka"))
        library = ctypes.CDLL(found)
        library.rd_kafka_topic_new.restype = ctypes.c_void_p
        library.rd_kafka_topic_new.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
        library.rd_kafka_topic_destroy.restype = None
        library.rd_kafka_topic_destroy.argtypes = [ctypes.c_void_p]
        library.rd_kafka_produce_batch.argtypes = [
            ctypes.c_void_p, ctypes.c_int32, ctypes.c_int, ctypes.c_void_p, ctypes.c_int,
        ]  # fmt: skip
    except (StopIteration, OSError, AttributeError, PackageNotFoundError):
        log.info("Records are handed to this Kafka client one by one")
        return None
    return library
