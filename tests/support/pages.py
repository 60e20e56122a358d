"""The page of a running stack in a browser, and what a person does on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import asinh, log2, pi, radians, tan
from typing import Literal

from playwright.sync_api import Browser, Page, expect

from support.stack import Stack

SIZE = (1280, 800)
SLOW_MS = 60_000
expect.set_options(timeout=30_000)  # a machine that starts two stacks at a time draws slowly
# Pixels of the demo region as the page first shows it.
IN_TOWN, UP_THE_HILL, AT_SEA = (860, 427), (933, 372), (1199, 590)
MIDDLE_OF_ROUTE = (854, 388)
"""Where the page puts the middle of a route that it has fitted."""


@contextmanager
def opened(
    browser: Browser, at: Stack | str, locale: str = "en-GB", theme: Literal["light", "dark"] = "light"
) -> Iterator[Page]:
    """The page of a stack, or of an address, live. At the end no script has failed and no call has left the machine."""
    url = at if isinstance(at, str) else at.url
    context = browser.new_context(
        viewport={"width": SIZE[0], "height": SIZE[1]},
        locale=locale,
        color_scheme=theme,
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.set_default_timeout(SLOW_MS)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(url)
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=SLOW_MS)
    yield page
    context.close()
    home = (url, "blob:", "data:")
    assert [url for url in asked if not url.startswith(home)] == [], "no call leaves the machine"
    assert broken == [], "no script fails"


def click_map(page: Page, pixel: tuple[int, int]) -> None:
    page.get_by_test_id("map").click(position={"x": pixel[0], "y": pixel[1]})


def create_vehicle(page: Page, name: str) -> None:
    """A new van, and the planner open for it."""
    page.get_by_test_id("new-vehicle").first.click()
    page.get_by_test_id("vehicle-name").fill(name)
    page.get_by_test_id("vehicle-class-van").check(force=True)
    page.get_by_test_id("save-vehicle").click()
    page.get_by_test_id("plan-trip").first.click()


FREE_PART = (516, 72, SIZE[0] - 88, SIZE[1] - 112)
"""What the panels leave of the map: left, top, right, bottom, as map/camera.ts has it."""
DEEPEST_FIT = 16.5


def pixel_of(lon: float, lat: float, bbox: tuple[float, float, float, float]) -> tuple[int, int]:
    """Where a page that has fitted a box (west, south, east, north) shows a point. Web mercator, tiles of 512 px."""
    west, south, east, north = bbox
    left, top, right, bottom = FREE_PART
    x0, y0, x1, y1 = _x(west), _y(north), _x(east), _y(south)
    zoom = min(DEEPEST_FIT, log2((right - left) / (x1 - x0) / 512), log2((bottom - top) / (y1 - y0) / 512))
    scale = 512 * 2**zoom
    across, down = _x(lon) - (x0 + x1) / 2, _y(lat) - (y0 + y1) / 2
    return round((left + right) / 2 + across * scale), round((top + bottom) / 2 + down * scale)


def _x(lon: float) -> float:
    return lon / 360 + 0.5


def _y(lat: float) -> float:
    return 0.5 - asinh(tan(radians(lat))) / (2 * pi)
