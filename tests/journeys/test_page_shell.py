"""The frame of the app in a real browser: every page from the rail and by its address, search, keys, settings."""

from __future__ import annotations

import re
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from support.axe import serious_problems
from support.browser import screenshot
from support.pages import SLOW_MS, opened
from support.stack import TRIPS, Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(600)]


def addresses(page: Page) -> list[str]:
    """Of all pages that the rail leads to."""
    links = page.get_by_test_id("rail").locator("a[data-testid^=nav-]")
    return [str(link.get_attribute("href")) for link in links.all()]


def test_every_page_is_fit_for_everybody(browser: Browser, stack: Stack) -> None:
    stack.wait_for_state(stack.trip(stack.vehicle("Everybody's van"), TRIPS[0])["id"], "driving")
    found: dict[str, list[str]] = {}
    looks: tuple[tuple[str, Literal["light", "dark"]], ...] = (("en", "light"), ("es", "dark"))
    for language, theme in looks:
        with opened(browser, stack, locale=language, theme=theme) as page:
            for address in addresses(page):
                page.goto(stack.url + address)
                expect(page.locator("main .map, main h1").first).to_be_visible(timeout=SLOW_MS)
                page.wait_for_load_state("networkidle")
                screenshot(page, f"page-{address.strip('/') or 'map'}-{language}-{theme}")
                found[f"{address} {language} {theme}"] = serious_problems(page)
    assert {where: what for where, what in found.items() if what} == {}


def test_keys_lead_everywhere(page: Page, stack: Stack) -> None:
    stack.vehicle("Señor Búsqueda")
    page.reload()
    expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open", timeout=SLOW_MS)
    page.keyboard.press("?")
    expect(page.get_by_test_id("keys")).to_be_visible()
    screenshot(page, "keys")
    page.keyboard.press("Escape")
    expect(page.get_by_test_id("keys")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page.get_by_test_id("fleet-page")).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("search-text")).to_be_focused()
    page.keyboard.type("senor bus")
    expect(page.get_by_test_id("search-found").first).to_contain_text("Señor Búsqueda")
    screenshot(page, "search")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/\?vehicle=veh_"))
    expect(page.get_by_test_id("vehicle-facts")).to_be_visible()


def test_a_chosen_vehicle_stands_in_the_address(page: Page, stack: Stack) -> None:
    vehicle_id = stack.vehicle("Sent by link")
    page.goto(f"{stack.url}/?vehicle={vehicle_id}#map=15/43.7384/7.4246")
    expect(page.locator(".panel")).to_contain_text("Sent by link")
    expect(page).to_have_url(re.compile(rf"vehicle={vehicle_id}.*#map=15/43\.738"))
    page.get_by_test_id("back").click()
    expect(page).not_to_have_url(re.compile("vehicle="))


def test_settings_hold_after_the_page_is_closed(page: Page) -> None:
    page.get_by_test_id("nav-settings").click()
    page.get_by_test_id("settings-language-es").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ajustes")
    page.get_by_test_id("theme-dark").click()
    page.get_by_test_id("units-imperial").click()
    page.get_by_test_id("zone-utc").click()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_test_id("settings-example")).to_contain_text("31 mph")
    expect(page.get_by_test_id("world-zone")).to_have_text("UTC")
    screenshot(page, "settings")


def test_an_address_of_no_page_says_so_and_leads_back(page: Page, stack: Stack) -> None:
    page.goto(f"{stack.url}/nowhere/at/all")
    expect(page.get_by_test_id("missing-page")).to_be_visible()
    page.get_by_role("button", name="To the map").click()
    expect(page.get_by_test_id("map")).to_be_visible()
