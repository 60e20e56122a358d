"""A whole stack for the journeys, run as a user runs it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from rumbo.regions import Region
from support.browser import chromium
from support.pages import opened
from support.stack import Stack


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, monaco_region: Region) -> Iterator[Stack]:
    """A running stack at ten times the speed of the wall clock, on a data folder of its own."""
    data = tmp_path_factory.mktemp("año nuevo")
    (data / "regions").symlink_to(monaco_region.dir.parent)
    stack = Stack(data, speed=10)
    try:
        stack.start()
        yield stack
    finally:
        stack.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, stack: Stack) -> Iterator[Page]:
    with opened(browser, stack) as page:
        yield page
