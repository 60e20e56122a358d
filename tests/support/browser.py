"""A real headless Chromium, and where on the page a place of the map lies."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from math import asinh, log2, pi, radians, tan
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
SCREENS = ROOT / "test-output" / "screens"
ARGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium_path() -> str:
    """The browser that set-up found or installed."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    raise RuntimeError("no Chromium on this machine; `make setup-dev` installs or names one")


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=ARGS)
        try:
            yield browser
        finally:
            browser.close()


def screenshot(page: Page, name: str) -> Path:
    """Keep what the page shows now as test output."""
    SCREENS.mkdir(parents=True, exist_ok=True)
    path = SCREENS / f"{name}.png"
    page.screenshot(path=path)
    return path


def mercator(lat: float, lon: float) -> tuple[float, float]:
    """Web Mercator, 0 to 1 from the north-west."""
    return (lon + 180) / 360, (1 - asinh(tan(radians(lat))) / pi) / 2


def place_on_page(
    lat: float,
    lon: float,
    bbox: tuple[float, float, float, float],
    size: tuple[int, int],
    padding: tuple[int, int, int, int],
    max_zoom: float,
) -> tuple[float, float]:
    """Pixel of a place on a map that has been fitted to `bbox` (west, south, east, north).

    `size` is width and height of the map, `padding` top, right, bottom, left, as the app fits its region.
    """
    west, south, east, north = bbox
    (x0, y1), (x1, y0) = mercator(south, west), mercator(north, east)
    top, right, bottom, left = padding
    free_w, free_h = size[0] - left - right, size[1] - top - bottom
    world = min(free_w / (x1 - x0), free_h / (y1 - y0), 512 * 2**max_zoom)
    assert log2(world / 512) > 0, "the map is larger than the world"
    x, y = mercator(lat, lon)
    return (
        left + free_w / 2 + (x - (x0 + x1) / 2) * world,
        top + free_h / 2 + (y - (y0 + y1) / 2) * world,
    )
