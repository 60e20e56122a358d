"""/lake/days over a small real lake: the grid, and the rules of a day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from deltalake import write_deltalake

from rumbo.api.models_pipeline import DayQualityOut, LakeDayOut, LakeDaysOut
from rumbo.lake.read import polars_schema
from rumbo.lake.refined.records import QUALITY_RESULTS, REFINED_DAYS
from rumbo.lake.tables import TableSpec
from support.client import TestClient
from support.lake_rows import positions, put
from support.serving import House

URL = "/api/v1/lake/days"
RUN = "2026-03-05_1772700000000_aaaa"


def note(house: House, spec: TableSpec, rows: list[dict[str, Any]]) -> None:
    frame = pl.DataFrame(rows, schema=polars_schema(spec), orient="row")
    write_deltalake(house.lake.table_path(spec), frame, mode="append", partition_by=list(spec.partition_by))


def refined(house: House, layer: str, rows: int, run: str = RUN) -> None:
    landed = json.dumps({"positions": rows})
    at = datetime(2026, 3, 6, 2, tzinfo=UTC)
    row = {"day": date(2026, 3, 5), "layer": layer, "run": run, "landed": landed, "recorded_at": at}
    note(house, REFINED_DAYS, [row])


def rule(layer: str, severity: str, broken: int, run: str = RUN, minute: int = 0) -> dict[str, Any]:
    return {
        "day": date(2026, 3, 5), "run": run, "layer": layer, "table_name": "positions", "rule": f"{severity}_rule",
        "severity": severity, "description": "Holds.", "passed": int(not broken), "rows_checked": 5,
        "rows_broken": broken, "sample": json.dumps([{"trip_id": "trp_1"}]) if broken else None,
        "checked_at": datetime(2026, 3, 6, 2, minute, tzinfo=UTC),
    }  # fmt: skip


@pytest.fixture
def landed(house: House) -> House:
    put(house.lake, "landing.positions", positions("trp_1", 5))
    put(house.lake, "landing.positions", positions("trp_2", 3, day=6))
    put(house.lake, "staging.positions", positions("trp_1", 5))
    return house


def get(api: TestClient, path: str, status: int = 200) -> Any:
    answer = api.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def grid(api: TestClient) -> dict[str, LakeDayOut]:
    return {day.day: day for day in LakeDaysOut.model_validate(get(api, URL)).items}


def test_a_lake_without_rows_has_no_days(api: TestClient) -> None:
    assert get(api, URL) == {"items": []}


def test_days_have_rows_by_layer_and_those_that_nobody_refined_say_so(api: TestClient, landed: House) -> None:
    refined(landed, "staging", 5)
    of = grid(api)
    assert list(of) == ["2026-03-05", "2026-03-06"]
    first, second = of["2026-03-05"], of["2026-03-06"]
    assert (first.landing.rows, second.landing.rows) == (5, 3)
    assert (first.staging.rows, first.staging.tables) == (5, {"positions": 5})
    assert (first.staging.state, first.staging.run, first.staging.stale) == ("ok", RUN, False)
    assert first.staging.refined_at == "2026-03-06T02:00:00Z"
    assert (first.common.state, first.common.run) == ("none", None)
    assert (second.staging.state, second.staging.stale) == ("none", False)


def test_rows_that_landed_since_make_a_day_stale(api: TestClient, landed: House) -> None:
    refined(landed, "staging", 5)
    put(landed.lake, "landing.positions", positions("trp_late", 1))
    assert grid(api)["2026-03-05"].staging.stale


@pytest.mark.parametrize(
    ("rules", "state", "failed", "warned"),
    [
        ([("error", 0), ("warning", 0)], "ok", 0, 0),
        ([("error", 0), ("warning", 2)], "warning", 0, 1),
        ([("error", 1), ("warning", 2)], "failed", 1, 1),
    ],
)
def test_a_layer_is_as_its_rules_fared(
    api: TestClient, landed: House, rules: list[tuple[str, int]], state: str, failed: int, warned: int
) -> None:
    refined(landed, "staging", 5)
    note(landed, QUALITY_RESULTS, [rule("staging", severity, broken) for severity, broken in rules])
    cell = grid(api)["2026-03-05"].staging
    assert (cell.state, cell.failed_rules, cell.warned_rules) == (state, failed, warned)


def test_a_newer_run_that_failed_shows_and_what_stood_before_stands(api: TestClient, landed: House) -> None:
    refined(landed, "staging", 5)
    newer = RUN.replace("aaaa", "bbbb")
    note(landed, QUALITY_RESULTS, [rule("staging", "error", 0), rule("staging", "error", 2, newer, minute=9)])
    cell = grid(api)["2026-03-05"].staging
    assert (cell.state, cell.run) == ("failed", RUN)
    quality = DayQualityOut.model_validate(get(api, f"{URL}/2026-03-05/quality"))
    assert [(run.run, run.published) for run in quality.runs] == [(newer, False), (RUN, True)]
    (broken,) = quality.runs[0].rules
    assert (broken.passed, broken.rows_broken, broken.sample) == (False, 2, [{"trip_id": "trp_1"}])


def test_the_broken_rules_come_first(api: TestClient, landed: House) -> None:
    note(landed, QUALITY_RESULTS, [rule("staging", "error", 0), rule("staging", "warning", 3)])
    (run,) = DayQualityOut.model_validate(get(api, f"{URL}/2026-03-05/quality")).runs
    assert [one.rule for one in run.rules] == ["warning_rule", "error_rule"]


def test_a_span_leaves_out_the_days_beside_it(api: TestClient, landed: House) -> None:
    assert [day["day"] for day in get(api, f"{URL}?from=2026-03-06")["items"]] == ["2026-03-06"]
    assert [day["day"] for day in get(api, f"{URL}?from=2026-03-01&to=2026-03-05")["items"]] == ["2026-03-05"]


def test_a_broken_log_is_a_problem_that_names_the_table(api: TestClient, landed: House) -> None:
    Path(landed.path, "lake", "landing", "positions", "_delta_log", f"{0:020}.json").write_text("{")
    assert "landing/positions" in get(api, URL, 503)["detail"]


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("?from=yesterday", 422, "?from"),
        ("?to=2026-02-30", 422, "?to"),
        ("?since=2026-03-05", 422, "?since"),
        ("/2026-02-30/quality", 422, "?day"),
        ("/yesterday/quality", 422, "?day"),
        ("/2031-01-01/quality", 404, "2031-01-01"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_that_says_what(
    api: TestClient, landed: House, path: str, status: int, says: str
) -> None:
    found = get(api, URL + path, status)
    assert says in json.dumps(found) and found["hint"]
