"""The real Airflow on a folder, and its REST interface.

Its tasks call the real `rumbo refine` on `REAL_DAY`; on other days a stand-in answers as it does, at once.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import polars as pl
import psutil

from rumbo.settings import read_settings
from rumbo.stack import ports
from rumbo.stack.airflow import USER, AirflowStack
from support.refinement import DAYS

WAIT_S = 600.0
STEPS = [f"{layer}.{step}" for layer in ("staging", "common") for step in ("build", "gate", "publish")]
BAD_DAY, EMPTY_DAYS, LONG_DAY = "2026-07-08", ["2026-07-10", "2026-07-11", "2026-07-14"], "2026-07-12"
REAL_DAY = str(DAYS[0])
RUMBO = Path(sys.executable).with_name("rumbo")

STAND_IN = f"""#!{sys.executable}
import json, os, signal, subprocess, sys, time
said = dict(zip(sys.argv[2::2], sys.argv[3::2]))
day, layer, step = said["--date"], said["--layer"], said["--step"]
if day == "{REAL_DAY}":
    os.execv("{RUMBO}", ["{RUMBO}", *sys.argv[1:]])
with open(os.path.join(os.environ["RUMBO_DATA_DIR"], "calls"), "a") as calls:
    print(day, layer, step, said["--run"], "AIRFLOW_HOME" in os.environ, file=calls)
if day == "{LONG_DAY}":  # as Spark's JVM may: in a session of its own, deaf to a request, its parent too
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    jvm = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    with open(os.path.join(os.environ["RUMBO_DATA_DIR"], "running"), "w") as running:
        print(os.getpid(), jvm.pid, file=running)
    time.sleep(600)
broken = step == "gate" and day == "{BAD_DAY}"
rule = dict(table="positions", rule="speed_is_possible", severity="error", description="No truck flies.",
            passed=not broken, rows_checked=90, rows_broken=2, sample=[dict(trip_id="t-7", seq=41)])
status = "quality-failure" if broken else "nothing-to-do" if day in {EMPTY_DAYS} else "done"
print(json.dumps(dict(day=day, layer=layer, step=step, run=f"{{day}}-{{layer}}", tables={{}},
                      quality=[rule] if step == "gate" else [], status=status)))
print("Spark says good-bye", file=sys.stderr)
sys.exit(dict(done=0).get(status, 1 if broken else 99))
"""


def put_stand_in(data: Path, text: str = STAND_IN) -> None:
    (data / "refine").write_text(text)
    (data / "refine").chmod(0o755)


@dataclass(frozen=True, slots=True)
class Running:
    stack: AirflowStack
    api: httpx.Client
    data: Path

    def start(self, day: str) -> str:
        body = {"logical_date": None, "partition_key": day}
        run = self.api.post("/dags/rumbo_daily/dagRuns", json=body).raise_for_status().json()["dag_run_id"]
        return str(run)

    def day(self, day: str) -> tuple[str, str]:
        """Run a day to its end; the run's id and its state."""
        run = self.start(day)
        return run, self.end_of(run)

    def end_of(self, run: str) -> str:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            state = str(self.api.get(f"/dags/rumbo_daily/dagRuns/{run}").raise_for_status().json()["state"])
            if state in {"success", "failed"}:
                return state
            time.sleep(0.5)
        raise AssertionError(f"{run} did not end in {WAIT_S} s")

    def begin_anew(self, run: str) -> None:
        """As a person clears a run's tasks on the page."""
        body = {"dry_run": False, "dag_run_id": run, "only_failed": False, "reset_dag_runs": True}
        self.api.post("/dags/rumbo_daily/clearTaskInstances", json=body).raise_for_status()

    def states(self, run: str) -> dict[str, str]:
        found = self.api.get(f"/dags/rumbo_daily/dagRuns/{run}/taskInstances").raise_for_status().json()
        return {task["task_id"]: task["state"] for task in found["task_instances"]}

    def log_of(self, run: str, task: str) -> str:
        """What a task of a run has written at its first try."""
        path = f"/dags/rumbo_daily/dagRuns/{run}/taskInstances/{task}/logs/1"
        return self.api.get(path, headers={"Accept": "application/json"}).text

    def rows(self, layer: str, table: str) -> pl.DataFrame:
        """All rows of a table on the data folder."""
        return pl.scan_delta(f"{self.data}/lake/{layer}/{table}").collect()

    def calls(self, day: str) -> list[str]:
        lines = (self.data / "calls").read_text().splitlines()
        return [line.removeprefix(f"{day} ") for line in lines if line.startswith(day)]


@contextmanager
def running(data: Path) -> Iterator[Running]:
    """Airflow on a data folder; nothing of it is left behind, whatever runs at the end."""
    settings = read_settings({}, data_dir=data)
    stack = AirflowStack(settings, ports.choose(1)[0], lambda _line: None, data / "refine")
    stop, ready = threading.Event(), threading.Event()
    failures: list[BaseException] = []

    def run() -> None:
        try:
            stack.run(stop, ready.set)
        except BaseException as exc:  # noqa: BLE001  # told by the fixture
            failures.append(exc)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        assert ready.wait(500)
        assert not failures, failures
        password = json.loads((data / "airflow" / "passwords.json").read_text())[USER]
        with httpx.Client(base_url=f"{stack.url}/api/v2", timeout=60, trust_env=False) as api:
            login = {"username": USER, "password": password}
            token = api.post(f"{stack.url}/auth/token", json=login).raise_for_status().json()["access_token"]
            api.headers["Authorization"] = f"Bearer {token}"
            _until_known(api)
            yield Running(stack, api, data)
    finally:
        pids = list(stack.pids().values())
        family = [child for pid in pids for child in psutil.Process(pid).children(recursive=True)]
        stop.set()
        thread.join(120)
    _, alive = psutil.wait_procs(family, timeout=20)
    assert not alive, "orphans"


def _until_known(api: httpx.Client) -> None:
    deadline = time.monotonic() + WAIT_S
    while api.get("/dags/rumbo_daily").status_code != httpx.codes.OK:
        assert time.monotonic() < deadline, "the DAG was not found"
        time.sleep(0.5)
