"""How old an event is when a person sees it, and when an analyst could.

Ours: p95 of the time from an event's moment in the world (at speed 1, so wall time) to its arrival at a
WebSocket client. Theirs: the report interval of one second, the mean age that a poller of the same feed
would see. `lake_p95_s` is the time until the Delta commit that holds the row.
"""

from __future__ import annotations

import json
import statistics
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.sync.client import connect

from bench.common import Result, RunningStack, percentile, running_stack
from bench.lake_ages import ages_s

WATCH_S = 60.0
POLL_INTERVAL_MS = 1000.0
POINTS = [(43.7346, 7.4213), (43.7402, 7.4286), (43.7276, 7.4153), (43.7307, 7.4137)]
VEHICLES = 10


def main(runs: int, data_dir: Path | None, as_json: bool) -> None:
    measured = []
    with running_stack(data=data_dir) as stack:
        for _ in range(runs):
            offset_ms = _start_fleet(stack)
            ages = _watch(stack, offset_ms)
            in_lake = _lake_ages_s(stack, offset_ms)
            measured.append(
                {
                    "ours": percentile(ages, 0.95),
                    "theirs": POLL_INTERVAL_MS,
                    "events": len(ages),
                    "map_p50_ms": percentile(ages, 0.5),
                    "lake_p50_s": percentile(in_lake, 0.5),
                    "lake_p95_s": percentile(in_lake, 0.95),
                }
            )
    medians = {
        name: round(statistics.median(run[name] for run in measured), 2)
        for name in ("map_p50_ms", "lake_p50_s", "lake_p95_s")
    }
    details = medians | {"map_bound_ms": 500, "lake_bound_s": 10}
    Result("latency", "ms", measured, bound=2.0, lower_is_better=True, details=details).show(as_json)


def _start_fleet(stack: RunningStack) -> float:
    """Start trips and return wall minus world time in ms."""
    with httpx.Client(base_url=f"{stack.url}/api/v1", timeout=20, trust_env=False) as api:
        for n in range(VEHICLES):
            vehicle = api.post("/vehicles", json={"name": f"v{n}", "vehicle_class": "car"}).json()
            a, b = POINTS[n % 4], POINTS[(n + 1) % 4]
            body = {
                "vehicle_id": vehicle["id"],
                "waypoints": [{"lat": lat, "lon": lon} for lat, lon in (a, b)],
            }
            api.post("/trips", json=body).raise_for_status()
        before = time.time_ns()
        world = api.get("/world").json()
        wall_ms = (before + time.time_ns()) / 2e6
        return wall_ms - _ms(world["time"])


def _watch(stack: RunningStack, offset_ms: float) -> list[float]:
    """Ages in ms of the reports that reach a client that follows every vehicle."""
    ages: list[float] = []
    with connect(f"{stack.url.replace('http', 'ws')}/api/v1/live", max_size=None) as socket:
        socket.send(json.dumps({"type": "view", "bbox": [-180, -85, 180, 85]}))
        deadline = time.monotonic() + WATCH_S
        seen: set[tuple[str, str]] = set()
        asked = False
        while time.monotonic() < deadline:
            try:
                message = socket.recv(timeout=1)
            except TimeoutError:
                continue
            now_ms = time.time_ns() / 1e6
            if isinstance(message, bytes):
                continue
            value: dict[str, Any] = json.loads(message)
            if value["type"] == "snapshot" and not asked:
                ids = [vehicle["vehicle_id"] for vehicle in value["vehicles"]]
                socket.send(json.dumps({"type": "follow", "vehicle_ids": ids}))
                asked = True
            elif value["type"] == "detail":
                for report in value.get("vehicles", []):
                    key = (report["vehicle_id"], report["event_time"])
                    if key not in seen:
                        seen.add(key)
                        ages.append(now_ms - offset_ms - _ms(report["event_time"]))
    return ages


def _lake_ages_s(stack: RunningStack, offset_ms: float) -> list[float]:
    """Ages in s of the rows that came in while we watched, when their Delta commit was written."""
    since_ms = time.time_ns() / 1e6 - WATCH_S * 1000
    return ages_s(stack.data / "lake" / "landing" / "positions", since_ms, offset_ms=offset_ms)


def _ms(text: str) -> float:
    return datetime.fromisoformat(text).timestamp() * 1000
