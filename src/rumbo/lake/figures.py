"""What the stream says of itself, carried as the metadata of its group's commits so that anybody can read it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields


@dataclass(frozen=True, slots=True)
class StreamFigures:
    """Wall times in ms since the epoch. Renewed with each batch and every few seconds without one."""

    at_ms: int
    """When these figures were written: an old one means that the stream is gone."""
    started_ms: int
    batch_id: int = -1
    last_batch_ms: int | None = None
    """When the last batch with records was safe in the lake."""
    batch_duration_ms: int = 0
    rows_per_s: float = 0.0
    """Landed rows a second over the last ten seconds."""
    rows_landed: Mapping[str, int] = field(default_factory=dict)
    """Rows in each landing table, by table name."""
    behind_since_ms: int | None = None
    """Since when Kafka has held records for it while no batch came to an end; None where it lands all that comes."""
    alerts_trouble: str = ""
    """Why no alerts are found for now, in one line; landing goes on all the same."""

    def to_json(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> StreamFigures | None:
        """The figures in a commit's metadata; None where it holds none."""
        try:
            raw = json.loads(text)
            # Others may be lacking: a stream of an older Rumbo wrote them.
            return cls(**{f.name: raw[f.name] for f in fields(cls) if f.name in raw or f.name in _ALWAYS})
        except (ValueError, KeyError, TypeError):
            return None


_ALWAYS = ("at_ms", "started_ms", "rows_landed")
