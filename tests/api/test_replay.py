"""A past span over REST, from a small real lake: a report a step, what to jump to, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from rumbo.api.models_replay import MarksOut, ReplayOut
from rumbo.lake import replay as replay_module
from support.client import TestClient
from support.lake_rows import positions, put
from support.serving import House

URL = "/api/v1/replay"
SPAN = "from=2026-03-05T07:00:00Z&to=2026-03-05T07:01:00Z"


def happened(minute: int, second: int, **more: Any) -> dict[str, Any]:
    at = datetime(2026, 3, 5, 7, minute, second, tzinfo=UTC)
    return {"event_time": at, "event_date": date(2026, 3, 5), "vehicle_id": "veh_a", "trip_id": "a"} | more


@pytest.fixture
def lake(house: House) -> House:
    known = {"state": "driving", "vehicle_class": "van"}
    put(house.lake, "landing.positions", [row | known for row in positions("a", 100) + positions("b", 30)])
    put(house.lake, "landing.positions", [row | known for row in positions("a", 3, day=6)])
    states = [
        happened(0, 0, state="driving"),
        happened(0, 40, state="arrived"),
        happened(5, 0, state="cancelled"),
    ]
    put(house.lake, "landing.trip_states", states)
    put(house.lake, "landing.alerts", [happened(0, 20, rule="overspeed", alert_id="alr_1")] * 2)
    return house


@pytest.mark.usefixtures("lake")
def test_each_step_has_the_newest_report_of_it(api: TestClient) -> None:
    found = ReplayOut.model_validate(api.get(f"{URL}?{SPAN}&step_s=10").json())
    vehicles = {one.vehicle_id: one for one in found.vehicles}
    assert {name: len(one.time_ms) for name, one in vehicles.items()} == {"veh_a": 6, "veh_b": 3}
    assert vehicles["veh_a"].speed_mps == [9.0, 19.0, 29.0, 39.0, 49.0, 59.0]
    assert vehicles["veh_a"].time_ms[0] == 1_772_694_009_000


@pytest.mark.usefixtures("lake")
def test_marks_are_in_order_once_each_and_without_the_small_ones(api: TestClient) -> None:
    found = MarksOut.model_validate(api.get(f"{URL}/marks?{SPAN}").json())
    assert [(mark.kind, mark.what) for mark in found.items] == [("alert", "overspeed"), ("state", "arrived")]
    assert not found.truncated
    assert len(found.activity) == 288 and max(found.activity) == 2 and sum(found.activity) == 90


@pytest.mark.usefixtures("lake")
def test_a_span_over_midnight_reads_both_days(api: TestClient) -> None:
    answer = api.get(f"{URL}?from=2026-03-05T07:01:30Z&to=2026-03-06T07:00:02Z&step_s=1").json()
    assert [len(one["time_ms"]) for one in answer["vehicles"]] == [12]


def test_a_lake_without_tables_has_an_empty_past(api: TestClient) -> None:
    assert api.get(f"{URL}?{SPAN}").json()["vehicles"] == []
    assert api.get(f"{URL}/marks?{SPAN}").json()["items"] == []


@pytest.mark.usefixtures("lake")
def test_too_many_reports_are_refused_with_what_to_do(
    api: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replay_module, "MOST_REPORTS", 20)
    answer = api.get(f"{URL}?{SPAN}&step_s=1")
    assert answer.status_code == 413 and "step" in answer.json()["hint"]


@pytest.mark.parametrize(
    "span",
    [
        "from=2026-03-05T08:00:00Z&to=2026-03-05T07:00:00Z",
        "from=2026-03-05T08:00:00Z&to=2026-03-15T07:00:00Z",
        "from=today&to=2026-03-05T07:00:00Z",
        "from=2026-03-05T07:00:00Z",
    ],
)
def test_a_span_that_is_none_is_refused(api: TestClient, span: str) -> None:
    assert api.get(f"{URL}?{span}").status_code == 422
    assert api.get(f"{URL}/marks?{span}").json()["hint"]
