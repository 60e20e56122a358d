"""The page of all vehicles in a real browser: many made at once, found, changed, removed."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.stack import TRIPS, Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(600)]


def test_many_vehicles_are_made_found_changed_and_removed(page: Page, stack: Stack) -> None:
    page.get_by_test_id("nav-fleet").click()
    page.get_by_test_id("many-vehicles").click()
    page.get_by_test_id("many-pattern").fill("Reparto {n}")
    page.get_by_test_id("many-count").fill("25")
    page.get_by_test_id("many-fleet").fill("reparto")
    expect(page.get_by_test_id("many-names")).to_have_text("Reparto 1, Reparto 2 … Reparto 25")
    screenshot(page, "fleet-many")
    page.get_by_test_id("many-save").click()
    rows = page.get_by_test_id("fleet-row").filter(has_text="Reparto")
    expect(rows).to_have_count(25)

    page.get_by_test_id("filter-text").fill("Reparto 2")
    expect(rows).to_have_count(7)
    expect(page).to_have_url(re.compile(r"/fleet\?q=Reparto"))
    page.reload()
    expect(rows).to_have_count(7)

    page.get_by_test_id("choose-all").check()
    page.get_by_test_id("bulk-tags").fill("norte, frío")
    page.get_by_test_id("bulk-tags").press("Enter")
    expect(rows.first).to_contain_text("frío")
    assert len(stack.get("/vehicles?tag=norte")["items"]) == 7
    screenshot(page, "fleet")

    page.get_by_test_id("bulk-delete").click()
    page.get_by_test_id("bulk-delete-confirm").click()
    expect(rows).to_have_count(0)
    assert len(stack.get("/vehicles?fleet=reparto")["items"]) == 18


def test_what_could_not_be_done_is_told_by_name(page: Page, stack: Stack) -> None:
    busy = stack.vehicle("Busy bulk")
    stack.vehicle("Free bulk")
    stack.wait_for_state(stack.trip(busy, TRIPS[0])["id"], "driving")
    page.goto(f"{stack.url}/fleet?q=bulk")
    page.get_by_test_id("choose-all").check()
    page.get_by_test_id("bulk-delete").click()
    page.get_by_test_id("bulk-delete-confirm").click()
    expect(page.get_by_test_id("fallen")).to_contain_text("Busy bulk")
    expect(page.get_by_test_id("fleet-row")).to_have_count(1)
    screenshot(page, "fleet-fallen")
