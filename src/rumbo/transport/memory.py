"""The in-memory twin of Kafka for tests: same contract, same placement of keys, no waiting and no threads of its own.

One `MemoryKafka` stands for a cluster; the adapters take it where the real ones take a bootstrap string.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Self

from rumbo.errors import Fenced, TooLarge, Unavailable
from rumbo.events.topics import TOPICS, Topic
from rumbo.transport.port import (
    Committed,
    Inflow,
    KeyedValue,
    Record,
    WorkerNames,
    progress_from_metadata,
    progress_to_metadata,
)
from rumbo.transport.wall import wall_ms


class MemoryKafka:
    """Topics, groups and workers in memory. `now_ms` gives the append time; setting `down` cuts everybody off."""

    def __init__(self, topics: Iterable[Topic] = TOPICS, now_ms: Callable[[], int] = wall_ms) -> None:
        self.topics = {topic.name: topic for topic in topics}
        self.logs: dict[str, list[list[Record]]] = {
            topic.name: [[] for _ in range(topic.partitions)] for topic in self.topics.values()
        }
        self.now_ms = now_ms
        self.down = False
        self.offsets: dict[tuple[str, str], dict[int, Committed]] = {}
        self.members: dict[str, dict[str, MemoryWorkerLink]] = {}
        """By group, the present link of each worker id."""
        self.changed = threading.Condition(threading.RLock())

    def partitions(self, topic: str) -> list[list[Record]]:
        """A topic's logs, by partition. Raises Unavailable as a cluster would."""
        if self.down:
            raise Unavailable(
                "Kafka does not answer; nothing was written.", hint="Check that the broker runs."
            )
        if topic not in self.logs:
            raise Unavailable(f"There is no topic {topic}.", hint="Apply the topics first; `rumbo up` does.")
        return self.logs[topic]

    def append(self, topic: str, key: str, value: bytes | None) -> Record:
        with self.changed:
            logs = self.partitions(topic)
            limit = int(dict(self.topics[topic].config).get("max.message.bytes", 1_048_588))
            if value is not None and len(value) > limit:
                raise TooLarge(
                    f"A record of {len(value)} bytes is too large for {topic}; it was not written.",
                    hint="Use a shorter route or fewer points.",
                )
            partition = partition_of(key, len(logs))
            record = Record(topic, partition, len(logs[partition]), self.now_ms(), key, value)
            logs[partition].append(record)
            self.changed.notify_all()
            return record

    def share_out(self, names: WorkerNames) -> None:
        """Give the partitions to the group's members, moving as few as possible."""
        members = sorted(self.members.get(names.group, {}).items())
        count = len(self.logs[names.plans])
        for place, (_, member) in enumerate(members):
            member.wanted = {p for p in range(count) if p % len(members) == place}


class MemoryPublisher:
    """`Publisher` in memory."""

    def __init__(self, kafka: MemoryKafka) -> None:
        self._kafka = kafka

    def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:  # noqa: ARG002 - answers at once
        return self._kafka.append(topic, key, value)

    def publish_all(
        self, topic: str, records: Sequence[tuple[str, bytes]], timeout_s: float = 10.0
    ) -> list[Record | TooLarge]:
        outcomes: list[Record | TooLarge] = []
        for key, value in records:
            try:
                outcomes.append(self.publish(topic, key, value, timeout_s))
            except TooLarge as exc:
                outcomes.append(exc)
        return outcomes

    def settle(self, timeout_s: float = 10.0) -> None:
        """Nothing is ever under way here."""

    def close(self) -> None:
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class MemoryTableReader:
    """`TableReader` in memory."""

    def __init__(self, kafka: MemoryKafka) -> None:
        self._kafka = kafka

    def read_all(self, topic: str, timeout_s: float = 60.0) -> list[Record]:  # noqa: ARG002 - answers at once
        with self._kafka.changed:
            newest = {(r.partition, r.key): r for log in self._kafka.partitions(topic) for r in log}
        return sorted(
            (r for r in newest.values() if r.value is not None), key=lambda r: (r.partition, r.offset)
        )

    def read_log(self, topic: str, timeout_s: float = 60.0) -> list[Record]:  # noqa: ARG002 - answers at once
        with self._kafka.changed:
            return [record for log in self._kafka.partitions(topic) for record in log]


class MemoryTail:
    """`Tail` in memory. While the cluster is down it waits, as the real one does."""

    def __init__(
        self, kafka: MemoryKafka, topics: Iterable[str], start: Mapping[tuple[str, int], int] | None = None
    ) -> None:
        self._kafka = kafka
        with kafka.changed:
            self._next = {(t, p): len(log) for t in topics for p, log in enumerate(kafka.partitions(t))}
        self._next |= dict(start or {})

    def poll(self, timeout_s: float) -> list[Record]:
        with self._kafka.changed:
            self._kafka.changed.wait_for(self._has_news, timeout_s)
            return self._take() if self._has_news() else []

    def close(self) -> None:
        return None

    def _has_news(self) -> bool:
        return not self._kafka.down and any(
            len(self._kafka.logs[t][p]) > at for (t, p), at in self._next.items()
        )

    def _take(self) -> list[Record]:
        taken = [r for (t, p), at in self._next.items() for r in self._kafka.logs[t][p][at:]]
        self._next = {(t, p): len(self._kafka.logs[t][p]) for t, p in self._next}
        return taken


class MemoryOffsets:
    """`Offsets` in memory."""

    def __init__(self, kafka: MemoryKafka) -> None:
        self._kafka = kafka

    def committed(self, group: str, topic: str) -> dict[int, Committed]:
        with self._kafka.changed:
            self._kafka.partitions(topic)
            return dict(self._kafka.offsets.get((group, topic), {}))

    def commit(self, group: str, topic: str, offsets: Mapping[int, int | Committed]) -> None:
        with self._kafka.changed:
            self._kafka.partitions(topic)
            known = self._kafka.offsets.setdefault((group, topic), {})
            known |= {p: at if isinstance(at, Committed) else Committed(at) for p, at in offsets.items()}

    def end_offsets(self, topic: str) -> dict[int, int]:
        with self._kafka.changed:
            return {p: len(log) for p, log in enumerate(self._kafka.partitions(topic))}

    def topic_id(self, topic: str) -> str:
        with self._kafka.changed:
            self._kafka.partitions(topic)
            return f"memory-{topic}"


class MemoryWorkerLink:
    """`WorkerLink` in memory. A new link with the same name fences the one before."""

    def __init__(self, kafka: MemoryKafka, name: str | int, names: WorkerNames | None = None) -> None:
        self._kafka = kafka
        self._names = names or WorkerNames()
        self._id = self._names.worker_id(name)
        self._next: dict[int, int] = {}
        self._clock_next = 0
        self.wanted: set[int] = set()
        """Partitions that the group gives to this member; it learns of it in `catch_up`."""
        with kafka.changed:
            kafka.partitions(self._names.plans)
            kafka.members.setdefault(self._names.group, {})[self._id] = self
            kafka.share_out(self._names)

    def catch_up(self, timeout_s: float) -> Inflow:  # noqa: ARG002 - answers at once
        with self._kafka.changed:
            self._check_place()
            logs = self._kafka.partitions(self._names.plans)
            clock = self._kafka.partitions(self._names.clock)[0]
            inflow = Inflow(revoked=set(self._next) - self.wanted)
            for partition in inflow.revoked:
                del self._next[partition]
            committed = self._kafka.offsets.get((self._names.group, self._names.plans), {})
            for partition in self._free() - set(self._next):
                note = committed.get(partition)
                inflow.assigned[partition] = progress_from_metadata(note.metadata) if note else None
                self._next[partition] = 0
            inflow.plans = [record for p, at in self._next.items() for record in logs[p][at:]]
            inflow.clock = clock[self._clock_next :]
            self._next = {p: len(logs[p]) for p in self._next}
            self._clock_next = len(clock)
            inflow.complete = bool(self._next)
            return inflow

    def transaction(self, records: Mapping[str, Sequence[KeyedValue]], progress: Mapping[int, int]) -> None:
        with self._kafka.changed:
            self._check_place()
            if not set(progress) <= set(self._next):
                raise Unavailable("A partition is another worker's now; nothing was written.")
            for topic in (*records, self._names.plans):
                self._kafka.partitions(topic)
            for topic, pairs in records.items():
                for key, value in pairs:
                    self._kafka.append(topic, key, value)
            known = self._kafka.offsets.setdefault((self._names.group, self._names.plans), {})
            known |= {
                p: Committed(self._next[p], progress_to_metadata(world)) for p, world in progress.items()
            }

    def leave(self) -> None:
        """The member's session ends: its partitions go to the others."""
        with self._kafka.changed:
            members = self._kafka.members[self._names.group]
            if members.get(self._id) is self:
                del members[self._id]
                self._kafka.share_out(self._names)
            self._next = {}

    def close(self) -> None:
        return None

    def holds(self, partition: int) -> bool:
        return partition in self._next

    def _free(self) -> set[int]:
        """Those given to this member that no other member still holds."""
        others = [m for m in self._kafka.members[self._names.group].values() if m is not self]
        return {p for p in self.wanted if not any(other.holds(p) for other in others)}

    def _check_place(self) -> None:
        if self._kafka.members[self._names.group].get(self._id) is not self:
            raise Fenced("Another worker with the same name took over.", hint="End this one.")


def partition_of(key: str, partitions: int) -> int:
    """Where Kafka's clients put a key: murmur2 (Austin Appleby's, seed 0x9747b28c), sign bit cleared, modulo."""
    data, mask, m = key.encode(), 0xFFFFFFFF, 0x5BD1E995
    h = 0x9747B28C ^ len(data)
    whole = len(data) - len(data) % 4
    for at in range(0, whole, 4):
        k = int.from_bytes(data[at : at + 4], "little") * m & mask
        k = (k ^ k >> 24) * m & mask
        h = h * m & mask ^ k
    if rest := data[whole:]:
        h = (h ^ int.from_bytes(rest, "little")) * m & mask
    h = (h ^ h >> 13) * m & mask
    return ((h ^ h >> 15) & 0x7FFFFFFF) % partitions
