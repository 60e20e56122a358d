"""Airflow in an environment of its own: its pins clash with Rumbo's, so the two share no package."""

from __future__ import annotations

import os
import sys

from tools.setup.packages import HINT, VENV
from tools.setup.steps import CACHE, ROOT, Step, call, digest

AIRFLOW = CACHE / "airflow" / "venv"
LOCK = ROOT / "requirements" / "airflow.txt"


def airflow_step() -> Step:
    """The environment that `make airflow` and the tests use; nothing else needs it."""

    def run() -> str:
        uv = VENV / "bin" / "uv"
        call(
            [uv, "venv", "--quiet", "--clear", "--python", VENV / "bin" / "python", AIRFLOW],
            what="Making Airflow's environment",
            env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
        )
        # Hashes are checked because the lock has them.
        call(
            [uv, "pip", "sync", "--build-constraints", "requirements/build.txt", LOCK],
            what="Installing Airflow",
            hint=HINT,
            log="airflow",
            env={**os.environ, "VIRTUAL_ENV": str(AIRFLOW), "UV_PYTHON_DOWNLOADS": "never"},
        )
        return "an environment of its own"

    return Step(
        title="Airflow",
        run=run,
        stamp=AIRFLOW / "rumbo-packages",
        inputs=lambda: digest([LOCK, ROOT / "requirements" / "build.txt"], sys.version, str(ROOT)),
        outputs=(AIRFLOW / "bin" / "airflow",),
    )
