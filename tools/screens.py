"""Take the README's pictures from the real app: a stack, three trips, and a browser that looks at them.

    .venv/bin/python -m tools.screens

Needs what `make setup-dev` sets up. Writes docs/img/map.png and docs/img/map.es.png.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import httpx
from playwright.sync_api import ViewportSize

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "tests"), str(ROOT)]

SIZE: ViewportSize = {"width": 1440, "height": 900}
TRIPS = (
    ("Furgo 7", "van", (43.7346, 7.4213), (43.7466, 7.4372)),
    ("Bus 2", "bus", (43.7276, 7.4153), (43.7402, 7.4286)),
    ("Taxi 31", "car", (43.7402, 7.4286), (43.7307, 7.4137)),
)
LOOK_AFTER_MS = 15_000
SLOW_MS = 180_000


def main() -> None:
    from bench.common import running_stack
    from support.browser import chromium

    with (
        tempfile.TemporaryDirectory() as folder,
        running_stack(data=Path(folder)) as stack,
        chromium() as browser,
    ):
        _start_trips(f"{stack.url}/api/v1")
        for locale, name in (("en-GB", "map.png"), ("es-ES", "map.es.png")):
            context = browser.new_context(viewport=SIZE, locale=locale, timezone_id="UTC")
            page = context.new_page()
            page.set_default_timeout(SLOW_MS)
            page.goto(stack.url)
            page.get_by_test_id("vehicle-item").filter(has_text=TRIPS[0][0]).click(force=True)
            page.wait_for_timeout(LOOK_AFTER_MS)
            page.screenshot(path=ROOT / "docs" / "img" / name)
            context.close()
            print(f"docs/img/{name}")


def _start_trips(api: str) -> None:
    with httpx.Client(base_url=api, timeout=30, trust_env=False) as client:
        for name, kind, origin, destination in TRIPS:
            vehicle = (
                client.post("/vehicles", json={"name": name, "vehicle_class": kind}).raise_for_status().json()
            )
            waypoints = [{"lat": lat, "lon": lon} for lat, lon in (origin, destination)]
            body = {"vehicle_id": vehicle["id"], "waypoints": waypoints, "seed": 5}
            client.post("/trips", json=body).raise_for_status()


if __name__ == "__main__":
    main()
