"""/jobs: real child processes, the command line played by a small script."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from rumbo.api.job_kinds import Role
from rumbo.api.jobs import WAITING, Jobs, Launcher
from rumbo.api.models_pipeline import JobOut, JobsOut
from rumbo.errors import Unavailable
from support.client import TestClient
from support.serving import House

AUDIT, REFINE = {"kind": "audit"}, {"kind": "refine", "from": "2026-03-05", "to": "2026-03-06"}
SCRIPT = """
import json, os, sys, time
plan = json.loads(open(os.environ["PLAN"]).read())
print("arguments " + " ".join(sys.argv[1:]), file=sys.stderr)
for line in plan.get("says", []):
    print(line, file=sys.stderr, flush=True)
while plan.get("until") and not os.path.exists(plan["until"]):
    time.sleep(0.02)
for line in plan.get("prints", []):
    print(line)
sys.exit(plan.get("code", 0))
"""


@pytest.fixture
def plan(tmp_path: Path) -> Callable[..., None]:
    """Says what the next command does."""

    def write(**what: Any) -> None:
        (tmp_path / "plan.json").write_text(json.dumps(what))

    write(prints=["{}"])
    return write


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    launcher = Launcher(
        (sys.executable, "-c", SCRIPT),
        lambda role: {**os.environ, "PLAN": str(tmp_path / "plan.json"), "ROLE": role},
        lambda line: line.replace("s3cret", "***"),
    )
    house = House(tmp_path, launcher=launcher)
    yield house
    house.close()


def started(api: TestClient, body: dict[str, Any], **headers: str) -> str:
    answer = api.post("/api/v1/jobs", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    job = JobOut.model_validate(answer.json())
    assert answer.headers["location"] == f"/api/v1/jobs/{job.id}"
    return job.id


def until(api: TestClient, job_id: str, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    deadline = time.monotonic() + 60
    while not fits(job := api.get(f"/api/v1/jobs/{job_id}").json()):
        assert time.monotonic() < deadline, job
        time.sleep(0.02)
    JobOut.model_validate(job)
    return dict(job)


def ended(api: TestClient, job_id: str) -> dict[str, Any]:
    return until(api, job_id, lambda job: job["ended_at"] is not None)


@pytest.mark.parametrize(
    ("body", "code", "prints", "state", "outcome"),
    [
        (REFINE, 0, ['{"status": "done"}'], "done", "done"),
        (REFINE, 99, ['{"status": "nothing-to-do"}'], "done", "nothing-to-do"),
        (REFINE, 1, ['{"status": "quality-failure"}'], "failed", "quality-failure"),
        (REFINE, 2, [], "failed", "error"),
        (REFINE, 1, [], "failed", "error"),
        (REFINE, 0, ["no JSON"], "failed", "error"),
        (AUDIT, 0, ['{"balanced": true}'], "done", "balanced"),
        (AUDIT, 1, ['{"balanced": false}'], "failed", "unbalanced"),
        (AUDIT, 5, [], "failed", "error"),
    ],
)
def test_a_job_ends_as_the_command_means_it(
    api: TestClient, plan: Any, body: dict[str, Any], code: int, prints: list[str], state: str, outcome: str
) -> None:
    plan(code=code, prints=prints)
    job = ended(api, started(api, body))
    assert (job["state"], job["outcome"], job["exit_code"]) == (state, outcome, code)
    assert job["result"] == (json.loads(prints[0]) if prints and prints[0].startswith("{") else None)
    assert job["begun_at"] and job["ended_at"]


def test_the_command_gets_what_was_asked_for_and_its_last_line_is_the_result(
    api: TestClient, plan: Any
) -> None:
    plan(
        says=["starting Spark", "26/11/28 20:14:18 WARN Utils: noise", "token=s3cret"],
        prints=['{"day": 1}', '{"day": null}'],
    )
    job = ended(api, started(api, REFINE | {"layer": "staging"}))
    assert job["output"] == [
        "arguments refine --json --from 2026-03-05 --to 2026-03-06 --layer staging",
        "starting Spark",
        "token=***",
    ]
    assert job["result"] == {"day": None}


def test_output_is_kept_within_bounds(api: TestClient, plan: Any) -> None:
    plan(says=[f"{n} " + "x" * 3_000 for n in range(300)], prints=["{}"])
    output = ended(api, started(api, AUDIT))["output"]
    assert len(output) <= 200 and max(map(len, output)) <= 1_000
    assert "299 x" in "".join(output)


def test_one_runs_at_a_time_and_shows_its_output_meanwhile(
    api: TestClient, plan: Any, tmp_path: Path
) -> None:
    plan(says=["half way"], until=str(tmp_path / "go"), prints=["{}"])
    first, second = started(api, AUDIT), started(api, REFINE)
    running = until(api, first, lambda job: "half way" in job["output"])
    assert (running["state"], running["ended_at"]) == ("running", None)
    assert api.get(f"/api/v1/jobs/{second}").json()["state"] == "queued"
    listed = JobsOut.model_validate(api.get("/api/v1/jobs").json()).items
    assert [(job.id, job.state) for job in listed] == [(second, "queued"), (first, "running")]
    assert listed[1].output == ["half way"]
    (tmp_path / "go").touch()
    assert [ended(api, job)["state"] for job in (first, second)] == ["done", "done"]


def test_a_running_job_and_a_waiting_one_are_cancelled_and_nothing_of_them_runs_on(
    api: TestClient, house: House, plan: Any, tmp_path: Path
) -> None:
    plan(says=["working"], until=str(tmp_path / "never"))
    first, second = started(api, AUDIT), started(api, AUDIT)
    until(api, first, lambda job: "working" in job["output"])
    (run,) = house.jobs._runs.values()
    for job_id in (second, first):
        answer = api.delete(f"/api/v1/jobs/{job_id}")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled"), answer.text
    with pytest.raises(ProcessLookupError):
        os.kill(run.process.pid, 0)
    again = api.delete(f"/api/v1/jobs/{first}")
    assert again.status_code == 409 and again.json()["hint"]


def test_closing_ends_the_child(house: House, plan: Any, tmp_path: Path) -> None:
    plan(says=["working"], until=str(tmp_path / "never"))
    jobs = Jobs(house.launcher, tmp_path / "others", house.clock)
    job = jobs.start("audit", {})
    deadline = time.monotonic() + 60
    while "working" not in jobs.get(job.id).output:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    (run,) = jobs._runs.values()
    jobs.close()
    assert run.process.poll() is not None
    assert jobs.get(job.id).state == "cancelled"


def test_what_has_ended_is_known_after_a_restart(api: TestClient, house: House, plan: Any) -> None:
    plan(prints=['{"balanced": true}'])
    job = ended(api, started(api, AUDIT))
    (house.path / "jobs" / "job_broken.json").write_text("{")
    with TestClient(house.again().app(), base_url="http://127.0.0.1:8000") as later:
        assert later.get(f"/api/v1/jobs/{job['id']}").json() == job
        assert [one["id"] for one in later.get("/api/v1/jobs?kind=audit").json()["items"]] == [job["id"]]
        assert later.get("/api/v1/jobs?kind=refine").json()["items"] == []


def test_pages_of_jobs_come_to_each_once(api: TestClient) -> None:
    ids = [started(api, AUDIT) for _ in range(3)]
    page = api.get("/api/v1/jobs?limit=2").json()
    rest = api.get(f"/api/v1/jobs?limit=2&cursor={page['next_cursor']}").json()
    assert [job["id"] for job in page["items"] + rest["items"]] == ids[::-1]
    assert rest["next_cursor"] is None


def test_the_same_request_again_starts_one_job(api: TestClient) -> None:
    key = {"Idempotency-Key": "once"}
    assert started(api, AUDIT, **key) == started(api, AUDIT, **key)
    assert len(api.get("/api/v1/jobs").json()["items"]) == 1


def test_the_queue_has_an_end(api: TestClient, plan: Any, tmp_path: Path) -> None:
    plan(says=["working"], until=str(tmp_path / "never"))
    first = started(api, AUDIT)
    until(api, first, lambda job: job["state"] == "running")
    for _ in range(WAITING):
        started(api, AUDIT)
    answer = api.post("/api/v1/jobs", json=AUDIT)
    assert answer.status_code == 409 and "wait already" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/kind"),
        ({"kind": "format-disk"}, "/kind"),
        ({"kind": "refine"}, "/from"),
        ({"kind": "refine", "from": "2026-03-05"}, "/to"),
        ({"kind": "refine", "from": "2026-03-05", "to": "2026-03-04"}, "/to"),
        ({"kind": "refine", "from": "2026-02-30", "to": "2026-03-04"}, "/from"),
        ({"kind": "refine", "from": "--help", "to": "2026-03-04"}, "/from"),
        (REFINE | {"layer": "landing"}, "/layer"),
        (AUDIT | {"layer": "staging"}, "/layer"),
        (AUDIT | {"command": "rm"}, "/command"),
    ],
)
def test_what_is_no_job_is_refused_and_nothing_runs(
    api: TestClient, body: dict[str, Any], pointer: str
) -> None:
    answer = api.post("/api/v1/jobs", json=body)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"] == pointer, answer.text
    assert api.get("/api/v1/jobs").json()["items"] == []


def test_a_server_without_the_rights_says_so_before_anything_waits(tmp_path: Path) -> None:
    def refuse(role: Role) -> dict[str, str]:
        raise Unavailable(f"No identity as {role}.", hint="Set it.")

    house = House(tmp_path, launcher=Launcher(("false",), refuse))
    with TestClient(house.app(), base_url="http://127.0.0.1:8000") as api:
        answer = api.post("/api/v1/jobs", json=REFINE)
        assert answer.status_code == 503 and "batch" in answer.json()["detail"]
        assert api.get("/api/v1/jobs").json()["items"] == []
    house.close()


def test_a_command_that_cannot_be_started_is_a_failed_job(tmp_path: Path) -> None:
    def no_such(role: Role) -> dict[str, str]:
        return {}

    house = House(tmp_path, launcher=Launcher(("/no/such/program",), no_such))
    with TestClient(house.app(), base_url="http://127.0.0.1:8000") as api:
        job = ended(api, started(api, AUDIT))
        assert (job["state"], job["outcome"]) == ("failed", "error")
    house.close()


def test_there_is_no_job_that_nobody_started(api: TestClient) -> None:
    for answer in (api.get("/api/v1/jobs/job_1"), api.delete("/api/v1/jobs/job_1")):
        assert answer.status_code == 404 and answer.json()["hint"]


def test_a_scenario_runs_beside_an_audit_and_takes_its_options(
    api: TestClient, plan: Callable[..., None], tmp_path: Path
) -> None:
    go_on = tmp_path / "go"
    plan(prints=["{}"], until=str(go_on))
    body = {"kind": "scenario", "scenario": "first-drive", "speed": 10, "vehicles": 6}
    scenario, audit = started(api, body), started(api, AUDIT)
    second = started(api, body)
    until(api, scenario, lambda job: job["state"] == "running" and bool(job["output"]))
    until(api, audit, lambda job: job["state"] == "running")
    assert api.get(f"/api/v1/jobs/{second}").json()["state"] == "queued"
    go_on.touch()
    job = ended(api, scenario)
    assert job["output"][0] == "arguments scenario run --json first-drive --speed 10.0 --vehicles 6"
    assert (job["state"], job["parameters"]["scenario"]) == ("done", "first-drive")
    assert ended(api, second)["state"] == "done"
