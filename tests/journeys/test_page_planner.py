"""The planner's tools in a real browser: menu, pulled line, order, undo, a line by hand, repeated departures."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import IN_TOWN, MIDDLE_OF_ROUTE, UP_THE_HILL, click_map, create_vehicle
from support.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(600)]


def test_a_way_is_pulled_ordered_undone_and_drawn(page: Page) -> None:
    create_vehicle(page, "Pulled van")
    click_map(page, IN_TOWN)
    click_map(page, UP_THE_HILL)
    expect(page.get_by_test_id("route-distance").first).to_be_visible()
    page.mouse.move(*MIDDLE_OF_ROUTE)
    stops = page.get_by_test_id("waypoint-mark")
    expect(stops).to_have_count(2)
    for x, y in ((840, 420), (880, 360)):
        page.get_by_test_id("map").click(button="right", position={"x": x, "y": y})
        page.get_by_test_id("menu-via").click()
    expect(stops).to_have_count(4)
    expect(page.get_by_test_id("order-stops")).to_be_enabled()
    page.get_by_test_id("order-stops").click()
    expect(page.get_by_test_id("route-distance").first).to_be_visible()
    screenshot(page, "planner-tools")
    page.keyboard.press("Control+z")
    page.get_by_test_id("undo").click()
    expect(stops).not_to_have_count(4)
    page.get_by_test_id("redo").click()
    expect(stops).to_have_count(4)

    page.get_by_test_id("draw").click()
    for at in ((840, 420), (850, 400), (880, 380)):
        click_map(page, at)
    page.get_by_test_id("draw-done").click()
    expect(page.get_by_test_id("track")).to_contain_text("by hand")
    expect(page.get_by_test_id("route-distance").first).to_be_visible()
    screenshot(page, "planner-drawn")


def test_a_trip_is_repeated_on_working_days(page: Page, stack: Stack) -> None:
    create_vehicle(page, "Daily van")
    click_map(page, IN_TOWN)
    click_map(page, UP_THE_HILL)
    expect(page.get_by_test_id("route-distance").first).to_be_visible()
    page.get_by_test_id("start-later").click()
    page.get_by_test_id("repeat-every").select_option("weekday")
    page.get_by_test_id("repeat-times").fill("3")
    expect(page.get_by_test_id("start-trip")).to_contain_text("3")
    screenshot(page, "planner-repeat")
    page.get_by_test_id("start-trip").click()
    expect(page.get_by_test_id("trip-card")).to_be_visible()
    vehicle_id = next(one["id"] for one in stack.get("/vehicles?q=Daily")["items"])
    trips = [
        one
        for one in stack.get("/trips?state=scheduled&limit=200")["items"]
        if one["vehicle_id"] == vehicle_id
    ]
    assert len(trips) == 3
    assert len({trip["start_at"][11:16] for trip in trips}) == 1, "at the same time of day"
