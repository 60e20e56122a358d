"""What the benchmarks share: the line they print, and a whole stack to measure."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
from confluent_kafka import Producer

from rumbo.domain.plan import Plan
from rumbo.events.plans import plan_to_json
from rumbo.events.topics import PLANS
from rumbo.stack.broker import BrokerSpec
from rumbo.stack.checkout import cache_dir, require_jars
from rumbo.stack.java import find_java
from rumbo.stack.ports import choose
from rumbo.transport.admin import apply_topics

RUMBO = [sys.executable, "-c", "from rumbo.cli import main; main()"]


def machine() -> str:
    """Cores, memory and Python of this machine, in a few words."""
    memory_gib = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores, {memory_gib:.0f} GiB, {platform.machine()}, Python {platform.python_version()}"


@dataclass(slots=True)
class Result:
    """One benchmark's outcome. `ours` and `theirs` are medians over `runs`; a higher `ratio` is better."""

    case: str
    unit: str
    runs: list[dict[str, float]]
    bound: float
    lower_is_better: bool
    details: dict[str, Any]

    def line(self) -> dict[str, Any]:
        ours = statistics.median(run["ours"] for run in self.runs)
        theirs = statistics.median(run["theirs"] for run in self.runs)
        ratio = theirs / ours if self.lower_is_better else ours / theirs
        return {
            "case": self.case,
            "ours": round(ours, 4),
            "theirs": round(theirs, 4),
            "unit": self.unit,
            "ratio": round(ratio, 3),
            "bound": self.bound,
            "runs": self.runs,
            "machine": machine(),
            **self.details,
        }

    def show(self, as_json: bool) -> None:
        line = self.line()
        if as_json:
            print(json.dumps(line))
            return
        print(f"{self.case}: ours {line['ours']} {self.unit}, theirs {line['theirs']}, ratio {line['ratio']}")
        for name, value in self.details.items():
            print(f"  {name}: {value}")


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@dataclass(slots=True)
class RunningStack:
    data: Path
    url: str
    ready_s: float
    process: subprocess.Popen[bytes]

    def memory_bytes(self) -> int:
        """Proportional set size of all its processes: shared pages count once."""
        root = psutil.Process(self.process.pid)
        total = 0
        for process in [root, *root.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):  # it has just ended
                total += process.memory_full_info().pss
        return total

    def bootstrap(self) -> str:
        return str(json.loads((self.data / "run" / "stack.json").read_text())["bootstrap_servers"])


@contextmanager
def running_stack(speed: float = 1.0, data: Path | None = None) -> Iterator[RunningStack]:
    """A whole stack in a temporary folder; `ready_s` is from the command to a healthy answer."""
    with tempfile.TemporaryDirectory(prefix="rumbo-bench-") as folder:
        where = data or Path(folder)
        port = choose(1)[0]
        url = f"http://127.0.0.1:{port}"
        command = [*RUMBO, "up", "--data", str(where), "--port", str(port), "--speed", str(speed)]
        began = time.monotonic()
        with (where / "up.log").open("ab") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            while not _healthy(url):
                if process.poll() is not None or time.monotonic() - began > 240:
                    raise RuntimeError((where / "up.log").read_text())
                time.sleep(0.05)
            yield RunningStack(where, url, time.monotonic() - began, process)
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(120)


@contextmanager
def bare_broker(cds_archive: Path | None = None) -> Iterator[BrokerSpec]:
    """A broker of the kind that the stack embeds, alone in a temporary folder, from the moment it answers."""
    with tempfile.TemporaryDirectory(prefix="rumbo-bench-broker-") as folder:
        port, controller_port = choose(2)
        java = find_java(cache_dir())
        spec = BrokerSpec(
            Path(folder), require_jars() / "broker", java.path, port, controller_port, cds_archive=cds_archive
        )
        spec.prepare()
        process = subprocess.Popen(
            spec.command(), env=os.environ | spec.env(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            while not spec.is_ready():
                time.sleep(0.05)
            yield spec
        finally:
            process.kill()
            process.wait()


@contextmanager
def fresh_broker() -> Iterator[str]:
    """A broker as the stack starts it, with our topics; its address."""
    with bare_broker(cache_dir() / "broker.jsa") as spec:
        apply_topics(spec.bootstrap)
        yield spec.bootstrap


def send_plans(bootstrap: str, plans: Iterable[Plan]) -> None:
    """Plans straight to Kafka, past REST and database."""
    producer = Producer({
        "bootstrap.servers": bootstrap, "message.max.bytes": 8_000_000, "linger.ms": 5, "compression.type": "lz4",
    })  # fmt: skip
    for number, plan in enumerate(plans):
        producer.produce(PLANS, plan_to_json(plan), plan.trip_id)
        producer.poll(0)
        if number % 500 == 499:
            producer.flush(60)
    producer.flush(60)


def _healthy(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v1/health", timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
