"""`Browser` on the in-memory twin."""

from __future__ import annotations

from collections.abc import Mapping

from rumbo.errors import NotFound
from rumbo.transport.memory import MemoryKafka
from rumbo.transport.port import Extent, Look, Record


class MemoryBrowser:
    def __init__(self, kafka: MemoryKafka) -> None:
        self._kafka = kafka

    def extents(self, topic: str) -> dict[int, Extent]:
        with self._kafka.changed:
            if not self._kafka.down and topic not in self._kafka.logs:
                raise NotFound(f"There is no topic {topic}.", hint="GET /api/v1/topics lists them.")
            return {p: Extent(0, len(log)) for p, log in enumerate(self._kafka.partitions(topic))}

    def look(
        self,
        topic: str,
        spans: Mapping[int, Extent],
        timeout_s: float = 2.0,  # noqa: ARG002 - answers at once
        max_bytes: int = 4_000_000,
    ) -> Look:
        with self._kafka.changed:
            logs = self._kafka.partitions(topic)
            records: list[Record] = []
            reached = {partition: span.next for partition, span in spans.items()}
            size = 0
            for partition, span in spans.items():
                for record in logs[partition][span.first : span.next]:
                    if size >= max_bytes:
                        reached[partition] = min(reached[partition], record.offset)
                        break
                    records.append(record)
                    size += len(record.value or b"")
            return Look(records, reached)
