from __future__ import annotations

from typing import Any

import pytest

from rumbo.api.models import RoutesOut
from rumbo.api.models_trips import TripOut, TripsOut
from rumbo.api.models_vehicles import VehicleOut
from support.client import TestClient
from support.serving import A, B, House, trip_body


def plan(api: TestClient, vehicle: str, **more: Any) -> dict[str, Any]:
    answer = api.post("/api/v1/trips", json=trip_body(vehicle, **more))
    assert answer.status_code == 201, answer.text
    return TripOut.model_validate(answer.json(), strict=False).model_dump(mode="json")


def test_a_trip_starts_now_and_carries_its_route(api: TestClient, vehicle: str, house: House) -> None:
    trip = plan(api, vehicle, seed=7)
    assert trip["state"] == "driving" and trip["settled"] and trip["seed"] == 7 and trip["revision"] == 0
    assert trip["route"]["distance_m"] == pytest.approx(1112, abs=2)
    assert trip["route"]["geometry"]["coordinates"][0] == [-5.0, 45.0]
    assert trip["position"]["lat"] == pytest.approx(45.0)
    assert house.published() == [(trip["id"], 0)]
    house.clock.pass_s(1)
    assert api.get(f"/api/v1/vehicles/{vehicle}").json()["current_trip_id"] == trip["id"]


def test_a_trip_moves_with_world_time_and_arrives(api: TestClient, vehicle: str, house: House) -> None:
    trip = plan(api, vehicle)
    house.clock.pass_s(30)
    under_way = api.get(f"/api/v1/trips/{trip['id']}").json()
    assert 0 < under_way["progress"] < 1 and under_way["position"]["speed_mps"] > 5
    house.clock.pass_s(3600)
    over = api.get(f"/api/v1/trips/{trip['id']}").json()
    assert over["state"] == "arrived" and over["progress"] == 1 and over["ended_at"] == trip["eta"]
    assert api.get(f"/api/v1/vehicles/{vehicle}").json()["current_trip_id"] is None


def test_pause_resume_and_cancel_change_the_trip_and_go_to_kafka_in_order(
    api: TestClient, vehicle: str, house: House
) -> None:
    trip = plan(api, vehicle)
    house.clock.pass_s(30)
    paused = api.post(f"/api/v1/trips/{trip['id']}/pause").json()
    assert paused["state"] == "paused" and paused["eta"] is None and paused["settled"]
    house.clock.pass_s(60)
    resumed = api.post(f"/api/v1/trips/{trip['id']}/resume").json()
    assert resumed["eta"] > trip["eta"] and resumed["revision"] == 2
    house.clock.pass_s(10)
    cancelled = api.post(f"/api/v1/trips/{trip['id']}/cancel").json()
    assert cancelled["revision"] == 3
    house.clock.pass_s(60)
    over = api.get(f"/api/v1/trips/{trip['id']}").json()
    assert over["state"] == "cancelled" and over["ended_at"] is not None and over["progress"] < 1
    assert house.published() == [(trip["id"], revision) for revision in range(4)]


def test_what_a_trips_state_forbids_is_a_conflict(api: TestClient, vehicle: str, house: House) -> None:
    later = plan(api, vehicle, start_at="2026-03-06T12:00:00Z")
    url = f"/api/v1/trips/{later['id']}"
    assert api.post(f"{url}/pause").status_code == 409
    assert api.post(f"{url}/resume").status_code == 409
    assert api.post(f"{url}/cancel").json()["state"] == "cancelled"
    for verb in ("pause", "resume", "cancel"):
        answer = api.post(f"{url}/{verb}")
        assert answer.status_code == 409 and answer.json()["hint"], answer.text


def test_a_vehicle_takes_several_trips_that_do_not_overlap(api: TestClient, vehicle: str) -> None:
    plan(api, vehicle)
    plan(api, vehicle, start_at="2026-03-05T13:00:00Z")
    plan(api, vehicle, start_at="2026-03-05T14:00:00Z")
    overlapping = api.post("/api/v1/trips", json=trip_body(vehicle, start_at="2026-03-05T13:00:30Z"))
    assert overlapping.status_code == 409
    assert overlapping.json()["errors"][0]["pointer"] == "/vehicle_id"


def test_a_trip_cannot_be_paused_while_the_vehicle_has_another_to_drive(
    api: TestClient, vehicle: str, house: House
) -> None:
    first = plan(api, vehicle)
    plan(api, vehicle, start_at="2026-03-05T13:00:00Z")
    house.clock.pass_s(20)
    assert api.post(f"/api/v1/trips/{first['id']}/pause").status_code == 409
    assert api.post(f"/api/v1/trips/{first['id']}/cancel").status_code == 200


def test_a_paused_trip_keeps_its_vehicle_busy_without_end(
    api: TestClient, vehicle: str, house: House
) -> None:
    trip = plan(api, vehicle)
    house.clock.pass_s(20)
    api.post(f"/api/v1/trips/{trip['id']}/pause")
    answer = api.post("/api/v1/trips", json=trip_body(vehicle, start_at="2027-01-01T00:00:00Z"))
    assert answer.status_code == 409 and "until it is resumed" in answer.json()["detail"]


def test_a_vehicle_with_a_trip_ahead_cannot_be_deleted_but_keeps_its_past_trips(
    api: TestClient, vehicle: str, house: House
) -> None:
    trip = plan(api, vehicle)
    assert api.delete(f"/api/v1/vehicles/{vehicle}").status_code == 409
    house.clock.pass_s(3600)
    assert api.delete(f"/api/v1/vehicles/{vehicle}").status_code == 204
    assert api.get(f"/api/v1/vehicles/{vehicle}").status_code == 404
    assert api.get(f"/api/v1/trips/{trip['id']}").json()["state"] == "arrived"
    assert api.post("/api/v1/trips", json=trip_body(vehicle)).status_code == 404


def test_trips_are_listed_newest_first_in_pages_by_state_and_vehicle(
    api: TestClient, vehicle: str, house: House
) -> None:
    arrived = plan(api, vehicle)
    house.clock.pass_s(3600)
    other = api.post("/api/v1/vehicles", json={"name": "Other"}).json()["id"]
    driving = plan(api, vehicle)
    scheduled = [plan(api, other, start_at=f"2026-03-06T{hour:02}:00:00Z")["id"] for hour in range(5)]
    house.clock.pass_s(20)

    def ids(query: str, cursor: str = "") -> list[str]:
        page = TripsOut.model_validate(api.get(f"/api/v1/trips?{query}{cursor}").json())
        found = [trip.id for trip in page.items]
        return found + (ids(query, f"&cursor={page.next_cursor}") if page.next_cursor else [])

    everything = [*reversed(scheduled), driving["id"], arrived["id"]]
    assert ids("limit=50") == ids("limit=2") == everything
    assert ids("limit=2&state=scheduled") == list(reversed(scheduled))
    assert ids("state=driving") == [driving["id"]]
    assert ids("state=arrived") == [arrived["id"]]
    assert ids("state=waiting") == ids("state=paused") == ids("state=failed") == []
    assert ids(f"vehicle_id={vehicle}&limit=1") == [driving["id"], arrived["id"]]


def test_lists_outline_the_route_without_reading_the_plan(api: TestClient, vehicle: str) -> None:
    plan(api, vehicle, start_at="2026-03-06T12:00:00Z")
    trip = api.get("/api/v1/trips").json()["items"][0]
    assert trip["route"]["geometry"]["coordinates"] == [[-5.0, 45.0], [-5.0, 45.01]]
    assert trip["position"] is None and trip["eta"] is not None


def test_a_route_preview_has_duration_of_the_motion_and_its_bounds(api: TestClient) -> None:
    answer = api.post("/api/v1/routes", json={"waypoints": [A, B], "vehicle_class": "bicycle"})
    (route,) = RoutesOut.model_validate(answer.json()).routes
    assert route.duration_s > 1112 / 6.9 and route.provider == "straight"
    assert route.bbox == (-5.0, 45.0, -5.0, 45.01)


def test_a_trip_follows_a_given_geometry(api: TestClient, vehicle: str) -> None:
    line = {"type": "LineString", "coordinates": [[-5.0, 45.0], [-5.0, 45.005], [-5.01, 45.005]]}
    answer = api.post("/api/v1/trips", json={"vehicle_id": vehicle, "geometry": line})
    assert answer.status_code == 201
    assert answer.json()["route"]["geometry"]["coordinates"] == line["coordinates"]
    assert answer.json()["waypoints"] == []


def test_the_odometer_goes_on_where_the_trip_before_ended(
    api: TestClient, vehicle: str, house: House
) -> None:
    first = plan(api, vehicle)
    house.clock.pass_s(3600)
    second = plan(api, vehicle)
    house.clock.pass_s(40)
    api.post(f"/api/v1/trips/{second['id']}/cancel")
    house.clock.pass_s(60)
    third = plan(api, vehicle)
    driven = [house.fleet.get_trip(t["id"]).plan.odometer_start_m for t in (first, second, third)]  # type: ignore[union-attr]
    assert driven[0] == 0
    assert driven[1] == pytest.approx(first["route"]["distance_m"], abs=0.1)
    assert driven[1] < driven[2] < 2 * driven[1]


def test_vehicles_are_renamed_listed_in_pages_and_keep_their_class_while_busy(
    api: TestClient, vehicle: str
) -> None:
    others = [api.post("/api/v1/vehicles", json={"name": f"v{n}"}).json()["id"] for n in range(4)]
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.get(f"/api/v1/vehicles?limit=2{cursor and '&cursor='}{cursor}").json()
        seen += [VehicleOut.model_validate(item).id for item in page["items"]]
        cursor = page["next_cursor"]
    assert seen == [vehicle, *others]
    assert api.patch(f"/api/v1/vehicles/{vehicle}", json={"name": " Ñandú "}).json()["name"] == "Ñandú"
    plan(api, vehicle, start_at="2026-03-06T12:00:00Z")
    assert api.patch(f"/api/v1/vehicles/{vehicle}", json={"vehicle_class": "bus"}).status_code == 409
    assert api.patch(f"/api/v1/vehicles/{vehicle}", json={"vehicle_class": "van"}).status_code == 200
