"""The page of a running stack in a browser, and what a person does on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Page, expect

from support.stack import Stack

SIZE = (1280, 800)
SLOW_MS = 60_000


@contextmanager
def opened(browser: Browser, stack: Stack) -> Iterator[Page]:
    """The page, live. At the end no script has failed and no call has left the machine."""
    context = browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(stack.url)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=SLOW_MS)
    yield page
    context.close()
    home = (stack.url, "blob:", "data:")
    assert [url for url in asked if not url.startswith(home)] == [], "no call leaves the machine"
    assert broken == [], "no script fails"


def click_map(page: Page, pixel: tuple[int, int]) -> None:
    page.get_by_test_id("map").click(position={"x": pixel[0], "y": pixel[1]})
