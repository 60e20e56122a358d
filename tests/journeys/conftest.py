"""A whole stack for the journeys, run as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from support.stack import Stack

from rumbo.stack.checkout import demo_extracts


@pytest.fixture(scope="session")
def built_regions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of built regions, made once a session from the extract in the repository."""
    from rumbo.regions import build_region

    folder = tmp_path_factory.mktemp("regions")
    extract = demo_extracts()[0]
    build_region(extract.name, extract.path, folder, country=extract.country, progress=lambda text: None)
    return folder


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, built_regions: Path) -> Iterator[Stack]:
    """A running stack at ten times the speed of the wall clock, on a data folder of its own."""
    data = tmp_path_factory.mktemp("data")
    (data / "regions").symlink_to(built_regions)
    stack = Stack(data, speed=10)
    try:
        stack.start()
        yield stack
    finally:
        stack.kill()
