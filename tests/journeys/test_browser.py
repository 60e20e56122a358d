"""The main job through the page: a real Chromium against the real stack."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import AT_SEA, IN_TOWN, MIDDLE_OF_ROUTE, SLOW_MS, UP_THE_HILL, click_map, create_vehicle
from support.stack import TRIPS, Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(900)]


def test_a_person_creates_a_vehicle_clicks_a_route_and_watches_it_arrive(page: Page, stack: Stack) -> None:
    create_vehicle(page, "Clicked van")
    click_map(page, IN_TOWN)
    click_map(page, UP_THE_HILL)
    expect(page.get_by_test_id("route-distance").first).to_be_visible()
    click_map(page, MIDDLE_OF_ROUTE)
    expect(page.get_by_test_id("waypoint-via")).to_have_count(1)
    expect(page.get_by_test_id("route-distance").first).to_contain_text("km")
    expect(page.get_by_test_id("route-duration").first).to_contain_text("min")
    screenshot(page, "planning")
    page.get_by_test_id("start-trip").click()

    card = page.get_by_test_id("trip-card")
    expect(card).to_have_attribute("data-state", "driving")
    trip_id = card.get_attribute("data-trip-id")
    expect(page.get_by_test_id("trip-speed")).to_contain_text("km/h")
    screenshot(page, "driving")
    expect(page.get_by_test_id("rows-positions")).not_to_have_text("0", timeout=SLOW_MS)
    assert stack.get(f"/trips/{trip_id}")["route"]["distance_m"] > 500
    expect(card).to_have_attribute("data-state", "arrived", timeout=240_000)
    screenshot(page, "arrived")


def test_a_person_pauses_resumes_and_cancels_a_trip(page: Page, stack: Stack) -> None:
    trip_id = stack.trip(stack.vehicle("Held van"), TRIPS[1])["id"]
    stack.wait_for_state(trip_id, "driving")
    page.get_by_test_id("vehicle-item").filter(has_text="Held van").click()
    card = page.get_by_test_id("trip-card")
    page.get_by_test_id("pause").click()
    expect(card).to_have_attribute("data-state", "paused")
    expect(page.get_by_test_id("last-event").first).to_have_attribute("data-name", "paused", timeout=SLOW_MS)
    assert stack.get(f"/trips/{trip_id}")["state"] == "paused"
    page.get_by_test_id("resume").click()
    expect(card).not_to_have_attribute("data-state", "paused")
    page.get_by_test_id("cancel").click()
    page.get_by_test_id("cancel-confirm").click()
    expect(card).to_have_attribute("data-state", "cancelled")
    assert stack.get(f"/trips/{trip_id}")["state"] == "cancelled"


def test_a_point_in_the_sea_is_explained_and_loses_nothing(page: Page, stack: Stack) -> None:
    create_vehicle(page, "Lost van")
    click_map(page, IN_TOWN)
    click_map(page, AT_SEA)
    expect(page.get_by_test_id("problem").first).to_be_visible()
    expect(page.get_by_test_id("waypoint-origin")).to_be_visible()
    screenshot(page, "problem")


def test_the_page_speaks_spanish_when_asked_and_remembers_it(page: Page, stack: Stack) -> None:
    page.get_by_test_id("language-es").click()
    expect(page.get_by_test_id("new-vehicle").first).to_contain_text("vehículo")
    page.reload()
    expect(page.get_by_test_id("new-vehicle").first).to_contain_text("vehículo")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    screenshot(page, "spanish")


def test_a_lost_connection_shows_and_heals(page: Page, stack: Stack) -> None:
    os.kill(stack.pid_of("api"), signal.SIGKILL)
    expect(page.get_by_test_id("connection-banner")).to_be_visible()
    screenshot(page, "connection-lost")
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=SLOW_MS)
    expect(page.get_by_test_id("connection-banner")).to_have_count(0)


def test_a_part_of_the_page_that_did_not_load_loads_once_the_server_is_back(page: Page, stack: Stack) -> None:
    page.context.set_offline(True)
    with page.expect_event("requestfailed", lambda asked: "/assets/Timeline-" in asked.url):
        page.get_by_test_id("timeline-toggle").click()
    expect(page.get_by_test_id("timeline")).to_have_count(0)
    page.context.set_offline(False)
    expect(page.get_by_test_id("timeline")).to_be_visible(timeout=SLOW_MS)
    expect(page.locator(".broken")).to_have_count(0)
