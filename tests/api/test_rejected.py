"""/rejected over a small real lake: reasons, pages, mending."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import orjson
import pytest

from rumbo.api import rejected as rejected_module
from rumbo.api.models_pipeline import RejectedOut
from rumbo.events.examples import examples
from rumbo.events.fields import POSITION
from rumbo.lake.read import open_table
from rumbo.lake.refined.records import MENDED
from support.client import TestClient
from support.lake_rows import put
from support.serving import House

URL = "/api/v1/rejected"
SENT = dict(next(one.value for one in examples() if one.event == POSITION and one.name == "typical")) | {
    "speed_mps": "fast"
}


def row(
    offset: int, *, day: int = 5, rule: str = "wrong_type", payload: bytes | None = b"{}"
) -> dict[str, Any]:
    at = datetime(2026, 3, day, 7, tzinfo=UTC) + timedelta(seconds=offset)
    return {
        "kafka_topic": "rumbo.positions", "kafka_partition": 2, "kafka_offset": offset, "broker_time": at,
        "rule": rule, "field": None, "reason": f"reason {offset}", "payload": payload,
        "broker_date": date(2026, 3, day),
    }  # fmt: skip


@pytest.fixture
def broken(house: House) -> House:
    put(
        house.lake,
        "landing.rejected",
        [row(17, payload=orjson.dumps(SENT)), row(18, payload=b"\xff"), row(19)],
    )
    put(house.lake, "landing.rejected", [row(20, day=6, rule="no_value", payload=None)])
    return house


def get(api: TestClient, path: str, status: int = 200) -> Any:
    answer = api.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def mend(api: TestClient, status: int = 200, **body: Any) -> Any:
    order = {"topic": "rumbo.positions", "partition": 2, "offset": 17} | body
    answer = api.post(f"{URL}/mend", json=order)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_rejected_records_are_listed_newest_first_with_the_reason(api: TestClient, broken: House) -> None:
    page = RejectedOut.model_validate(get(api, URL))
    assert [(one.kafka_offset, one.reason) for one in page.items] == [
        (n, f"reason {n}") for n in (20, 19, 18, 17)
    ]
    assert (page.items[0].payload, page.items[0].size) == (None, 0)
    assert page.items[2].payload == "\ufffd"
    assert [(one.rule, one.records, one.mended) for one in page.reasons] == [
        ("wrong_type", 3, 0),
        ("no_value", 1, 0),
    ]
    assert [(one.day, one.records) for one in page.days] == [("2026-03-05", 3), ("2026-03-06", 1)]


def test_a_day_and_a_rule_narrow_the_list(api: TestClient, broken: House) -> None:
    assert [one["kafka_offset"] for one in get(api, f"{URL}?day=2026-03-06")["items"]] == [20]
    assert [one["kafka_offset"] for one in get(api, f"{URL}?rule=wrong_type&day=2026-03-05")["items"]] == [
        19,
        18,
        17,
    ]
    nothing = get(api, f"{URL}?rule=x'%20OR%20'1'='1")
    assert (nothing["items"], nothing["reasons"], nothing["next_cursor"]) == ([], [], None)


def test_pages_come_to_every_record_once_whatever_is_rejected_meanwhile(
    api: TestClient, broken: House
) -> None:
    found, cursor = [], ""
    while True:
        page = get(api, f"{URL}?limit=1{cursor}")
        found += [one["kafka_offset"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        put(broken.lake, "landing.rejected", [row(100 + len(found), day=7)])
        cursor = f"&cursor={page['next_cursor']}"
    assert found == [20, 19, 18, 17]


def test_a_page_of_large_records_ends_early(
    api: TestClient, broken: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rejected_module, "PAGE_BYTES", 400)
    page = get(api, URL)
    assert len(page["items"]) == 1 and page["next_cursor"]


def test_nothing_rejected_is_an_empty_list(api: TestClient) -> None:
    assert get(api, URL) == {"items": [], "next_cursor": None, "reasons": [], "days": []}


def test_a_record_is_mended_once_and_the_list_says_so(api: TestClient, broken: House) -> None:
    done = mend(api, changes={"speed_mps": 3.5}, note="the device said fast")
    assert (done["event"], json.loads(done["payload"])["speed_mps"]) == ("position", 3.5)
    written = open_table(broken.lake, MENDED).scan().collect().row(0, named=True)
    assert (written["kafka_offset"], written["note"]) == (17, "the device said fast")
    shown = get(api, URL)["items"][-1]
    assert (shown["is_mended"], shown["mended_day"], shown["note"]) == (
        True,
        done["day"],
        "the device said fast",
    )
    assert get(api, URL)["reasons"][0]["mended"] == 1
    assert "mended already" in mend(api, 409, changes={"speed_mps": 4.0})["detail"]


def test_a_record_that_is_no_text_is_mended_with_a_whole_payload(api: TestClient, broken: House) -> None:
    assert "no JSON" in mend(api, 422, offset=18, changes={"speed_mps": 1.0})["detail"]
    assert mend(api, offset=18, payload=json.dumps(SENT | {"speed_mps": 1.0}))["event"] == "position"


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"changes": {"speed_mps": "slow"}}, 422, "still breaks the contract"),
        ({"payload": "[1]"}, 422, "no JSON object"),
        ({"offset": 99, "changes": {"a": 1}}, 404, "offset 99"),
        ({"topic": "rumbo.nothing", "changes": {"a": 1}}, 404, "rumbo.nothing"),
        ({}, 422, "still breaks the contract"),
        ({"offset": "17"}, 422, "/offset"),
        ({"payload": {"a": 1}}, 422, "/payload"),
        ({"sql": "drop"}, 422, "/sql"),
    ],
)
def test_what_is_no_mending_is_a_problem_and_writes_nothing(
    api: TestClient, broken: House, body: dict[str, Any], status: int, says: str
) -> None:
    found = mend(api, status, **body)
    assert says in json.dumps(found) and found["hint"]
    assert open_table(broken.lake, MENDED).version is None


@pytest.mark.parametrize("query", ["day=yesterday", "day=2026-02-30", "limit=0", "cursor=eA", "reason=x"])
def test_what_cannot_be_meant_is_a_problem_that_says_what(api: TestClient, broken: House, query: str) -> None:
    found = get(api, f"{URL}?{query}", 422)
    assert found["errors"][0]["pointer"] == f"?{query.partition('=')[0]}" and found["hint"]
