"""The real Airflow and its DAG: the real refinement of a day that breaks a rule, and a stand-in's answers for the rest.

One folder serves all tests here; its Airflow was ended once, with a task at work, and started again. The refinement
itself is tested in tests/pipeline.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import psutil
import pytest

from rumbo.domain.device import Faults
from rumbo.errors import CannotStart
from rumbo.settings import read_settings
from rumbo.stack.airflow import DAGS, AirflowStack, require_airflow
from support.airflow_runs import (
    BAD_DAY,
    EMPTY_DAYS,
    LONG_DAY,
    REAL_DAY,
    STAND_IN,
    STEPS,
    WAIT_S,
    Running,
    put_stand_in,
    running,
)
from support.refinement import ends_twice, land_in, landed
from support.stack import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(900)]
BAG = """
import json, sys
from airflow.dag_processing.dagbag import DagBag
bag = DagBag(sys.argv[1])
tasks = {task.task_id: sorted(task.downstream_task_ids) for task in bag.dags["rumbo_daily"].tasks}
print(json.dumps({"errors": bag.import_errors, "tasks": tasks}))
"""


@dataclass(frozen=True, slots=True)
class Ended:
    """What an Airflow left behind that was ended while a task ran."""

    run: str
    task: list[psutil.Process]
    passwords: str


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a day on which a trip goes on after its end."""
    data = tmp_path_factory.mktemp("airflow")
    states = ends_twice(landed(Faults())["trip_states"], date.fromisoformat(REAL_DAY))
    land_in(f"{data}/lake/landing", {"trip_states": states})
    return data


@pytest.fixture(scope="module")
def ended(data: Path) -> Ended:
    put_stand_in(data)
    file = data / "running"
    with running(data) as first:
        run = first.start(LONG_DAY)
        wait_for(lambda: file.exists() and file.read_text().endswith("\n"), "the task begins", WAIT_S)
        task = [psutil.Process(int(pid)) for pid in file.read_text().split()]
    return Ended(run, task, (data / "airflow" / "passwords.json").read_text())


@pytest.fixture(scope="module")
def airflow(data: Path, ended: Ended) -> Iterator[Running]:
    """The second life on the folder. The long day has become one like others."""
    assert len(ended.task) == 2
    put_stand_in(data, STAND_IN.replace(LONG_DAY, "no day"))
    with running(data) as found:
        yield found


def test_the_end_takes_a_running_task_along_and_the_next_start_knows_its_run(
    airflow: Running, ended: Ended
) -> None:
    assert not any(process.is_running() for process in ended.task)
    assert (airflow.data / "airflow" / "passwords.json").read_text() == ended.passwords
    airflow.begin_anew(ended.run)
    assert airflow.end_of(ended.run) == "success"


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
    run, state = airflow.day("2026-07-05")
    assert state == "success"
    assert set(airflow.states(run).values()) == {"success"}
    runs = {"staging": "2026-07-05-staging", "common": "2026-07-05-common"}
    wanted = [
        f"{layer} {step} {'' if step == 'build' else runs[layer]} False"
        for layer, step in (name.split(".") for name in STEPS)
    ]
    assert airflow.calls("2026-07-05") == wanted


def test_a_backfill_of_three_days_refines_what_landed_and_skips_days_without_data(
    airflow: Running,
) -> None:
    days = ["2026-07-09", *EMPTY_DAYS[:2]]
    span = {"from_date": f"{days[0]}T00:00:00Z", "to_date": f"{days[-1]}T23:59:59Z"}
    asked = airflow.api.post("/backfills", json={"dag_id": "rumbo_daily", "max_active_runs": 1, **span})
    assert asked.is_success, asked.text
    found: list[dict[str, Any]] = airflow.api.get(
        "/dags/rumbo_daily/dagRuns", params={"run_type": "backfill"}
    ).json()["dag_runs"]
    assert [airflow.end_of(run["dag_run_id"]) for run in found] == ["success"] * 3
    states = {run["partition_key"]: set(airflow.states(run["dag_run_id"]).values()) for run in found}
    assert states == dict(zip(days, ({"success"}, {"skipped"}, {"skipped"}), strict=True))
    assert [len(airflow.calls(day)) for day in days] == [6, 1, 1]


def test_a_rule_that_the_days_rows_break_stops_their_publication(airflow: Running) -> None:
    run, state = airflow.day(REAL_DAY)
    assert state == "failed"
    states = airflow.states(run)
    assert (states["staging.build"], states["staging.gate"]) == ("success", "failed")
    assert "rows break ends_once" in airflow.log_of(run, "staging.gate")
    assert not (airflow.data / "lake" / "staging" / "trip_states").exists()
    told = airflow.rows("common", "quality_results")
    assert told.filter(pl.col("passed") == 0)["rule"].to_list() == ["ends_once"]


def test_a_broken_rule_fails_the_gate_at_once_and_names_rule_and_rows(airflow: Running) -> None:
    run, state = airflow.day(BAD_DAY)
    assert state == "failed"
    states = airflow.states(run)
    assert states["staging.gate"] == "failed"
    assert {states[name] for name in STEPS[2:]} == {"upstream_failed"}
    log = airflow.log_of(run, "staging.gate")
    assert "2 of 90 rows break speed_is_possible" in log
    assert "t-7" in log
    gate = f"/dags/rumbo_daily/dagRuns/{run}/taskInstances/staging.gate"
    broken = airflow.api.get(f"{gate}/xcomEntries/broken", params={"deserialize": True}).json()["value"]
    assert [(rule["rule"], rule["sample"]) for rule in broken] == [
        ("speed_is_possible", [{"trip_id": "t-7", "seq": 41}])
    ]
    assert len(airflow.calls(BAD_DAY)) == 2


def test_a_day_of_which_nothing_landed_is_skipped(airflow: Running) -> None:
    run, state = airflow.day(EMPTY_DAYS[2])
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
