"""The real Airflow and its DAG; what its tasks call is a stand-in that answers as `rumbo refine` does.

One Airflow serves all tests here. The refinement itself is tested in tests/pipeline.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest

from rumbo.errors import CannotStart
from rumbo.settings import read_settings
from rumbo.stack import ports
from rumbo.stack.airflow import DAGS, USER, AirflowStack, require_airflow

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]
WAIT_S = 240.0
STEPS = [f"{layer}.{step}" for layer in ("staging", "common") for step in ("build", "gate", "publish")]
BAD_DAY, EMPTY_DAY = "2026-03-09", "2026-03-10"

STAND_IN = f"""#!{sys.executable}
import json, os, sys
said = dict(zip(sys.argv[2::2], sys.argv[3::2]))
day, layer, step = said["--date"], said["--layer"], said["--step"]
with open(os.path.join(os.environ["RUMBO_DATA_DIR"], "calls"), "a") as calls:
    print(day, layer, step, said["--run"], "AIRFLOW_HOME" in os.environ, file=calls)
broken = step == "gate" and day == "{BAD_DAY}"
rule = dict(table="positions", rule="speed_is_possible", severity="error", description="No truck flies.",
            passed=not broken, rows_checked=90, rows_broken=2, sample=[dict(trip_id="t-7", seq=41)])
status = "quality-failure" if broken else "nothing-to-do" if day == "{EMPTY_DAY}" else "done"
print(json.dumps(dict(day=day, layer=layer, step=step, run=f"{{day}}-{{layer}}", tables={{}},
                      quality=[rule] if step == "gate" else [], status=status)))
print("Spark says good-bye", file=sys.stderr)
sys.exit(dict(done=0).get(status, 1 if broken else 99))
"""

BAG = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
tasks = {task.task_id: sorted(task.downstream_task_ids) for task in bag.dags["rumbo_daily"].tasks}
print(json.dumps({"errors": bag.import_errors, "tasks": tasks}))
"""


@dataclass(frozen=True, slots=True)
class Running:
    stack: AirflowStack
    api: httpx.Client
    data: Path

    def day(self, day: str) -> tuple[str, str]:
        """Run a day to its end; the run's id and its state."""
        body = {"logical_date": None, "partition_key": day}
        run = self.api.post("/dags/rumbo_daily/dagRuns", json=body).raise_for_status().json()["dag_run_id"]
        return run, self.end_of(run)

    def end_of(self, run: str) -> str:
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            state = str(self.api.get(f"/dags/rumbo_daily/dagRuns/{run}").raise_for_status().json()["state"])
            if state in {"success", "failed"}:
                return state
            time.sleep(0.5)
        raise AssertionError(f"{run} did not end in {WAIT_S} s")

    def states(self, run: str) -> dict[str, str]:
        found = self.api.get(f"/dags/rumbo_daily/dagRuns/{run}/taskInstances").raise_for_status().json()
        return {task["task_id"]: task["state"] for task in found["task_instances"]}

    def calls(self, day: str) -> list[str]:
        lines = (self.data / "calls").read_text().splitlines()
        return [line.removeprefix(f"{day} ") for line in lines if line.startswith(day)]


@pytest.fixture(scope="module")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    data = tmp_path_factory.mktemp("airflow")
    refine = data / "refine"
    refine.write_text(STAND_IN)
    refine.chmod(0o755)
    settings = read_settings({}, data_dir=data)
    stack = AirflowStack(settings, ports.choose(1)[0], lambda _line: None, refine)
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


def test_the_dag_is_sound_and_its_steps_follow_each_other(tmp_path: Path) -> None:
    python = require_airflow().with_name("python")
    env = {"PATH": os.environ["PATH"], "AIRFLOW_HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    env["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
    done = subprocess.run(
        [python, "-c", BAG, str(DAGS)], env=env, capture_output=True, text=True, check=True, cwd=tmp_path
    )
    bag = json.loads(done.stdout.splitlines()[-1])
    assert bag["errors"] == {}
    following: list[list[str]] = [[step] for step in STEPS[1:]] + [[]]
    assert bag["tasks"] == dict(zip(STEPS, following, strict=True))


def test_a_day_is_refined_step_by_step(airflow: Running) -> None:
    run, state = airflow.day("2026-03-05")
    assert state == "success"
    assert set(airflow.states(run).values()) == {"success"}
    runs = {"staging": "2026-03-05-staging", "common": "2026-03-05-common"}
    wanted = [
        f"{layer} {step} {'' if step == 'build' else runs[layer]} False"
        for layer, step in (name.split(".") for name in STEPS)
    ]
    assert airflow.calls("2026-03-05") == wanted


def test_a_backfill_refines_each_of_its_days_once(airflow: Running) -> None:
    span = {"from_date": "2026-03-02T00:00:00Z", "to_date": "2026-03-04T23:59:59Z"}
    asked = airflow.api.post("/backfills", json={"dag_id": "rumbo_daily", "max_active_runs": 1, **span})
    assert asked.is_success, asked.text
    found: list[dict[str, Any]] = airflow.api.get(
        "/dags/rumbo_daily/dagRuns", params={"run_type": "backfill"}
    ).json()["dag_runs"]
    assert [airflow.end_of(run["dag_run_id"]) for run in found] == ["success"] * 3
    days = sorted(run["partition_key"] for run in found)
    assert days == ["2026-03-02", "2026-03-03", "2026-03-04"]
    assert [len(airflow.calls(day)) for day in days] == [len(STEPS)] * 3


def test_a_broken_rule_fails_the_gate_at_once_and_names_rule_and_rows(airflow: Running) -> None:
    run, state = airflow.day(BAD_DAY)
    assert state == "failed"
    states = airflow.states(run)
    assert states["staging.gate"] == "failed"
    assert {states[name] for name in STEPS[2:]} == {"upstream_failed"}
    gate = f"/dags/rumbo_daily/dagRuns/{run}/taskInstances/staging.gate"
    log = airflow.api.get(f"{gate}/logs/1", headers={"Accept": "application/json"}).text
    assert "2 of 90 rows break speed_is_possible" in log
    assert "t-7" in log
    broken = airflow.api.get(f"{gate}/xcomEntries/broken", params={"deserialize": True}).json()["value"]
    assert [(rule["rule"], rule["sample"]) for rule in broken] == [
        ("speed_is_possible", [{"trip_id": "t-7", "seq": 41}])
    ]
    assert len(airflow.calls(BAD_DAY)) == 2


def test_a_day_of_which_nothing_landed_is_skipped(airflow: Running) -> None:
    run, state = airflow.day(EMPTY_DAY)
    assert (state, set(airflow.states(run).values())) == ("success", {"skipped"})


def test_all_listens_on_loopback_only_and_passwords_are_the_owners(airflow: Running) -> None:
    family = [psutil.Process(pid) for pid in airflow.stack.pids().values()]
    family += [child for parent in family[:] for child in parent.children(recursive=True)]
    open_to = {
        one.laddr.ip
        for process in family
        for one in process.net_connections(kind="inet")
        if one.status == psutil.CONN_LISTEN
    }
    assert open_to == {"127.0.0.1"}
    for name in ("passwords.json", "keys.json"):
        assert stat.S_IMODE((airflow.data / "airflow" / name).stat().st_mode) == 0o600


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = read_settings({}, data_dir=tmp_path)
        stack = AirflowStack(settings, other.getsockname()[1], lambda _line: None)
        with pytest.raises(CannotStart, match="taken"):
            stack.run(threading.Event())
    assert stack.pids() == {}
