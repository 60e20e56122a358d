"""Scenarios in a real browser: changed with a check, kept, run, stopped, compared."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from support.browser import screenshot
from support.pages import SLOW_MS
from support.stack import Stack

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(600)]


def test_a_person_lets_a_scenario_of_ones_own_drive(page: Page, stack: Stack) -> None:
    before = len(stack.get("/vehicles?limit=200")["items"])
    page.goto(f"{stack.url}/scenarios?name=first-drive")
    text = page.get_by_test_id("scenario-text")
    expect(text).to_have_value(re.compile("name: first-drive"))
    good = page.get_by_test_id("scenario-verdict")
    expect(good).to_have_attribute("data-good", "true")

    whole = text.input_value()
    text.fill(whole.replace("version: 1", "version: 9"))
    expect(page.get_by_test_id("scenario-problem")).to_contain_text("version")
    expect(page.get_by_test_id("scenario-save")).to_be_disabled()
    screenshot(page, "scenario-wrong")
    text.fill(whole + "\n# my own\n")
    expect(good).to_have_attribute("data-good", "true")
    page.get_by_test_id("scenario-name").fill("my-town")
    page.get_by_test_id("scenario-save").click()
    expect(page.get_by_test_id("scenario-item").filter(has_text="my-town")).to_be_visible()
    expect(page).to_have_url(re.compile("name=my-town"))

    page.get_by_test_id("run-vehicles").fill("3")
    page.get_by_test_id("scenario-run").click()
    expect(page.get_by_test_id("job")).to_have_attribute("data-state", "running", timeout=SLOW_MS)
    expect(page.get_by_test_id("job-line")).not_to_be_empty(timeout=SLOW_MS)
    screenshot(page, "scenario-running")
    page.get_by_test_id("scenario-stop").click()
    run = page.get_by_test_id("scenario-run-item")
    expect(run).to_have_count(1, timeout=SLOW_MS)
    run.get_by_role("checkbox").check()
    expect(page).to_have_url(re.compile("compare=job_"))
    assert len(stack.get("/vehicles?limit=200")["items"]) == before + 3
