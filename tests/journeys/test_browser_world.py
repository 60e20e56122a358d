"""The world's clock, closures and the look back, through the page: a real Chromium against the real stack."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import IN_TOWN, SLOW_MS, UP_THE_HILL, click_map, create_vehicle, pixel_of
from support.stack import TRIPS, Stack, parse_ms, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(900)]


def world_ms(page: Page) -> int:
    """What the page's clock shows."""
    return parse_ms(str(page.get_by_test_id("world-time").get_attribute("datetime")))


def test_a_person_pauses_steps_and_speeds_up_the_world(page: Page, stack: Stack) -> None:
    page.get_by_test_id("world-pause").click()
    expect(page.get_by_test_id("world-resume")).to_be_enabled()
    assert stack.get("/world")["paused"]
    before_ms = parse_ms(stack.get("/world")["time"])

    page.get_by_test_id("world-step-60").click()
    wait_for(lambda: parse_ms(stack.get("/world")["time"]) == before_ms + 60_000, "a step of a minute", 30)
    wait_for(lambda: world_ms(page) == (before_ms + 60_000) // 1000 * 1000, "the step on the page", 30)
    screenshot(page, "world-paused")

    page.get_by_test_id("world-rate").click()
    page.get_by_test_id("rate-other").fill("25")
    page.get_by_test_id("rate-set").click()
    assert stack.get("/world")["paused"], "a speed chosen while it stands waits until it runs on"
    page.get_by_test_id("world-resume").click()
    expect(page.get_by_test_id("world-rate")).to_have_text(re.compile(r"\b25$"))
    assert stack.get("/world")["rate"] == 25

    page.get_by_test_id("world-rate").click()
    page.get_by_test_id("rate-10").click()
    expect(page.get_by_test_id("world-rate")).to_have_text(re.compile(r"\b10$"))
    wait_for(lambda: stack.get("/world")["rate"] == 10, "the new rate", 30)


def test_a_person_closes_a_road_and_sees_a_trip_take_another_way(page: Page, stack: Stack) -> None:
    stack.post("/world/rate", {"rate": 1})
    trip = plan_for_later(page, stack)
    page.get_by_test_id("back").click()

    page.get_by_test_id("panel-closures").click()
    page.get_by_test_id("new-closure").click()
    expect(page.get_by_test_id("closure-save")).to_be_disabled()
    way = trip["route"]["geometry"]["coordinates"]
    lon, lat = way[len(way) // 2]
    click_map(page, pixel_of(lon, lat, trip["route"]["bbox"]))
    expect(page.get_by_test_id("closure-middle")).to_be_visible()
    page.get_by_test_id("closure-radius").fill("30")
    page.get_by_test_id("closure-rim").press("ArrowRight")
    expect(page.get_by_test_id("closure-radius")).to_have_value("33")
    screenshot(page, "closure-form")
    page.get_by_test_id("closure-save").click()

    card = page.get_by_test_id("closure-card")
    expect(card).to_be_visible()
    closure_id = str(card.get_attribute("data-closure-id"))
    expect(page.get_by_test_id("closure-effect")).to_have_attribute("data-done", "true", timeout=SLOW_MS)
    effect = stack.get(f"/closures/{closure_id}")["effect"]
    assert effect["done"] and effect["rerouted"] + effect["no_other_way"] >= 1
    for name in ("rerouted", "unaffected", "no-other-way"):
        shown = page.get_by_test_id(f"closure-{name}")
        expect(shown).to_have_text(str(effect[name.replace("-", "_")]))
    screenshot(page, "closure-effect")
    stuck = {one["trip_id"] for one in effect["trips_without_other_way"]}
    other_way = stack.get(f"/trips/{trip['id']}")["route"]["geometry"]["coordinates"] != way
    assert other_way != (trip["id"] in stuck)

    page.get_by_test_id("closure-remove").click()
    page.get_by_test_id("closure-remove-confirm").click()
    expect(page.locator(f'[data-closure-id="{closure_id}"]')).to_have_count(0)
    assert stack.api.get(f"/closures/{closure_id}").status_code == 404
    stack.post(f"/trips/{trip['id']}/cancel")
    stack.post("/world/rate", {"rate": 10})


def plan_for_later(page: Page, stack: Stack) -> Any:
    """A trip in ten minutes of world time, which the page shows in the middle of the free part."""
    create_vehicle(page, "Van to be rerouted")
    click_map(page, IN_TOWN)
    click_map(page, UP_THE_HILL)
    expect(page.get_by_test_id("route-distance").first).to_be_visible()
    page.get_by_test_id("start-later").click()
    page.get_by_test_id("start-trip").click()
    card = page.get_by_test_id("trip-card")
    expect(card).to_have_attribute("data-state", "scheduled")
    return stack.get(f"/trips/{card.get_attribute('data-trip-id')}")


def test_a_person_looks_back_and_returns_to_the_present(page: Page, stack: Stack) -> None:
    trip = stack.trip(stack.vehicle("Van of the past"), TRIPS[0])
    stack.wait_for_state(trip["id"], "driving", "waiting", "arrived")
    started_ms = parse_ms(trip["start_at"])
    wait_for(lambda: parse_ms(stack.get("/world")["time"]) > started_ms + 30_000, "half a minute", 60)

    page.get_by_test_id("timeline-toggle").click()
    page.get_by_test_id("timeline-window").select_option(str(10 * 60_000))
    expect(page.get_by_test_id("past-banner")).to_have_count(0)
    slider = page.get_by_test_id("timeline-slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.get_by_test_id("past-banner")).to_be_visible()
    expect(page.get_by_test_id("past-count")).to_have_attribute(
        "data-count", re.compile("[1-9]"), timeout=SLOW_MS
    )

    # Shortly after its start it stood nearly where it began; the page shows just what the API says of that moment.
    then = page.evaluate(
        "([ms, zone]) => new Date(ms).toLocaleString('sv', { timeZone: zone })",
        [started_ms + 2_000, zone_of(stack)],
    )
    page.get_by_test_id("past-at").fill(then.replace(" ", "T"))
    page.get_by_test_id("vehicle-item").filter(has_text="Van of the past").click()
    card = page.get_by_test_id("past-card")
    expect(card).to_have_attribute("data-trip-id", trip["id"])
    expect(card).to_contain_text("0%")
    screenshot(page, "past")

    page.get_by_test_id("back-to-live").click()
    expect(page.get_by_test_id("past-banner")).to_have_count(0)
    expect(page.get_by_test_id("trip-card")).to_have_attribute("data-trip-id", trip["id"])


def zone_of(stack: Stack) -> str:
    return str(stack.get("/regions")["items"][0]["timezone"])
