"""The replay of a day in a real browser: from the lake, played, scrubbed, jumped through."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import SLOW_MS
from support.stack import TRIPS, Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(600)]


def has_landed(stack: Stack, span: str, trip_id: str) -> bool:
    marks = stack.get(f"/replay/marks?{span}")["items"]
    return any(mark["trip_id"] == trip_id and mark["what"] == "arrived" for mark in marks)


def test_a_day_is_replayed_from_the_lake(page: Page, stack: Stack) -> None:
    trip = stack.trip(stack.vehicle("Replayed van"), TRIPS[0])
    ended = stack.wait_for_state(trip["id"], "arrived")["ended_at"]
    span = f"from={trip['created_at']}&to={ended[:19]}.999Z"
    stack.wait_until(lambda: has_landed(stack, span, trip["id"]), "the trip's end in the lake")

    page.goto(f"{stack.url}/replay?day={ended[:10]}")
    marks = page.get_by_test_id("replay-mark").filter(has_text="Replayed van")
    marks.filter(has_text="Arrived").click(timeout=SLOW_MS)
    page.get_by_test_id("replay-before").click()
    page.get_by_test_id("replay-rate").select_option("10")
    page.get_by_test_id("replay-play").click()
    expect(page.get_by_test_id("replay-count")).not_to_have_attribute("data-count", "0", timeout=SLOW_MS)
    expect(page.get_by_test_id("replay-card")).to_contain_text("km/h")
    screenshot(page, "replay")
    page.get_by_test_id("replay-play").click()

    page.get_by_test_id("replay-next").click()
    shown = str(page.get_by_test_id("replay-time").get_attribute("datetime"))
    at = shown[11:19].replace(":", "%3A")
    expect(page).to_have_url(re.compile(f"day={shown[:10]}&at={at}&rate=10"))
    page.reload()
    expect(page.get_by_test_id("replay-time")).to_have_attribute("datetime", shown[:19] + ".000Z")
    page.get_by_test_id("show-alert").click()
    expect(page).to_have_url(re.compile("show=alert"))
