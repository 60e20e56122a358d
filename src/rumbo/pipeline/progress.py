"""Tells Kafka how far the lake is: the stream's group commits what is durable in every table, never more.

Spark commits no offsets of its own. The commit carries the stream's figures as metadata; it is renewed without
news too, so that a reader can tell an idle stream from a dead one.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence

from rumbo.errors import Unavailable
from rumbo.events.topics import STREAM_GROUP
from rumbo.lake.figures import StreamFigures
from rumbo.pipeline.checkpoint import TopicOffsets
from rumbo.pipeline.failures import LONGEST
from rumbo.transport.port import Committed, Offsets

log = logging.getLogger(__name__)

HEARTBEAT_MS = 5_000
RATE_WINDOW_MS = 10_000


class Progress:
    """Holds what has landed and publishes it. `committed`: where the checkpoint stood at the start."""

    def __init__(
        self,
        offsets: Offsets,
        ends: TopicOffsets,
        committed: TopicOffsets,
        rows: Mapping[str, int],
        now_ms: Callable[[], int],
    ) -> None:
        self._offsets = offsets
        self._now_ms = now_ms
        self.committed: TopicOffsets = {
            topic: {p: committed.get(topic, {}).get(p, 0) for p in partitions}
            for topic, partitions in ends.items()
        }
        self.rows = dict(rows)
        self.figures = StreamFigures(now_ms(), now_ms(), rows_landed=rows)
        self._recent: deque[tuple[int, int]] = deque()
        self._published_ms = -HEARTBEAT_MS
        self._behind_since_ms: int | None = None
        self.alerts_trouble = ""

    def batch_done(
        self, batch_id: int, duration_ms: int, ended: TopicOffsets, rows: Mapping[str, int]
    ) -> None:
        """A batch is durable in every table and in the checkpoint; `rows` it landed, by table."""
        now = self._now_ms()
        for topic, partitions in ended.items():
            self.committed.setdefault(topic, {}).update(partitions)
        for name, count in rows.items():
            self.rows[name] = self.rows.get(name, 0) + count
        landed = sum(rows.values())
        self._recent.append((now, landed))
        self._behind_since_ms = None
        last_ms = now if landed else self.figures.last_batch_ms
        self._renew(now, batch_id=batch_id, last_batch_ms=last_ms, batch_duration_ms=duration_ms)
        self._publish()

    def beat(self) -> None:
        """Publish again if the last time is long ago, and whether something waits that no batch takes."""
        if self._now_ms() - self._published_ms >= HEARTBEAT_MS:
            self._look_behind()
            self._renew(self._now_ms())
            self._publish()

    def _look_behind(self) -> None:
        try:
            ends = end_offsets(self._offsets, tuple(self.committed))
        except Unavailable:
            return  # who cannot ask Kafka does not know; that Kafka is away shows elsewhere
        if self.covers(ends):
            self._behind_since_ms = None
        elif self._behind_since_ms is None:
            self._behind_since_ms = self._now_ms()

    def covers(self, ends: TopicOffsets) -> bool:
        return all(
            self.committed.get(topic, {}).get(partition, 0) >= end
            for topic, partitions in ends.items()
            for partition, end in partitions.items()
        )

    def idle_ms(self) -> int:
        """Time since the last batch with records."""
        return self._now_ms() - (self.figures.last_batch_ms or self.figures.started_ms)

    def _renew(
        self,
        now: int,
        *,
        batch_id: int | None = None,
        last_batch_ms: int | None = None,
        batch_duration_ms: int | None = None,
    ) -> None:
        while self._recent and self._recent[0][0] <= now - RATE_WINDOW_MS:
            self._recent.popleft()
        old = self.figures
        self.figures = StreamFigures(
            at_ms=now,
            started_ms=old.started_ms,
            batch_id=old.batch_id if batch_id is None else batch_id,
            last_batch_ms=old.last_batch_ms if last_batch_ms is None else last_batch_ms,
            batch_duration_ms=old.batch_duration_ms if batch_duration_ms is None else batch_duration_ms,
            rows_per_s=round(sum(rows for _, rows in self._recent) * 1000 / RATE_WINDOW_MS, 1),
            rows_landed=dict(self.rows),
            behind_since_ms=self._behind_since_ms,
            alerts_trouble=self.alerts_trouble[:LONGEST],
        )

    def _publish(self) -> None:
        self._published_ms = self._now_ms()
        note = self.figures.to_json()
        try:
            for topic, partitions in self.committed.items():
                self._offsets.commit(
                    STREAM_GROUP, topic, {p: Committed(at, note) for p, at in partitions.items()}
                )
        except Unavailable as exc:  # the next beat tries again; the rows are safe all the same
            log.warning("The stream's progress could not be published: %s", exc)


def end_offsets(offsets: Offsets, topics: Sequence[str]) -> TopicOffsets:
    return {topic: offsets.end_offsets(topic) for topic in topics}
