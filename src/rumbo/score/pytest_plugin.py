"""A pytest plugin: grade a pipeline's tables in any project's tests.

    pytest --rumbo-truth truth/

    def test_my_stops_are_good(rumbo_judge):
        score = rumbo_judge.score("stops", "out/stops.parquet")
        assert score.recall > 0.95 and score.errors["dwell_s"].p95_abs < 10

`rumbo truth --out truth/` writes the folder. Without the option, tests that ask for `rumbo_judge` are skipped.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from rumbo.score.judge import Judge


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--rumbo-truth` and the ini value `rumbo_truth`."""
    group = parser.getgroup("rumbo")
    group.addoption("--rumbo-truth", metavar="DIR", help="Folder that `rumbo truth --out DIR` wrote.")
    parser.addini("rumbo_truth", "Folder that `rumbo truth --out DIR` wrote.", default="")


@pytest.fixture(scope="session")
def rumbo_judge(request: pytest.FixtureRequest) -> Judge:
    """Grades tables of trips, stops and events against the truth, see `rumbo.score.judge.Judge`."""
    from rumbo.score.judge import Judge

    folder = request.config.getoption("--rumbo-truth") or request.config.getini("rumbo_truth")
    if not folder:
        pytest.skip("no truth given: --rumbo-truth DIR (`rumbo truth --out DIR` writes one)")
    return Judge.load(Path(folder))
