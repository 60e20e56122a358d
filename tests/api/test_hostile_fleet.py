"""What hostile and clumsy people send of vehicles, devices and many trips at once."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest

from support.client import TestClient
from support.serving import A, B, House, trip_body
from support.work import in_a_moment

JSON, CSV = {"content-type": "application/json"}, {"content-type": "text/csv"}
VEHICLES, PROFILES, TRIPS = "/api/v1/vehicles", "/api/v1/device-profiles", "/api/v1/trips"
HUGE = "1" + "0" * 400


def refused(answer: Any, status: int = 422) -> dict[str, Any]:
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    found: dict[str, Any] = answer.json()
    assert found["hint"]
    return found


@pytest.mark.parametrize(
    "spec",
    ['{"\\ud800": 1}', '{"limits": {"\\ud800": 1}}', '{"energy": "\\ud800"}', '{"mass_kg": NaN}',
     '{"mass_kg": -Infinity}', f'{{"mass_kg": {HUGE}}}', f'{{"energy": {"[" * 900}{"]" * 900}}}'],
)  # fmt: skip
def test_a_spec_that_cannot_be_meant_is_refused_alone_and_among_others(api: TestClient, spec: str) -> None:
    entry = f'{{"name": "v", "spec": {spec}}}'
    found = refused(api.post(VEHICLES, content=entry, headers=JSON))
    assert found["errors"][0]["pointer"].startswith("/spec/")
    body = f'{{"vehicles": [{entry}, {{"name": "sound"}}]}}'
    bad, good = api.post(f"{VEHICLES}/bulk", content=body, headers=JSON).json()["results"]
    assert bad["error"]["errors"][0]["pointer"].startswith("/vehicles/0/spec/") and good["error"] is None
    refused(api.patch(f"{VEHICLES}/{good['id']}", content=f'{{"spec": {spec}}}', headers=JSON))
    assert [item["name"] for item in api.get(VEHICLES).json()["items"]] == ["sound"]


@pytest.mark.parametrize(
    ("device", "pointer"),
    [
        ('{"reporting": {"distance_m": NaN}}', "/reporting/distance_m"),
        ('{"reporting": {"distance_m": -1e400}}', "/reporting/distance_m"),
        (f'{{"reporting": {{"interval_ms": {HUGE}}}}}', "/reporting/interval_ms"),
        (f'{{"link": {{"delay_ms": [[0, 0], [1, {HUGE}]]}}}}', "/link/delay_ms/1/1"),
        (f'{{"link": {{"delay_ms": {"[" * 900}{"]" * 900}}}}}', "/link/delay_ms/0/0"),
        ('{"link": {"\\ud800": 1}}', ""),
        ('{"name": "\\ud800"}', "?name"),
        ('{"link": {"buffer": 9007199254740993}}', "/link/buffer"),
    ],
)
def test_a_device_that_cannot_be_read_is_refused_by_where_it_is_wrong(
    api: TestClient, vehicle: str, device: str, pointer: str
) -> None:
    found = refused(api.put(f"{PROFILES}/mine", content=device, headers=JSON))
    assert [error["pointer"][: len(pointer)] for error in found["errors"]] == ([pointer] if pointer else [])
    refused(api.post(f"{PROFILES}/preview", content=f'{{"device": {device}}}', headers=JSON))
    trip = json.dumps(trip_body(vehicle)).removesuffix("}") + f', "device": {device}}}'
    refused(api.post(TRIPS, content=trip, headers=JSON))
    assert api.get(f"{PROFILES}/mine").status_code == 404


RESTLESS = {
    "reporting": {"interval_ms": 100, "sample_ms": 100, "turn_deg": 1},
    "link": {"good_s": 1, "lost_s": 1, "burst_ms": 10_000, "buffer": 1_000_000},
}
WEEK = [A, B | {"dwell_s": 7 * 86_400}, A]


@pytest.mark.parametrize(
    ("device", "hint"),
    [
        ({"reporting": RESTLESS["reporting"]}, "less often"),
        ({"link": RESTLESS["link"]}, "longer states"),
        ({"faults": {"frozen_per_hour": 3_600, "frozen_s": 0.1}}, "fewer episodes"),
    ],
)
def test_a_device_that_would_keep_its_worker_busy_for_minutes_is_refused_on_that_trip(
    api: TestClient, vehicle: str, device: dict[str, Any], hint: str
) -> None:
    found = refused(api.post(TRIPS, json=trip_body(vehicle, device=device) | {"waypoints": WEEK}), 413)
    assert hint in found["hint"] and found["errors"][0]["pointer"] == "/device"
    assert api.put(f"{PROFILES}/mine", json=device).status_code == 201, "on shorter trips it may drive"
    long = trip_body(vehicle, device_profile="mine") | {"waypoints": WEEK}
    body = {"trips": [long, trip_body(vehicle, device_profile="mine")]}
    bad, good = api.post(f"{TRIPS}/bulk", json=body).json()["results"]
    assert bad["error"]["errors"][0]["pointer"] == "/trips/0/device_profile" and good["error"] is None
    usual = api.post(TRIPS, json=trip_body(vehicle, device_profile="flaky", start_at="2026-03-06T12:00:00Z")
                     | {"waypoints": WEEK})  # fmt: skip
    assert usual.status_code == 201, usual.text


def test_the_worst_device_is_previewed_in_a_moment(api: TestClient) -> None:
    api.post(f"{PROFILES}/preview", json={"name": "chaos"})  # loads what is compiled
    with in_a_moment("each outage goes through all that waits"):
        answer = api.post(f"{PROFILES}/preview", json={"device": RESTLESS, "sample": {"waypoints": WEEK}})
    assert answer.status_code == 200 and answer.json()["counts"]["recorded"] > 17_000


SLOW = {
    "a column 400,000 times": "name" + ",id" * 400_000 + "\na\n",
    "tabs in a name": 'name\n"' + "\t" * 120_000 + 'x"\n',
    "tabs in tags": 'name,tags\na,"' + "\t" * 120_000 + 'x;y"\n',
    "a quote that is never closed": 'name\n"' + "a\n" * 900_000,
    "20,000 columns": "name" + "".join(f",c{n}" for n in range(20_000)) + "\na\n",
}


@pytest.mark.parametrize("case", SLOW)
def test_a_file_made_to_take_long_is_refused_in_a_moment(api: TestClient, case: str) -> None:
    with in_a_moment("each cell is looked at from its start"):
        answer = api.post(f"{VEHICLES}/import", content=SLOW[case], headers=CSV)
    assert answer.status_code == 200 or refused(answer)["detail"]
    assert answer.status_code == 422 or case == "tabs in tags"


def test_a_column_that_is_there_twice_is_named(api: TestClient) -> None:
    found = refused(api.post(f"{VEHICLES}/import", content="name,id,name\na,,b\n", headers=CSV))
    assert "the column name is there twice" in found["detail"]


def test_an_order_is_not_blamed_for_another_with_its_id(api: TestClient, vehicle: str) -> None:
    orders = [
        trip_body("veh_nobody", id="trp_twice"),
        trip_body(vehicle, id="trp_twice"),
        trip_body("veh_nobody", id="trp_twice"),
    ]
    first, other, same = api.post(f"{TRIPS}/bulk", json={"trips": orders}).json()["results"]
    assert first["error"]["status"] == same["error"]["status"] == 404
    assert other["error"]["status"] == 409 and other["error"]["errors"][0]["pointer"] == "/trips/1/id"


def test_200_trips_at_the_same_time_are_one_trip_and_199_conflicts(api: TestClient, vehicle: str) -> None:
    body = {"trips": [trip_body(vehicle, start_at="2026-03-05T13:00:00Z") for _ in range(200)]}
    results = api.post(f"{TRIPS}/bulk", json=body).json()["results"]
    assert [result["error"] is None for result in results] == [True] + [False] * 199
    assert {result["error"]["status"] for result in results[1:]} == {409}


def _at_once(count: int, do: Any) -> list[Any]:
    gate, answers = threading.Barrier(count), [None] * count

    def run(n: int) -> None:
        gate.wait()
        answers[n] = do(n)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_id_asked_for_by_many_at_once_is_made_once(api: TestClient) -> None:
    answers = _at_once(6, lambda n: api.post(VEHICLES, json={"name": f"v{n % 2}", "id": "veh_race"}))
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 200, 201, 409, 409, 409]
    assert len(api.get(VEHICLES).json()["items"]) == 1


def test_changes_of_different_fields_at_once_are_all_kept(api: TestClient, vehicle: str) -> None:
    changes: list[dict[str, Any]] = [
        {"name": "n"},
        {"fleet": "f"},
        {"tags": ["t"]},
        {"driver": "calm"},
        {"spec": {"mass_kg": 99}},
    ]
    answers = _at_once(len(changes), lambda n: api.patch(f"{VEHICLES}/{vehicle}", json=changes[n]))
    assert {answer.status_code for answer in answers} == {200}
    found = api.get(f"{VEHICLES}/{vehicle}").json()
    assert all(found[name] == value for change in changes for name, value in change.items())


def test_a_profile_is_never_gone_from_under_a_vehicle(api: TestClient) -> None:
    for n in range(4):
        api.put(f"{PROFILES}/p{n}", json={})

        def race(who: int, name: str = f"p{n}") -> Any:
            if who:
                return api.post(VEHICLES, json={"name": "v", "device_profile": name})
            return api.delete(f"{PROFILES}/{name}")

        gone, made = _at_once(2, race)
        assert (gone.status_code, made.status_code) in {(204, 422), (409, 201)}


def test_a_key_of_one_operation_is_another_at_the_next(api: TestClient, house: House) -> None:
    key = {"idempotency-key": "k"}
    one = api.post(VEHICLES, json={"name": "v"}, headers=key)
    bulk = api.post(f"{VEHICLES}/bulk", json={"vehicles": [{"name": "v"}]}, headers=key)
    file = api.post(f"{VEHICLES}/import", content="name\nv\n", headers=key | CSV)
    assert (one.status_code, bulk.status_code, file.json()["created"]) == (201, 200, 1)
    assert len(api.get(VEHICLES).json()["items"]) == 3
    again = house.again()  # after the process died
    with TestClient(again.app(), base_url="http://127.0.0.1:8000") as client:
        assert client.post(f"{VEHICLES}/import", content="name\nv\n", headers=key | CSV).json() == file.json()
        assert refused(client.post(f"{VEHICLES}/import", content="name\nw\n", headers=key | CSV))
        assert len(client.get(VEHICLES).json()["items"]) == 3


def test_a_parameter_given_twice_is_refused_rather_than_half_ignored(api: TestClient) -> None:
    found = refused(api.get(f"{VEHICLES}?fleet=a&fleet=b"))
    assert found["errors"][0]["pointer"] == "?fleet" and "twice" in found["detail"]


def test_a_length_that_nobody_can_send_is_too_long(api: TestClient) -> None:
    refused(api.post(VEHICLES, content=b"{}", headers=JSON | {"content-length": "9" * 5_000}), 413)
