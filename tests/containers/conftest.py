"""One set of services for all tests here: built from the checkout, with a world that was begun on a laptop.

They are started once, and gone with their volumes at the end.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from rumbo.settings import read_settings
from rumbo.stack.move import move
from support.containers import DEPLOY, ROOT, Containers, require_engine, small_disk
from support.stack import TRIPS, Stack

OFFICIAL = "prom/prometheus:v3.5.0"
DISK = """
volumes:
  kafka:
    driver_opts: {{type: none, o: bind, device: {device}}}
"""


@pytest.fixture(scope="session")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path | None]:
    with small_disk(tmp_path_factory.mktemp("kafka")) as found:
        yield found


@pytest.fixture(scope="session")
def moved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world in which a trip was driven by the embedded stack, packed by `rumbo move`."""
    folder = tmp_path_factory.mktemp("laptop")
    stack = Stack(folder / "data", speed=20)
    try:
        stack.start()
        trip = stack.trip(stack.vehicle("From the laptop"), TRIPS[0])["id"]
        stack.wait_for_state(trip, "arrived")
        assert not stack.stop()
    finally:
        stack.kill()
    move(read_settings({}, data_dir=stack.data), folder / "moved", print)
    return folder / "moved"


@pytest.fixture(scope="session")
def services(
    tmp_path_factory: pytest.TempPathFactory, disk: Path | None, moved: Path
) -> Iterator[Containers]:
    require_engine()
    folder = tmp_path_factory.mktemp("services")
    subprocess.run([DEPLOY / "secrets.sh", folder / "secrets"], check=True, timeout=30)
    files = [folder / "disk.yaml"] if disk else []
    for file in files:
        file.write_text(DISK.format(device=disk))
    found = Containers(
        f"rumbo-test-{os.getpid()}",
        folder / "secrets",
        files,
        RUMBO_SPEED="5",
        PROMETHEUS_IMAGE=prometheus(),
    )
    try:
        found.compose("build", timeout=1500)
        found.backup("restore", moved)
        found.up("--scale", "drive=2")
        yield found
    finally:
        logs = found.compose("logs", "--no-color", "--timestamps", check=False, timeout=300)
        (ROOT / "test-output").mkdir(exist_ok=True)
        (ROOT / "test-output" / "containers.log").write_text(logs)
        found.api.close()
        found.compose("--profile", "monitoring", "down", "--volumes", "--remove-orphans", "--timeout", "60")


def prometheus() -> str:
    """The official image's name where it is at hand or can be had, else that of one made of Debian's package."""
    for ask in ("image inspect", "pull -q"):
        asked = ["docker", *ask.split(), OFFICIAL]
        if subprocess.run(asked, capture_output=True, timeout=120, check=False).returncode == 0:
            return OFFICIAL
    subprocess.run(
        ["docker", "build", "-q", "-t", "rumbo-test/prometheus", Path(__file__).with_name("prometheus")],
        check=True, timeout=300, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return "rumbo-test/prometheus"
