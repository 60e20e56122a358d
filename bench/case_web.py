"""The web app and the way of an event to people who look.

`ours`: frames a second that Chromium draws of the map with 50,000 vehicles that report once a second, each by itself,
while a person drags it; `theirs`: of the bare map, in the same browser, dragged in the same way and drawn anew for each
frame, as with vehicles. 5,000 vehicles stand beside them, and 50,000 drawn together where they cover each other.

Then 200 clients of the socket at 20,000 events a second: how old a report is when it comes (p50, p99), bytes a vehicle
and frame, how often a frame was encoded, CPU time of the server a client and frame, alone and with ten more clients
that never read. The fleet is circled by the server itself (`live_server.py`): hub, frames, socket and app are the real
ones. `first_view_s`: from asking for the page to the live map.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
from playwright.sync_api import Browser, sync_playwright

from bench.common import Result
from bench.roads import demo_region
from rumbo.stack.ports import choose

ROOT = Path(__file__).resolve().parents[1]
VEHICLES = (0, 5_000, 50_000)
QUICK_VEHICLES = (0, 500, 2_000)
DRAG_S = 8.0
LISTEN_S = 15.0
CLIENTS, MEASURED, DEAF = 200, 4, 10
PER_S = 20_000
CHROMIUM = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
)
# MapLibre draws only what has changed, and a bare map that is left alone costs nothing: on `online`, which it listens
# to, it draws anew. So every frame that is counted is one of the map, with vehicles or without.
COUNT_FRAMES = """
() => new Promise(done => {
  let frames = 0; const begun = performance.now();
  const step = () => {
    frames += 1;
    window.dispatchEvent(new Event("online"));
    const passed = performance.now() - begun;
    if (passed > SECONDS * 1000) done(frames / passed * 1000); else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""


def main(runs: int, data_dir: Path | None, as_json: bool, quick: bool = False) -> None:
    sizes = QUICK_VEHICLES if quick else VEHICLES
    measured: list[dict[str, float]] = []
    told: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="rumbo-web-") as folder:
        regions = demo_region(data_dir, Path(folder)).dir.parent
        for _ in range(runs):
            frames = {size: _frames_a_second(size, regions) for size in sizes}
            bare, few, many = (frames[size] for size in sizes)
            together = _frames_a_second(sizes[-1], regions, grouped=True)
            measured.append({
                "ours": many["fps"], "theirs": bare["fps"], "fps_5000": few["fps"], "fps_grouped": together["fps"],
                "first_view_s": bare["first_view_s"],
            })  # fmt: skip
        clients = (8, 2) if quick else (CLIENTS, MEASURED)
        told["socket"] = _listen(*clients, 0, regions, quick)
        told["socket_with_deaf"] = _listen(
            clients[0] - DEAF if not quick else 6, clients[1], DEAF, regions, quick
        )
    Result("web", "frames/s", measured, 0.0, lower_is_better=False, details=told).show(as_json)


def _frames_a_second(vehicles: int, regions: Path, *, grouped: bool = False) -> dict[str, float]:
    with _server(vehicles, float(vehicles), regions) as (url, _), _browser() as browser:
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.add_init_script(f"localStorage.setItem('rumbo.grouping', '{'on' if grouped else 'off'}')")
        began = time.monotonic()
        page.goto(url)
        page.wait_for_selector(".map canvas")
        page.wait_for_selector('[data-testid="connection"][data-state="open"]')
        first_view_s = time.monotonic() - began
        page.wait_for_timeout(4_000)
        page.evaluate(f"window.counted = ({COUNT_FRAMES.replace('SECONDS', str(DRAG_S))})()")
        page.mouse.move(800, 400)
        page.mouse.down()
        ends = time.monotonic() + DRAG_S
        step = 0
        while time.monotonic() < ends:
            step += 1
            page.mouse.move(800 + 40 * (step % 2), 400 + 20 * (step % 3))
        page.mouse.up()
        return {"fps": round(page.evaluate("window.counted"), 2), "first_view_s": round(first_view_s, 2)}


def _listen(clients: int, measuring: int, deaf: int, regions: Path, quick: bool) -> dict[str, Any]:
    vehicles = 2_000 if quick else PER_S
    with _server(vehicles, float(vehicles), regions) as (url, process):
        socket = url.replace("http", "ws") + "/api/v1/live"
        crowd = [("drain", clients - measuring), ("measure", measuring)] + ([("deaf", deaf)] if deaf else [])
        encoded, cpu = _encoded(url), sum(process.cpu_times()[:2])
        children = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.live_clients", socket, str(count), str(LISTEN_S), how],
                cwd=ROOT, stdout=subprocess.PIPE,
            )
            for how, count in crowd
        ]  # fmt: skip
        answers = [json.loads(child.communicate()[0] or b"{}") for child in children]
        cpu_s, frames_made = sum(process.cpu_times()[:2]) - cpu, _encoded(url) - encoded
    got = [answer for (how, _), answer in zip(crowd, answers, strict=True) if how != "deaf"]
    frames, moved = sum(a["frames"] for a in got), sum(a["vehicles"] for a in got)
    return {
        "clients": clients, "deaf": deaf, "events_a_second": vehicles,
        "p50_ms": answers[1]["p50_ms"], "p99_ms": answers[1]["p99_ms"],
        "events_a_second_and_client": round(moved / clients / got[0]["seconds"]),
        "bytes_a_vehicle_and_frame": round(sum(a["bytes"] for a in got) / max(1, moved), 2),
        "frames_a_second_and_client": round(frames / clients / got[0]["seconds"], 1),
        "encoded": frames_made, "sent": frames,
        "cpu_us_a_client_and_frame": round(cpu_s * 1e6 / max(1, frames), 1),
    }  # fmt: skip


def _encoded(url: str) -> int:
    return int(httpx.get(f"{url}/api/v1/encoded", trust_env=False).json()["encoded"])


@contextmanager
def _server(vehicles: int, per_s: float, regions: Path) -> Iterator[tuple[str, psutil.Process]]:
    port = choose(1)[0]
    command = [sys.executable, "-m", "bench.live_server", str(port), str(vehicles), str(per_s), str(regions)]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"})
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/api/v1/encoded", trust_env=False)
                break
            except httpx.TransportError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield url, psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def _browser() -> Iterator[Browser]:
    path = next(
        found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM))
        try:
            yield browser
        finally:
            browser.close()
