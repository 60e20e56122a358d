"""How long history takes: two drives a day of 10, 100 and 1,000 vehicles for 30 days, straight into landing.

Ours: `rumbo backfill`, a process of its own for each size, each into a lake of its own: planning, driving, encoding and
Delta commits. Devices report every 5 s, or as trackers do, by time, distance and turn; one in twenty is faulty
(`history.yaml`). Theirs: the same rows of the largest size, ready-made in Parquet files, written by Spark to the same
Delta layout: what is left if events cost nothing. Both in rows a second; ours counts the whole command, start of
Spark included, theirs only the writing. `growth` is the slope of seconds over vehicles in logarithms, the start of
Spark left out: 1 is linear.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Sequence
from datetime import date, timedelta
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from bench.common import RUMBO, Result
from bench.roads import demo_region
from rumbo.events.fields import EMITTED_TYPES
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.tables import LANDED_EVENTS, TableSpec
from rumbo.settings import read_settings
from rumbo.stack.spark import spark_session

SCENARIO = Path(__file__).with_name("history.yaml")
FIRST = date(2026, 3, 2)
SIZES, DAYS = (10, 100, 1_000), 30
QUICK_SIZES, QUICK_DAYS = (4, 8), 1
ASKED_S = 900.0


def main(runs: int, data_dir: Path | None, as_json: bool, quick: bool = False) -> None:
    sizes, days = (QUICK_SIZES, QUICK_DAYS) if quick else (SIZES, DAYS)
    measured: list[dict[str, float]] = []
    made: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory(prefix="rumbo-backfill-", dir=data_dir) as folder:
        demo_region(data_dir, Path(folder))
        if data_dir:
            (Path(folder) / "regions").symlink_to((data_dir / "regions").absolute())
        for _ in range(runs):
            made = [_backfilled(Path(folder), size, days) for size in sizes]
            largest = made[-1]
            ours = sum(largest["rows"].values()) / largest["seconds"]
            measured.append(
                {
                    "ours": round(ours, 1),
                    "theirs": round(_written(Path(folder)), 1),
                    "growth": growth(
                        [m["vehicles"] for m in made], [sum(m["took_s"].values()) for m in made]
                    ),
                    **{f"seconds_{m['vehicles']}": m["seconds"] for m in made},
                }
            )
    details = {"days": days, "asked_s": ASKED_S, "sizes": made}
    Result("backfill", "rows/s", measured, 0.2, lower_is_better=False, details=details).show(as_json)


def growth(vehicles: Sequence[float], seconds: Sequence[float]) -> float:
    """Slope of a straight line through the logarithms."""
    return round(float(np.polyfit([log(v) for v in vehicles], [log(s) for s in seconds], 1)[0]), 3)


def _backfilled(folder: Path, vehicles: int, days: int) -> dict[str, Any]:
    """What the command says it did, with vehicles, CPU seconds and the most memory of one of its processes."""
    shutil.rmtree(folder / "lake", ignore_errors=True)
    last = FIRST + timedelta(days=days - 1)
    command = [
        *RUMBO, "backfill", "--scenario", str(SCENARIO), "--from", str(FIRST), "--to", str(last),
        "--vehicles", str(vehicles), "--data", str(folder), "--json",
    ]  # fmt: skip
    before = _cpu_s()
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    largest_kb = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    more = {
        "vehicles": vehicles,
        "cpu_s": round(_cpu_s() - before, 1),
        "largest_process_mb": largest_kb // 1024,
    }
    return said | more


def _cpu_s() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _written(folder: Path) -> float:
    """Rows a second at which Spark writes what the last backfill left, from plain Parquet to such tables."""
    settings = read_settings(data_dir=folder)
    landing = lake_of(settings)
    again = folder / "again"
    other = Lake(str(again / "landing"), str(again / "staging"), str(again / "common"))
    specs = [LANDED_EVENTS[event.topic] for event in EMITTED_TYPES]
    with spark_session(settings, "rumbo-bench", other) as session:
        ready = [_plain(session, landing, spec, folder / "plain" / spec.name) for spec in specs]
        rows: int = sum(session.read.parquet(str(path)).count() for path in ready)
        _copy(session, other, specs[-1], ready[-1])  # the first job of a JVM is the slowest
        shutil.rmtree(folder / "again")
        began = time.monotonic()
        for spec, path in zip(specs, ready, strict=True):
            _copy(session, other, spec, path)
        took_s = time.monotonic() - began
    for left in ("plain", "again"):
        shutil.rmtree(folder / left)
    return rows / took_s


def _plain(session: Any, lake: Lake, spec: TableSpec, path: Path) -> Path:
    session.read.format("delta").load(lake.table_path(spec)).write.parquet(str(path))
    return path


def _copy(session: Any, lake: Lake, spec: TableSpec, path: Path) -> None:
    from rumbo.pipeline.landing import create_tables

    create_tables(session, lake, [spec])
    session.read.parquet(str(path)).write.format("delta").mode("append").save(lake.table_path(spec))
