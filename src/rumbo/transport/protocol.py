"""The few requests of Kafka's protocol that a transactional writer makes.

Versions are fixed: ones that brokers from 2.5 to 4 all have (`NEEDED`), so that nothing is negotiated. Requests and
answers are as Kafka's own message definitions say (clients/src/main/resources/common/message).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from confluent_kafka import KafkaError

from rumbo.transport.message import (
    ADD_OFFSETS,
    ADD_PARTITIONS,
    API_VERSIONS,
    COMMIT_OFFSETS,
    END,
    FIND_COORDINATOR,
    INIT_PRODUCER_ID,
    METADATA,
    NEEDED,
    PRODUCE,
    In,
    Out,
)

GROUP, TRANSACTIONS = 0, 1
"""Kinds of coordinators."""


class Address(NamedTuple):
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a consumer group, as it was when the partitions were its own."""

    group: str
    generation: int
    member_id: str
    instance_id: str | None

    @classmethod
    def of(cls, told: bytes) -> Member:
        """From what librdkafka's `consumer_group_metadata_write` makes. Raises ValueError where it is not that."""
        if not told.startswith(b"CGMDv2:"):
            raise ValueError("This Kafka client tells of its group in a way that is not known here.")
        group, member_id, rest = told[11:].split(b"\0", 2)
        instance = None if rest[:1] == b"\1" else rest[1:].rstrip(b"\0").decode()
        return cls(
            group.decode(), int.from_bytes(told[7:11], "little", signed=True), member_id.decode(), instance
        )


@dataclass(frozen=True, slots=True)
class Producer:
    """A transactional id with the number and epoch that the coordinator gave it; -1 before the first."""

    name: str
    producer_id: int = -1
    epoch: int = -1

    def begin(self, key: int) -> Out:
        """The beginning that requests of a transaction have."""
        return Out(key).text(self.name).number("qh", self.producer_id, self.epoch)


@dataclass(frozen=True, slots=True)
class Cluster:
    nodes: Mapping[int, Address]
    leaders: Mapping[str, Mapping[int, int]]
    """Topic -> partition -> node."""


def api_versions() -> Out:
    return Out(API_VERSIONS)


def lacking(answer: In) -> list[int]:
    """Requests that the broker does not take in the version needed."""
    answer.number("h")
    known = {}
    for _ in range(answer.count()):
        key, least, most = (answer.number("h") for _ in range(3))
        known[key] = range(least, most + 1)
    return [key for key, version in NEEDED.items() if version not in known.get(key, ())]


def metadata(topics: Sequence[str]) -> Out:
    out = Out(METADATA).count(len(topics))
    for topic in topics:
        out.text(topic)
    return out.number("?", False)


def read_metadata(answer: In) -> tuple[int, Cluster]:
    """The first error of a topic or a partition, 0 where there is none, and the cluster."""
    answer.number("i")
    nodes = {}
    for _ in range(answer.count()):
        node, host, port = answer.number("i"), answer.text(), answer.number("i")
        answer.text()
        nodes[node] = Address(host, port)
    answer.text()
    answer.number("i")
    errors, leaders = [], {}
    for _ in range(answer.count()):
        errors.append(answer.number("h"))
        topic, found = answer.text(), dict[int, int]()
        answer.number("b")
        for _ in range(answer.count()):
            errors.append(answer.number("h"))
            partition = answer.number("i")
            found[partition] = answer.number("i")
            for _ in range(2):
                for _ in range(answer.count()):
                    answer.number("i")
        leaders[topic] = found
    return _first(errors), Cluster(nodes, leaders)


def find_coordinator(name: str, kind: int) -> Out:
    return Out(FIND_COORDINATOR).text(name).number("b", kind)


def read_coordinator(answer: In) -> tuple[int, Address]:
    answer.number("i")
    error = answer.number("h")
    answer.text()
    answer.number("i")
    return error, Address(answer.text(), answer.number("i"))


def init_producer(producer: Producer, timeout_ms: int) -> Out:
    out = Out(INIT_PRODUCER_ID).text(producer.name).number("i", timeout_ms)
    return out.number("qh", producer.producer_id, producer.epoch).tags()


def read_init(answer: In, name: str) -> tuple[int, Producer]:
    answer.number("i")
    error = answer.number("h")
    return error, Producer(name, answer.number("q"), answer.number("h"))


def add_partitions(producer: Producer, topics: Mapping[str, Sequence[int]]) -> Out:
    out = producer.begin(ADD_PARTITIONS).count(len(topics))
    for topic, partitions in topics.items():
        out.text(topic).count(len(partitions)).number(f"{len(partitions)}i", *partitions)
    return out


def add_offsets(producer: Producer, group: str) -> Out:
    return producer.begin(ADD_OFFSETS).text(group)


def end(producer: Producer, *, commit: bool) -> Out:
    return producer.begin(END).number("?", commit)


def read_error(answer: In) -> int:
    """Of an answer that has one error."""
    answer.number("i")
    return answer.number("h")


def commit_offsets(
    producer: Producer, member: Member, topic: str, offsets: Mapping[int, tuple[int, str]]
) -> Out:
    """`offsets`: partition -> the offset to read next, and a note."""
    out = Out(COMMIT_OFFSETS).text(producer.name).text(member.group)
    out.number("qhi", producer.producer_id, producer.epoch, member.generation)
    out.text(member.member_id).text(member.instance_id).count(1).text(topic).count(len(offsets))
    for partition, (offset, note) in offsets.items():
        # confluent_kafka ends notes with a zero byte, and reads beyond those that have none.
        out.number("iqi", partition, offset, -1).text(note + "\0").tags()
    return out.tags().tags()


def read_errors(answer: In) -> int:
    """Of an answer that has one for each partition: the first that is one, else 0."""
    answer.number("i")
    errors = []
    for _ in range(answer.count()):
        answer.text()
        for _ in range(answer.count()):
            answer.number("i")
            errors.append(answer.number("h"))
            answer.tags()
        answer.tags()
    return _first(errors)


def _first(errors: list[int]) -> int:
    """The first that says why: one partition's keeps others from being attempted."""
    found = sorted((e for e in errors if e), key=lambda e: e == KafkaError.OPERATION_NOT_ATTEMPTED)
    return found[0] if found else 0


def produce(name: str, timeout_ms: int, topics: Mapping[str, Mapping[int, memoryview]]) -> Out:
    """Topic -> partition -> a batch, which is sent from where it lies."""
    out = Out(PRODUCE).text(name).number("hi", -1, timeout_ms).count(len(topics))
    for topic, batches in topics.items():
        out.text(topic).count(len(batches))
        for partition, batch in batches.items():
            out.number("ii", partition, len(batch)).raw(batch)
    return out


def read_produced(answer: In) -> int:
    """The first error, else 0."""
    errors = []
    for _ in range(answer.count()):
        answer.text()
        for _ in range(answer.count()):
            answer.number("i")
            errors.append(answer.number("h"))
            for _ in range(3):
                answer.number("q")
    return _first(errors)
