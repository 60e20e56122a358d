"""A Chromium for the tests that drive the web app in a browser."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tools.setup.steps import CACHE, SetupFailed, Step, call, digest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")


def find_chromium() -> Path | None:
    """`$CHROMIUM`, else the first known browser on PATH or, on a Mac, among the applications."""
    given = os.environ.get("CHROMIUM")
    if given:
        if not Path(given).is_file():
            raise SetupFailed(f"CHROMIUM names {given}, which is no file.")
        return Path(given)
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return Path(found)
    return MAC if MAC.is_file() else None


def chromium_step() -> Step:
    def run() -> str:
        found = find_chromium()
        if found is None:
            _install()
            found = find_chromium()
        if found is None:
            raise SetupFailed("chromium was installed but is not on PATH. Name it in CHROMIUM.")
        return str(found)

    return Step(
        title="Chromium",
        run=run,
        stamp=CACHE / "chromium",
        inputs=lambda: digest([], os.environ.get("CHROMIUM", "")),
        check=lambda: find_chromium() is not None,
    )


def _install() -> None:
    if not shutil.which("apt-get") or os.geteuid() != 0:
        raise SetupFailed(
            "The browser tests need Chromium or Chrome, and there is none on PATH. Install it "
            "(Debian, as root: apt-get install chromium) or name it: CHROMIUM=/path/to/chrome make test"
        )
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    call(["apt-get", "update"], what="apt-get update", log="apt", env=env)
    install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    call(install, what="Installing chromium", log="apt", env=env)
