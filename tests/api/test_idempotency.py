from __future__ import annotations

import asyncio

import httpx
import pytest

from rumbo.fleet.answers import Answers
from support.client import TestClient
from support.serving import House, trip_body

KEY = {"Idempotency-Key": "0f8fad5b-d9cb-469f-a165-70867728950e"}


def test_the_same_request_again_gets_the_same_answer_and_has_no_second_effect(
    api: TestClient, vehicle: str, house: House
) -> None:
    first = api.post("/api/v1/trips", json=trip_body(vehicle), headers=KEY)
    house.clock.pass_s(30)
    second = api.post("/api/v1/trips", json=trip_body(vehicle), headers=KEY)
    assert second.status_code == 201 and second.json() == first.json()
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["idempotency-replayed"] == "true"
    assert len(api.get("/api/v1/trips").json()["items"]) == 1


def test_the_same_key_with_another_body_is_refused(api: TestClient) -> None:
    api.post("/api/v1/vehicles", json={"name": "one"}, headers=KEY)
    answer = api.post("/api/v1/vehicles", json={"name": "two"}, headers=KEY)
    assert answer.status_code == 422 and answer.json()["type"].endswith(":idempotency-key-reused")
    assert len(api.get("/api/v1/vehicles").json()["items"]) == 1


def test_refusals_are_repeated_too(api: TestClient) -> None:
    answers = [api.post("/api/v1/trips", json=trip_body("veh_none"), headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() == answers[1].json()


def test_a_key_is_forgotten_after_a_day(api: TestClient, house: House) -> None:
    api.post("/api/v1/vehicles", json={"name": "one"}, headers=KEY)
    house.clock.pass_s(86_401)
    other = api.post("/api/v1/routes", json={"waypoints": []}, headers=KEY)
    assert other.status_code == 422
    assert Answers(house.database, house.clock).find("nothing") is None


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_a_key_that_is_none_is_refused(api: TestClient, key: str) -> None:
    answer = api.post("/api/v1/vehicles", json={"name": "v"}, headers={"Idempotency-Key": key})
    assert answer.status_code == 422 and answer.json()["hint"]


def test_of_two_identical_requests_at_once_one_takes_effect(house: House) -> None:
    app = house.app()

    async def both() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            body = {"name": "twin", "vehicle_class": "car"}
            return await asyncio.gather(
                *(client.post("/api/v1/vehicles", json=body, headers=KEY) for _ in range(8))
            )

    answers = asyncio.run(both())
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(house.vehicles.list_all().items) == 1


def test_a_request_whose_answer_was_never_kept_finds_its_effect(
    api: TestClient, vehicle: str, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Answers, "keep", lambda *_: None)  # the process dies before it keeps the answer
    trips = [api.post("/api/v1/trips", json=trip_body(vehicle), headers=KEY).json() for _ in range(2)]
    assert trips[0]["id"] == trips[1]["id"] and len(house.published()) == 1
    house.clock.pass_s(20)
    url = f"/api/v1/trips/{trips[0]['id']}/pause"
    paused = [api.post(url, headers=KEY) for _ in range(2)]
    assert [answer.status_code for answer in paused] == [200, 200]
    assert paused[1].json()["revision"] == 1
    vehicles = [api.post("/api/v1/vehicles", json={"name": "v"}, headers=KEY).json() for _ in range(2)]
    assert vehicles[0] == vehicles[1]
