"""Device profiles over REST: make one, see what it does, give it to vehicles and trips."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from rumbo.api.models_devices import PreviewOut, ProfileOut, ProfilesOut
from rumbo.domain.device import DeviceSpec, Faults, Reporting
from rumbo.domain.device_profiles import DEVICE_PROFILES, PHONE, TRACKER
from rumbo.events.plain import to_plain
from rumbo.motion import Fleet
from rumbo.motion.wire import position_payloads
from support.client import TestClient
from support.serving import A, B, House, trip_body

URL = "/api/v1/device-profiles"
MINE = to_plain(DeviceSpec("mine", Reporting(interval_ms=5_000), faults=Faults(doubled_share=0.1)))


def preview(api: TestClient, **body: Any) -> dict[str, Any]:
    answer = api.post(f"{URL}/preview", json=body)
    assert answer.status_code == 200, answer.text
    return PreviewOut.model_validate(answer.json(), strict=False).model_dump(mode="json")


def refused(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    assert found["hint"]
    return found


def test_the_ready_made_ones_are_there_and_stay_as_they_are(api: TestClient) -> None:
    found = ProfilesOut.model_validate(api.get(URL).json(), strict=False)
    assert [profile.name for profile in found.items] == list(DEVICE_PROFILES)
    assert api.get(f"{URL}/phone").json()["device"] == to_plain(PHONE)
    refused(api.put(f"{URL}/phone", json=MINE | {"name": "phone"}), 409)
    refused(api.delete(f"{URL}/phone"), 409)


def test_an_own_one_is_made_changed_and_deleted(api: TestClient) -> None:
    made = api.put(f"{URL}/mine", json=MINE)
    assert made.status_code == 201
    assert ProfileOut.model_validate(made.json(), strict=False).ready_made is False
    assert made.json()["device"] == MINE
    again = api.put(f"{URL}/mine", json=MINE)
    assert again.status_code == 200 and again.json() == made.json()
    short = api.put(f"{URL}/mine", json={"reporting": {"interval_ms": 9_000}})
    assert short.json()["device"] == to_plain(DeviceSpec("mine", Reporting(interval_ms=9_000)))
    assert api.get(URL).json()["items"][-1] == short.json()
    assert api.delete(f"{URL}/mine").status_code == 204
    refused(api.get(f"{URL}/mine"), 404)
    refused(api.delete(f"{URL}/mine"), 404)


def test_one_that_vehicles_have_is_not_deleted(api: TestClient) -> None:
    api.put(f"{URL}/mine", json=MINE)
    ids = [
        api.post("/api/v1/vehicles", json={"name": "v", "device_profile": "mine"}).json()["id"]
        for _ in range(2)
    ]
    assert api.get(f"{URL}/mine").json()["vehicles"] == 2
    assert "2 vehicles" in refused(api.delete(f"{URL}/mine"), 409)["detail"]
    for vehicle_id in ids:
        assert api.delete(f"/api/v1/vehicles/{vehicle_id}").status_code == 204
    assert api.delete(f"{URL}/mine").status_code == 204


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"link": {"lost_s": -3}}, "/link/lost_s"),
        ({"faults": {"late_share": "much"}}, "/faults/late_share"),
        ({"reporting": {"interval": 5}}, "/reporting/interval"),
        ({"name": "other"}, "?name"),
        ({"schema_version": 3}, "/schema_version"),
        ({"faults": {"late_ms": [[0.0, 5.0], [1.0, 1.0]]}}, "/faults/late_ms"),
    ],
)
def test_what_cannot_be_meant_is_named(api: TestClient, change: dict[str, Any], pointer: str) -> None:
    found = refused(api.put(f"{URL}/mine", json=MINE | change), 422)
    assert found["errors"][0]["pointer"] == pointer
    refused(api.get(f"{URL}/mine"), 404)


def test_a_preview_of_the_truth_has_no_error_and_no_delay(api: TestClient) -> None:
    found = preview(api, name="ideal")
    assert found["sample"]["kind"] == "built-in" and not found["sample"]["cut"]
    assert found["counts"]["by_fault"] == {} and found["counts"]["rejected"] == 0
    assert found["error_m"]["max"] < 0.2 and found["delay_ms"]["max"] == 0
    assert found["counts"]["sent"] == found["counts"]["recorded"] == len(found["fixes"]["seq"])
    assert sum(bin_["count"] for bin_ in found["delay_ms"]["histogram"]) == found["counts"]["sent"]
    assert [json.loads(p["text"])["seq"] for p in found["payloads"]] == list(range(10))


def test_a_preview_of_everything_that_can_go_wrong_counts_it(api: TestClient) -> None:
    found = preview(api, name="chaos", payloads=50, seed=5)
    by_fault, counts = found["counts"]["by_fault"], found["counts"]
    assert {"doubled", "clock", "out_of_order"} <= set(by_fault)
    assert (
        counts["recorded"] < counts["sent"] + counts["dropped"] and counts["dropped"] == by_fault["dropped"]
    )
    assert counts["rejected"] == by_fault.get("malformed", 0) + by_fault.get("breaking", 0) > 0
    spoilt = [p for p in found["payloads"] if {"malformed", "breaking"} & set(p["faults"])]
    assert len(spoilt) == counts["rejected"]
    assert found["error_m"]["p50"] > 1 and found["delay_ms"]["max"] > 1_000
    assert preview(api, name="chaos", payloads=50, seed=5) == found, "it follows from the plan"
    assert preview(api, name="chaos", payloads=50, seed=6) != found


def test_a_preview_of_a_trip_is_what_the_trip_will_send(api: TestClient, house: House, vehicle: str) -> None:
    trip = api.post("/api/v1/trips", json=trip_body(vehicle, device_profile="chaos", seed=7)).json()
    plan = house.fleet.get_trip(trip["id"]).plan
    assert plan is not None
    emission = Fleet.of([plan]).emit(-1, 1 << 50)
    found = preview(api, name="chaos", sample={"trip_id": trip["id"]}, payloads=50)
    assert found["counts"]["sent"] == len(emission.positions["seq"])
    sent = [value.decode("utf-8", "backslashreplace") for value in position_payloads(emission.positions)]
    assert not Counter(p["text"] for p in found["payloads"]) - Counter(sent)
    other = preview(api, device=to_plain(replace(TRACKER, name="x")), sample={"trip_id": trip["id"]})
    assert other["counts"]["sent"] < found["counts"]["sent"]


def test_a_preview_of_a_long_trip_looks_at_its_beginning(api: TestClient) -> None:
    far = {"waypoints": [A, {"lat": 46.5, "lon": -5.0}], "vehicle_class": "bicycle"}
    found = preview(api, device={"reporting": {"interval_ms": 100}}, sample=far)
    assert found["sample"]["cut"] and found["sample"]["kind"] == "route"
    assert 18_000 <= found["counts"]["sent"] < 18_200 and len(found["fixes"]["seq"]) == 2_000
    assert len(found["track"]["coordinates"]) <= 2_000 and found["fixes"]["sent_after_ms"][-1] < 1_820_000


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        ({}, 422, "/device"),
        ({"name": "standard", "device": {}}, 422, "/device"),
        ({"name": "nothing"}, 422, "/device_profile"),
        ({"device": {"link": {"lost_s": -3}}}, 422, "/device/link/lost_s"),
        ({"name": "standard", "sample": {"trip_id": "trp_0"}}, 404, "/trip_id"),
        ({"name": "standard", "sample": {"trip_id": "trp_0", "waypoints": [A, B]}}, 422, "/sample/waypoints"),
        ({"name": "standard", "sample": {"waypoints": [A, {"lat": 10.0, "lon": 1.0}]}}, 422, "/waypoints/1"),
    ],
)
def test_a_preview_that_cannot_be_meant_is_refused(
    api: TestClient, body: dict[str, Any], status: int, pointer: str
) -> None:
    assert refused(api.post(f"{URL}/preview", json=body), status)["errors"][0]["pointer"] == pointer


def test_trips_in_bulk_over_rest(api: TestClient, vehicle: str, house: House) -> None:
    later = {"start_at": "2026-03-05T13:00:00Z", "seed": 1}
    body = {
        "trips": [
            trip_body(vehicle, id="trp_own-1", **later),
            trip_body(vehicle, id="trp_own-1", **later),
            trip_body("veh_none", **later),
            {"vehicle_id": vehicle, "speed": 3},
            trip_body(vehicle, device={"link": {"lost_s": -3}}),
            trip_body(vehicle, device={}, device_profile="phone"),
            7,
        ]
    }
    answer = api.post("/api/v1/trips/bulk", json=body)
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert results[:2] == [
        {"id": "trp_own-1", "known": False, "error": None}, {"id": "trp_own-1", "known": True, "error": None},
    ]  # fmt: skip
    pointers = [result["error"]["errors"][0]["pointer"] for result in results[2:]]
    assert pointers == [
        "/trips/2/vehicle_id", "/trips/3/speed", "/trips/4/device/link/lost_s", "/trips/5/device", "/trips/6",
    ]  # fmt: skip
    assert all(result["error"]["hint"] for result in results[2:])
    assert house.published() == [("trp_own-1", 0)]
    trip = api.get("/api/v1/trips/trp_own-1").json()
    assert trip["energy_start"] == 1.0 and 0.99 < trip["energy_end"] < 1.0 and trip["odometer_start_m"] == 0
    assert api.post("/api/v1/trips", json=body["trips"][0]).json()["id"] == "trp_own-1"
    refused(api.post("/api/v1/trips", json=trip_body(vehicle, id="trp_own-1", **later | {"seed": 2})), 409)
    refused(api.post("/api/v1/trips/bulk", json={"trips": [7] * 201}), 422)
