"""Tables read without Spark, each pinned to one version."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from urllib.parse import unquote

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from rumbo.errors import Unavailable
from rumbo.lake.broken_log import broken, damaged_commit
from rumbo.lake.places import Lake
from rumbo.lake.refusals import explain
from rumbo.lake.storage import is_remote, storage_options
from rumbo.lake.tables import Column, ColumnType, TableSpec

_POLARS: dict[ColumnType, pl.DataType] = {
    ColumnType.STRING: pl.String(),
    ColumnType.BINARY: pl.Binary(),
    ColumnType.INTEGER: pl.Int32(),
    ColumnType.LONG: pl.Int64(),
    ColumnType.DOUBLE: pl.Float64(),
    ColumnType.TIMESTAMP: pl.Datetime("us", "UTC"),
    ColumnType.DATE: pl.Date(),
}


def polars_schema(spec: TableSpec) -> pl.Schema:
    return polars_columns(spec.columns)


def polars_columns(columns: Iterable[Column]) -> pl.Schema:
    return pl.Schema({column.name: _POLARS[column.type] for column in columns})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One version of a table; a table that nobody has written yet is empty and has version None."""

    spec: TableSpec
    version: int | None
    _table: DeltaTable | None
    _days: tuple[str, tuple[str, ...]] | None = None

    def of_days(self, column: str, days: Iterable[date]) -> Snapshot:
        """The same version with the rows of some days only, whose files alone `local_files` and `scan` then name.

        `column` is one that the table is partitioned by.
        """
        return replace(self, _days=(column, tuple(day.isoformat() for day in days)))

    def rows(self) -> int:
        """Number of rows, from the Delta log's statistics; data files are read only where they lack them."""
        if self._table is None:
            return 0
        counts = pl.DataFrame(self._table.get_add_actions(flatten=True))
        if counts.is_empty():
            return 0
        if "num_records" in counts.columns and counts["num_records"].null_count() == 0:
            return int(counts["num_records"].sum())
        return int(self.scan().select(pl.len()).collect().item())

    def transaction_version(self, app_id: str) -> int | None:
        """The newest transaction that an application has recorded in the table's log."""
        return None if self._table is None else self._table.transaction_version(app_id)

    def files(self) -> int:
        return 0 if self._table is None else len(self._table.file_uris())

    def lacks_columns(self) -> bool:
        """Whether the table is not there, or lacks declared columns: an older Rumbo made it."""
        if self._table is None:
            return True
        return not set(self.spec.names) <= {field.name for field in self._table.schema().fields}

    def rows_by(self, partition: str) -> dict[str, int]:
        """Rows by the value of a partition column, as text, from the Delta log where it has them."""
        if self._table is None:
            return {}
        adds = pl.DataFrame(self._table.get_add_actions(flatten=True))
        if adds.is_empty():
            return {}
        if "num_records" not in adds.columns or adds["num_records"].null_count():
            return {
                str(day): rows
                for day, rows in self.scan().group_by(partition).len().collect().iter_rows()
                if day is not None
            }
        counts = adds.group_by(f"partition.{partition}").agg(pl.col("num_records").sum())
        return {str(day): int(rows) for day, rows in counts.iter_rows() if day is not None}

    def size_bytes(self) -> int:
        """What the files of this version come to; older versions' files are not in it."""
        if self._table is None:
            return 0
        adds = pl.DataFrame(self._table.get_add_actions(flatten=True))
        return 0 if adds.is_empty() else int(adds["size_bytes"].sum())

    def committed(self) -> datetime | None:
        """When this version was written, by the writer's clock; None where the log no longer tells."""
        if self._table is None:
            return None
        commit = next(iter(self._table.history(1)), {})
        moment_ms = commit.get("timestamp")
        return None if moment_ms is None else datetime.fromtimestamp(moment_ms / 1000, UTC)

    def local_files(self) -> list[str]:
        """The Parquet files of this version as paths on this machine; none where they are in an account.

        All columns but the partitions' are in them, and every row of them belongs to the version: tables here have
        no deletion vectors.
        """
        if self._table is None or "://" in self._table.table_uri.removeprefix("file://"):
            return []
        only = None if self._days is None else [(self._days[0], "in", list(self._days[1]))]
        return [
            unquote(uri.removeprefix("file://")) for uri in self._table.file_uris(file_pruning_predicate=only)
        ]

    def scan(self) -> pl.LazyFrame:
        """The rows as a lazy frame with the declared columns in order; those that an older table lacks are null."""
        schema = polars_schema(self.spec)
        if self._table is None:
            return pl.LazyFrame(schema=schema)
        uri = self._table.table_uri
        # polars takes an escaped path (a space in a folder's name) literally, and has a client of accounts of its own,
        # which would want the secret a second time.
        if "%" in uri or is_remote(uri):
            frame = pl.scan_pyarrow_dataset(self._table.to_pyarrow_dataset())
        else:
            frame = pl.scan_delta(self._table)
        if self._days is not None:
            frame = frame.filter(pl.col(self._days[0]).cast(pl.String).is_in(self._days[1]))
        there = set(frame.collect_schema().names())
        lacking = [pl.lit(None).alias(name) for name in self.spec.names if name not in there]
        return frame.with_columns(lacking).select(self.spec.names).cast(schema)

    def arrow(self) -> pa.Table:
        """All rows in memory; for DuckDB and small tables."""
        return self.scan().collect().to_arrow(compat_level=pl.CompatLevel.oldest())


def open_table(lake: Lake, spec: TableSpec, version: int | None = None) -> Snapshot:
    """A table at a version, the newest where none is given.

    Raises Unavailable where there is a table that cannot be read, or not at that version.
    """
    path = lake.table_path(spec)
    options = storage_options(path, lake.access)
    try:
        table = DeltaTable(path, version=version, storage_options=options)
    except TableNotFoundError:
        return Snapshot(spec, None, None)
    except (DeltaError, OSError, ValueError) as exc:
        if (commit := damaged_commit(path)) is not None:
            raise broken(spec, commit) from exc
        at = "" if version is None else f" at version {version}"
        raise explain(exc, lake, path, "read") or Unavailable(
            f"The table {spec.layer}/{spec.name} cannot be read{at}.", hint=lake.access.hidden_in(str(exc))
        ) from exc
    return Snapshot(spec, table.version(), table)
