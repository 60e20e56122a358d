"""How many records a second one drive worker brings to Kafka, against Kafka's own load generator.

Ours: `python -m rumbo.drive`, the process that `rumbo up` starts, driven as fast as it can by a world at rate
1000: plan to acknowledged record, with kinematics, GNSS error, JSON encoding, keys, idempotence, acks=all and one
transaction a chunk that carries the progress. Theirs: Kafka's ProducerPerformance, which sends ready-made payloads
(ours, from a file) without keys or transactions, acks=all, idempotence and lz4, to the same topic of a fresh
broker of the same kind. Both are counted at the broker, by the topic's end offsets over the same time.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from bench.common import Result, fresh_broker, send_plans
from bench.motion import T0_MS, city_plan
from rumbo.domain.plan import Plan
from rumbo.drive.tick import records_between
from rumbo.events.plans import clock_to_json
from rumbo.events.topics import CLOCK, CLOCK_KEY, POSITIONS
from rumbo.fleet.world import open_world, progress
from rumbo.motion import Fleet
from rumbo.stack.checkout import cache_dir, require_jars
from rumbo.stack.java import find_java
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader
from rumbo.transport.wall import wall_ms

RUN_S, QUICK_S = 60.0, 10.0
WARM_S = 5.0
VEHICLES, QUICK_VEHICLES = 4_000, 1_000
SAMPLED = 400
"""Of them the payloads are taken, a minute of each."""
ROUTES = 200
ROUTE_M = 30_000
PAYLOADS = 20_000
FAST = 1000.0


@dataclass(frozen=True, slots=True)
class Load:
    plans: list[Plan]
    payloads: Path
    payload_bytes: float


def main(runs: int, data_dir: Path | None, as_json: bool, quick: bool = False) -> None:
    """Alternate the two, a fresh broker for each; the ratio is that of the medians."""
    run_s = QUICK_S if quick else RUN_S
    measured: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory(prefix="rumbo-produce-", dir=data_dir) as folder:
        load = _load(Path(folder), QUICK_VEHICLES if quick else VEHICLES)
        for _ in range(runs):
            ours, cpu_us = _ours(load, run_s)
            run = {"ours": ours, "theirs": _theirs(load, run_s), "worker_cpu_us_a_record": cpu_us}
            # What was measured is not lost where the rest is broken off.
            print(run, file=sys.stderr, flush=True)
            measured.append(run)
    details = {
        "payload_bytes": round(load.payload_bytes),
        "seconds_a_run": run_s,
        "goal": 1.5,
        "worker_cpu_us_a_record": round(statistics.median(r["worker_cpu_us_a_record"] for r in measured), 2),
    }
    Result("produce", "records/s", measured, 1.0, lower_is_better=False, details=details).show(as_json)


def _load(folder: Path, vehicles: int) -> Load:
    """Plans for the worker, and payloads as it would send them for the generator."""
    plans = long_drives(vehicles)
    sample = records_between(Fleet.of(plans[:SAMPLED]), T0_MS + 60_000, T0_MS + 120_000)[POSITIONS]
    values = [value for _, value in random.Random(1).sample(sample, min(PAYLOADS, len(sample)))]
    file = folder / "payloads.txt"
    file.write_bytes(b"\n".join(values))
    return Load(plans, file, statistics.mean(map(len, values)))


def long_drives(vehicles: int) -> list[Plan]:
    """Through a city, for longer than any measurement takes."""
    kinds = [city_plan(seed, ROUTE_M) for seed in range(ROUTES)]
    return [
        replace(kinds[n % ROUTES], trip_id=f"trp_{n}", vehicle_id=f"veh_{n}", seed=n) for n in range(vehicles)
    ]


@contextmanager
def driving(bootstrap: str, plans: list[Plan]) -> Iterator[psutil.Process]:
    """A worker that drives the plans on a fresh broker as fast as it can, from its first tick on."""
    with KafkaPublisher(bootstrap) as publisher:
        offsets = KafkaOffsets(bootstrap)
        send_plans(bootstrap, plans)
        world = open_world(publisher, KafkaTableReader(bootstrap), offsets, 1.0, wall_ms)
        env = os.environ | {"RUMBO_BOOTSTRAP_SERVERS": bootstrap, "RUMBO_LOG_LEVEL": "WARNING"}
        worker = subprocess.Popen([sys.executable, "-m", "rumbo.drive"], env=env)
        try:
            while not progress(offsets):  # all plans are read, the first tick is done
                time.sleep(0.1)
            publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(world.changed(wall_ms(), FAST)))
            yield psutil.Process(worker.pid)
        finally:
            worker.terminate()  # its last transaction is committed: nobody has to wait for it to time out
            worker.wait(120)


def _ours(load: Load, run_s: float) -> tuple[float, float]:
    """Records a second over `run_s`, and the worker's CPU microseconds a record."""
    with fresh_broker() as bootstrap, driving(bootstrap, load.plans) as worker:
        time.sleep(WARM_S)
        found = _counted(KafkaOffsets(bootstrap), worker, run_s)
        worker.kill()  # what is under way is of no use here
        return found


def _counted(offsets: KafkaOffsets, process: psutil.Process, run_s: float) -> tuple[float, float]:
    before, cpu, began = sum(offsets.end_offsets(POSITIONS).values()), process.cpu_times(), time.monotonic()
    time.sleep(run_s)
    after, spent, took_s = (
        sum(offsets.end_offsets(POSITIONS).values()),
        process.cpu_times(),
        time.monotonic() - began,
    )
    records = after - before
    cpu_s = spent.user + spent.system - cpu.user - cpu.system
    return records / took_s, cpu_s / records * 1e6


def _theirs(load: Load, run_s: float) -> float:
    """Records a second of ProducerPerformance, counted as ours are, after the same warm-up."""
    with fresh_broker() as bootstrap:
        jars = require_jars()
        command = [
            str(find_java(cache_dir()).java), "-Xmx512m", "-cp", f"{jars}/broker/*:{jars}/tools/*",
            "org.apache.kafka.tools.ProducerPerformance", "--bootstrap-server", bootstrap, "--topic", POSITIONS,
            "--num-records", str(1_000_000_000), "--throughput", "-1", "--payload-file", str(load.payloads),
            "--command-property", "acks=all", "compression.type=lz4",
        ]  # fmt: skip
        generator = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        offsets = KafkaOffsets(bootstrap)
        try:
            while not sum(offsets.end_offsets(POSITIONS).values()):
                if generator.poll() is not None:
                    raise RuntimeError("Kafka's load generator ended early")
                time.sleep(0.05)
            time.sleep(WARM_S)
            return _counted(offsets, psutil.Process(generator.pid), run_s)[0]
        finally:
            generator.kill()
            generator.wait()
