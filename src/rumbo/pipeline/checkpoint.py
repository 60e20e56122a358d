"""The stream's checkpoint as Spark keeps it, read through Spark's own file systems."""

from __future__ import annotations

import json
from typing import Any

from pyspark.sql import SparkSession

from rumbo.pipeline.failures import broken_checkpoint

type TopicOffsets = dict[str, dict[int, int]]
"""Topic -> partition -> offset to read next."""


def parse_offsets(text: str) -> TopicOffsets:
    """Offsets as Spark's Kafka source writes them: {"topic": {"0": 12}}."""
    return {topic: {int(p): int(at) for p, at in by.items()} for topic, by in json.loads(text).items()}


class Checkpoint:
    """A checkpoint folder, and beside it small files of our own (`seen`, `topics`).

    What is read of it raises CannotStart where it is broken.
    """

    def __init__(self, session: SparkSession, path: str) -> None:
        self.path = path
        self._jvm: Any = session._jvm  # noqa: SLF001  # PySpark's one way to Hadoop's file systems
        self._fs: Any = self._path(path).getFileSystem(session._jsc.hadoopConfiguration())  # noqa: SLF001  # as above
        self._seen_path = f"{path}-seen.json"
        self._topics_path = f"{path}-topics.json"

    def query_id(self) -> str | None:
        """The query's id, for as long as this checkpoint lives; None where there is no checkpoint."""
        text = self._read(f"{self.path}/metadata")
        try:
            return None if text is None else str(json.loads(text)["id"])
        except (ValueError, LookupError, TypeError) as exc:
            raise broken_checkpoint(self.path, "its file metadata is broken") from exc

    def last_batch(self) -> int | None:
        """Number of the newest batch that was begun."""
        return max(self._numbers("offsets"), default=None)

    def committed(self) -> TopicOffsets:
        """Where the newest finished batch ended; empty before the first."""
        done = max(self._numbers("commits"), default=None)
        if done is None:
            return {}
        try:
            return parse_offsets((self._read(f"{self.path}/offsets/{done}") or "").splitlines()[2])
        except (ValueError, LookupError, TypeError, AttributeError) as exc:
            raise broken_checkpoint(self.path, f"its file offsets/{done} is broken or missing") from exc

    def set_aside(self, suffix: str) -> str:
        """Move the checkpoint out of the way; returns where to."""
        target = f"{self.path}.{suffix}"
        self._fs.rename(self._path(self.path), self._path(target))
        return target

    def seen(self) -> dict[tuple[str, int], int]:
        """What `remember_seen` wrote, else nothing."""
        text = self._read(self._seen_path)
        return {(topic, partition): offset for topic, partition, offset in json.loads(text)} if text else {}

    def remember_seen(self, seen: dict[tuple[str, int], int]) -> None:
        """Keep across restarts which offsets were in the lake before this checkpoint; nothing forgets it."""
        if not seen:
            self._fs.delete(self._path(self._seen_path), False)
            return
        self._write(self._seen_path, json.dumps([[*place, offset] for place, offset in seen.items()]))

    def topics(self) -> dict[str, str]:
        """The ids of the topics from which the lake was fed; those that `remember_topics` wrote."""
        text = self._read(self._topics_path)
        return {str(topic): str(given) for topic, given in json.loads(text).items()} if text else {}

    def remember_topics(self, ids: dict[str, str]) -> None:
        """Keep them for as long as the landing place, whatever becomes of the checkpoint."""
        if ids != self.topics():
            self._write(self._topics_path, json.dumps(ids))

    def _path(self, text: str) -> Any:
        return self._jvm.org.apache.hadoop.fs.Path(text)

    def _numbers(self, folder: str) -> list[int]:
        path = self._path(f"{self.path}/{folder}")
        if not self._fs.exists(path):
            return []
        names = [status.getPath().getName() for status in self._fs.listStatus(path)]
        return [int(name) for name in names if name.isdecimal()]

    def _write(self, path: str, text: str) -> None:
        out = self._fs.create(self._path(path), True)
        try:
            out.write(bytearray(text.encode()))
        finally:
            out.close()

    def _read(self, path: str) -> str | None:
        if not self._fs.exists(self._path(path)):
            return None
        stream = self._fs.open(self._path(path))
        try:
            return str(self._jvm.org.apache.commons.io.IOUtils.toString(stream, "UTF-8"))
        finally:
            stream.close()
