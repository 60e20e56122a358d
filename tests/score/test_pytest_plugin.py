"""The plugin, in another project's tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from rumbo.score.judge import save
from rumbo.score.truth import truth
from support.trips import START_MS, plan_of, straight_route

THEIRS = """
def test_stops(rumbo_judge):
    score = rumbo_judge.score("trips", "trips.parquet")
    assert score.recall == 1.0 and score.errors["begin_s"].p95_abs < 5
"""


def pytest_of(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=100, check=False)


def test_another_project_can_grade_its_table_in_its_tests(tmp_path: Path) -> None:
    found = truth([plan_of(straight_route(2_000))], START_MS + 3_600_000)
    save([found], tmp_path / "truth")
    (tmp_path / "test_theirs.py").write_text(THEIRS)
    found.trips.write_parquet(tmp_path / "trips.parquet")
    graded = pytest_of(tmp_path, "--rumbo-truth", "truth")
    assert "1 passed" in graded.stdout, graded.stdout + graded.stderr
    found.trips.head(0).write_parquet(tmp_path / "trips.parquet")
    assert "1 failed" in pytest_of(tmp_path, "--rumbo-truth", "truth").stdout
    assert "1 skipped" in pytest_of(tmp_path).stdout
