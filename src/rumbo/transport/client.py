"""What the Kafka adapters share: settings of the client, its errors as ours, and reading up to an end."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from confluent_kafka import (
    OFFSET_END,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)

from rumbo.errors import Fenced, Unavailable
from rumbo.transport.port import Record

QUIET_S = 30.0


class Repeats(logging.Filter):
    """Lets one message of a kind through in QUIET_S: a broker that is away would else fill the log."""

    def __init__(self) -> None:
        super().__init__()
        self._last: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        kind, now = re.sub(r"\d+", "#", record.getMessage()), time.monotonic()
        if now - self._last.get(kind, -QUIET_S) < QUIET_S:
            return False
        self._last[kind] = now
        return True


log = logging.getLogger(__name__)
client_log = logging.getLogger("rumbo.transport.librdkafka")
client_log.addFilter(Repeats())
REQUEST_TIMEOUT_S = 15.0
_PAUSE_S = 0.05
BATCH = 10_000
"""Records taken from the client in one go; they are in its memory already."""

type Place = tuple[str, int]
"""Topic and partition."""

# librdkafka's own codes carry an underscore; they are as public as the broker's.
END_OF_PARTITION = KafkaError._PARTITION_EOF  # noqa: SLF001
NO_TOPIC = frozenset({KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_OR_PART})  # noqa: SLF001
TIMED_OUT = KafkaError._MSG_TIMED_OUT  # noqa: SLF001
FATAL = KafkaError._FATAL  # noqa: SLF001
_FENCED = frozenset(
    {
        KafkaError._FENCED,  # noqa: SLF001
        KafkaError.FENCED_INSTANCE_ID,
        KafkaError.INVALID_PRODUCER_EPOCH,
        KafkaError.PRODUCER_FENCED,
        KafkaError.INVALID_PRODUCER_ID_MAPPING,
    }
)

_PASSING = frozenset(
    {
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError.UNSTABLE_OFFSET_COMMIT,
        KafkaError.UNKNOWN_TOPIC_OR_PART,
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.FENCED_LEADER_EPOCH,
        KafkaError.UNKNOWN_LEADER_EPOCH,
        KafkaError.OFFSET_NOT_AVAILABLE,
        KafkaError._TIMED_OUT,  # noqa: SLF001
    }
)
"""What is answered for a moment after a broker has started or a topic was made, or while a dead worker's transaction
is open. `KafkaError.retriable()` does not tell: it is false for all of them outside transactions."""


def consumer_config(bootstrap: str, client_id: str, group: str = "rumbo.reader") -> dict[str, Any]:
    """A consumer that commits nothing by itself and sees committed records only.

    That goes for its group's offsets too: the client then asks for stable ones (KIP-447), and the coordinator answers
    from its whole log, never from a state that it has loaded in part.
    """
    return {
        "bootstrap.servers": bootstrap,
        "client.id": client_id,
        "group.id": group,
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
        "enable.partition.eof": True,
        "reconnect.backoff.max.ms": 1000,
    }


def producer_config(bootstrap: str, client_id: str) -> dict[str, Any]:
    """A producer whose records are neither lost nor doubled, placed as Kafka's own clients place them."""
    return {
        "bootstrap.servers": bootstrap,
        "client.id": client_id,
        "enable.idempotence": True,
        "acks": "all",
        "partitioner": "murmur2_random",
        "compression.type": "lz4",
        "linger.ms": 2,
        "reconnect.backoff.max.ms": 1000,
    }


def translated(exc: KafkaException, doing: str) -> Unavailable:
    """The client's error as Rumbo's: Fenced where another has taken this one's place, else Unavailable."""
    error = exc.args[0]
    if is_fenced(error):
        return Fenced(f"Another worker with the same number took over while {doing}.", hint="End this one.")
    if error.code() == FATAL or error.fatal():
        return Fenced(f"Kafka's client cannot go on {doing}: {error.str()}.", hint="End this process.")
    return Unavailable(f"Kafka failed while {doing}: {error.str()}.", hint="Check that the broker runs.")


def start_transactions(producer: Producer, doing: str, call_s: float, within_s: float) -> None:
    """Make a transactional producer ready: it fences one of its name and undoes what that left open.

    Raises Fenced or Unavailable, with `doing`, where that does not happen within `within_s`.
    """
    deadline = time.monotonic() + within_s
    while True:
        try:
            producer.init_transactions(call_s)
            return
        except KafkaException as exc:
            if not exc.args[0].retriable() or time.monotonic() > deadline:
                raise translated(exc, doing) from exc
            log.info("Transactions are not ready yet: %s", exc.args[0].str())


def is_fenced(error: KafkaError) -> bool:
    return error.code() in _FENCED


def all_well(places: list[TopicPartition]) -> list[TopicPartition]:
    """The places as they are. Raises KafkaException where the broker refused one.

    It refuses partition by partition, and the client mostly raises nothing: unread, a refused commit looks done, and a
    progress that cannot be read looks like one that was never made.
    """
    for place in places:
        if place.error is not None:
            raise KafkaException(place.error)
    return places


def patiently[T](ask: Callable[[], T], doing: str) -> T:
    """The answer, asked for again while what stands in its way will pass. Raises Unavailable at last."""
    deadline = time.monotonic() + REQUEST_TIMEOUT_S
    while True:
        try:
            return ask()
        except KafkaException as exc:
            if exc.args[0].code() not in _PASSING or time.monotonic() > deadline:
                raise translated(exc, doing) from exc
            time.sleep(_PAUSE_S)


def partitions_of(consumer: Consumer, topic: str, timeout_s: float = REQUEST_TIMEOUT_S) -> list[int]:
    """The topic's partitions. Raises Unavailable where the topic is not there or nobody answers."""
    try:
        found = consumer.list_topics(topic, timeout=timeout_s).topics[topic]
    except KafkaException as exc:
        raise translated(exc, f"looking up {topic}") from exc
    if found.error is not None or not found.partitions:
        raise Unavailable(f"There is no topic {topic}.", hint="Apply the topics first; `rumbo up` does.")
    return sorted(found.partitions)


def ends(consumer: Consumer, places: Iterable[Place]) -> dict[Place, int]:
    """Offset of the next committed record of each place, asked of the brokers now, all in one request.

    A timestamp of -1 means the end in Kafka's protocol; this costs 0.3 ms where the admin client takes 2. The consumer
    must not be reading: the answer would stand in line behind a fetch that waits half a second for records.
    """
    asked = [TopicPartition(topic, partition, OFFSET_END) for topic, partition in places]
    if not asked:
        return {}
    answers = patiently(
        lambda: all_well(consumer.offsets_for_times(asked, timeout=REQUEST_TIMEOUT_S)),
        "asking where the topics end",
    )
    return {(answer.topic, answer.partition): answer.offset for answer in answers}


class LogReader:
    """A consumer that knows how far it has read each partition, across gaps that compaction leaves."""

    def __init__(self, consumer: Consumer) -> None:
        self.consumer = consumer
        self.positions: dict[Place, int] = {}

    def reached(self, ends: Mapping[Place, int]) -> bool:
        return all(self.positions.get(place, 0) >= end for place, end in ends.items())

    def take(self, timeout_s: float) -> list[Record]:
        """What has arrived; waits up to `timeout_s` for the first message. Runs rebalance callbacks."""
        try:
            first = self.consumer.poll(timeout_s) if timeout_s > 0 else None
            messages = [] if first is None else [first]
            # Only what is there already: waiting for a full batch would cost the whole time-out.
            messages += self.consumer.consume(BATCH, timeout=0)
        except KafkaException as exc:
            raise translated(exc, "reading") from exc
        records = []
        for message in messages:  # many, so each is asked only for what a record is made of
            if (error := message.error()) is not None:
                self._note(error, message)
                continue
            topic, partition, offset = place_of(message)
            self.positions[topic, partition] = offset + 1
            value, stamp = message.value(), message.timestamp()[1]
            records.append(Record(topic, partition, offset, stamp, _text(message.key()), _bytes(value)))
        return records

    def take_to(self, ends: Mapping[Place, int], deadline: float) -> list[Record]:
        """Everything up to `ends`. Raises Unavailable at the deadline (of `time.monotonic`)."""
        records: list[Record] = []
        while not self.reached(ends):
            if time.monotonic() > deadline:
                raise Unavailable(
                    "Kafka did not deliver everything in time.", hint="Check that the broker runs."
                )
            records += self.take(0.1)
        return records

    def _note(self, error: KafkaError, message: Message) -> None:
        """Take notice of a partition's end. Raises where reading cannot go on."""
        if error.code() == END_OF_PARTITION:
            topic, partition, offset = place_of(message)
            self.positions[topic, partition] = offset
            return
        if error.code() == FATAL or error.fatal() or is_fenced(error):
            raise translated(KafkaException(error), "reading")
        client_log.warning("Reading goes on after: %s", error.str())


def place_of(message: Message) -> tuple[str, int, int]:
    """Topic, partition and offset of a message that has been in a log (one that has not lacks them)."""
    return cast("tuple[str, int, int]", (message.topic(), message.partition(), message.offset()))


def _text(key: str | bytes | None) -> str | None:
    return key.decode(errors="replace") if isinstance(key, bytes) else key


def _bytes(value: str | bytes | None) -> bytes | None:
    return value.encode() if isinstance(value, str) else value
