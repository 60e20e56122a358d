"""A whole stack, run as a user runs it: `rumbo up` in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil

from rumbo.stack.ports import choose

RUMBO = [sys.executable, "-c", "from rumbo.cli import main; main()"]
READY_S, ARRIVE_S, STOP_S = 300.0, 240.0, 120.0

# Points on roads of the demo region, found by eye on the map.
HARBOUR, CASINO, HOSPITAL, STADIUM = (
    (43.7346, 7.4213),
    (43.7402, 7.4286),
    (43.7307, 7.4137),
    (43.7276, 7.4153),
)
TRIPS = ((HARBOUR, CASINO), (CASINO, STADIUM), (HOSPITAL, HARBOUR))

PARTS = {
    "worker": "rumbo.drive",
    "driver": "rumbo.pipeline.stream",
    "driver-jvm": "org.apache.spark.deploy.SparkSubmit",
    "broker": "kafka.Kafka",
    "api": "rumbo.api",
}


def wait_for[T](ask: Callable[[], T], what: str, timeout_s: float) -> T:
    """The first true answer of `ask`; a request that fails in between counts as not yet."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        try:
            if answer := ask():
                return answer
        except httpx.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"not within {timeout_s:.0f} s: {what}")


def parse_ms(text: str) -> int:
    """Whole ms since the epoch of an RFC 3339 time."""
    return round(datetime.fromisoformat(text).timestamp() * 1000)


class Stack:
    """`rumbo up` as a child process, and the ways in which a user touches it."""

    def __init__(self, data: Path, speed: float, more: tuple[str, ...] = (), *, alerts: bool = False) -> None:
        self.data = data
        self.more = more
        self.speed = speed
        # A journey that passes midnight at a high speed needs no second Spark beside it, and most need no alerts, which
        # cost as much as landing until Java has compiled them.
        self.env = os.environ | {"RUMBO_DAILY_REFINEMENT": "off", "RUMBO_ALERTS": "on" if alerts else "off"}
        self.port = choose(1)[0]
        self.url = f"http://127.0.0.1:{self.port}"
        self.api = httpx.Client(base_url=f"{self.url}/api/v1", timeout=20, trust_env=False)
        self.ready_s = 0.0
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        began = time.monotonic()
        self.data.mkdir(parents=True, exist_ok=True)
        command = [
            *RUMBO,
            "up",
            "--data",
            str(self.data),
            "--port",
            str(self.port),
            "--speed",
            str(self.speed),
            *self.more,
        ]
        with (self.data / "up.log").open("a") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=log, text=True, start_new_session=True, env=dict(self.env)
            )
        wait_for(self._healthy, f"a healthy stack; {self.data / 'up.log'} says why", READY_S)
        self.ready_s = time.monotonic() - began

    def _healthy(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, (self.data / "up.log").read_text()
        return self.api.get("/health").status_code == httpx.codes.OK

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def pid_of(self, part: str) -> int:
        """Pid of one part of the stack, 0 while it is down."""
        for process in self.family()[1:]:
            try:
                command = process.cmdline()
            except psutil.Error:
                continue
            jvm = command and Path(command[0]).name == "java"
            if PARTS[part] in command and bool(jvm) == (part in {"broker", "driver-jvm"}):
                return int(process.pid)
        return 0

    def stop(self) -> list[psutil.Process]:
        """Ctrl-C; the processes that are still there afterwards."""
        assert self.process is not None
        family = self.family()
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(STOP_S)
        assert code == 0, (self.data / "up.log").read_text()
        return list(psutil.wait_procs(family, timeout=5)[1])

    def kill(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)
        self.api.close()

    def post(self, path: str, body: Any = None) -> Any:
        answer = self.api.post(path, json=body)
        assert answer.is_success, answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        answer = self.api.get(path)
        assert answer.is_success, answer.text
        return answer.json()

    def vehicle(self, name: str, vehicle_class: str = "car") -> str:
        return str(self.post("/vehicles", {"name": name, "vehicle_class": vehicle_class})["id"])

    def trip(self, vehicle_id: str, points: tuple[tuple[float, float], ...], **more: Any) -> Any:
        waypoints = [{"lat": lat, "lon": lon} for lat, lon in points]
        return self.post("/trips", {"vehicle_id": vehicle_id, "waypoints": waypoints, **more})

    def wait_for_state(self, trip_id: str, *states: str) -> Any:
        def ask() -> Any:
            trip = self.get(f"/trips/{trip_id}")
            return trip if trip["state"] in states else None

        return wait_for(ask, f"trip {trip_id} in {states}", ARRIVE_S)

    def wait_until(self, ask: Callable[[], object], what: str, timeout_s: float = READY_S) -> None:
        wait_for(ask, what, timeout_s)

    def all_trips(self) -> list[Any]:
        page = self.get("/trips?limit=200")
        assert page["next_cursor"] is None, "more trips than one page holds"
        return list(page["items"])

    def world_ms(self) -> int:
        """World time by the app, whole ms since the epoch."""
        return parse_ms(self.get("/world")["time"])

    def rumbo(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*RUMBO, *arguments],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=dict(self.env),
        )

    def said(self, *arguments: str) -> Any:
        """What a command that must succeed prints as JSON."""
        done = self.rumbo(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def audit(self, *more: str) -> dict[str, Any]:
        done = self.rumbo("audit", "--data", str(self.data), "--json", *more)
        assert done.stdout, done.stderr
        report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        assert (done.returncode == 0) == report["balanced"], report
        return report
