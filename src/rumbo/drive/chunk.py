"""A stretch of world time that some shards are driven through in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass

from rumbo.drive.shard import Shard
from rumbo.drive.tick import Records, merged


@dataclass(slots=True)
class Chunk:
    """`moving` says where each shard stands before; `driven` where all shards stand once the chunk is sent."""

    moving: Mapping[Shard, int]
    after_ms: int
    end_ms: int
    driven: Mapping[Shard, int]
    _begun: Future[Records] | None = None

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.after_ms

    def begin(self, executor: Executor) -> None:
        """Compute the records in the background."""
        self._begun = executor.submit(self._compute)

    def records(self) -> Records:
        """The records, computed now unless they have been before."""
        return self._compute() if self._begun is None else self._begun.result()

    def abandon(self) -> None:
        """Nobody wants it any more: returns when nothing reads the shards."""
        if self._begun is not None and not self._begun.cancel():
            wait([self._begun])

    def _compute(self) -> Records:
        return merged([shard.records(at, self.end_ms) for shard, at in self.moving.items()])
