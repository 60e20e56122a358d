"""Ctrl-C while a task runs: all of it ends, and the same folder starts again."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
import pytest

from support.airflow_runs import LONG_DAY, STAND_IN, WAIT_S, put_stand_in, running

pytestmark = [pytest.mark.journey, pytest.mark.timeout(600)]


def test_the_end_takes_a_running_task_along_and_the_next_start_knows_its_run(tmp_path: Path) -> None:
    put_stand_in(tmp_path)
    file = tmp_path / "running"
    with running(tmp_path) as first:
        run = first.start(LONG_DAY)
        deadline = time.monotonic() + WAIT_S
        while not (file.exists() and file.read_text().endswith("\n")):
            assert time.monotonic() < deadline, "the task did not begin"
            time.sleep(0.1)
        task = [psutil.Process(int(pid)) for pid in file.read_text().split()]
        assert len(task) == 2
    assert not any(process.is_running() for process in task)
    passwords = (tmp_path / "airflow" / "passwords.json").read_text()
    put_stand_in(tmp_path, STAND_IN.replace(LONG_DAY, "no day"))
    with running(tmp_path) as again:
        assert (tmp_path / "airflow" / "passwords.json").read_text() == passwords
        again.begin_anew(run)
        assert again.end_of(run) == "success"
