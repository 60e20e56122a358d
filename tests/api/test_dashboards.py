"""/dashboards: figures as JSON and as CSV, the span and the filters, and what is refused."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import pytest

from rumbo.api import dashboards as module
from rumbo.api.app import create_app
from rumbo.api.dashboards import Dashboards
from rumbo.api.lake import LakeTables
from rumbo.api.models_dashboards import FigureOut, FiguresOut
from rumbo.errors import Unavailable
from rumbo.lake.dashboards import figures
from support.client import TestClient
from support.dashboard_rows import HARBOUR, HILL, TRUCK, day, fill, moment
from support.lake_rows import put
from support.serving import House

URL = "/api/v1/dashboards"


@pytest.fixture
def filled(house: House) -> House:
    fill(house.lake)
    return house


def get(api: TestClient, path: str, status: int = 200) -> Any:
    answer = api.get(f"{URL}{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


def test_figures_are_listed_with_their_columns_and_the_days_that_are_refined(
    api: TestClient, filled: House
) -> None:
    found = FiguresOut.model_validate(get(api, ""))
    assert found.days == [day(4), day(5), day(6)]
    assert [one.name for one in found.items] == list(figures())
    trips = next(one for one in found.items if one.name == "trips")
    assert {column.name: column.unit for column in trips.columns}["distance_m"] == "m"


def test_every_figure_is_answered_by_the_contract(api: TestClient, filled: House) -> None:
    for name in figures():
        found = FigureOut.model_validate(get(api, f"/{name}?from=2026-03-05&to=2026-03-06"))
        assert (found.figure.name, found.from_, found.to, found.truncated) == (name, day(5), day(6), False)
        columns = [column.name for column in found.figure.columns]
        assert all(list(item) == columns for item in found.items), name
        assert all(
            version == 0 for table, version in found.versions.items() if table == "common.vehicle_days"
        )


def test_rows_of_a_span_and_of_some_vehicles(api: TestClient, filled: House) -> None:
    def metres(query: str) -> list[float]:
        return [item["distance_m"] for item in get(api, f"/trips?{query}")["items"]]

    assert metres("from=2026-03-05&to=2026-03-06") == [40_000.0, 10_000.0]
    assert metres("from=2026-03-05&to=2026-03-05&fleet=south") == [30_000.0]
    assert metres("from=2026-03-05&to=2026-03-05&vehicle_class=van") == [10_000.0]
    assert metres(f"from=2026-03-05&to=2026-03-05&vehicle_id={TRUCK}") == [30_000.0]
    assert metres("from=2026-03-05&to=2026-03-06&fleet=nobody") == []


@pytest.mark.parametrize(
    ("query", "span"),
    [
        ("", ("2026-03-04", "2026-03-06")),
        ("to=2026-03-05", ("2026-03-04", "2026-03-05")),
        ("from=2026-03-05", ("2026-03-05", "2026-03-06")),
        ("from=2026-04-01", ("2026-04-01", "2026-04-01")),
        ("to=2025-01-31", ("2025-01-25", "2025-01-31")),
    ],
)
def test_what_is_left_open_are_the_last_days_that_are_refined(
    api: TestClient, filled: House, query: str, span: tuple[str, str]
) -> None:
    found = get(api, f"/trips?{query}")
    assert (found["from"], found["to"]) == span


def test_before_anything_is_refined_there_is_nothing_and_no_error(api: TestClient) -> None:
    assert get(api, "")["days"] == []
    for name in figures():
        found = get(api, f"/{name}")
        assert (found["from"], found["to"], found["items"], found["shapes"]) == (None, None, [], {}), name
        assert api.get(f"{URL}/{name}?format=csv").text.count("\r\n") == 1


def test_flows_come_with_the_cells_that_they_name(api: TestClient, filled: House) -> None:
    found = get(api, "/flows?from=2026-03-05&to=2026-03-06")
    assert found["shapes"].keys() == {HARBOUR, HILL}
    assert found["shapes"][HARBOUR]["type"] == "Polygon"
    coarse = get(api, "/flows?from=2026-03-05&to=2026-03-06&resolution=7")
    assert len(coarse["items"]) == 1 and coarse["shapes"].keys() == {coarse["items"][0]["from_cell"]}


def test_roads_come_with_the_lines_of_those_that_a_region_knows(filled: House) -> None:
    hours = {"hour_date": day(5), "hour_at": moment(5, 8), "n": 1, "mean_mps": 8.0}
    put(filled.lake, "common.road_speeds_hourly", [hours | {"edge_id": edge} for edge in ("1:2-3", "9:9-9")])
    line = [(7.41, 43.73), (7.42, 43.74)]
    ours = Dashboards(
        LakeTables(filled.lake), lambda edges: {edge: line for edge in edges if edge == "1:2-3"}
    )
    with TestClient(
        create_app(replace(filled.services(), dashboards=ours)), base_url="http://127.0.0.1:8000"
    ) as api:
        found = get(api, "/road_speeds?from=2026-03-05&to=2026-03-05")
    assert len(found["items"]) == 2
    assert found["shapes"] == {
        "1:2-3": {"type": "LineString", "coordinates": [list(point) for point in line]}
    }
    assert "OpenStreetMap" in found["attribution"]


def test_a_figure_as_csv_is_what_it_is_as_json(api: TestClient, filled: House) -> None:
    answer = api.get(f"{URL}/drivers?from=2026-03-05&to=2026-03-06&format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert 'filename="drivers_2026-03-05_2026-03-06.csv"' in answer.headers["content-disposition"]
    lines = list(csv.DictReader(StringIO(answer.text)))
    items = get(api, "/drivers?from=2026-03-05&to=2026-03-06")["items"]
    assert [line["vehicle_id"] for line in lines] == [item["vehicle_id"] for item in items]
    assert [float(line["score"]) for line in lines] == [item["score"] for item in items]
    assert lines[0]["vehicle"] == "'=Truck", "no spreadsheet takes a name for a formula"
    spanish = api.get(f"{URL}/trips?from=2026-03-05&to=2026-03-05&format=csv&separator=semicolon").text
    assert spanish.startswith("\ufeffday;distance_m;") and "2026-03-05;40000,0;" in spanish


def test_more_rows_than_are_given_are_said_to_be_there(
    api: TestClient, filled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 1)
    found = get(api, "/trips?from=2026-03-05&to=2026-03-06")
    assert (len(found["items"]), found["truncated"]) == (1, True)
    assert get(api, "/trips?from=2026-03-05&to=2026-03-05")["truncated"] is False
    monkeypatch.setattr(module, "MOST_CSV_ROWS", 1)
    found = get(api, "/trips?from=2026-03-05&to=2026-03-06&format=csv", 413)
    assert "fewer" in found["hint"]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/trip", 404, "Did you mean trips"),
        ("/nothing-like-it", 404, "/api/v1/dashboards"),
        ("/trips?from=yesterday", 422, "?from"),
        ("/trips?from=1772712000", 422, "?from"),
        ("/trips?from=20260305", 422, "?from"),
        ("/trips?from=2026-02-30", 422, "?from"),
        ("/trips?from=0001-01-01", 422, "?from"),
        ("/trips?from=2026-03-06&to=2026-03-05", 422, "Swap"),
        ("/trips?from=2020-01-01&to=2026-03-05", 422, "366"),
        ("/trips?fleet=", 422, "?fleet"),
        ("/trips?vehicle_class=tank", 422, "?vehicle_class"),
        ("/trips?vehicle_id=x'%20OR%201=1", 422, "?vehicle_id"),
        ("/density?time_zone=Mars/Olympus", 422, "?time_zone"),
        ("/density?resolution=10", 422, "?resolution"),
        ("/trips?format=xlsx", 422, "?format"),
        ("/trips?fleets=north", 422, "fleet"),
        ("?from=2026-03-05", 422, "from"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_that_says_what(
    api: TestClient, filled: House, path: str, status: int, says: str
) -> None:
    found = get(api, path, status)
    assert says in json.dumps(found) and found["hint"]


def test_a_table_that_cannot_be_read_is_named(api: TestClient, filled: House) -> None:
    (filled.path / "lake" / "common" / "vehicle_days" / "_delta_log" / f"{0:020}.json").write_text("{")
    assert "common/vehicle_days" in get(api, "/trips?from=2026-03-05&to=2026-03-06", 503)["detail"]


def test_those_who_ask_while_all_turns_are_taken_are_sent_away(filled: House) -> None:
    ours = Dashboards(LakeTables(filled.lake), lambda _: {}, patience_s=0.05)
    with ours._turn(), ours._turn(), pytest.raises(Unavailable, match="already"):
        ours.listed()
    assert ours.listed()["days"] == [day(4), day(5), day(6)]


def test_time_is_bounded(filled: House, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = "SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x + y = -7"
    monkeypatch.setitem(figures(), "trips", replace(figures()["trips"], sql=endless))
    hurried = Dashboards(LakeTables(filled.lake, timeout_s=0.5), lambda _: {})
    with pytest.raises(Unavailable, match=r"0\.5 s"):
        hurried.rows("trips", module.Asked(date(2026, 3, 5), date(2026, 3, 6)))
