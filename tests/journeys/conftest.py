"""A whole stack for the journeys, run as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rumbo.regions import Region
from support.browser import chromium
from support.pages import opened
from support.stack import Stack

SPEED = 10


@contextmanager
def running(folder: Path, region: Region) -> Iterator[Stack]:
    """A running stack at ten times the speed of the wall clock, on a data folder of its own."""
    (folder / "regions").symlink_to(region.dir.parent)
    stack = Stack(folder, speed=SPEED)
    try:
        stack.start()
        yield stack
    finally:
        stack.kill()


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory, monaco_region: Region) -> Iterator[Stack]:
    """One for all tests of pages: each makes vehicles of its own and looks at no others."""
    with running(tmp_path_factory.mktemp("año nuevo"), monaco_region) as stack:
        yield stack


@pytest.fixture(scope="module")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monaco_region: Region
) -> Iterator[Stack]:
    """The pages' shared stack, at its usual speed; a module of another kind has one of its own."""
    if ".test_page_" in f".{Path(str(request.path)).name}":
        shared: Stack = request.getfixturevalue("shared_stack")
        shared.post("/world/resume" if shared.get("/world")["paused"] else "/world/rate", {"rate": SPEED})
        yield shared
        return
    with running(tmp_path_factory.mktemp("año nuevo"), monaco_region) as own:
        yield own


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    with opened(browser, stack) as page:
        yield page
