"""A partition that has no leader for a moment is waited for, however the client tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from rumbo.errors import Unavailable
from rumbo.transport.client import ends

NO_LEADER = KafkaError(KafkaError.NOT_LEADER_FOR_PARTITION)


class Refused(TopicPartition):
    @property
    def error(self) -> KafkaError:  # type: ignore[override]  # the client's own is read-only
        return NO_LEADER


class Told:
    """A consumer that gives these answers in turn."""

    def __init__(self, *answers: list[TopicPartition] | KafkaError) -> None:
        self._answers: Iterator[Any] = iter(answers)

    def offsets_for_times(self, asked: list[TopicPartition], timeout: float) -> list[TopicPartition]:
        answer = next(self._answers)
        if isinstance(answer, KafkaError):
            raise KafkaException(answer)
        return cast("list[TopicPartition]", answer)


def test_an_end_is_asked_for_again_while_the_partition_has_no_leader() -> None:
    told = Told(NO_LEADER, [Refused("t", 0, 0)], [TopicPartition("t", 0, 7)])
    assert ends(cast("Consumer", told), [("t", 0)]) == {("t", 0): 7}


def test_what_will_not_pass_is_an_error_at_once() -> None:
    told = Told(KafkaError(KafkaError.TOPIC_AUTHORIZATION_FAILED), [TopicPartition("t", 0, 7)])
    with pytest.raises(Unavailable, match="where the topics end"):
        ends(cast("Consumer", told), [("t", 0)])
