"""The map far out, in a real browser: vehicles that cover each other become numbers, and come back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import SLOW_MS
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
