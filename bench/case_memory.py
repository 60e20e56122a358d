"""What a worker's memory grows by with its fleet.

A fresh process reads real plans from their JSON and packs them, as a worker does, from 1,000 to 20,000 vehicles, once
for devices without faults and once for devices with every fault on. `ours` is the slope of a straight line through the
resident sizes, in MB per 10,000 vehicles; `theirs` is the same for faultless plans kept as Python objects, which is
what packing saves. `straight` says how much of the growth the line explains (R squared): near 1 means linear.
"""

from __future__ import annotations

import gc
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from itertools import batched
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from bench.common import Result
from bench.roads import demo_region, plans_on, random_routes
from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import CHAOS, STANDARD
from rumbo.domain.plan import Plan
from rumbo.events.plans import plan_from_json, plan_to_json
from rumbo.motion import Fleet

STEP, MOST = 1_000, 20_000
OBJECTS = 3_000
"""Plans kept as objects: enough to see the slope."""
ROUTES, WAYPOINTS = 250, 3
BATCH = 250
MB = 1e6


def main(runs: int, data_dir: Path | None, as_json: bool) -> None:
    measured: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="rumbo-memory-") as folder:
        routes = random_routes(demo_region(data_dir, Path(folder)), ROUTES, WAYPOINTS, seed=3)
        standard, faulty = (
            _written(list(plans_on(routes, ROUTES, device)), device, Path(folder))
            for device in (STANDARD, CHAOS)
        )
        tables: dict[str, float] = {}
        for _ in range(runs):
            packed, spoilt, objects = (
                _child(*how) for how in (("fleet", standard), ("fleet", faulty), ("list", standard))
            )
            tables = packed["tables"]
            measured.append(
                {
                    "ours": packed["slope"],
                    "theirs": objects["slope"],
                    "faulty": spoilt["slope"],
                    "straight": packed["straight"],
                    "faulty_straight": spoilt["straight"],
                }
            )
    details = {name: round(statistics.median(run[name] for run in measured), 4) for name in measured[0]}
    del details["ours"], details["theirs"]
    details |= {"mean_route_km": round(statistics.mean(route.length_m for route in routes) / 1000, 2)}
    unit = "MB per 10,000 vehicles"
    result = Result("memory", unit, measured, 1.0, lower_is_better=True, details=details | {"tables": tables})
    result.show(as_json)


def _written(plans: list[Plan], device: DeviceSpec, folder: Path) -> Path:
    path = folder / f"{device.name}.jsonl"
    path.write_bytes(b"\n".join(plan_to_json(plan) for plan in plans))
    return path


def _child(keep: str, plans: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.case_memory", keep, str(plans)]
    done = subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


# in the child


def measure(keep: str, path: Path) -> dict[str, Any]:
    """Slope in MB per 10,000 vehicles, R squared, and MB of each table per 10,000."""
    most = MOST if keep == "fleet" else OBJECTS
    fleet, kept = Fleet.of(), list[Plan]()
    sizes: list[tuple[int, float]] = []
    for some in batched(_plans(path, most), BATCH):
        if keep == "fleet":
            fleet = fleet.with_plans(some)
        else:
            kept += some
        count = max(len(fleet), len(kept))
        if count % STEP == 0:
            del some
            gc.collect()
            sizes.append((count, psutil.Process().memory_info().rss / MB))
    counts, used = np.array(sizes).T
    slope, base = np.polyfit(counts, used, 1)
    off = used - (slope * counts + base)
    straight = 1.0 - float((off**2).sum() / ((used - used.mean()) ** 2).sum())
    return {"slope": slope * 10_000, "straight": straight, "tables": _tables(fleet)}


def _plans(path: Path, count: int) -> Iterator[Plan]:
    lines = path.read_bytes().split(b"\n")
    for n in range(count):
        plan = plan_from_json(lines[n % len(lines)])
        yield replace(plan, trip_id=f"trp_{n:08}", vehicle_id=f"veh_{n:08}", seed=n)


def _tables(fleet: Fleet) -> dict[str, float]:
    """MB of each table's rows per 10,000 vehicles, largest first."""
    scale = 10_000 / max(len(fleet), 1) / MB
    sizes = {"trips": fleet.trips.nbytes * scale}
    sizes |= {name: table.nbytes * scale for name, table in fleet.store.tables._asdict().items()}
    return {name: round(size, 2) for name, size in sorted(sizes.items(), key=lambda item: -item[1])}


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], Path(sys.argv[2]))))
