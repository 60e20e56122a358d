"""What must be true of the cluster before anybody works with it: it answers, and the topics are as declared."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Iterable
from typing import Any

from confluent_kafka import KafkaException
from confluent_kafka.admin import (  # type: ignore[attr-defined]  # it re-exports without saying so
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewPartitions,
    NewTopic,
    ResourceType,
    TopicMetadata,
)

from rumbo.errors import CannotStart, Unavailable
from rumbo.events.topics import TOPICS, Topic

log = logging.getLogger(__name__)
_client_log = logging.getLogger("rumbo.transport.librdkafka")
REQUEST_TIMEOUT_S = 15.0


def reachable(bootstrap: str, timeout_s: float = 1.0) -> bool:
    """Whether a broker at `bootstrap` answers a metadata request with at least one live broker."""
    if not any(_accepts(address, timeout_s) for address in bootstrap.split(",")):
        return False  # a refused connection is known at once, the client would wait out its timeout
    try:
        return bool(_client(bootstrap).list_topics(timeout=timeout_s).brokers)
    except KafkaException:
        return False


def apply_topics(bootstrap: str, topics: Iterable[Topic] = TOPICS, replication: int = 1) -> list[str]:
    """Create the missing topics and bring the others' partitions and settings to what is declared.

    Returns one line a change, in the declared order; nothing to do is an empty list.
    Raises CannotStart where a topic has more partitions than declared (Kafka cannot take any away),
    Unavailable where the cluster does not answer.
    """
    admin, wanted = _client(bootstrap), tuple(topics)
    try:
        there = admin.list_topics(timeout=REQUEST_TIMEOUT_S).topics
        done: list[str] = []
        for topic in wanted:
            if topic.name not in there:
                done += _create(admin, topic, replication)
                continue
            done += _grow(admin, topic, len(there[topic.name].partitions))
            done += _alter(admin, topic)
        if done:
            _wait_visible(admin, wanted)
    except KafkaException as exc:
        raise Unavailable(
            f"The topics could not be applied at {bootstrap}: {exc.args[0].str()}.",
            hint="Check that the broker runs and that this user may create topics.",
        ) from exc
    for line in done:
        log.info(line)
    return done


def _client(bootstrap: str) -> AdminClient:
    config: dict[str, Any] = {"bootstrap.servers": bootstrap, "client.id": "rumbo.admin"}
    return AdminClient(config, logger=_client_log)


def _accepts(address: str, timeout_s: float) -> bool:
    host, _, port = address.strip().rpartition(":")
    try:
        socket.create_connection((host.strip("[]"), int(port)), timeout_s).close()
    except (OSError, ValueError):
        return False
    return True


def _create(admin: AdminClient, topic: Topic, replication: int) -> list[str]:
    new = NewTopic(topic.name, topic.partitions, replication, config=dict(topic.config))
    _wait(admin.create_topics([new], request_timeout=REQUEST_TIMEOUT_S))
    return [f"created {topic.name} with {topic.partitions} partitions"]


def _grow(admin: AdminClient, topic: Topic, partitions: int) -> list[str]:
    if partitions == topic.partitions:
        return []
    if partitions > topic.partitions:
        raise CannotStart(
            f"Topic {topic.name} has {partitions} partitions, but {topic.partitions} are declared.",
            hint="Kafka cannot remove partitions: declare as many, or delete the topic and its data.",
        )
    if ("cleanup.policy", "compact") in topic.config:
        raise CannotStart(
            f"Topic {topic.name} has {partitions} partitions, but {topic.partitions} are declared.",
            hint="A key's records must stay in one partition: declare as many as there are, or start with a new "
            "data folder.",
        )
    _wait(admin.create_partitions([NewPartitions(topic.name, topic.partitions)]))
    return [f"grew {topic.name} from {partitions} to {topic.partitions} partitions"]


def _alter(admin: AdminClient, topic: Topic) -> list[str]:
    resource = ConfigResource(ResourceType.TOPIC, topic.name)
    (future,) = admin.describe_configs([resource]).values()
    there = future.result(REQUEST_TIMEOUT_S)
    differing = {name: value for name, value in topic.config if there[name].value != value}
    if not differing:
        return []
    changes = [
        ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
        for name, value in differing.items()
    ]
    resource = ConfigResource(ResourceType.TOPIC, topic.name, incremental_configs=changes)
    _wait(admin.incremental_alter_configs([resource]))
    return [f"set {name}={value} on {topic.name}" for name, value in differing.items()]


def _wait_visible(admin: AdminClient, topics: Iterable[Topic]) -> None:
    """The controller answers before the brokers know: wait until every partition has a leader there."""
    deadline = time.monotonic() + REQUEST_TIMEOUT_S
    while True:
        there = admin.list_topics(timeout=REQUEST_TIMEOUT_S).topics
        missing = [topic.name for topic in topics if not _is_led(there.get(topic.name), topic.partitions)]
        if not missing:
            return
        if time.monotonic() > deadline:
            raise Unavailable(
                f"The topics {', '.join(missing)} got no leader.", hint="Check the brokers' logs."
            )
        time.sleep(0.02)


def _is_led(found: TopicMetadata | None, partitions: int) -> bool:
    if found is None or found.error is not None or len(found.partitions) != partitions:
        return False
    return all(partition.leader >= 0 for partition in found.partitions.values())


def _wait(futures: dict[Any, Any]) -> None:
    for future in futures.values():
        future.result(REQUEST_TIMEOUT_S)
