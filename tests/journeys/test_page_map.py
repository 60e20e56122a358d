"""The map in a real browser: a crowd far out, and areas drawn on it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from support.axe import serious_problems
from support.browser import screenshot
from support.pages import SLOW_MS, click_map, opened
from support.stack import TRIPS, Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(600)]

CROWD = 24
FAR_OUT = "/#map=11/43.74/7.42"


def test_far_out_a_crowd_is_a_number_that_leads_nearer(page: Page, stack: Stack) -> None:
    for number in range(CROWD):
        stack.trip(stack.vehicle(f"Crowd {number}"), TRIPS[0])
    page.goto(stack.url + FAR_OUT)
    page.reload()
    badges = page.get_by_test_id("cluster")
    expect(badges.first).to_be_visible(timeout=SLOW_MS)
    greatest = max(badges.all(), key=lambda badge: int(badge.get_attribute("data-count") or 0))
    expect(greatest).to_have_attribute("data-count", re.compile(r"[1-9]\d"))
    expect(greatest).to_have_accessible_name(re.compile(r"\d+ vehicles"))
    screenshot(page, "map-clusters")

    page.get_by_test_id("map-group").click()
    expect(badges).to_have_count(0)
    page.get_by_test_id("map-group").click()
    expect(badges.first).to_be_visible()

    badges.first.dispatch_event("click")
    expect(page).to_have_url(re.compile(r"#map=1[2-9]"))
    page.get_by_test_id("map-legend").locator("summary").click()
    expect(page.get_by_test_id("map-legend")).to_contain_text("No report for 90 seconds")


CORNERS = ((760, 330), (900, 330), (900, 440))
LAST_CORNER = (760, 440)


def area(stack: Stack, name: str) -> dict[str, Any]:
    (found,) = (one for one in stack.get("/geofences")["items"] if one["name"] == name)
    return dict(found)


def drag(page: Page, handle: str, by: tuple[int, int]) -> None:
    box = page.get_by_test_id(handle).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + by[0], y + by[1], steps=4)
    page.mouse.up()


def test_an_area_is_drawn_pulled_renamed_and_taken_away(page: Page, stack: Stack) -> None:
    page.get_by_test_id("panel-geofences").click()
    page.get_by_test_id("new-geofence").click()
    for corner in (*CORNERS, LAST_CORNER):
        click_map(page, corner)
    hint = page.get_by_test_id("geofence-hint")
    expect(hint).to_have_attribute("data-corners", "4")
    page.get_by_test_id("geofence-undo").click()
    expect(hint).to_have_attribute("data-corners", "3")
    page.get_by_test_id("geofence-name").fill("Drawn area")
    page.get_by_test_id("geofence-warning").click()
    page.get_by_test_id("geofence-save").click()
    expect(page.get_by_test_id("geofence-card")).to_be_visible(timeout=SLOW_MS)
    drawn = area(stack, "Drawn area")
    assert (len(drawn["ring"]), drawn["severity"]) == (4, "warning")

    page.get_by_test_id("geofence-edit").click()
    drag(page, "geofence-between-3", (-30, 10))
    expect(hint).to_have_attribute("data-corners", "4")
    drag(page, "geofence-corner-1", (-20, -20))
    page.get_by_test_id("geofence-name").fill("Pulled area")
    screenshot(page, "map-geofence-edit")
    assert serious_problems(page) == []
    page.get_by_test_id("geofence-save").click()
    expect(page.get_by_test_id("geofence-card")).to_be_visible(timeout=SLOW_MS)
    pulled = area(stack, "Pulled area")
    assert (pulled["id"], len(pulled["ring"])) == (drawn["id"], 5)
    assert pulled["ring"][0] != drawn["ring"][0]
    screenshot(page, "map-geofence")

    page.get_by_test_id("geofence-remove").click()
    page.get_by_test_id("geofence-remove-confirm").click()
    expect(page.get_by_test_id("geofences")).to_be_visible()
    assert stack.get("/geofences")["items"] == []


def test_an_area_is_made_without_a_pointer_in_spanish_and_the_dark(browser: Browser, stack: Stack) -> None:
    with opened(browser, stack, locale="es-ES", theme="dark") as page:
        page.get_by_test_id("panel-geofences").press("Enter")
        page.get_by_test_id("new-geofence").press("Enter")
        page.get_by_test_id("geofence-name").press_sequentially("Sin ratón")
        page.get_by_test_id("geofence-middle-of-map").press("Enter")
        hint = page.get_by_test_id("geofence-hint")
        page.get_by_test_id("geofence-corner-2").press("ArrowRight")
        page.get_by_test_id("geofence-between-2").press("Enter")
        expect(hint).to_have_attribute("data-corners", "5")
        page.get_by_test_id("geofence-corner-1").press("Delete")
        expect(hint).to_have_attribute("data-corners", "4")
        screenshot(page, "map-geofence-dark-es")
        assert serious_problems(page) == []
        page.get_by_test_id("geofence-name").press("Enter")
        expect(page.get_by_test_id("geofence-card")).to_contain_text("Entradas y salidas", timeout=SLOW_MS)
        made = area(stack, "Sin ratón")
        page.get_by_test_id("new-geofence").wait_for(state="detached")
        page.get_by_test_id("geofence-back").press("Enter")
        page.get_by_test_id("new-geofence").press("Enter")
        page.get_by_test_id("geofence-name").press_sequentially("Sin ratón")
        page.get_by_test_id("geofence-middle-of-map").press("Enter")
        page.get_by_test_id("geofence-name").press("Enter")
        expect(page.get_by_test_id("problem")).to_contain_text("already", timeout=SLOW_MS)
        assert stack.api.delete(f"/geofences/{made['id']}").status_code == 204
