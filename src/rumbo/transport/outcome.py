"""What becomes of a record that was handed to Kafka's client."""

from __future__ import annotations

import threading
from typing import cast

from confluent_kafka import KafkaError, KafkaException, Message

from rumbo.errors import RumboError, TooLarge, Unavailable
from rumbo.transport.client import NO_TOPIC, TIMED_OUT, place_of
from rumbo.transport.port import Record


class Outcome:
    """What became of one record, told by the client's delivery callback."""

    def __init__(self, topic: str, key: str, value: bytes | None) -> None:
        self.topic, self.key, self.value = topic, key, value
        self.done = threading.Event()
        self.refusal: RumboError | None = None
        self.message: Message | None = None

    def settle(self, error: KafkaError | None, message: Message) -> None:
        if error is not None:
            self.refusal = refused(KafkaException(error), self.topic, self.value)
        self.message = message
        self.done.set()

    def record(self) -> Record:
        """The record as appended, once it is acknowledged without an error."""
        message = cast("Message", self.message)
        return Record(*place_of(message), message.timestamp()[1], self.key, self.value)


def refused(exc: Exception, topic: str, value: bytes | None) -> RumboError:
    error = exc.args[0] if isinstance(exc, KafkaException) else None
    if error is None:
        return Unavailable(
            "Too many records wait for Kafka; this one was not written.", hint="Try again later."
        )
    if error.code() in (KafkaError.MSG_SIZE_TOO_LARGE, KafkaError.RECORD_LIST_TOO_LARGE):
        return TooLarge(
            f"A record of {len(value or b'')} bytes is too large for {topic}; it was not written.",
            hint="Use a shorter route or fewer points.",
        )
    if error.code() in NO_TOPIC:
        return Unavailable(f"There is no topic {topic}; nothing was written.", hint="Apply the topics first.")
    maybe = "it may have been written" if error.code() == TIMED_OUT else "it was not written"
    return Unavailable(
        f"Kafka refused a record of {topic} ({error.str()}); {maybe}.", hint="Check that the broker runs."
    )
