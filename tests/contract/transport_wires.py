"""The adapters that the transport suite runs on: each wire makes its own topics and every part of the port."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Protocol

from rumbo.events.topics import Topic
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader, KafkaTail
from rumbo.transport.kafka_browser import KafkaBrowser
from rumbo.transport.kafka_worker import KafkaWorkerLink
from rumbo.transport.memory import (
    MemoryKafka,
    MemoryOffsets,
    MemoryPublisher,
    MemoryTableReader,
    MemoryTail,
    MemoryWorkerLink,
)
from rumbo.transport.memory_browser import MemoryBrowser
from rumbo.transport.port import Browser, Offsets, Publisher, TableReader, Tail, WorkerLink, WorkerNames

_numbers = itertools.count()
_COMPACT = (("cleanup.policy", "compact"), ("message.timestamp.type", "LogAppendTime"))


class Wire(Protocol):
    """One adapter with topics of its own: `names` for a worker, `events` for what it sends."""

    names: WorkerNames
    events: str

    def publisher(self) -> Publisher: ...
    def tables(self) -> TableReader: ...
    def tail(self, topics: list[str], start: Mapping[tuple[str, int], int] | None = None) -> Tail: ...
    def offsets(self) -> Offsets: ...
    def browser(self) -> Browser: ...
    def link(self, number: int) -> WorkerLink: ...


def _topics() -> tuple[WorkerNames, str, list[Topic]]:
    prefix = f"contract-{next(_numbers)}"
    names = WorkerNames(f"{prefix}.plans", f"{prefix}.clock", f"{prefix}.drive")
    topics = [
        Topic(names.plans, "", "", 3, (*_COMPACT, ("max.message.bytes", "2000000"))),
        Topic(names.clock, "", "", 1, _COMPACT),
        Topic(f"{prefix}.events", "", "", 3, ()),
    ]
    return names, f"{prefix}.events", topics


class MemoryWire:
    def __init__(self) -> None:
        self.names, self.events, topics = _topics()
        self.kafka = MemoryKafka(topics)

    def publisher(self) -> Publisher:
        return MemoryPublisher(self.kafka)

    def tables(self) -> TableReader:
        return MemoryTableReader(self.kafka)

    def tail(self, topics: list[str], start: Mapping[tuple[str, int], int] | None = None) -> Tail:
        return MemoryTail(self.kafka, topics, start)

    def offsets(self) -> Offsets:
        return MemoryOffsets(self.kafka)

    def browser(self) -> Browser:
        return MemoryBrowser(self.kafka)

    def link(self, number: int) -> WorkerLink:
        return MemoryWorkerLink(self.kafka, number, self.names)


class KafkaWire:
    def __init__(self, bootstrap: str, closing: ExitStack) -> None:
        self.names, self.events, topics = _topics()
        self._bootstrap = bootstrap
        self._closing = closing
        apply_topics(bootstrap, topics)

    def publisher(self) -> Publisher:
        return self._closing.enter_context(KafkaPublisher(self._bootstrap))

    def tables(self) -> TableReader:
        return KafkaTableReader(self._bootstrap)

    def tail(self, topics: list[str], start: Mapping[tuple[str, int], int] | None = None) -> Tail:
        tail = KafkaTail(self._bootstrap, topics, start)
        self._closing.callback(tail.close)
        return tail

    def offsets(self) -> Offsets:
        return KafkaOffsets(self._bootstrap)

    def browser(self) -> Browser:
        return KafkaBrowser(self._bootstrap)

    def link(self, number: int) -> WorkerLink:
        link = KafkaWorkerLink(self._bootstrap, number, self.names)
        self._closing.callback(link.close)
        return link


def kafka_wire(bootstrap: str) -> Iterator[Wire]:
    with ExitStack() as closing:
        yield KafkaWire(bootstrap, closing)
