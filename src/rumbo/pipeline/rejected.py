"""The audit's view of landing/rejected: which records there are events that had to be rejected.

A spoilt record often cannot say which event it is (it may be empty, or cut), so records are matched as a multiset:
as often as a key's bytes were to be sent, so often they must stand there. All others are no business of ours, unless
their bytes are those of an event that had to land.
"""

from __future__ import annotations

from collections.abc import Sequence

import orjson
import polars as pl

from rumbo.lake.read import Snapshot
from rumbo.pipeline.expected import EXPECTED, Source, source_number

PLACE = ("kafka_topic", "kafka_partition", "kafka_offset")
EVENT = ["trip_id", "seq"]
_BYTES = ["source", "key", "sent"]
_STATE = {
    "source": pl.Int32(),
    "topic": pl.String(),
    "landed": pl.Boolean(),
    "in_scope": pl.Boolean(),
}
SPOILT = pl.Schema({**EXPECTED, **_STATE})
"""An event that must be rejected, from which source and topic, whether a row of it landed nevertheless, whether it is
due and in the audit's scope."""


class Rejected:
    """All of landing/rejected, in memory: it is small where a fleet is sound, a few percent where it is not."""

    def __init__(self, table: Snapshot, sources: Sequence[Source], trip: str | None) -> None:
        frame = table.scan().select(
            source_number(sources).alias("source"),
            *PLACE,
            pl.col("kafka_key").alias("key"),
            pl.col("payload").alias("sent"),
        )
        rows = frame.collect().sort(*PLACE)
        names = [_name(payload) for payload in rows["sent"]]
        self.rows = rows.with_columns(
            pl.Series("trip_id", [name[0] for name in names], dtype=pl.String),
            pl.Series("seq", [name[1] for name in names], dtype=pl.Int64),
        )
        if trip is not None:
            # Others of the vehicle's records that cannot name their trip stay: they may be this one's.
            self.rows = self.rows.filter(pl.col("trip_id").is_null() | (pl.col("trip_id") == trip))
        self._trip = trip
        self._spoilt: list[pl.DataFrame] = []
        self._used: list[pl.DataFrame] = []

    def claims(self, source: int, trip_ids: Sequence[str]) -> pl.DataFrame:
        """Records that say that they are an event of these trips."""
        return self.rows.filter((pl.col("source") == source) & pl.col("trip_id").is_in(trip_ids))

    def take(self, claims: pl.DataFrame) -> None:
        """These are accounted for."""
        self._used.append(claims.select(PLACE))

    def expect(self, spoilt: pl.DataFrame) -> None:
        """Events that must stand here (schema SPOILT)."""
        if spoilt.height:
            self._spoilt.append(spoilt.select(SPOILT.names()))

    def matched(self) -> tuple[pl.DataFrame, pl.DataFrame, int]:
        """Every expected event, with `kafka_partition` null where there is no record of it.

        Then the records beyond those, of the same bytes, with their `topic`, and the number of those that are not ours.
        """
        spoilt = pl.concat([SPOILT.to_frame(), *self._spoilt]).sort("emit_ms", "copy", maintain_order=True)
        rows = self._free()
        nth = pl.int_range(pl.len()).over(_BYTES).alias("nth")
        spoilt, rows = spoilt.with_columns(nth), rows.with_columns(nth)
        expected = spoilt.join(rows.select(*_BYTES, "nth", *PLACE[1:]), on=[*_BYTES, "nth"], how="left")
        left = rows.join(spoilt, on=[*_BYTES, "nth"], how="anti")
        known = spoilt.filter("in_scope").select(*_BYTES, "topic").unique(_BYTES)
        surplus = left.join(known, on=_BYTES, how="inner")
        if self._trip is not None:
            surplus = surplus.filter(pl.col("trip_id") == self._trip)
        return (
            expected,
            surplus,
            self.rows.height - _height(self._used) - (rows.height - left.height) - surplus.height,
        )

    def _free(self) -> pl.DataFrame:
        rows = self.rows.filter(pl.col("sent").is_not_null())
        return rows.join(pl.concat(self._used), on=PLACE, how="anti") if self._used else rows


def _height(frames: Sequence[pl.DataFrame]) -> int:
    return sum(frame.height for frame in frames)


def _name(payload: bytes | None) -> tuple[str | None, int | None]:
    """The trip and number that a record claims."""
    if not payload:
        return None, None
    try:
        raw = orjson.loads(payload)
        trip_id, seq = raw["trip_id"], raw["seq"]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None, None
    return (
        (trip_id, seq) if isinstance(trip_id, str) and type(seq) is int and 0 <= seq < 2**63 else (None, None)
    )
