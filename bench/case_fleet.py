"""How many vehicles at 1 Hz the whole embedded stack bears on this machine: a real `rumbo up`, from plan to lake.

Plans of few distinct routes, each with its own vehicle, trip and seed, stand in Kafka before their common start; they
come past REST and database, which are not what is measured. From then on every vehicle reports each second, and once a
second the app is asked how far driving and the lake are behind. After that the stack is stopped as by Ctrl-C, which
lands what is on its way, and `rumbo audit` judges every single event.

Ours: rows that reach landing a second, over the measured time. Theirs: what the fleet sends, a row a vehicle-second.
A ratio of 1 means that the lake keeps up. Two things can give way: the worker (`behind_ms` grows) or the stream
(`lag_s` grows: records that wait, in seconds of sending). With `FLEET_STEPS=5000,10000,20000` the fleet grows by
steps, and `gave_way` says at which one which of them did; with `FLEET_SECONDS` and `FLEET_VEHICLES` it is of that size.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import psutil

from bench.common import RUMBO, Result, RunningStack, percentile, running_stack, send_plans
from bench.motion import city_plan
from rumbo.domain.plan import Plan
from rumbo.events.topics import POSITIONS
from rumbo.transport.wall import wall_ms

VEHICLES, SECONDS = 20_000, 600
QUICK_VEHICLES, QUICK_SECONDS = 2_000, 120
ROUTES = 50
LOAD_S, LOAD_S_A_PLAN = 30.0, 0.008
"""From the first plan sent to the start: workers read and pack 125 plans a second at least."""
WARM_S = 60.0
"""Java has not compiled yet what the first batches of this size run: their rows are not counted, but their lag is."""
WORKER_LIMIT_MS, STREAM_LIMIT_S = 5_000, 20.0
PARTS = {"rumbo.drive": "worker", "rumbo.api": "api", "SparkSubmit": "spark", "kafka.Kafka": "broker",
         "rumbo.pipeline.stream": "stream", "pyspark.daemon": "spark"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen at one second of the run."""

    at_s: float
    vehicles: int
    sent: int
    landed: int
    behind_ms: int

    @property
    def lag_s(self) -> float:
        return (self.sent - self.landed) / self.vehicles


def main(runs: int, data_dir: Path | None, as_json: bool, quick: bool = False) -> None:
    """Each run is a stack of its own; give --runs 1 for a long one."""
    vehicles = int(os.environ.get("FLEET_VEHICLES", QUICK_VEHICLES if quick else VEHICLES))
    seconds = int(os.environ.get("FLEET_SECONDS", QUICK_SECONDS if quick else SECONDS))
    steps = [int(size) for size in os.environ.get("FLEET_STEPS", str(vehicles)).split(",")]
    measured: list[dict[str, float]] = []
    details: dict[str, Any] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="rumbo-fleet-", dir=data_dir) as folder:
            details = _run(Path(folder), steps, seconds)
            measured.append({name: details.pop(name) for name in ("ours", "theirs", "audit_off")})
    Result("fleet", "rows/s", measured, 1.0, lower_is_better=False, details=details).show(as_json)


def _run(folder: Path, steps: Sequence[int], seconds: int) -> dict[str, Any]:
    with running_stack(data=folder) as stack:
        began = time.monotonic()
        wait_s = LOAD_S + LOAD_S_A_PLAN * steps[-1]
        start_ms = wall_ms() + round(wait_s * 1000)
        send_plans(stack.bootstrap(), plans(steps, start_ms, seconds))
        sent_s = time.monotonic() - began
        time.sleep(max(0.0, (start_ms - wall_ms()) / 1000 + WARM_S))
        idle = Shares(stack)
        looks: list[Look] = []
        used: list[dict[str, Any]] = []
        for number, size in enumerate(steps):
            until_ms = start_ms + (number + 1) * seconds * 1000
            looks += _watched(stack, size, start_ms, until_ms)
            used.append({"vehicles": size} | idle.since_last())
    return summary(looks, used, seconds) | {"plans_sent_s": round(sent_s, 1)} | _audited(folder)


def plans(steps: Sequence[int], start_ms: int, seconds: int) -> Iterator[Plan]:
    """One plan a vehicle: those of a step start when it begins, and drive until the last step is over."""
    kinds: dict[tuple[int, int], Plan] = {}
    starts = {0: 0} | {size: number + 1 for number, size in enumerate(steps[:-1])}
    step = 0
    for number in range(steps[-1]):
        step = starts.get(number, step)
        begin_ms = start_ms + step * seconds * 1000
        key = step, number % ROUTES
        if key not in kinds:
            kinds[key] = long_enough(number, (len(steps) - step) * seconds + WARM_S)
        yield replace(
            kinds[key], trip_id=f"trp_{number}", vehicle_id=f"veh_{number}", seed=number, start_ms=begin_ms,
            created_ms=start_ms - 60_000,
        )  # fmt: skip


def long_enough(seed: int, seconds: float) -> Plan:
    """A drive through a city that lasts so long at least."""
    length_m = 8.0 * seconds + 500.0
    while True:
        plan = city_plan(seed % ROUTES, length_m)
        if plan.profile.duration_s >= seconds:
            return plan
        length_m *= 1.25


def _watched(stack: RunningStack, vehicles: int, start_ms: int, until_ms: int) -> list[Look]:
    """A look a second until then."""
    looks = []
    with httpx.Client(base_url=f"{stack.url}/api/v1", timeout=10, trust_env=False) as client:
        while (now_ms := wall_ms()) < until_ms:
            try:
                told = client.get("/pipeline").json()
                topic = told["topics"][POSITIONS]
                behind_ms = told["worker"]["behind_ms"]
                looks.append(
                    Look(
                        (now_ms - start_ms) / 1000, vehicles, topic["end_offset"], topic["landed"], behind_ms
                    )
                )
            except (httpx.HTTPError, KeyError, TypeError):  # an app that does not answer is seen by the gap
                pass
            time.sleep(max(0.0, 1.0 - (wall_ms() - now_ms) / 1000))
    return looks


def summary(looks: Sequence[Look], used: list[dict[str, Any]], seconds: int) -> dict[str, Any]:
    """Rates and lag over the last step, lag by ten parts of the run, and which part gave way first, if any did."""
    last = [look for look in looks if look.vehicles == looks[-1].vehicles]
    took_s = last[-1].at_s - last[0].at_s
    gave_way = next(
        (
            {"vehicles": look.vehicles, "at_s": round(look.at_s, 1), "part": part}
            for look in looks
            for part, over in (
                ("worker", look.behind_ms > WORKER_LIMIT_MS),
                ("stream", look.lag_s > STREAM_LIMIT_S),
            )
            if over
        ),
        None,
    )
    tenths = [looks[len(looks) * i // 10 : len(looks) * (i + 1) // 10] for i in range(10)]
    return {
        "ours": round((last[-1].landed - last[0].landed) / took_s, 1),
        "theirs": float(last[-1].vehicles),
        "vehicles": last[-1].vehicles,
        "seconds_a_step": seconds,
        "behind_ms_p50": percentile([look.behind_ms for look in last], 0.5),
        "behind_ms_p95": percentile([look.behind_ms for look in last], 0.95),
        "lag_s_p50": round(percentile([look.lag_s for look in last], 0.5), 2),
        "lag_s_p95": round(percentile([look.lag_s for look in last], 0.95), 2),
        "lag_s_by_tenth": [round(max(look.lag_s for look in part), 1) for part in tenths if part],
        "behind_ms_by_tenth": [max(look.behind_ms for look in part) for part in tenths if part],
        "gave_way": gave_way,
        "by_step": used,
        "last_look": asdict(last[-1]),
    }


class Shares:
    """CPU seconds a second and resident megabytes of the stack's parts."""

    def __init__(self, stack: RunningStack) -> None:
        self._root = psutil.Process(stack.process.pid)
        self._before, self._at_s = self._cpu_s(), time.monotonic()

    def since_last(self) -> dict[str, Any]:
        now, at_s = self._cpu_s(), time.monotonic()
        shares = {
            part: round((spent - self._before.get(part, 0.0)) / (at_s - self._at_s), 2)
            for part, spent in now.items()
        }
        self._before, self._at_s = now, at_s
        return {"cpus": shares, "machine_idle": round(psutil.cpu_times_percent(0.2).idle / 100, 2)} | {
            "rss_mb": {part: size // 2**20 for part, size in self._rss().items()}
        }

    def _cpu_s(self) -> dict[str, float]:
        spent: dict[str, float] = {}
        for part, process in self._parts():
            times = process.cpu_times()
            spent[part] = spent.get(part, 0.0) + times.user + times.system
        return spent

    def _rss(self) -> dict[str, int]:
        sizes: dict[str, int] = {}
        for part, process in self._parts():
            sizes[part] = sizes.get(part, 0) + process.memory_info().rss
        return sizes

    def _parts(self) -> Iterator[tuple[str, psutil.Process]]:
        for process in self._root.children(recursive=True):
            try:
                command = " ".join(process.cmdline())
                part = next((name for sign, name in PARTS.items() if sign in command), "others")
                process.cpu_times()
            except psutil.Error:  # it has just ended
                continue
            yield part, process


def _audited(folder: Path) -> dict[str, Any]:
    """What the audit says of the run, and how many events are not as they should be."""
    began = time.monotonic()
    done = subprocess.run(
        [*RUMBO, "audit", "--data", str(folder), "--json"], stdout=subprocess.PIPE, text=True, check=False
    )
    report = json.loads(done.stdout.splitlines()[-1])
    off = sum(report[name] for name in ("missing", "extra", "doubled", "different"))
    return {
        "audit_off": float(off),
        "audit": {
            name: report[name] for name in ("balanced", "trips", "expected", "landed") if name in report
        },
        "audit_s": round(time.monotonic() - began, 1),
    }
