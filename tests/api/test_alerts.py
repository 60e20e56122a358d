"""/alerts: what landed, newest first, page by page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rumbo.api.models_alerts import AlertsOut
from rumbo.events.examples import examples
from rumbo.events.fields import ALERT
from support.audited import land
from support.client import TestClient
from support.serving import House

TYPICAL = next(e.value for e in examples() if e.event is ALERT and e.name == "typical")
RULES = ("overspeed", "arrival", "harsh_braking")
COUNT = 30


def alert(number: int) -> dict[str, Any]:
    """Two of each moment, over three days, in no order."""
    moment = number * 7 % COUNT // 2
    return TYPICAL | {
        "alert_id": f"alt_{number:02}",
        "vehicle_id": f"veh_{number % 4}",
        "trip_id": f"trp_{number % 5}",
        "rule": RULES[number % 3],
        "event_time": f"2026-03-0{5 + moment // 6}T0{moment % 6}:30:46.250Z",
    }


ALERTS = [alert(number) for number in range(COUNT)]
NEWEST_FIRST = sorted(ALERTS, key=lambda a: (a["event_time"], a["alert_id"]), reverse=True)


@pytest.fixture
def landed(house: House) -> House:
    records = [(ALERT.topic, a["vehicle_id"], json.dumps(a | {"later": 1}).encode()) for a in ALERTS]
    land(house.lake, records[:11])
    land(house.lake, records[11:])
    return house


def page(api: TestClient, query: str = "") -> tuple[list[dict[str, Any]], str | None]:
    answer = api.get(f"/api/v1/alerts?{query}")
    assert answer.status_code == 200, answer.text
    AlertsOut.model_validate(answer.json())
    return answer.json()["items"], answer.json()["next_cursor"]


def test_before_anything_was_found_the_list_is_empty(api: TestClient) -> None:
    assert page(api) == ([], None)


def test_alerts_come_as_they_were_published_newest_first(api: TestClient, landed: House) -> None:
    assert page(api) == (NEWEST_FIRST, None)
    assert set(NEWEST_FIRST[0]) == set(ALERT.names)


@pytest.mark.parametrize("limit", [1, 4, 7, 29, 30])
def test_pages_join_to_the_whole(api: TestClient, landed: House, limit: int) -> None:
    found, cursor = page(api, f"limit={limit}")
    while cursor is not None:
        more, cursor = page(api, f"limit={limit}&cursor={cursor}")
        assert 0 < len(more) <= limit
        found += more
    assert found == NEWEST_FIRST


def test_each_filter_holds_and_together_they_all_do(api: TestClient, landed: House) -> None:
    for name in ("vehicle_id", "trip_id", "rule"):
        wanted = NEWEST_FIRST[3][name]
        assert page(api, f"{name}={wanted}")[0] == [a for a in NEWEST_FIRST if a[name] == wanted]
    since = NEWEST_FIRST[9]["event_time"]
    assert page(api, f"since={since}")[0] == [a for a in NEWEST_FIRST if a["event_time"] >= since]
    both = page(api, f"since={since}&rule=overspeed&limit=2")[0]
    assert both == [a for a in NEWEST_FIRST if a["event_time"] >= since and a["rule"] == "overspeed"][:2]


def test_what_lands_shows_at_once_and_a_page_that_was_begun_goes_on(api: TestClient, landed: House) -> None:
    first, cursor = page(api, "limit=5")
    newer = TYPICAL | {"alert_id": "alt_new", "event_time": "2026-03-09T00:00:00.000Z"}
    land(landed.lake, [(ALERT.topic, newer["vehicle_id"], json.dumps(newer).encode())])
    assert page(api, "limit=1")[0] == [newer]
    rest, _ = page(api, f"limit=200&cursor={cursor}")
    assert first + rest == NEWEST_FIRST


@pytest.mark.parametrize(
    "query",
    [
        "rule=speeding",
        "since=yesterday",
        "vehicle_id=7",
        "limit=0",
        "cursor=YWxlcnRzOng",
        "cursor=dHJpcHM6NQ",
        "colour=red",
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_hint(api: TestClient, query: str) -> None:
    answer = api.get(f"/api/v1/alerts?{query}")
    assert answer.status_code == 422
    assert answer.json()["hint"] or answer.json()["errors"]


def test_a_lake_that_cannot_be_read_is_said(api: TestClient, landed: House) -> None:
    log = landed.path / "lake" / "landing" / "alerts" / "_delta_log"
    for commit in log.glob("*.json"):
        commit.write_text("{broken")
    answer = api.get("/api/v1/alerts")
    assert answer.status_code == 503
    assert "landing/alerts" in answer.json()["detail"]
