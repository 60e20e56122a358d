"""The lake over REST: its tables, their rows page by page, the lineage of a row. Read without Spark, within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from rumbo.api.status import Cached
from rumbo.api.turns import PATIENCE_S, TIMEOUT_S, Turns
from rumbo.errors import RumboError
from rumbo.fleet.pages import decode_key, encode_key
from rumbo.lake.catalog import OSM_ATTRIBUTION, catalog, facts_of, find_table, full_name, has_map_data
from rumbo.lake.describe import columns_as_dicts, described, facts_as_dict
from rumbo.lake.formats import json_value
from rumbo.lake.places import Lake
from rumbo.lake.sql import query
from rumbo.lake.tables import TableSpec
from rumbo.lake.trace import trace

PAGE_BYTES = 2_000_000
"""A page ends early rather than grow beyond this."""
_LOGS_AT_ONCE = 8
_PLACE = re.compile(r"(-|[0-9]{1,12}):([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of a table's rows, all of one version."""

    version: int | None
    rows: list[dict[str, Any]]
    next_cursor: str | None


class LakeTables:
    """Reads the lake as its readers' identity may. Others who read it take a `turn` too.

    All methods raise Unavailable where the lake cannot be read, where too many ask at once and after `timeout_s`
    seconds, TooLarge where its memory does not do.
    """

    def __init__(
        self, lake: Lake, ttl_s: float = 2.0, timeout_s: float = TIMEOUT_S, patience_s: float = PATIENCE_S
    ) -> None:
        self.lake = lake
        self._all = Cached(self._look, ttl_s)
        self.turn = Turns(lake, timeout_s, patience_s).taken
        """Whoever else asks the lake takes one too."""

    def tables(self) -> list[dict[str, Any]]:
        """Every table with its columns; one that cannot be read says why in `problem` and hinders no other."""
        with self.turn():
            return self._all.get()

    def table(self, layer: str, name: str) -> dict[str, Any]:
        """Raises NotFound."""
        spec = find_table(f"{layer}.{name}")
        with self.turn():
            return self._described(spec)

    def rows(self, layer: str, name: str, limit: int, cursor: str | None) -> Rows:
        """Rows as they lie in the version's files. Raises NotFound, InvalidInput for a cursor of another list."""
        spec = find_table(f"{layer}.{name}")
        table = full_name(spec)
        key = decode_key(table, cursor, _PLACE)
        pinned, _, start = (key or "-:0").partition(":")
        versions = {} if pinned == "-" else {table: int(pinned)}
        sql = f"SELECT * FROM {table} LIMIT {limit + 1} OFFSET {int(start)}"  # noqa: S608 - declared names
        with (
            self.turn() as turn,
            query(
                turn.lake, sql, versions=versions, memory_mb=turn.memory_mb, timeout_s=turn.timeout_s
            ) as found,
        ):
            rows, more = _page((row for batch in found.batches for row in batch.to_pylist()), limit)
            version = found.versions[table]
        after = encode_key(table, f"{'-' if version is None else version}:{int(start) + len(rows)}")
        return Rows(version, rows, after if more else None)

    def trace(self, layer: str, name: str, key: Mapping[str, str], event: str) -> dict[str, Any]:
        """What `rumbo trace` gives. Raises NotFound, InvalidInput."""
        with self.turn() as turn:
            found = trace(
                turn.lake,
                f"{layer}.{name}",
                key,
                event=event,
                memory_mb=turn.memory_mb,
                timeout_s=turn.timeout_s,
            )
        made: dict[str, Any] = json_value(asdict(found))
        return made

    def _look(self) -> list[dict[str, Any]]:
        with ThreadPoolExecutor(_LOGS_AT_ONCE, "lake") as pool:
            return list(pool.map(self._described_anyhow, catalog().values()))

    def _described_anyhow(self, spec: TableSpec) -> dict[str, Any]:
        try:
            return self._described(spec)
        except RumboError as exc:
            return _with_columns(spec, described(spec)) | {"problem": str(exc)}

    def _described(self, spec: TableSpec) -> dict[str, Any]:
        return _with_columns(spec, facts_as_dict(facts_of(self.lake, spec)))


def _with_columns(spec: TableSpec, facts: dict[str, Any]) -> dict[str, Any]:
    nothing = {"rows": None, "files": None, "bytes": None, "version": None, "committed_at": None}
    attribution = OSM_ATTRIBUTION if has_map_data(spec.names) else ""
    return nothing | facts | {"attribution": attribution, "columns": columns_as_dicts(spec), "problem": ""}


def _page(found: Iterator[dict[str, Any]], limit: int) -> tuple[list[dict[str, Any]], bool]:
    """Rows until there are enough, at least one, and whether there are more."""
    rows: list[dict[str, Any]] = []
    size = 0
    for row in found:
        made = json_value(row)
        size += len(orjson.dumps(made))
        if len(rows) == limit or (rows and size > PAGE_BYTES):
            return rows, True
        rows.append(made)
    return rows, False
