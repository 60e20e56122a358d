"""The real live hub and web app over a fleet that costs nothing to drive: what is measured is the way to people.

`python -m bench.live_server PORT VEHICLES EVENTS_A_SECOND REGIONS`: vehicles circle in the first region of the folder
REGIONS. What a vehicle's speed says is when it was reported: quarters of a metre a second count steps of 4 ms.
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import uvicorn
from fastapi import APIRouter, FastAPI, Request

from rumbo.api import live_socket, static
from rumbo.api.live import LiveHub
from rumbo.api.live_rows import Rows
from rumbo.api.live_state import LiveState
from rumbo.api.routers import places
from rumbo.fleet.rules import time_text
from rumbo.regions import Region, list_regions

STEP_MS = 4
FEED_S = 0.02
CIRCLE_DEG = 0.002
DIST = Path(__file__).resolve().parents[1] / "web" / "dist"
_NONE: dict[str, Any] = {"items": [], "next_cursor": None}
_STREAM: dict[str, Any] = {
    "batch_id": 1, "batch_ms": 100, "committed_at": None, "rows": {}, "rows_per_s": 0.0, "last_batch_rows": {},
}  # fmt: skip


class CountedState(LiveState):
    """Counts how often a frame is encoded."""

    encoded = 0

    def frame(self, *which: Any) -> bytes | None:
        self.encoded += 1
        return super().frame(*which)


class Circling:
    """So many vehicles of a region, each on a circle of its own."""

    def __init__(self, count: int, region: Region) -> None:
        west, south, east, north = region.bbox
        rng = np.random.default_rng(7)
        self.centre = np.array((rng.uniform(west, east, count), rng.uniform(south, north, count)))
        self.turn = rng.uniform(0, 2 * np.pi, count)
        self.ids = [f"veh_{number}" for number in range(count)]
        self.trips = [f"trp_{number}".encode() for number in range(count)]
        self.seqs = np.zeros(count, dtype=np.int64)
        self.reports = [self._report(number) for number in range(count)]

    def rows(self, first: int, count: int) -> Rows:
        """The next reports of vehicles from the number `first` on, made now."""
        which = np.arange(first, first + count) % len(self.ids)
        now_ms = time.time_ns() // 1_000_000
        self.seqs[which] += 1
        self.turn[which] += 0.05
        place = self.centre[:, which] + CIRCLE_DEG * np.array(
            (np.cos(self.turn[which]), np.sin(self.turn[which]))
        )
        codes = np.ones((3, count), dtype=np.uint32)
        codes[2] = now_ms // STEP_MS % 256
        chosen = which.tolist()
        return Rows(
            [self.ids[number] for number in chosen],
            [self.trips[number] for number in chosen],
            self.seqs[which].tolist(),
            [now_ms * 1000] * count,
            place,
            codes,
            [self.reports[number] for number in chosen],
        )

    def _report(self, number: int) -> dict[str, Any]:
        lon, lat = self.centre[:, number].tolist()
        return {
            "vehicle_id": self.ids[number], "vehicle_class": "car", "trip_id": f"trp_{number}", "state": "driving",
            "lat": lat, "lon": lon, "speed_mps": 10.0, "heading_deg": 0.0, "distance_m": 1.0, "remaining_m": 1.0,
            "progress": 0.5, "eta": None, "road_name": "", "speed_limit_mps": None, "event_time": time_text(0),
        }  # fmt: skip


def feed(state: LiveState, fleet: Circling, per_s: float) -> None:
    """Report at an even pace for ever."""
    next_one, due, began = 0, 0.0, time.monotonic()
    while True:
        due = (time.monotonic() - began) * per_s
        count = min(int(due) - next_one, len(fleet.ids))
        if count > 0:
            state._take(fleet.rows(next_one, count))  # noqa: SLF001  # as the feed does once it has read its records
            next_one += count
        time.sleep(FEED_S)


def app_of(hub: LiveHub, state: CountedState, region: Region) -> FastAPI:
    app = FastAPI()
    services = SimpleNamespace(live=hub, regions=[region], search=lambda *_: [])
    app.state.services = services
    api = APIRouter(prefix="/api/v1")
    for router in (live_socket.router, places.router):
        api.include_router(router)

    @api.get("/encoded")
    def encoded() -> dict[str, int]:
        return {"encoded": state.encoded, "clients": hub.clients}

    @api.get("/{rest:path}")
    def nothing(rest: str) -> dict[str, Any]:  # noqa: ARG001  # lists that the app asks for are empty
        return _NONE

    app.include_router(api)

    @app.get("/tiles/{name}.pmtiles")
    def tiles(name: str, request: Request) -> Any:
        return static.tiles_response([region], name, request)

    app.router.default = static.WebApp(DIST)
    app.router.on_startup.append(hub.start)
    return app


def main(port: int, vehicles: int, per_s: float, regions: Path) -> None:
    region = list_regions(regions)[0]
    fleet = Circling(vehicles, region)
    names = {key: (f"Car {number}", "car") for number, key in enumerate(fleet.ids)}
    state = CountedState(lambda ids: {key: names[key] for key in ids})
    clock = SimpleNamespace(revision=1)
    world: Any = SimpleNamespace(
        rate=lambda: 1.0, clock=clock, now_ms=lambda: time.time_ns() // 1_000_000, on_change=lambda: None
    )
    status: Any = SimpleNamespace(
        last_pipeline=lambda: {
            "topics": {}, "stream": _STREAM, "worker": {"world_ms": None, "behind_ms": None},
            "world": {"time": time_text(world.now_ms()), "rate": 1.0, "paused": False, "revision": 1,
                      "behind_ms": 0, "behind_s": 0.0},
        }
    )  # fmt: skip
    hub = LiveHub(state, world, status)
    if vehicles:
        state._take(fleet.rows(0, vehicles))  # noqa: SLF001  # as above
        threading.Thread(target=feed, args=(state, fleet, per_s), daemon=True).start()
    uvicorn.run(app_of(hub, state, region), port=port, log_config=None, ws_max_size=1 << 16)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4]))
