"""The list of trips: its filters, its orders, its pages, its file."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from support.client import TestClient
from support.serving import House, trip_body

STARTS = ("13:00", "09:00", "15:00", "11:00")


@pytest.fixture
def planned(api: TestClient) -> dict[str, str]:
    """Trips of tomorrow by their starts, planned in the order of STARTS; the first two are Ángela's."""
    ids = {}
    for number, start in enumerate(STARTS):
        name = "Ángela" if number < 2 else f"Van {number}"
        vehicle = api.post("/api/v1/vehicles", json={"name": name}).json()["id"]
        body = trip_body(vehicle, start_at=f"2026-03-06T{start}:00Z", id=f"trp_{start.replace(':', '-')}")
        ids[start] = api.post("/api/v1/trips", json=body).json()["id"]
    return ids


def starts(api: TestClient, query: str = "") -> list[str]:
    """Starts of all trips of a list, read two at a time."""
    found: list[str] = []
    cursor = ""
    while True:
        answer = api.get(f"/api/v1/trips?limit=2&{query}{cursor}")
        assert answer.status_code == 200, answer.text
        found += [trip["start_at"][11:16] for trip in answer.json()["items"]]
        if answer.json()["next_cursor"] is None:
            return found
        cursor = f"&cursor={answer.json()['next_cursor']}"


def test_trips_are_listed_in_three_orders_page_by_page(api: TestClient, planned: dict[str, str]) -> None:
    assert starts(api) == starts(api, "sort=-created_at") == [*reversed(STARTS)]
    assert starts(api, "sort=start_at") == sorted(STARTS)
    assert starts(api, "sort=-start_at") == sorted(STARTS, reverse=True)


def test_trips_that_start_at_once_are_listed_once_each(api: TestClient) -> None:
    for number in range(5):
        vehicle = api.post("/api/v1/vehicles", json={"name": f"v{number}"}).json()["id"]
        api.post("/api/v1/trips", json=trip_body(vehicle, start_at="2026-03-06T08:00:00Z"))
    for order in ("start_at", "-start_at"):
        ids: list[str] = []
        more = ""
        while True:
            page = api.get(f"/api/v1/trips?limit=2&sort={order}{more}").json()
            ids += [trip["id"] for trip in page["items"]]
            if page["next_cursor"] is None:
                break
            more = f"&cursor={page['next_cursor']}"
        assert len(ids) == len(set(ids)) == 5


def test_all_that_is_asked_must_hold(api: TestClient, planned: dict[str, str], house: House) -> None:
    assert starts(api, "q=angela") == ["09:00", "13:00"]
    assert starts(api, "q=TRP_15") == ["15:00"] and starts(api, "q=trp_1%25") == []
    assert starts(api, "since=2026-03-06T11:00:00Z&until=2026-03-06T15:00:00Z") == ["11:00", "13:00"]
    assert starts(api, "since=2026-03-06T12:00:00Z&q=van&sort=start_at") == ["15:00"]
    api.post(f"/api/v1/trips/{planned['09:00']}/cancel")
    house.clock.pass_s(1)
    assert starts(api, "q=angela&state=cancelled") == ["09:00"]
    assert starts(api, "q=angela&state=scheduled") == ["13:00"]
    house.clock.pass_s(86_400 * 2)
    assert starts(api, "state=arrived&sort=start_at") == ["11:00", "13:00", "15:00"]


def test_a_text_that_many_vehicles_have_finds_their_trips(
    api: TestClient, planned: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rumbo.fleet.trip_lists._NAMED_AT_MOST", 1)
    assert starts(api, "q=angela") == ["09:00", "13:00"] and starts(api, "q=trp_15") == ["15:00"]


def test_trips_of_a_vehicle_taken_out_are_found_by_its_name(
    api: TestClient, planned: dict[str, str], house: House
) -> None:
    house.clock.pass_s(86_400 * 2)
    for vehicle in api.get("/api/v1/vehicles?q=angela").json()["items"]:
        assert api.delete(f"/api/v1/vehicles/{vehicle['id']}").status_code == 204
    assert starts(api, "q=angela") == ["09:00", "13:00"]


def test_the_list_is_a_file_with_the_same_filters(api: TestClient, planned: dict[str, str]) -> None:
    answer = api.get("/api/v1/trips/export.csv?sort=start_at&since=2026-03-06T10:00:00Z")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.text)))
    assert [row["start_at"][11:16] for row in rows] == ["11:00", "13:00", "15:00"]
    assert (rows[0]["id"], rows[0]["state"], rows[0]["from_lat"]) == (planned["11:00"], "scheduled", "45.0")
    assert float(rows[0]["distance_m"]) == pytest.approx(1112, abs=2)
    spanish = api.get("/api/v1/trips/export.csv?separator=semicolon&q=van").text
    assert (
        spanish.startswith("\ufeffid;vehicle_id;") and ";45,0;" in spanish and len(spanish.splitlines()) == 3
    )
    assert len(api.get("/api/v1/trips/export.csv?q=nobody").text.splitlines()) == 1


def test_more_trips_than_a_page_are_all_in_the_file(
    api: TestClient, planned: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rumbo.fleet.service.MAX_LIMIT", 3)
    assert len(api.get("/api/v1/trips/export.csv").text.splitlines()) == 5


@pytest.mark.parametrize(
    "query",
    [
        "sort=name",
        "since=tomorrow",
        "since=2026-03-06",
        "q=",
        "state=lost",
        "from=2026-03-06",
        "vehicle_id=7",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/trips", "/api/v1/trips/export.csv"])
def test_what_no_list_knows_is_a_problem(api: TestClient, path: str, query: str) -> None:
    found: Any = api.get(f"{path}?{query}")
    assert found.status_code == 422 and found.json()["hint"]


def test_a_cursor_is_good_for_one_order(api: TestClient, planned: dict[str, str]) -> None:
    cursor = api.get("/api/v1/trips?limit=1&sort=start_at").json()["next_cursor"]
    for other in ("-start_at", "-created_at"):
        assert api.get(f"/api/v1/trips?sort={other}&cursor={cursor}").status_code == 422
