"""Geofences over HTTP: drawn, changed, taken away, and what the stream is told of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from rumbo.api.models_geofences import GeofenceOut
from rumbo.domain.alert_files import rules_of
from rumbo.domain.geofence import MAX_GEOFENCES
from rumbo.events.geofences import geofence_from_json
from rumbo.events.topics import GEOFENCES
from support.client import TestClient
from support.serving import NOON_MS, House

HARBOUR = [[7.423, 43.734], [7.429, 43.734], [7.429, 43.737], [7.423, 43.737], [7.423, 43.734]]


def body(name: str = "harbour", ring: Any = HARBOUR, **more: Any) -> dict[str, Any]:
    return {"name": name, "geometry": {"type": "Polygon", "coordinates": [ring]}, **more}


def draw(api: TestClient, **given: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/geofences", json=body(**given))
    assert answer.status_code == 201, answer.text
    GeofenceOut.model_validate(found := dict(answer.json()))
    return found


def versions(house: House, geofence_id: str) -> list[tuple[int, int | None, str]]:
    """As the topic tells the stream: seconds after noon, and the name."""
    records = {record.key: record.value for record in house.tables.read_all(GEOFENCES)}
    drawn = geofence_from_json(geofence_id, records[geofence_id] or b"")
    return [
        (one.from_ms - NOON_MS, None if one.until_ms is None else one.until_ms - NOON_MS, one.fence.name)
        for one in drawn.versions
    ]


def test_an_area_counts_soon_and_each_change_of_it_from_then_on(api: TestClient, house: House) -> None:
    made = draw(api, severity="warning", exit=False)
    assert (made["source"], made["name"], made["ring"]) == ("map", "harbour", HARBOUR)
    assert (made["entry"], made["exit"], made["severity"]) == (True, False, "warning")
    assert made["from"] == "2026-03-05T12:00:02.000Z"
    assert api.get(f"/api/v1/geofences/{made['id']}").json() == made

    house.clock.pass_s(60)
    moved = api.put(
        f"/api/v1/geofences/{made['id']}", json=body("port", [[8.0, 44.0], *HARBOUR[1:4], [8.0, 44.0]])
    )
    assert (moved.status_code, moved.json()["from"]) == (200, "2026-03-05T12:01:02.000Z")
    assert versions(house, made["id"]) == [(2_000, 62_000, "harbour"), (62_000, None, "port")]

    house.clock.pass_s(60)
    assert api.delete(f"/api/v1/geofences/{made['id']}").status_code == 204
    assert versions(house, made["id"]) == [(2_000, 62_000, "harbour"), (62_000, 122_000, "port")]
    assert api.get("/api/v1/geofences").json() == {"items": []}
    assert api.get(f"/api/v1/geofences/{made['id']}").status_code == 404
    assert api.delete(f"/api/v1/geofences/{made['id']}").status_code == 404


def test_in_a_fast_world_it_counts_as_much_later(api: TestClient) -> None:
    api.post("/api/v1/world/rate", json={"rate": 100})
    assert draw(api)["from"] == "2026-03-05T12:03:20.000Z"


def test_in_a_world_that_stands_still_the_last_change_is_the_one_that_counts(
    api: TestClient, house: House
) -> None:
    api.post("/api/v1/world/pause")
    made = draw(api)
    assert api.put(f"/api/v1/geofences/{made['id']}", json=body("port")).status_code == 200
    assert versions(house, made["id"]) == [(1, None, "port")]
    assert api.delete(f"/api/v1/geofences/{made['id']}").status_code == 204
    assert versions(house, made["id"]) == [(1, 1, "port")]
    assert api.get("/api/v1/geofences").json() == {"items": []}


def test_what_changes_nothing_is_no_version(api: TestClient, house: House) -> None:
    made = draw(api)
    house.clock.pass_s(60)
    assert api.put(f"/api/v1/geofences/{made['id']}", json=body()).json() == made
    assert len(versions(house, made["id"])) == 1


def test_a_broker_that_is_slow_gets_it_again_for_later(
    api: TestClient, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish, slow_s = house.publisher.publish, iter((3.0, 0.1))

    def slowly(*given: Any) -> Any:
        house.clock.pass_s(next(slow_s))
        return publish(*given)

    monkeypatch.setattr(house.publisher, "publish", slowly)
    assert draw(api)["from"] == "2026-03-05T12:00:05.000Z"


def test_a_name_is_there_once(tmp_path: Path) -> None:
    ring = {"name": "depot", "polygon": HARBOUR[:-1]}
    house = House(tmp_path, rules=rules_of({"geofences": [ring]}))
    with TestClient(house.app(), base_url="http://127.0.0.1:8000") as api:
        first, second = draw(api), draw(api, name="airport")
        for name in ("harbour", "depot"):
            assert api.post("/api/v1/geofences", json=body(name)).status_code == 409
            assert api.put(f"/api/v1/geofences/{second['id']}", json=body(name)).status_code == 409
        assert api.put(f"/api/v1/geofences/{first['id']}", json=body(entry=False)).status_code == 200
        items = api.get("/api/v1/geofences").json()["items"]
        assert [(one["name"], one["source"], one["id"] is None) for one in items] == [
            ("depot", "file", True), ("airport", "map", False), ("harbour", "map", False),
        ]  # fmt: skip
    house.close()


def test_of_two_who_want_a_name_at_once_one_gets_it(api: TestClient) -> None:
    gate = Barrier(2)

    def ask(_: int) -> int:
        gate.wait()
        return int(api.post("/api/v1/geofences", json=body()).status_code)

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(ask, range(2))) == [201, 409]
    assert len(api.get("/api/v1/geofences").json()["items"]) == 1


def test_two_changes_at_once_follow_each_other(api: TestClient, house: House) -> None:
    made = draw(api)
    house.clock.pass_s(60)
    gate = Barrier(2)

    def change(name: str) -> int:
        gate.wait()
        return int(api.put(f"/api/v1/geofences/{made['id']}", json=body(name)).status_code)

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(change, ("port", "quay"))) == [200, 200]
    first, *_, last = versions(house, made["id"])
    assert first == (2_000, 62_000, "harbour")
    assert (last[:2], last[2] in {"port", "quay"}) == ((62_000, None), True)


def test_areas_outlive_the_process(api: TestClient, house: House) -> None:
    made = draw(api)
    with TestClient(house.again().app(), base_url="http://127.0.0.1:8000") as later:
        assert later.get("/api/v1/geofences").json()["items"] == [made]


def test_a_circle_is_an_area_too(api: TestClient) -> None:
    round_one = {"lat": 43.73, "lon": 7.42, "radius_m": 100.0}
    answer = api.post("/api/v1/geofences", json={"name": "round", "geometry": round_one})
    assert (answer.status_code, len(answer.json()["ring"])) == (201, 25)


@pytest.mark.parametrize(
    "given",
    [
        {"ring": [[7.42, 43.73], [7.43, 43.74], [7.43, 43.73], [7.42, 43.74], [7.42, 43.73]]},
        {"ring": HARBOUR[:-1]}, {"ring": [[7.42, 43.73]] * 4}, {"name": ""}, {"name": "x" * 81}, {"severity": "loud"},
        {"colour": "red"}, {"ring": [[7.42, 95.0], *HARBOUR[1:4], [7.42, 95.0]]},
    ],
)  # fmt: skip
def test_what_is_no_area_is_refused(api: TestClient, given: dict[str, Any]) -> None:
    assert api.post("/api/v1/geofences", json=body(**given)).status_code == 422
    assert api.get("/api/v1/geofences").json() == {"items": []}


def test_there_is_an_end_to_areas(api: TestClient) -> None:
    for number in range(MAX_GEOFENCES):
        draw(api, name=f"area {number}")
    assert api.post("/api/v1/geofences", json=body("one too many")).status_code == 413


def test_the_same_request_twice_is_one_area(api: TestClient) -> None:
    key = {"Idempotency-Key": "draw-1"}
    first, second = (api.post("/api/v1/geofences", json=body(), headers=key).json() for _ in range(2))
    assert first == second
    assert len(api.get("/api/v1/geofences").json()["items"]) == 1
