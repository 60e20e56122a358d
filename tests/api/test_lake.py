"""/lake over a small real lake: tables, rows page by page, the lineage of a row, and what is refused."""

from __future__ import annotations

import asyncio
import json
import threading
from dataclasses import replace
from typing import Any

import httpx
import pytest

from rumbo.api import lake as lake_module
from rumbo.api.app import create_app
from rumbo.api.lake import LakeTables
from rumbo.api.models_lake import RowsOut, TablesOut, TraceOut
from rumbo.api.turns import AT_ONCE
from rumbo.errors import NotFound, RumboError, TooLarge, Unavailable
from rumbo.lake.catalog import catalog
from rumbo.lake.places import Lake
from rumbo.lake.sql import query
from rumbo.lake.trace import trace
from support.client import TestClient
from support.lake_rows import positions, put
from support.serving import House

POSITIONS = "/api/v1/lake/tables/landing/positions"


@pytest.fixture
def landed(house: House) -> House:
    put(house.lake, "landing.positions", positions("trp_1", 5, offset=10))
    put(house.lake, "landing.positions", positions("trp_2", 4, day=6, partition=1, offset=40))
    put(house.lake, "staging.positions", positions("trp_1", 5))
    return house


def get(api: TestClient, path: str, status: int = 200) -> Any:
    answer = api.get(path)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_every_table_is_listed_with_what_it_is_and_what_it_comes_to(api: TestClient, landed: House) -> None:
    listed = TablesOut.model_validate(get(api, "/api/v1/lake/tables")).items
    assert [table.name for table in listed] == list(catalog())
    of = {table.name: table for table in listed}
    ours = of["landing.positions"]
    assert (ours.rows, ours.files, ours.version, ours.problem) == (9, 2, 1, "")
    assert ours.committed_at and ours.committed_at.endswith("Z") and ours.bytes and ours.bytes > 1000
    assert "OpenStreetMap" in ours.attribution
    assert {column.name: column.unit for column in ours.columns}["speed_mps"] == "m/s"
    nobody = of["common.trip_facts"]
    assert (nobody.rows, nobody.version, nobody.committed_at) == (0, None, None)
    assert of["staging.positions"].sources == ["landing.positions", "staging.trip_states"]


def test_a_broken_table_says_so_and_hinders_no_other(api: TestClient, landed: House) -> None:
    log = landed.path / "lake" / "staging" / "positions" / "_delta_log" / f"{0:020}.json"
    log.write_text("{")
    of = {table["name"]: table for table in get(api, "/api/v1/lake/tables")["items"]}
    assert "staging/positions cannot be read" in of["staging.positions"]["problem"]
    assert of["staging.positions"]["rows"] is None
    assert of["landing.positions"]["rows"] == 9
    get(api, "/api/v1/lake/tables/staging/positions", 503)


def test_pages_are_of_one_version_and_come_to_every_row_once(api: TestClient, landed: House) -> None:
    found, cursor = [], ""
    while True:
        page = RowsOut.model_validate(get(api, f"{POSITIONS}?limit=2{cursor}"))
        found += page.items
        assert page.version == 1
        if page.next_cursor is None:
            break
        put(landed.lake, "landing.positions", positions("trp_late", 3))
        cursor = f"&cursor={page.next_cursor}"
    assert sorted((row["trip_id"], row["seq"]) for row in found) == [
        *(("trp_1", seq) for seq in range(5)),
        *(("trp_2", seq) for seq in range(4)),
    ]
    row = found[0]
    assert list(row) == list(catalog()["landing.positions"].names)
    assert row["event_time"].startswith("2026-03-0") and row["event_time"].endswith("Z")


def test_a_page_of_wide_rows_ends_early_and_none_is_lost(
    api: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lake_module, "PAGE_BYTES", 4_000)
    put(house.lake, "landing.rejected", [{"kafka_offset": n, "payload": b"\xff" * 3_000} for n in range(3)])
    offsets, cursor = [], ""
    while True:
        page = get(api, f"/api/v1/lake/tables/landing/rejected?limit=50{cursor}")
        assert len(page["items"]) == 1
        offsets += [row["kafka_offset"] for row in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert sorted(offsets) == [0, 1, 2]


def test_a_table_that_nobody_has_written_has_no_rows(api: TestClient) -> None:
    page = get(api, "/api/v1/lake/tables/common/trip_facts")
    assert (page["items"], page["next_cursor"], page["version"]) == ([], None, None)


def test_a_row_is_traced_to_offsets_as_the_command_line_does(api: TestClient, landed: House) -> None:
    query = "key=trip_id=trp_1&key=seq=3&event=first"
    found = TraceOut.model_validate(get(api, f"/api/v1/lake/trace/staging/positions?{query}"))
    told = trace(landed.lake, "staging.positions", {"trip_id": "trp_1", "seq": "3"})
    assert [(step.table, step.rows) for step in found.steps] == [
        (step.table, step.rows) for step in told.steps
    ]
    (offsets,) = found.steps[-1].offsets
    assert (offsets.topic, offsets.partition, offsets.first, offsets.last) == ("rumbo.positions", 0, 13, 13)
    assert found.event is not None and (found.event.offset, found.event.payload) == (13, "x")


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("tables/landing/position", 404, "Did you mean landing.positions"),
        ("tables/none/positions", 404, "positions"),
        ("tables/landing/positions?limit=0", 422, "?limit"),
        ("tables/landing/positions?cursor=bGFuZGluZy5yZWplY3RlZDowOjI", 422, "?cursor"),
        ("tables/landing/positions?sql=drop", 422, "sql"),
        ("trace/landing/positions", 422, "?key"),
        ("trace/landing/positions?key=trip_id", 422, "?key"),
        ("trace/landing/positions?key=nothing=1", 422, "?key"),
        ("trace/landing/positions?key=seq=many", 422, "many"),
        ("trace/landing/positions?key=trip_id=trp_1", 422, "Several rows"),
        ("trace/landing/positions?key=trip_id=trp_9", 404, "trp_9"),
        ("trace/landing/positions?key=trip_id=trp_1&event=a&event=b", 422, "?event"),
        ("trace/landing/positions?key=trip_id=trp_2&key=seq=1&event=nonsense", 422, "?event"),
        ("trace/landing/positions?key=trip_id=x'%20OR%20'1'='1", 404, "no row"),
    ],
)
def test_what_cannot_be_meant_is_a_problem_that_says_what(
    api: TestClient, landed: House, path: str, status: int, says: str
) -> None:
    found = get(api, f"/api/v1/lake/{path}", status)
    assert says in json.dumps(found) and found["hint"]


def test_too_many_at_once_are_sent_away_and_all_else_is_answered(
    landed: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, inside = threading.Event(), threading.Semaphore(0)

    def held(*_: Any, **__: Any) -> Any:
        inside.release()
        assert go_on.wait(60)
        raise NotFound("It was held.")

    monkeypatch.setattr(lake_module, "trace", held)
    services = replace(landed.services(), lake=LakeTables(landed.lake, ttl_s=0, patience_s=0.05))
    slow = "/api/v1/lake/trace/landing/positions?key=a=b"

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(create_app(services))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
            held_ones = [asyncio.create_task(client.get(slow)) for _ in range(AT_ONCE)]
            for _ in held_ones:
                assert await asyncio.to_thread(inside.acquire, timeout=60)
            paths = (POSITIONS, "/api/v1/lake/tables", slow, "/api/v1/vehicles")
            answers = [await client.get(path) for path in paths]
            go_on.set()
            answers += await asyncio.gather(*held_ones)
            answers.append(await client.get(POSITIONS))
            return [answer.status_code for answer in answers]

    assert asyncio.run(ask()) == [503, 503, 503, 200, 404, 404, 200]


@pytest.mark.parametrize(
    ("sql", "error", "says"),
    [
        (
            "SELECT count(*) FROM range(1000000) a(x), range(1000000) b(y) WHERE x + y = -7",
            Unavailable,
            "0.5 s",
        ),
        ("SELECT list(t) AS l FROM range(60000000) r(t)", TooLarge, "256 MB"),
    ],
)
def test_time_and_memory_are_bounded(
    landed: House, monkeypatch: pytest.MonkeyPatch, sql: str, error: type[RumboError], says: str
) -> None:
    def heavy(lake: Lake, _: str, **bounds: Any) -> Any:
        return query(lake, sql, **bounds)

    monkeypatch.setattr(lake_module, "query", heavy)
    bounded = LakeTables(landed.lake, timeout_s=0.5 if error is Unavailable else 60)
    with pytest.raises(error, match=says) as refused:
        bounded.rows("landing", "positions", 5, None)
    assert "--memory-mb" not in str(refused.value)
