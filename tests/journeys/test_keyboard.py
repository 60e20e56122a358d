"""From a vehicle to its dashboard by keyboard alone: no pointer is ever used."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import SLOW_MS
from support.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(1500)]

MOST_TABS = 250
FOCUSED = "() => document.activeElement?.closest('[data-testid]')?.dataset.testid ?? ''"
ARRIVES_MS, REFINES_MS = 240_000, 600_000


def tab_to(page: Page, test_id: str, nth: int = 0) -> None:
    """Press Tab until the focus is on the element, or on the nth of those that it comes by."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUSED) == test_id:
            if nth == 0:
                return
            nth -= 1
    raise AssertionError(f"Tab does not lead to {test_id}")


def choose_place(page: Page, nth: int, text: str) -> None:
    """Type into a stop's box and take the first place that is suggested."""
    tab_to(page, "place-search", nth)
    page.keyboard.type(text)
    expect(page.get_by_test_id("place-option").first).to_be_visible(timeout=SLOW_MS)
    page.keyboard.press("Enter")


def go(page: Page, letter: str) -> None:
    page.keyboard.press("g")
    page.keyboard.press(letter)


def all_landed(stack: Stack) -> bool:
    return all(topic["lag"] == 0 for topic in stack.get("/pipeline")["topics"].values())


def test_a_trip_is_made_driven_refined_and_read_without_a_pointer(page: Page, stack: Stack) -> None:
    tab_to(page, "new-vehicle")
    page.keyboard.press("Enter")
    page.keyboard.type("Tabulated van")
    page.keyboard.press("Enter")
    expect(page.locator(".panel")).to_contain_text("Tabulated van")
    tab_to(page, "plan-trip")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("planner")).to_be_visible()
    choose_place(page, 0, "Casino")
    choose_place(page, 0, "Stade")
    expect(page.get_by_test_id("route-distance").first).to_be_visible(timeout=SLOW_MS)
    tab_to(page, "start-trip")
    page.keyboard.press("Enter")
    card = page.get_by_test_id("trip-card")
    expect(card).to_have_attribute("data-state", "arrived", timeout=ARRIVES_MS)
    screenshot(page, "keyboard-arrived")
    trip = stack.get(f"/trips/{card.get_attribute('data-trip-id')}")
    day = trip["ended_at"][:10]

    stack.wait_until(lambda: all_landed(stack), "all reports in the lake")
    go(page, "l")
    expect(page.get_by_test_id("pipeline-page")).to_be_visible()
    tab_to(page, "view-days")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id(f"cell-{day}-staging")).to_be_visible(timeout=SLOW_MS)
    tab_to(page, f"cell-{day}-staging")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("refine-day")).to_be_visible(timeout=SLOW_MS)
    tab_to(page, "refine-day")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("job")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_test_id("job")).to_have_count(0, timeout=REFINES_MS)
    assert stack.get("/jobs?kind=refine")["items"][0]["outcome"] in {"done", "nothing-to-do"}

    go(page, "d")
    expect(page.get_by_test_id("dashboards-page")).to_be_visible()
    expect(page.get_by_test_id("filter-to")).to_have_value(day, timeout=SLOW_MS)
    figures = stack.get(f"/dashboards/vehicles?from={day}&to={day}")["items"]
    assert trip["vehicle_id"] in {row["vehicle_id"] for row in figures}
    screenshot(page, "keyboard-dashboard")
