"""What Rumbo wants from a message log. `kafka` and `kafka_worker` adapt Apache Kafka, `memory` is the twin for tests.

Every adapter passes the suite in `tests/contract`. All raise Unavailable where the log does not answer in time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from rumbo.errors import TooLarge
from rumbo.events.topics import CLOCK, DRIVE_GROUP, PLANS

type KeyedValue = tuple[str, bytes]


class Record(NamedTuple):
    """One record of a log. `value` None is a tombstone: the key's row is deleted."""

    topic: str
    partition: int
    offset: int
    timestamp_ms: int
    """Wall time; on topics with LogAppendTime, the moment at which the broker appended it."""
    key: str | None
    value: bytes | None


class Committed(NamedTuple):
    """A group's committed position in a partition: the offset to read next, and a note beside it."""

    offset: int
    metadata: str = ""


class Publisher(Protocol):
    def publish(self, topic: str, key: str, value: bytes | None, timeout_s: float = 10.0) -> Record:
        """Append one record and wait until it is safe on all replicas in sync; return it as appended.

        Raises TooLarge where the topic takes no record of this size, Unavailable where no acknowledgement came
        in time. The error then says whether the record may have been written all the same.
        """
        ...

    def publish_all(
        self, topic: str, records: Sequence[tuple[str, bytes]], timeout_s: float = 10.0
    ) -> list[Record | TooLarge]:
        """Append many records, all under way at once, and wait until all are safe; those of one key in their order.

        For each the record as appended, or TooLarge where the topic takes none of its size: the others are appended
        all the same. Raises Unavailable where an acknowledgement did not come in time; any of them may then have been
        written.
        """
        ...

    def settle(self, timeout_s: float = 10.0) -> None:
        """Wait until nothing is under way any more: what was published before is in the log now, or never will be.

        Raises Unavailable where that is not known in time.
        """
        ...

    def close(self) -> None: ...


class TableReader(Protocol):
    def read_all(self, topic: str, timeout_s: float = 60.0) -> list[Record]:
        """A compacted topic as a table: the newest record of each key, without deleted keys.

        Holds everything appended before the call. Ordered by partition and offset.
        """
        ...

    def read_log(self, topic: str, timeout_s: float = 60.0) -> list[Record]:
        """Every record that a topic still holds, keys as often as they were sent, tombstones too.

        Holds everything appended before the call. Ordered by partition and offset.
        """
        ...


class Tail(Protocol):
    """Follows topics from where it was made (or from given offsets), committed records only."""

    def poll(self, timeout_s: float) -> list[Record]:
        """What has arrived: waits up to `timeout_s` for the first record, never for a second."""
        ...

    def close(self) -> None: ...


class Offsets(Protocol):
    def committed(self, group: str, topic: str) -> dict[int, Committed]:
        """What the group has committed, by partition; a partition without a commit is left out."""
        ...

    def commit(self, group: str, topic: str, offsets: Mapping[int, int | Committed]) -> None:
        """Commit for a group that has no live members."""
        ...

    def end_offsets(self, topic: str) -> dict[int, int]:
        """Offset of the next committed record, by partition; every partition is in it.

        An open transaction holds its partitions' end back until it ends.
        """
        ...

    def topic_id(self, topic: str) -> str:
        """What tells the topic from another of the same name: one that was deleted and made again has a new one."""
        ...


class Extent(NamedTuple):
    """What a partition holds: offsets from `first` on, `next` being that of the next committed record.

    Some offsets between hold no record: transactions' marks, and what compaction took away.
    """

    first: int
    next: int


@dataclass(frozen=True, slots=True)
class Look:
    """Records of some partitions in the order of their partitions' logs. `reached`: the offsets to go on from."""

    records: list[Record]
    reached: dict[int, int]


class Browser(Protocol):
    """Looks into topics that others write, and leaves no trace; committed records only. May be shared by threads."""

    def extents(self, topic: str) -> dict[int, Extent]:
        """By partition, what a topic holds now. Raises NotFound where there is no such topic."""
        ...

    def look(
        self, topic: str, spans: Mapping[int, Extent], timeout_s: float = 2.0, max_bytes: int = 4_000_000
    ) -> Look:
        """Records of the spans (by partition), as many as there are until `timeout_s` or `max_bytes` are used up."""
        ...


@dataclass(slots=True)
class Inflow:
    """What a worker learns in one `catch_up`. To be taken in this order: revoked, assigned, records."""

    revoked: set[int] = field(default_factory=set)
    """Partitions taken away. One in `assigned` too has come back and starts afresh."""
    assigned: dict[int, int | None] = field(default_factory=dict)
    """Partitions given, with their progress: the world time in ms they are driven to, None before the first.
    Their plans follow from the beginning, with it or in later inflows, never before."""
    plans: list[Record] = field(default_factory=list)
    clock: list[Record] = field(default_factory=list)
    complete: bool = False
    """Whether everything that had been appended when `catch_up` was called is in this or an earlier inflow."""


class WorkerLink(Protocol):
    """A drive worker's way in and out: a member of the group that shares out the partitions of the plans."""

    def catch_up(self, timeout_s: float) -> Inflow:
        """Read plans and clock up to where they end now; return after `timeout_s` with what there is.

        Raises Fenced where a newer worker has the same number.
        """
        ...

    def transaction(self, records: Mapping[str, Sequence[KeyedValue]], progress: Mapping[int, int]) -> None:
        """Append all records (by topic) and set the progress of partitions (world time in ms), or do neither.

        Without records only the progress is set. Raises Unavailable where it was undone: catch up, then repeat
        what is still yours; Fenced where this worker must end: another has its place, or nobody can say
        whether the transaction held (its successor reads it from the committed progress).
        """
        ...

    def close(self) -> None:
        """End at once; an open transaction is undone."""
        ...


@dataclass(frozen=True, slots=True)
class WorkerNames:
    """Where a worker finds its inputs, and the group it belongs to."""

    plans: str = PLANS
    clock: str = CLOCK
    group: str = DRIVE_GROUP

    def worker_id(self, name: str | int) -> str:
        """Fixed for each name, so that a restarted worker takes its own place and fences its dead self."""
        return f"{self.group}-{name}"


def progress_to_metadata(world_ms: int) -> str:
    """The note beside a worker's committed offset."""
    return json.dumps({"world_ms": world_ms})


def progress_from_metadata(metadata: str | None) -> int | None:
    """World time in ms that a partition is driven to; None where the note holds none."""
    try:
        return int(json.loads(metadata or "")["world_ms"])
    except (ValueError, KeyError, TypeError):
        return None
