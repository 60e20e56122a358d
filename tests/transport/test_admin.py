"""Topics are brought to what is declared, on a real broker."""

from __future__ import annotations

from dataclasses import replace

import pytest
from confluent_kafka.admin import AdminClient

from rumbo.errors import CannotStart, Unavailable
from rumbo.events.topics import TOPICS, Topic
from rumbo.transport.admin import apply_topics, reachable

TOPIC = Topic("admin-test", "", "", 2, (("retention.ms", "1000000"),))


@pytest.mark.jvm
def test_applying_the_declared_topics_again_changes_nothing(kafka: str) -> None:
    assert apply_topics(kafka, TOPICS) == []


@pytest.mark.jvm
def test_a_missing_topic_is_there_with_all_its_partitions_once_applied(kafka: str) -> None:
    assert apply_topics(kafka, [TOPIC]) == ["created admin-test with 2 partitions"]
    assert len(AdminClient({"bootstrap.servers": kafka}).list_topics().topics["admin-test"].partitions) == 2


@pytest.mark.jvm
def test_settings_that_differ_are_altered_and_partitions_grow(kafka: str) -> None:
    before = replace(TOPIC, name="admin-grow")
    apply_topics(kafka, [before])
    after = replace(before, partitions=3, config=(("retention.ms", "2000000"),))
    assert apply_topics(kafka, [after]) == [
        "grew admin-grow from 2 to 3 partitions",
        "set retention.ms=2000000 on admin-grow",
    ]
    assert apply_topics(kafka, [after]) == []


@pytest.mark.jvm
def test_fewer_partitions_than_there_are_is_refused_with_what_to_do(kafka: str) -> None:
    topic = replace(TOPIC, name="admin-shrink")
    apply_topics(kafka, [topic])
    with pytest.raises(CannotStart, match="cannot remove partitions"):
        apply_topics(kafka, [replace(topic, partitions=1)])


@pytest.mark.jvm
def test_a_topic_of_keyed_records_never_grows_because_keys_would_move(kafka: str) -> None:
    topic = replace(TOPIC, name="admin-keyed", config=(("cleanup.policy", "compact"),))
    apply_topics(kafka, [topic])
    with pytest.raises(CannotStart, match="declared") as refused:
        apply_topics(kafka, [replace(topic, partitions=3)])
    assert "one partition" in refused.value.hint


def test_nobody_listening_is_not_reachable_and_found_out_at_once() -> None:
    assert not reachable("127.0.0.1:1", 5.0)


def test_topics_cannot_be_applied_to_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rumbo.transport.admin.REQUEST_TIMEOUT_S", 0.2)
    with pytest.raises(Unavailable, match="could not be applied"):
        apply_topics("127.0.0.1:1", TOPICS)
