"""The world clock, closures and history over HTTP, and what live clients learn of the clock."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rumbo.api.models import WorldOut
from rumbo.api.models_closures import ClosureOut
from rumbo.api.models_history import HistoryOut
from rumbo.events.topics import DRIVE_GROUP, PLANS
from rumbo.transport.port import Committed, progress_to_metadata
from support.client import TestClient, WebSocketTestSession
from support.serving import NOON_MS, House, trip_body

LOCAL = {"host": "127.0.0.1"}


def post(
    api: TestClient, verb: str, body: Any = None, status: int = 200, headers: dict[str, str] | None = None
) -> Any:
    answer = api.post(f"/api/v1/world/{verb}", json=body, headers=headers)
    assert answer.status_code == status, answer.text
    return WorldOut.model_validate(answer.json()) if status == 200 else answer.json()


def worker_drives(house: House, world_ms: int) -> None:
    house.offsets.commit(DRIVE_GROUP, PLANS, {0: Committed(1, progress_to_metadata(world_ms))})


def test_a_person_speeds_up_pauses_steps_and_resumes_the_world(api: TestClient, house: House) -> None:
    assert post(api, "rate", {"rate": 60}).rate == 60
    house.clock.pass_s(1)
    paused = post(api, "pause")
    assert paused.paused and paused.rate == 0 and paused.time == "2026-03-05T12:01:00.000Z"
    assert post(api, "step", {"seconds": 1.5}).time == "2026-03-05T12:01:01.500Z"
    assert post(api, "resume").rate == 60 and post(api, "pause").revision == 5
    assert post(api, "resume", {"rate": 2}).rate == 2


@pytest.mark.parametrize(
    ("verb", "body"),
    [("rate", {"rate": 0}), ("rate", {"rate": "2"}), ("rate", {"rate": 1001}), ("rate", {}), ("step", {"seconds": 0}),
     ("step", {"seconds": 1e9}), ("resume", {"rate": -1}), ("pause", {"why": "?"})],
)  # fmt: skip
def test_what_cannot_be_meant_changes_nothing(api: TestClient, house: House, verb: str, body: Any) -> None:
    post(api, verb, body, 422)
    assert house.world.clock.revision == 0


def test_the_state_of_the_world_forbids_and_says_what_to_do(api: TestClient) -> None:
    assert "Pause" in post(api, "step", {"seconds": 1}, 409)["hint"]
    post(api, "pause", {"revision": 0})
    assert "somebody else" in post(api, "step", {"seconds": 1, "revision": 0}, 409)["detail"]


def test_a_repeated_step_moves_the_world_once(api: TestClient, house: House) -> None:
    post(api, "pause")
    key = {"idempotency-key": "once"}
    first = post(api, "step", {"seconds": 10}, headers=key)
    with house.database.write() as connection:
        connection.exec_driver_sql(
            "DELETE FROM answers"
        )  # as if the process had died before it kept the answer
    assert post(api, "step", {"seconds": 10}, headers=key).time == first.time


def test_what_falls_behind_says_by_how_much_and_only_after_a_while(api: TestClient, house: House) -> None:
    worker_drives(house, NOON_MS)
    post(api, "rate", {"rate": 10})
    post(api, "pause")
    world = post(api, "step", {"seconds": 3600})
    assert world.behind_ms == 3_600_000 and world.behind_s == 360.0
    health = api.get("/api/v1/health").json()["parts"]["worker"]
    assert health["status"] == "ok", "it may be caught up with yet"
    house.clock.pass_s(16)
    health = api.get("/api/v1/health").json()["parts"]["worker"]
    assert health["status"] == "degraded" and "3,600 s of world time" in health["detail"]
    assert "360 s" in health["detail"]
    worker_drives(house, NOON_MS + 3_600_000)
    assert api.get("/api/v1/health").json()["parts"]["worker"]["status"] == "ok"


def next_of(socket: WebSocketTestSession, kind: str) -> dict[str, Any]:
    for _ in range(100):
        message = socket.receive()
        if message.get("text") and (body := json.loads(message["text"]))["type"] == kind:
            return dict(body)
    raise AssertionError(f"no {kind} came")


def test_live_clients_learn_of_a_change_at_once(api: TestClient, house: House) -> None:
    house.clock.pass_s(1)
    with api.websocket_connect("/api/v1/live", headers=LOCAL) as socket:
        assert next_of(socket, "snapshot")["world"]["paused"] is False
        house.verbs.pause()
        while (world := next_of(socket, "world"))["revision"] == 0:
            pass
        assert world == {
            "type": "world",
            "time_ms": NOON_MS + 1_000,
            "rate": 0.0,
            "paused": True,
            "revision": 1,
        }
        assert next_of(socket, "pipeline")["world"]["paused"] is True


def test_a_closure_is_made_looked_at_and_deleted(api: TestClient, house: House, vehicle: str) -> None:
    later = trip_body(vehicle, start_at="2026-03-05T12:10:00Z")
    assert api.post("/api/v1/trips", json=later).status_code == 201
    ring = [[-5.001, 45.004], [-4.999, 45.004], [-4.999, 45.006], [-5.001, 45.004]]
    body = {
        "kind": "closed",
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "until": "2026-03-06T00:00:00Z",
    }
    answer = api.post("/api/v1/closures", json=body)
    made = ClosureOut.model_validate(answer.json())
    assert answer.status_code == 201 and answer.headers["location"].endswith(made.id)
    assert made.ring == [tuple(at) for at in ring] and made.effect.waiting == 1 and not made.effect.done
    house.rerouter.work_off()
    seen = ClosureOut.model_validate(api.get(f"/api/v1/closures/{made.id}").json())
    assert seen.effect.done and seen.effect.no_other_way == 1
    assert "cannot avoid" in seen.effect.trips_without_other_way[0].reason
    assert [one["id"] for one in api.get("/api/v1/closures").json()["items"]] == [made.id]
    other = api.post("/api/v1/vehicles", json={"name": "w"}).json()["id"]
    refused = api.post("/api/v1/trips", json=trip_body(other))
    assert refused.status_code == 422 and made.id in refused.json()["detail"]
    assert api.delete(f"/api/v1/closures/{made.id}").status_code == 204
    assert api.post("/api/v1/trips", json=trip_body(other)).status_code == 201


@pytest.mark.parametrize(
    "geometry",
    [{"lat": 45.0, "lon": -5.0, "radius_m": 0}, {"lat": 95.0, "lon": -5.0, "radius_m": 10},
     {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1]]]},
     {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}, {"type": "Point"}],
)  # fmt: skip
def test_an_area_that_cannot_be_meant_is_refused(api: TestClient, geometry: Any) -> None:
    answer = api.post("/api/v1/closures", json={"kind": "closed", "geometry": geometry})
    assert answer.status_code == 422 and api.get("/api/v1/closures").json()["items"] == []


def test_history_tells_the_past_in_the_box(api: TestClient, house: House, vehicle: str) -> None:
    api.post("/api/v1/trips", json=trip_body(vehicle))
    house.clock.pass_s(3600)
    query = {"at": "2026-03-05T12:30:00Z", "bbox": "-6,44,-4,46"}
    found = HistoryOut.model_validate(api.get("/api/v1/history", params=query).json())
    assert [one.vehicle_id for one in found.vehicles] == [vehicle] and not found.truncated
    for wrong in (
        {"at": "2026-03-05T11:59:59Z"},
        {"at": "noon"},
        query | {"bbox": "1,2,3"},
        query | {"box": "x"},
        {},
    ):
        assert api.get("/api/v1/history", params=wrong).status_code == 422
