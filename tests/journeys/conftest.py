"""A whole stack for the journeys, run as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from rumbo.regions import Region
from support.browser import chromium
from support.pages import opened
from support.stack import Stack

SPEED = 10


shared: list[Stack] = []
"""The stack of the pages' tests, while they run."""


def started(folder: Path, region: Region, *, alerts: bool = False) -> Stack:
    """A running stack at ten times the speed of the wall clock, on a data folder of its own."""
    (folder / "regions").symlink_to(region.dir.parent)
    stack = Stack(folder, speed=SPEED, alerts=alerts)
    try:
        stack.start()
    except BaseException:
        stack.kill()
        raise
    return stack


def is_of_a_page(path: Path) -> bool:
    return path.name.startswith("test_page_")


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """After the last test of a page the shared stack no longer takes part of the machine."""
    if is_of_a_page(item.path) and not (nextitem and is_of_a_page(nextitem.path)):
        while shared:
            shared.pop().kill()


@pytest.fixture(scope="module")
def stack(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, monaco_region: Region
) -> Iterator[Stack]:
    """A stack of the module's own. Modules of pages share one: each looks at the vehicles that it made."""
    if not is_of_a_page(request.path):
        own = started(
            tmp_path_factory.mktemp("año nuevo"),
            monaco_region,
            alerts=request.path.name == "test_main_job.py",
        )
        yield own
        own.kill()
        return
    if not shared:
        shared.append(started(tmp_path_factory.mktemp("año nuevo"), monaco_region))
    (stack,) = shared
    stack.post("/world/resume" if stack.get("/world")["paused"] else "/world/rate", {"rate": SPEED})
    yield stack


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    with opened(browser, stack) as page:
        yield page
