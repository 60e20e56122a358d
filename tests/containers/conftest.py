"""One set of services for all tests here: built from the checkout, started once, gone with its volumes at the end."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from support.containers import DEPLOY, ROOT, Containers, require_engine


@pytest.fixture(scope="session")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    require_engine()
    secrets = tmp_path_factory.mktemp("secrets")
    subprocess.run([DEPLOY / "secrets.sh", secrets], check=True, timeout=30)
    found = Containers(f"rumbo-test-{os.getpid()}", secrets, RUMBO_SPEED="5")
    try:
        found.compose("build", timeout=1500)
        found.up("--scale", "drive=2")
        yield found
    finally:
        logs = found.compose("logs", "--no-color", "--timestamps", check=False, timeout=300)
        (ROOT / "test-output").mkdir(exist_ok=True)
        (ROOT / "test-output" / "containers.log").write_text(logs)
        found.down("--volumes", "--remove-orphans")
