"""Landed rows, laid out by trip: so that the audit of many trips reads a table once, and not once for each chunk.

A small table is held in memory. A large one is copied to a scratch folder, in as many files as its rows need: a trip's
rows are in one file, and trips that are near each other by `place` are in the same or the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import polars as pl
import pyarrow as pa

from rumbo.events.fields import EventType
from rumbo.lake.tables import EVENT_DATE

ROWS_A_SHELF = 200_000
ROWS_A_BATCH = 100_000
_ALL = 1 << 64
_FILES_AT_ONCE = 500
_LAID = ("source", "trip_id", "seq", "kafka_partition", "kafka_offset", "there", "typed_there")


def place(trip_ids: Sequence[str]) -> pl.Series:
    """Where trips stand on the shelves, 64-bit numbers: who asks for rows in this order reads a file once or twice."""
    return pl.Series("trip_id", trip_ids, dtype=pl.String).hash()


def fingerprint(event: EventType) -> pl.Expr:
    """A landed row's typed columns as one number: equal for equal columns, and hardly ever for others."""
    names = (*event.names, "kafka_key", EVENT_DATE)
    return pl.struct(pl.col(name).to_physical() for name in names).hash()


class Shelves:
    """The rows of one landing table, as `_LAID`: with the payload's bytes (`there`) and the columns' fingerprint.

    `source` numbers the sources (an expression of `kafka_topic`), `rows` is how many there are. Files go to `folder`,
    which is the caller's to remove.
    """

    def __init__(
        self, event: EventType, scan: pl.LazyFrame, rows: int, source: pl.Expr, folder: Path
    ) -> None:
        self.rows = 0
        self.count = min(_FILES_AT_ONCE, 1 + rows // ROWS_A_SHELF)
        self._width = _ALL // self.count + 1
        self._folder = folder
        laid = scan.select(
            source.cast(pl.Int32).alias("source"), "trip_id", "seq", "kafka_partition", "kafka_offset",
            pl.col("payload").cast(pl.Binary).alias("there"), fingerprint(event).alias("typed_there"),
        )  # fmt: skip
        self._held = laid.clear().collect()
        if self.count == 1:
            self._held = laid.collect(engine="streaming")
            self.rows = self._held.height
        else:
            self._lay_out(laid)

    def of_trips(self, source: int, trip_ids: Sequence[str]) -> pl.DataFrame:
        """A source's rows of these trips, with the number of the trip in the list as `trip`, in Kafka's order."""
        trips = pl.DataFrame({"trip_id": trip_ids}, schema={"trip_id": pl.String}).with_row_index("trip")
        mine = pl.col("source") == source
        parts = [self._held] if self.count == 1 else [self._file(n) for n in self._numbers(trip_ids)]
        rows = pl.concat([part.filter(mine).join(trips, on="trip_id", how="inner") for part in parts])
        return rows.drop("source").sort("kafka_partition", "kafka_offset")

    def strangers(self, known: pl.DataFrame) -> pl.DataFrame:
        """Some rows of trips that are not among the known ones (`source`, `trip_id`)."""
        parts = [self._held] if self.count == 1 else (self._file(number) for number in range(self.count))
        for part in parts:
            found = part.join(known, on=["source", "trip_id"], how="anti")
            if found.height:
                return found
        return self._held.clear()

    def _numbers(self, trip_ids: Sequence[str]) -> list[int]:
        return sorted((place(trip_ids) // self._width).unique().to_list())

    def _file(self, number: int) -> pl.DataFrame:
        path = self._path(number)
        return pl.read_ipc(path) if path.exists() else self._held.clear()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:04d}.arrow"

    def _lay_out(self, laid: pl.LazyFrame) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        writers: dict[int, pa.RecordBatchFileWriter] = {}
        options = pa.ipc.IpcWriteOptions(compression="lz4")
        number = (pl.col("trip_id").hash() // self._width).alias("number")
        with ExitStack() as stack:
            for batch in laid.collect_batches(
                chunk_size=ROWS_A_BATCH, maintain_order=False, engine="streaming"
            ):
                self.rows += batch.height
                parts = batch.with_columns(number).partition_by("number", as_dict=True, include_key=False)
                for (shelf,), part in parts.items():
                    table = part.to_arrow(compat_level=pl.CompatLevel.oldest())
                    if shelf not in writers:
                        new = pa.ipc.new_file(str(self._path(int(shelf))), table.schema, options=options)
                        writers[int(shelf)] = stack.enter_context(new)
                    writers[int(shelf)].write_table(table)
