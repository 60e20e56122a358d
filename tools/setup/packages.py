"""The Python packages of `.venv`, and Rumbo itself, editable."""

from __future__ import annotations

import os
import sys
import tomllib
from pathlib import Path

from tools.setup.steps import ROOT, Step, call, digest

VENV = ROOT / ".venv"
HINT = "Set-up fetches packages from the Python package index: is it reachable?"


def python_step(*, dev: bool) -> Step:
    """`dev` brings what tests and checks need as well; once it is there, `make up` keeps it."""
    mark = VENV / "rumbo-dev"
    lock = ROOT / "requirements" / ("dev.txt" if dev or mark.exists() else "runtime.txt")

    def inputs() -> str:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text())
        what_is_installed = repr((project["project"], project["build-system"], project["tool"]["hatch"]))
        build = ROOT / "requirements" / "build.txt"
        return digest([lock, build], what_is_installed, sys.version, str(ROOT))

    def run() -> str:
        # Hashes are checked because the locks have them.
        uv = VENV / "bin" / "uv"
        env = {**os.environ, "VIRTUAL_ENV": str(VENV), "UV_PYTHON_DOWNLOADS": "never"}
        # pyspark and Rumbo are built here; with what is locked too.
        constraints = ("--build-constraints", "requirements/build.txt")
        call(
            [uv, "pip", "sync", *constraints, lock],
            what="Installing Python packages",
            hint=HINT,
            log="python",
            env=env,
        )
        rumbo: list[str | Path] = [uv, "pip", "install", "--no-deps", *constraints, "--editable", "."]
        call(rumbo, what="Installing Rumbo", hint=HINT, log="rumbo", env=env)
        if dev:
            mark.touch()
        return f"Python {sys.version_info.major}.{sys.version_info.minor}"

    return Step(
        title="Python packages",
        run=run,
        stamp=VENV / "rumbo-packages",
        inputs=inputs,
        outputs=(VENV / "bin" / "rumbo",),
    )
