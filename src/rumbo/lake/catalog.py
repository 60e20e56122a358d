"""All tables of the lake by name, and what each comes to now."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from functools import cache

from rumbo.errors import NotFound
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined import refined
from rumbo.lake.refined.records import RECORDS
from rumbo.lake.tables import BACKFILLS, LANDING_TABLES, ColumnType, Layer, TableSpec

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"
OF_THE_MAP = frozenset(
    {"road_name", "road_class", "speed_limit_mps", "edge_id", "lat", "lon", "begin_lat", "begin_lon"}
)
"""Columns that are OpenStreetMap's, or were made from its geometry: who passes them on names it (ODbL 4.3)."""
_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table as it is now; version None where nobody has written it yet. `rows` of the newest version.

    `committed` is when that version was written; None too where the log does not tell.
    """

    spec: TableSpec
    version: int | None
    rows: int
    files: int
    size_bytes: int
    committed: datetime | None


@cache
def catalog() -> dict[str, TableSpec]:
    """`layer.table` -> its declaration, from landing to common, in the order in which they are made."""
    specs = (*LANDING_TABLES, BACKFILLS, *(table.spec for table in refined()), *RECORDS)
    return {full_name(spec): spec for layer in Layer for spec in specs if spec.layer is layer}


def full_name(spec: TableSpec) -> str:
    return f"{spec.layer.value}.{spec.name}"


def find_table(name: str) -> TableSpec:
    """The table `layer.name`, or the only one called `name`. Raises NotFound with the names that come near."""
    wanted = name.strip().strip('"').lower().replace("/", ".")
    names = catalog()
    if wanted in names:
        return names[wanted]
    same = [full for full in names if full.partition(".")[2] == wanted]
    if len(same) == 1:
        return names[same[0]]
    near = same or near_names(wanted)
    hint = f"Did you mean {' or '.join(near)}?" if near else "`rumbo tables` lists all tables."
    raise NotFound(f"There is no table {name} in the lake.", hint=hint)


def near_names(wanted: str) -> list[str]:
    """Up to three names of tables that resemble one, by the full name or by what follows the layer."""
    names = list(catalog())
    tail = wanted.rpartition(".")[2]
    alike = [full for full in names if full.partition(".")[2] == tail]
    alike += get_close_matches(wanted, names, 3, 0.7)
    tails = get_close_matches(tail, [full.partition(".")[2] for full in names], 2, 0.7)
    alike += [full for full in names if full.partition(".")[2] in tails]
    return list(dict.fromkeys(alike))[:3]


def day_column(spec: TableSpec) -> str | None:
    """The DATE column that the table is partitioned by."""
    dates = {column.name for column in spec.columns if column.type is ColumnType.DATE}
    return next((name for name in spec.partition_by if name in dates), None)


def facts_of(lake: Lake, spec: TableSpec) -> TableFacts:
    """From the table's log; no data file is read. Raises Unavailable where the log cannot be read."""
    table = open_table(lake, spec)
    return TableFacts(spec, table.version, table.rows(), table.files(), table.size_bytes(), table.committed())


def all_facts(lake: Lake, specs: Iterable[TableSpec] | None = None) -> list[TableFacts]:
    """Those of all tables, some asked at once: an account takes its time for each."""
    wanted = list(catalog().values() if specs is None else specs)
    with ThreadPoolExecutor(_AT_ONCE, "lake") as pool:
        return list(pool.map(lambda spec: facts_of(lake, spec), wanted))


def has_map_data(names: Iterable[str]) -> bool:
    """Whether any of the columns is OpenStreetMap's or follows its geometry."""
    return not OF_THE_MAP.isdisjoint(names)
