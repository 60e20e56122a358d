"""Environments of their own, for programs whose pins clash with Rumbo's: they share no package with it."""

from __future__ import annotations

import os
import sys

from tools.setup.packages import HINT, VENV
from tools.setup.steps import CACHE, ROOT, Step, call, digest


def airflow_step() -> Step:
    """What `make airflow` and the tests use."""
    return _environment("Airflow", "airflow")


def checkov_step() -> Step:
    """What looks for misconfiguration in `make lint`."""
    return _environment("Checkov", "checkov")


def _environment(title: str, name: str) -> Step:
    folder = CACHE / name / "venv"
    lock = ROOT / "requirements" / f"{name}.txt"

    def run() -> str:
        uv = VENV / "bin" / "uv"
        call(
            [uv, "venv", "--quiet", "--clear", "--python", VENV / "bin" / "python", folder],
            what=f"Making {title}'s environment",
            env={**os.environ, "UV_PYTHON_DOWNLOADS": "never"},
        )
        # Hashes are checked because the lock has them.
        call(
            [uv, "pip", "sync", "--build-constraints", "requirements/build.txt", lock],
            what=f"Installing {title}",
            hint=HINT,
            log=name,
            env={**os.environ, "VIRTUAL_ENV": str(folder), "UV_PYTHON_DOWNLOADS": "never"},
        )
        return "an environment of its own"

    return Step(
        title=title,
        run=run,
        stamp=folder / "rumbo-packages",
        inputs=lambda: digest([lock, ROOT / "requirements" / "build.txt"], sys.version, str(ROOT)),
        outputs=(folder / "bin" / name,),
    )
