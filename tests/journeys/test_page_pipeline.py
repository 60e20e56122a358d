"""The pipeline page: a real Chromium against the real stack. The tail, mending, a day refined again, the ledger."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from rumbo.events.contract import Broken, canonical
from rumbo.events.fields import POSITION
from support.axe import serious_problems
from support.browser import screenshot
from support.pages import SLOW_MS
from support.stack import TRIPS, Stack, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.browser, pytest.mark.jvm, pytest.mark.timeout(1500)]
JOB_MS = 600_000


@pytest.fixture(scope="module")
def driven(stack: Stack) -> Any:
    """A trip with a device that breaks the contract now and then; it has ended and lies in the lake."""
    vehicle = stack.vehicle("Van with a broken box")
    device = {
        "name": "spoiler",
        "reporting": {"interval_ms": 1_000},
        "faults": {
            "malformed_share": 0.05,
            "breaking_share": 0.15,
            "doubled_share": 0.05,
            "dropped_share": 0.05,
        },
    }
    trip = stack.trip(vehicle, TRIPS[0], device=device)
    stack.wait_for_state(trip["id"], "arrived")
    return trip


def test_a_person_follows_a_topic_and_reads_from_an_offset(page: Page, stack: Stack, driven: Any) -> None:
    trip = stack.trip(stack.vehicle("Van for the tail"), TRIPS[0])
    page.goto(f"{stack.url}/pipeline")
    expect(page.get_by_test_id("topic-rumbo.positions")).to_be_visible(timeout=SLOW_MS)
    first = page.get_by_test_id("record").first
    expect(first).to_be_visible(timeout=SLOW_MS)
    newest = first.get_attribute("data-place")
    wait_for(lambda: page.get_by_test_id("record").first.get_attribute("data-place") != newest, "news", 60)

    page.keyboard.press("p")
    expect(page.get_by_test_id("tail")).to_have_attribute("data-paused", "true", timeout=SLOW_MS)
    summary = page.get_by_test_id("record").first.locator("summary")
    summary.focus()
    summary.press("ArrowDown")
    page.keyboard.press("Enter")
    opened = page.locator("details.pl-record[open]")
    expect(opened).to_have_count(1, timeout=SLOW_MS)
    assert '"trip_id"' in str(opened.locator("pre").text_content())
    screenshot(page, "pipeline-stream")
    assert serious_problems(page) == []
    page.keyboard.press("p")

    page.get_by_test_id("topic-rumbo.trip-states").click()
    page.get_by_test_id("tail-filter").fill(trip["id"])
    expect(page).to_have_url(re.compile(rf"topic=rumbo\.trip-states.*q={trip['id']}"), timeout=SLOW_MS)
    expect(page.get_by_test_id("record").first).to_contain_text(trip["id"], timeout=SLOW_MS)
    for payload in page.locator(".pl-payload").all_text_contents():
        assert trip["id"] in payload

    record = page.get_by_test_id("record").last
    partition, offset = str(record.get_attribute("data-place")).split("/")
    page.goto(f"{stack.url}/pipeline?topic=rumbo.trip-states&partition={partition}&from={offset}")
    expect(page.get_by_test_id("record").first).to_have_attribute(
        "data-place", f"{partition}/{offset}", timeout=SLOW_MS
    )
    page.get_by_test_id("tail-offset").fill("99999999")
    expect(page.get_by_test_id("problem")).to_contain_text("99999999", timeout=SLOW_MS)


def test_a_person_mends_a_record_and_refines_its_day(page: Page, stack: Stack, driven: Any) -> None:
    found = wait_for(lambda: mendable(stack), "a rejected record that can be mended", 180)
    assert found is not None
    place, rule, payload = found
    page.goto(f"{stack.url}/pipeline?view=rejected&rule={rule}")
    record = page.locator(f'[data-testid="rejected-record"][data-place="{place}"]')
    record.locator("summary").click()
    record.get_by_test_id("mend").click()
    box = page.get_by_test_id("mend-payload")
    page.get_by_test_id("mend-note").fill("what the box meant")
    page.get_by_test_id("mend-save").click()
    expect(page.get_by_test_id("problem")).to_contain_text("still breaks the contract", timeout=SLOW_MS)
    screenshot(page, "pipeline-mend")
    assert serious_problems(page) == []
    box.fill(payload)
    page.get_by_test_id("mend-save").click()
    expect(page.get_by_test_id("mended")).to_be_visible(timeout=SLOW_MS)
    expect(record).to_contain_text("Mended", timeout=SLOW_MS)
    screenshot(page, "pipeline-rejected")
    assert serious_problems(page) == []
    page.get_by_test_id("refine-mended").click()
    expect(page.get_by_test_id("job")).to_be_visible(timeout=SLOW_MS)
    (job,) = stack.get("/jobs?kind=refine")["items"]
    expect(page.get_by_test_id("job")).to_have_count(0, timeout=JOB_MS)
    assert stack.get(f"/jobs/{job['id']}")["state"] == "done", stack.get(f"/jobs/{job['id']}")

    page.get_by_test_id("view-days").click()
    day = job["parameters"]["from"]
    page.get_by_test_id(f"cell-{day}-staging").click()
    expect(page).to_have_url(re.compile(f"day={day}&layer=staging"), timeout=SLOW_MS)
    expect(page.get_by_test_id("day-verdict")).to_have_attribute(
        "data-state", re.compile("ok|warning"), timeout=SLOW_MS
    )
    expect(page.get_by_test_id("rule").first).to_be_visible(timeout=SLOW_MS)
    screenshot(page, "pipeline-days")
    assert serious_problems(page) == []
    told = stack.get(f"/lake/days/{day}/quality")["runs"]
    ours = next(run for run in told if run["layer"] == "staging")
    expect(page.get_by_test_id("rule")).to_have_count(len(ours["rules"]), timeout=SLOW_MS)

    page.get_by_test_id("refine-day").click()
    expect(page.get_by_test_id("job")).to_be_visible(timeout=SLOW_MS)
    page.get_by_test_id("job-cancel").click()
    expect(page.get_by_test_id("job")).to_have_count(0, timeout=SLOW_MS)
    assert stack.get("/jobs?kind=refine")["items"][0]["state"] == "cancelled"


def mendable(stack: Stack) -> tuple[str, str, str] | None:
    """A rejected position's place and rule, and its payload with what it lacks as a landed position has it."""
    (sound,) = stack.get("/lake/tables/landing/positions?limit=1")["items"]
    for one in stack.get("/rejected?limit=200")["items"]:
        try:
            sent = json.loads(one["payload"] or "")
            lacking = {n: sound[n] for n in POSITION.names if type(sent.get(n)) is not type(sound[n])}
            whole = canonical(POSITION, sent["vehicle_id"].encode(), json.dumps(sent | lacking).encode())
        except (ValueError, KeyError, TypeError, AttributeError, Broken):
            continue
        if one["rule"] in {"missing_field", "null_field", "wrong_type"}:  # others are sound as they are shown
            return f"{one['kafka_partition']}/{one['kafka_offset']}", one["rule"], whole.decode()
    return None


def test_the_ledger_is_zero(page: Page, stack: Stack, driven: Any) -> None:
    page.goto(f"{stack.url}/pipeline?view=ledger")
    expect(page.get_by_test_id("ledger-empty")).to_be_visible(timeout=SLOW_MS)
    page.get_by_test_id("run-audit").click()
    expect(page.get_by_test_id("job")).to_be_visible(timeout=SLOW_MS)
    screenshot(page, "pipeline-audit-runs")
    expect(page.get_by_test_id("verdict")).to_have_attribute("data-balanced", "true", timeout=JOB_MS)
    expect(page.get_by_test_id("ledger-difference")).to_have_text("0", timeout=SLOW_MS)
    for problem in ("missing", "doubled", "extra"):
        expect(page.get_by_test_id(f"ledger-{problem}")).to_have_attribute("data-zero", "true")
    result = stack.get(f"/jobs/{stack.get('/jobs?kind=audit')['items'][0]['id']}")["result"]
    assert result["rejected"] > 0 and result["dropped_by_fault"] > 0
    shown = str(page.get_by_test_id("ledger-sent").text_content())
    assert int(re.sub(r"\D", "", shown)) == result["sent"]
    screenshot(page, "pipeline-ledger")
    assert serious_problems(page) == []
    page.reload()
    expect(page.get_by_test_id("verdict")).to_be_visible(timeout=SLOW_MS)
