"""The list of trips and the page of one: a real Chromium against the real stack."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import SLOW_MS
from support.stack import TRIPS, Stack, parse_ms, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(900)]
LANDS_MS = 180_000


def plan(stack: Stack, name: str, way: int = 0, **more: Any) -> dict[str, Any]:
    """A trip of a new van."""
    vehicle = stack.post("/vehicles", {"name": name, "vehicle_class": "van"})
    waypoints = [{"lat": lat, "lon": lon} for lat, lon in TRIPS[way]]
    trip: dict[str, Any] = stack.post("/trips", {"vehicle_id": vehicle["id"], "waypoints": waypoints, **more})
    return trip


def row_of(page: Page, trip: dict[str, Any]) -> Any:
    return page.locator(f'[data-testid="trips-row"][data-trip-id="{trip["id"]}"]')


def test_a_person_narrows_the_list_and_pauses_what_is_chosen(page: Page, stack: Stack) -> None:
    stack.post("/world/rate", {"rate": 1})
    first, second = plan(stack, "Ángela 1"), plan(stack, "Ángela 2", 1)
    later = plan(stack, "Berta", 2, start_at="2027-03-05T08:00:00Z")
    page.goto(f"{stack.url}/trips")
    for trip in (first, second, later):
        expect(row_of(page, trip)).to_be_visible()
    screenshot(page, "trips")

    page.get_by_test_id("trips-text").fill("angela")
    expect(row_of(page, later)).to_have_count(0)
    expect(page).to_have_url(re.compile(r"q=angela"))
    page.reload()
    expect(row_of(page, later)).to_have_count(0)
    expect(page.get_by_test_id("trips-text")).to_have_value("angela")
    with page.expect_download() as download:
        page.get_by_test_id("trips-export").click()
    file = Path(download.value.path()).read_text()
    assert first["id"] in file and later["id"] not in file

    page.get_by_test_id("trips-clear-filters").click()
    expect(row_of(page, later)).to_be_visible()
    page.get_by_test_id("trips-choose-all").check()
    page.get_by_test_id("bulk-pause").click()
    expect(page.get_by_test_id("fallen")).to_contain_text("Berta", timeout=SLOW_MS)
    expect(row_of(page, first)).to_have_attribute("data-state", "paused")
    expect(row_of(page, second)).to_have_attribute("data-state", "paused")
    assert stack.get(f"/trips/{first['id']}")["state"] == "paused"
    screenshot(page, "trips-bulk")

    page.get_by_test_id("trips-text").fill("nobody is called that")
    expect(page.get_by_test_id("trips-nothing")).to_be_visible()
    page.get_by_test_id("trips-clear").click()
    row_of(page, second).get_by_test_id("trips-open").click()
    expect(page.get_by_test_id("record-state")).to_have_attribute("data-state", "paused")
    page.get_by_test_id("record-cancel").click()
    page.get_by_test_id("record-cancel-confirm").click()
    expect(page.get_by_test_id("record-state")).to_have_attribute("data-state", "cancelled", timeout=SLOW_MS)


def test_a_trips_page_goes_on_while_it_drives_and_one_cursor_moves_in_all_of_it(
    page: Page, stack: Stack
) -> None:
    stack.post("/world/rate", {"rate": 2})
    trip = plan(stack, "Clara")
    page.goto(f"{stack.url}/trips/{trip['id']}")
    truth = page.get_by_test_id("layer-truth")
    expect(page.get_by_test_id("record-state")).to_have_attribute("data-state", re.compile("driving|waiting"))
    expect(truth).to_have_attribute("data-rows", re.compile("[1-9]"))
    before = int(str(truth.get_attribute("data-rows")))
    wait_for(lambda: int(str(truth.get_attribute("data-rows"))) > before + 5, "the truth to go on", 60)
    expect(page.get_by_test_id("layer-reported")).to_have_attribute(
        "data-rows", re.compile(r"\d\d"), timeout=LANDS_MS
    )

    chart = page.get_by_test_id("speed-chart")
    chart.focus()
    page.keyboard.press("Home")
    expect(page.get_by_test_id("readout-distance")).to_have_text("0 m")
    line = page.get_by_test_id("chart-cursor")
    at = float(str(line.get_attribute("x1")))
    for _ in range(5):
        page.keyboard.press("PageUp")
    assert float(str(line.get_attribute("x1"))) > at
    expect(page.locator(".track-mark.truth")).to_be_visible()
    expect(page.locator('[data-testid="event"][aria-current="true"]')).to_have_count(1)
    expect(page).to_have_url(re.compile(r"at=20"))

    driving = page.locator('[data-testid="event"][data-name="driving"]').first
    driving.get_by_role("button").click()
    told = str(driving.locator("time").get_attribute("datetime"))
    wait_for(lambda: chart.get_attribute("aria-valuenow") == str(parse_ms(told)), "the chart to follow", 10)
    page.get_by_test_id("chart-by-distance").click()
    page.get_by_test_id("layer-reported").click()
    expect(page).to_have_url(re.compile(r"hide=reported"))
    expect(page.locator('path[data-layer="reported"]')).to_have_count(0)
    expect(page.locator('path[data-layer="truth"]')).to_have_count(1)
    page.reload()
    expect(page.get_by_test_id("layer-reported")).to_have_attribute("aria-pressed", "false")
    expect(page.get_by_test_id("chart-by-distance")).to_have_attribute("aria-pressed", "true")
    wait_for(lambda: chart.get_attribute("aria-valuenow") == str(parse_ms(told)), "the moment to be kept", 60)
    screenshot(page, "trip")


def test_a_report_is_followed_from_kafka_into_the_lake_and_the_trip_is_a_file(
    page: Page, stack: Stack
) -> None:
    trip = plan(stack, "Dora")
    page.goto(f"{stack.url}/trips/{trip['id']}")
    page.get_by_test_id("trace-report").click(timeout=LANDS_MS)
    record = page.get_by_test_id("lineage-record").first
    expect(record).to_contain_text("rumbo.positions", timeout=SLOW_MS)
    page.get_by_text(re.compile("What was sent")).click()
    expect(page.get_by_test_id("lineage-payload")).to_contain_text(trip["id"])
    with page.expect_download() as download:
        page.get_by_test_id("export-gpx").click()
    assert download.value.suggested_filename == f"{trip['id']}.gpx"
    assert "<trkpt" in Path(download.value.path()).read_text()
    page.get_by_test_id("lineage").scroll_into_view_if_needed()
    screenshot(page, "trip-lineage")

    page.get_by_test_id("record-plan-again").click()
    expect(page.get_by_test_id("planner")).to_be_visible()
    expect(page.get_by_test_id("route-distance").first).to_be_visible(timeout=SLOW_MS)
    page.goto(f"{stack.url}/?vehicle={trip['vehicle_id']}&trip={trip['id']}")
    page.get_by_test_id("trip-details").click()
    expect(page.get_by_test_id("trip-page")).to_be_visible()
    expect(page.get_by_test_id("record-id")).to_have_text(trip["id"])
    page.goto(f"{stack.url}/trips/trp_nobody")
    expect(page.get_by_test_id("problem")).to_be_visible()
