"""Vehicle-seconds a CPU-second, against SUMO on the same roads with the same number of vehicles.

Ours: plans, routed and solved before, to the state of each vehicle every second. `ours` is the exact truth with all
that SUMO's floating car data tell (time, vehicle, class, place, angle, speed, distance, road; besides acceleration,
trip and its state), written to an Arrow file as `rumbo truth --every 1` does. `events` has GNSS error, energy and
every field of the position event, encoded as JSON in stretches of a minute, as backfill makes them; `each_second` the
same in ticks of a second, as a live worker does. Theirs: SUMO with its own FCD output written to a file, trips routed
before, steps of 1 s, its microscopic and its mesoscopic model; `theirs_without_output` simulates and tells nobody.
All in CPU time, user and system, of all processes, less loading. docs/benchmarks.md says what SUMO does for it that
this does not.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import osmium

from bench.common import Result
from bench.roads import T0_MS, demo_pbf, demo_region, plans_on, random_routes
from rumbo.drive.tick import records_between
from rumbo.errors import CannotStart
from rumbo.events.topics import POSITIONS
from rumbo.motion import Fleet
from rumbo.motion.warm import warm
from rumbo.score.traces import write_traces
from rumbo.stack.checkout import cache_dir

VEHICLES = 1_000
SECONDS = 600
START_S = 60
"""All vehicles depart within this; then all drive to the end."""
STRETCH_S = 60
ROUTES = 100
WAYPOINTS, THEIR_WAYPOINTS = 4, 14
"""Enough that most trips last; theirs are shorter from one to the next."""
MODELS = {"micro": ([], 100.0), "meso": (["--mesosim", "true"], 2.5)}
"""Options and the least ratio asked for."""
VERSION = "1.28.0"
NETCONVERT = [
    "--keep-edges.by-vclass", "passenger", "--keep-edges.components", "1", "--remove-edges.isolated",
    "--geometry.remove", "--junctions.join", "--roundabouts.guess", "--ramps.guess", "--tls.join", "--no-warnings",
]  # fmt: skip


def main(runs: int, data_dir: Path | None, as_json: bool) -> None:
    """One line for each of SUMO's models; the two sides take turns."""
    with tempfile.TemporaryDirectory(prefix="rumbo-sumo-") as folder:
        sumo = Sumo(find_sumo(), Path(folder))
        warm()
        fleet = _fleet(demo_region(data_dir, Path(folder)))
        # Once before, for the imports of what writes files take two seconds.
        write_traces(fleet, (T0_MS, T0_MS + 1000), 1000, Path(folder) / "states.arrow")
        sumo.prepare()
        loading = {model: sumo.run(options, 1, "/dev/null") for model, (options, _) in MODELS.items()}
        measured: dict[str, list[dict[str, float]]] = {model: [] for model in MODELS}
        for _ in range(runs):
            ours = _ours(fleet, Path(folder) / "states.arrow")
            for model, (options, _) in MODELS.items():
                measured[model].append(ours | sumo.measure(options, loading[model]))
    for model, (_, bound) in MODELS.items():
        show(model, bound, measured[model], as_json)


def show(model: str, bound: float, runs: list[dict[str, float]], as_json: bool) -> None:
    medians = {name: statistics.median(run[name] for run in runs) for name in runs[0]}
    details: dict[str, Any] = {
        "model": model,
        "vehicles": VEHICLES,
        "seconds": SECONDS,
        "events": round(medians["events"]),
        "events_ratio": round(medians["events"] / medians["theirs"], 2),
        "each_second": round(medians["each_second"]),
        "each_second_ratio": round(medians["each_second"] / medians["theirs"], 2),
        "theirs_without_output": round(medians["theirs_without_output"]),
    }
    Result("sumo", "vehicle-s/CPU-s", runs, bound, lower_is_better=False, details=details).show(as_json)


def find_sumo() -> Path:
    """SUMO's home. Raises CannotStart where it is not installed: nothing but this benchmark needs it."""
    folder = cache_dir() / "sumo"
    home = folder / "sumo"
    if not (home / "bin" / "sumo").exists():
        raise CannotStart(
            "SUMO is not installed; only this benchmark needs it.",
            hint=f"`.venv/bin/uv pip install --target {folder} eclipse-sumo=={VERSION}` (500 MB).",
        )
    return home


# ours


def _fleet(region: Any) -> Fleet:
    """A packed fleet of which every vehicle drives from its start to the end of the measurement."""
    routes = random_routes(region, ROUTES, WAYPOINTS, seed=7)
    spread_ms = START_S * 1000 * 2  # twice as many as needed, of which most drive long enough
    plans = plans_on(routes, 2 * VEHICLES, spread_ms=spread_ms)
    return Fleet.of(list(islice((plan for plan in plans if plan.profile.duration_s > SECONDS + 1), VEHICLES)))


def _ours(fleet: Fleet, file: Path) -> dict[str, float]:
    """Vehicle-seconds a CPU-second."""
    return {
        "ours": _rate(lambda: write_traces(fleet, (T0_MS, T0_MS + SECONDS * 1000), 1000, file)),
        "events": _rate(lambda: _encoded(fleet, range(0, SECONDS + 1, STRETCH_S))),
        "each_second": _rate(lambda: _encoded(fleet, range(SECONDS + 1))),
    }


def _encoded(fleet: Fleet, at_s: Sequence[int]) -> int:
    reports = 0
    for after, until in pairwise(at_s):
        records = records_between(fleet, T0_MS + after * 1000 - 1, T0_MS + until * 1000 - 1)
        reports += len(records.get(POSITIONS, ()))
    return reports


def _rate(work: Callable[[], int]) -> float:
    before = _cpu_s(resource.getrusage(resource.RUSAGE_SELF))
    done = work()
    return done / (_cpu_s(resource.getrusage(resource.RUSAGE_SELF)) - before)


def _cpu_s(usage: resource.struct_rusage) -> float:
    return usage.ru_utime + usage.ru_stime


# theirs


@dataclass(frozen=True, slots=True)
class Sumo:
    """SUMO in `home`, its network and trips in `folder`."""

    home: Path
    folder: Path

    def prepare(self) -> None:
        """The network from the extract, and vehicles that drive through random places for longer than we look."""
        with osmium.SimpleWriter(str(self.folder / "roads.osm")) as writer:
            for thing in osmium.FileProcessor(str(demo_pbf())):
                writer.add(thing)
        net = ["--osm-files", "roads.osm", "-o", "net.xml"]
        self._call([self.home / "bin" / "netconvert", *net, *NETCONVERT])
        trips = ["-n", "net.xml", "-o", "trips.xml", "-r", "routes.xml", "-b", 0, "-e", START_S]
        each = [
            "-p",
            START_S / VEHICLES,
            "--intermediate",
            THEIR_WAYPOINTS - 2,
            "--min-distance",
            400,
            "--seed",
            7,
        ]
        tool = self.home / "tools" / "randomTrips.py"
        self._call([sys.executable, tool, *trips, *each, "--validate", "--edge-permission", "passenger"])

    def measure(self, options: list[str], loading_s: float) -> dict[str, float]:
        fcd = self.folder / "fcd.xml"
        spent_s = self.run(options, SECONDS, str(fcd)) - loading_s
        done = sum(chunk.count(b"<vehicle ") for chunk in _chunks(fcd))
        bare_s = self.run(options, SECONDS, None) - loading_s
        return {"theirs": done / spent_s, "theirs_without_output": done / bare_s, "their_vehicle_s": done}

    def run(self, options: list[str], seconds: int, fcd: str | None) -> float:
        """Simulate and return the CPU seconds of the process and its children."""
        command = [self.home / "bin" / "sumo", "-n", "net.xml", "-r", "routes.xml", "-b", 0, "-e", seconds]
        command += [
            "--step-length",
            1,
            "--no-step-log",
            "true",
            "--no-warnings",
            "true",
            "--seed",
            7,
            *options,
        ]
        command += ["--fcd-output", fcd] if fcd else []
        return self._call(command)

    def _call(self, command: Sequence[object]) -> float:
        with (self.folder / "sumo.log").open("ab") as log:
            process = subprocess.Popen(
                [str(word) for word in command],
                cwd=self.folder, env=os.environ | {"SUMO_HOME": str(self.home)}, stdout=log, stderr=log,
            )  # fmt: skip
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError((self.folder / "sumo.log").read_text()[-2000:])
        return _cpu_s(usage)


def _chunks(path: Path) -> Iterator[bytes]:
    """The file in whole lines, some megabytes at a time."""
    with path.open("rb") as file:
        while lines := file.readlines(1 << 22):
            yield b"".join(lines)
