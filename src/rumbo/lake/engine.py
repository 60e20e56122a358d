"""DuckDB over tables of the lake: it can read these and nothing else on the machine.

On a disk DuckDB reads the files of the table's version itself: it opens only the partitions, row groups and columns
that a query needs, and never holds a whole table. In an account, for which it would have to download an extension,
polars does the reading; DuckDB hands it the columns and conditions.

After `engine` has registered the tables nothing outside them can be opened: no file, no other database, no extension,
no address; the configuration is locked. Temporary files of large sorts lie in a folder that goes with the engine.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tempfile import TemporaryDirectory

import duckdb

from rumbo.lake.read import Snapshot
from rumbo.lake.tables import ColumnType, Layer, TableSpec

MEMORY_MB = 1024
SPILL_MB = 20_000
"""Temporary files at most."""
_GLOB = frozenset("*?[{")
TYPES = {
    ColumnType.STRING: "VARCHAR",
    ColumnType.BINARY: "BLOB",
    ColumnType.INTEGER: "INTEGER",
    ColumnType.LONG: "BIGINT",
    ColumnType.DOUBLE: "DOUBLE",
    ColumnType.TIMESTAMP: "TIMESTAMPTZ",
    ColumnType.DATE: "DATE",
}


@contextmanager
def engine(tables: Mapping[str, Snapshot], memory_mb: int = MEMORY_MB) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which each table is a view of its name, `layer.table`. Times are UTC."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": f"{memory_mb}MiB",
    }
    with TemporaryDirectory(prefix="rumbo-sql-") as spill, duckdb.connect(config=config) as connection:
        for statement in (
            "SET TimeZone = 'UTC'",
            f"SET temp_directory = {quoted(spill)}",
            f"SET max_temp_directory_size = '{SPILL_MB}MiB'",
            "SET python_enable_replacements = false",
            "SET parquet_metadata_cache = true",
            *(f"CREATE SCHEMA {layer.value}" for layer in Layer),
        ):
            connection.execute(statement)
        files = [file for table in tables.values() for file in _register(connection, table)]
        connection.execute(f"SET allowed_paths = {_listed(files)}")
        connection.execute(f"SET allowed_directories = {_listed([spill + os.sep])}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        yield connection


def _register(connection: duckdb.DuckDBPyConnection, table: Snapshot) -> list[str]:
    """Make the table's view; returns the files that it reads."""
    spec, files = table.spec, sorted(table.local_files())  # so that LIMIT gives the same rows again
    view = f'{spec.layer.value}."{spec.name}"'
    if not files or any(_GLOB & set(file) for file in files):
        source = f"_{spec.layer.value}_{spec.name}"
        connection.register(source, table.scan())
        connection.execute(f'CREATE VIEW {view} AS SELECT {_columns(spec)} FROM "{source}"')  # noqa: S608 - declared names
        return []
    read = f"SELECT * FROM read_parquet({_listed(files)}, union_by_name = true, {_hive(spec)})"  # noqa: S608 - quoted
    there = {row[0] for row in connection.execute(f"DESCRIBE {read}").fetchall()}
    connection.execute(f"CREATE VIEW {view} AS SELECT {_columns(spec, there)} FROM ({read})")  # noqa: S608 - as above
    return files


def _columns(spec: TableSpec, there: set[str] | None = None) -> str:
    """The declared columns; those that an older table lacks are null."""
    return ", ".join(
        f'CAST("{c.name}" AS {TYPES[c.type]}) AS "{c.name}"'
        if there is None or c.name in there
        else f'CAST(NULL AS {TYPES[c.type]}) AS "{c.name}"'
        for c in spec.columns
    )


def _hive(spec: TableSpec) -> str:
    if not spec.partition_by:
        return "hive_partitioning = false"
    types = {c.name: TYPES[c.type] for c in spec.columns if c.name in spec.partition_by}
    return f"hive_partitioning = true, hive_types = {{{', '.join(f'{n}: {t}' for n, t in types.items())}}}"


def _listed(texts: list[str]) -> str:
    return f"[{', '.join(quoted(text) for text in texts)}]" if texts else "CAST([] AS VARCHAR[])"


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"
