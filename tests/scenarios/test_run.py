from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rumbo.errors import Conflict
from rumbo.scenarios.fleets import fleets_of
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.rest import RestStack, vehicle_json
from rumbo.scenarios.run import Run, Tally
from support.client import TestClient
from support.scenes import DEMANDS, scenario, world
from support.serving import House

LOOPS = scenario(DEMANDS["loops"], more="span: 90min\nplan_ahead: 1min")

OWN = scenario(
    DEMANDS["loops"],
    "{name: f, count: 4, tags: [a, b], driver: {calm: 1, aggressive: 1}, electric_share: 0.5, device_profile: mine,"
    " spec: {power_kw: 70, limits: {max_speed_mps: 20}}}",
    "span: 90min\nplan_ahead: 1min\ndevice_profiles: {mine: {based_on: phone}}",
)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = House(tmp_path, speed=30.0)
    yield found
    found.close()


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with TestClient(house.app(), base_url="http://127.0.0.1/api/v1/") as found:
        yield found


def drive(house: House, client: Any, what: Scenario, stop_after_s: float = 1e9) -> tuple[Tally, list[str]]:
    """One run; waiting makes wall time pass."""
    said: list[str] = []
    began_ms = house.clock.now_ms

    def wait(seconds: float) -> bool:
        house.clock.pass_s(seconds)
        return house.clock.now_ms - began_ms >= stop_after_s * 1000

    return Run(what, world(), RestStack(client), said.append, wait).go(), said


def trips(client: Any) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client.get("trips", params={"limit": 200}).json()["items"]
    return items


def test_a_run_that_is_broken_off_and_run_again_plans_each_trip_once(
    house: House, client: TestClient
) -> None:
    drive(house, client, LOOPS, stop_after_s=10)
    first = trips(client)
    tally, _ = drive(house, client, LOOPS)
    after = trips(client)
    assert 0 < len(first) < len(after)
    assert {trip["id"] for trip in first} <= {trip["id"] for trip in after}
    assert len({(trip["vehicle_id"], trip["start_at"]) for trip in after}) == len(after) == 8
    assert len(client.get("vehicles").json()["items"]) == 4
    assert not tally.late
    assert not tally.refusals


def test_vehicles_and_trips_are_what_the_scenario_says_they_are(house: House, client: TestClient) -> None:
    drive(house, client, OWN, stop_after_s=10)
    wanted = {vehicle.id: vehicle for fleet in fleets_of(OWN).values() for vehicle in fleet}
    found = {vehicle["id"]: vehicle for vehicle in client.get("vehicles").json()["items"]}
    assert {key: vehicle_json(vehicle) for key, vehicle in wanted.items()} == {
        key: {name: vehicle[name] for name in vehicle_json(wanted[key])} for key, vehicle in found.items()
    }
    for trip in trips(client):
        assert trip["device_profile"] == wanted[trip["vehicle_id"]].device_profile


def test_a_device_profile_of_a_person_is_not_written_over(house: House, client: TestClient) -> None:
    assert client.put("device-profiles/mine", json={"schema_version": 1}).status_code == 201
    mine = client.get("device-profiles/mine").json()
    with pytest.raises(Conflict, match="another device profile mine"):
        drive(house, client, OWN, stop_after_s=10)
    assert client.get("device-profiles/mine").json() == mine
    assert client.get("vehicles").json()["items"] == []


def test_trips_are_planned_ahead_of_world_time_and_not_far(house: House, client: TestClient) -> None:
    drive(house, client, LOOPS, stop_after_s=60)
    assert len(trips(client)) == 4  # the first round; the second is 50 min away


def test_a_run_that_is_over_says_how_to_run_it_anew(house: House, client: TestClient) -> None:
    drive(house, client, LOOPS)
    house.clock.pass_s(240)
    with pytest.raises(Conflict, match="--seed"):
        drive(house, client, LOOPS)
    drive(house, client, LOOPS.model_copy(update={"seed": 9}))
    assert len(trips(client)) == 16


def test_what_comes_too_late_is_left_out_and_said(house: House, client: TestClient) -> None:
    class Slow(RestStack):
        def now(self) -> Any:
            house.clock.pass_s(60)
            return super().now()

    said: list[str] = []

    def wait(seconds: float) -> bool:
        house.clock.pass_s(seconds)
        return False

    tally = Run(LOOPS, world(), Slow(client), said.append, wait).go()
    assert tally.late
    assert any("behind the world" in text for text in said)


def test_a_trip_that_the_stack_refuses_is_counted_and_said(house: House, client: TestClient) -> None:
    drive(house, client, LOOPS, stop_after_s=1)
    vehicle = client.get("vehicles").json()["items"][0]["id"]
    start = "2026-03-05T12:40:00Z"
    far = [{"lat": 45.0, "lon": -5.0}, {"lat": 45.5, "lon": -5.0}]
    made = client.post("trips", json={"vehicle_id": vehicle, "waypoints": far, "start_at": start})
    assert made.status_code == 201
    tally, said = drive(house, client, LOOPS)
    assert sum(tally.refusals.values()) == 1
    assert any("is taken by trip" in text for text in said)


def test_the_world_that_stands_still_is_waited_for(house: House, client: TestClient) -> None:
    client.post("world/pause")
    tally, _ = drive(house, client, LOOPS, stop_after_s=5)
    assert sum(tally.outcomes.values()) <= 4
