"""What the daily refinement of one day costs: 1 million and 10 million reports in landing, to staging and common.

Real trips on the demo region's roads, told at 1 Hz, one device in ten late, doubling and losing; each trip is driven
by as many vehicles as the size asks for (`refined_day.py`). Ours: `pipeline.refine` as `rumbo refine` runs it:
candidates, all quality rules, publication to Delta. Theirs: DuckDB, the same SQL of `lake/refined` and the same
functions for cells and road edges on the same Parquet files, tables written to Parquet, the same rules tried; no
publication, no transactions. Both in reports a second, start of Spark left out (`start_s`). Both must find the same
number of rows in every table.

`growth` is the slope of seconds over reports in logarithms: 1 is linear. `files` tells files and bytes of every table
as the runs left them, and after small files were joined.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import psutil

from bench.case_backfill import growth
from bench.common import Result
from bench.refined_day import DAY, land, plans
from bench.roads import demo_region
from rumbo.domain.alert_rules import DEFAULT_RULES
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.lake.engine import TYPES, quoted
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.read import open_table, polars_columns
from rumbo.lake.refined import refined
from rumbo.lake.refined.cells import teach
from rumbo.lake.refined.driving_events import RULES, values_of
from rumbo.lake.refined.functions import DUCKDB
from rumbo.lake.tables import LANDED_EVENTS, TableSpec
from rumbo.pipeline.refine import Refinement, Status
from rumbo.pipeline.refine_gate import checks_of
from rumbo.pipeline.upkeep import join_files
from rumbo.regions import RoadEdges
from rumbo.settings import read_settings
from rumbo.stack.refine import MEMORY_MB
from rumbo.stack.spark import spark_session
from rumbo.transport.wall import wall_ms

SIZES, TRIPS = (1_000_000, 10_000_000), 300
QUICK_SIZES, QUICK_TRIPS = (4_000, 8_000), 4
_LANDED = (POSITION, TRIP_STATE)
DUCKDB_MB = 6_144


def main(runs: int, data_dir: Path | None, as_json: bool, quick: bool = False) -> None:
    sizes, trips = (QUICK_SIZES, QUICK_TRIPS) if quick else (SIZES, TRIPS)
    measured: list[dict[str, float]] = []
    told: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="rumbo-refine-", dir=data_dir) as folder:
        region = demo_region(data_dir, Path(folder))
        edges = RoadEdges.of([region])
        driven = plans(region, trips)
        for _ in range(runs):
            told = []
            for size in sizes:
                with tempfile.TemporaryDirectory(dir=folder) as place:
                    told.append(_measured(Path(place), edges, driven, size))
            largest = told[-1]
            measured.append({
                "ours": round(largest["reports"] / largest["ours_s"], 1),
                "theirs": round(largest["reports"] / largest["theirs_s"], 1),
                "growth": growth([t["reports"] for t in told], [t["ours_s"] for t in told]),
                "growth_theirs": growth([t["reports"] for t in told], [t["theirs_s"] for t in told]),
            })  # fmt: skip
    details = {"sizes": told}
    Result("refine", "reports/s", measured, 0.0, lower_is_better=False, details=details).show(as_json)


def _measured(folder: Path, edges: RoadEdges | None, driven: list[Any], size: int) -> dict[str, Any]:
    settings = read_settings(data_dir=folder)
    lake = lake_of(settings, "batch")
    landed, given = land(lake, driven, size)
    theirs = _by_duckdb(lake, given, edges, folder / "duckdb")
    ours = _by_spark(settings, lake, given, edges)
    if ours["rows"] != theirs["rows"]:
        raise RuntimeError(f"Spark and DuckDB disagree: {ours['rows']} and {theirs['rows']} rows")
    found = {
        "reports": landed["positions"],
        "ours_s": round(ours["staging_s"] + ours["common_s"], 2),
        "theirs_s": round(theirs["seconds"], 2),
        **{name: round(ours[name], 2) for name in ("start_s", "staging_s", "common_s", "cpu_s")},
        "theirs_cpu_s": round(theirs["cpu_s"], 2),
        "largest_mb": ours["largest_mb"],
        "rows": ours["rows"],
        "files": ours["files"],
    }
    print(json.dumps(found), file=sys.stderr)  # a size that is done is not lost with a later one
    return found


def _by_spark(settings: Any, lake: Lake, given: pl.DataFrame, edges: RoadEdges | None) -> dict[str, Any]:
    """Seconds by part, CPU seconds and the most memory (MB) of the JVM and its Python workers, rows by table."""
    began = time.monotonic()
    found: dict[str, Any] = {"rows": {}}
    with spark_session(settings, "rumbo-bench", lake, MEMORY_MB) as session:
        refinement = Refinement(session, lake, given, wall_ms, lambda _line: None, edges)
        found["start_s"] = time.monotonic() - began
        cpu_s, began = _children_cpu_s(), time.monotonic()
        for outcome in refinement.refine([str(DAY)]):
            if outcome.status is not Status.DONE:
                raise RuntimeError(f"{outcome.layer} was not published: {outcome.quality}")
            now = time.monotonic()
            found[f"{outcome.layer}_s"], began = now - began, now
            found["rows"] |= {name: change.rows for name, change in outcome.tables.items()}
        found["cpu_s"] = _children_cpu_s() - cpu_s
        found["largest_mb"] = _largest_mb()
        specs = [*(LANDED_EVENTS[event.topic] for event in _LANDED), *(table.spec for table in refined())]
        before = {_named(spec): _files(lake, spec) for spec in specs}
        for spec in specs:
            join_files(session, lake, spec)
        after = {_named(spec): _files(lake, spec) for spec in specs}
        found["files"] = {name: {"before": before[name], "after": after[name]} for name in before}
    return found


def _by_duckdb(lake: Lake, given: pl.DataFrame, edges: RoadEdges | None, folder: Path) -> dict[str, Any]:
    """Seconds and CPU seconds of making all tables and trying all rules, rows by table."""
    folder.mkdir()
    rules = pl.DataFrame([values_of(DEFAULT_RULES)], schema=polars_columns(RULES))
    config: dict[str, Any] = {"memory_limit": f"{DUCKDB_MB}MiB", "temp_directory": str(folder / "spill")}
    rows: dict[str, int] = {}
    cpu_s, began = time.process_time(), time.monotonic()
    with duckdb.connect(config=config | {"threads": os.cpu_count() or 1}) as connection:
        for statement in DUCKDB:
            connection.execute(statement)
        teach(connection, *([edges] if edges else []))
        for view, frame in (("given_vehicles", given), ("given_rules", rules)):
            connection.register(view, frame.to_arrow(compat_level=pl.CompatLevel.oldest()))
        for spec in (LANDED_EVENTS[event.topic] for event in _LANDED):
            files = ", ".join(quoted(file) for file in open_table(lake, spec).local_files())
            types = "hive_types = {event_date: DATE}"
            connection.execute(
                f"CREATE VIEW landing_{spec.name} AS SELECT * FROM"  # noqa: S608  # all names are ours
                f" read_parquet([{files}], hive_partitioning = true, {types})"
            )
        for table in refined():
            columns = ", ".join(f'CAST(NULL AS {TYPES[c.type]}) AS "{c.name}"' for c in table.spec.columns)
            connection.execute(f"CREATE VIEW {table.view} AS SELECT {columns} WHERE false")
        for table in refined():
            casts = ", ".join(
                f'CAST("{c.name}" AS {TYPES[c.type]}) AS "{c.name}"' for c in table.spec.columns
            )
            path = quoted(str(folder / f"{table.view}.parquet"))
            made = f"SELECT {casts} FROM ({table.sql_of(str(DAY))})"  # noqa: S608  # as above
            connection.execute(f"COPY ({made}) TO {path} (FORMAT parquet)")
            connection.execute(f"CREATE OR REPLACE VIEW {table.view} AS FROM read_parquet({path})")
            rows[table.spec.name] = _count(connection, f"FROM {table.view}")
        for table in refined():
            for check in checks_of(table):
                _count(connection, f"FROM ({check.sql.replace('{day}', str(DAY))})")
    return {"seconds": time.monotonic() - began, "cpu_s": time.process_time() - cpu_s, "rows": rows}


def _count(connection: duckdb.DuckDBPyConnection, what: str) -> int:
    return int((connection.execute(f"SELECT count(*) {what}").fetchone() or (0,))[0])


def _named(spec: TableSpec) -> str:
    return f"{spec.layer}/{spec.name}"


def _files(lake: Lake, spec: TableSpec) -> tuple[int, int]:
    """Files and bytes of the table's newest version."""
    table = open_table(lake, spec)
    return table.files(), table.size_bytes()


def _children_cpu_s() -> float:
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has just ended
            used = process.cpu_times()
            total += used.user + used.system
    return total


def _largest_mb() -> int:
    """The most memory that each child has held, summed up: the JVM, and Spark's Python workers."""
    total = 0
    for process in psutil.Process().children(recursive=True):
        with suppress(OSError, psutil.Error):
            for line in Path(f"/proc/{process.pid}/status").read_text().splitlines():
                if line.startswith("VmHWM:"):
                    total += int(line.split()[1]) // 1024
    return total
