"""The main job, from end to end, with every part real."""

from __future__ import annotations

import os
import signal
import time
from functools import partial
from pathlib import Path
from typing import Any

import deltalake
import pyarrow.compute as pc
import pytest

from support.stack import TRIPS, Stack, parse_ms

pytestmark = [pytest.mark.journey, pytest.mark.jvm, pytest.mark.timeout(900)]


def assert_balanced(report: dict[str, Any], trips: int) -> None:
    assert report["balanced"], report
    assert (report["missing"], report["extra"], report["doubled"], report["different"]) == (0, 0, 0, 0)
    assert report["trips"] == trips
    assert report["landed"] > 0


def is_back(stack: Stack, part: str, killed: int) -> bool:
    return stack.pid_of(part) not in {0, killed}


def test_three_trips_over_rest_arrive_and_every_event_is_in_the_lake_once(stack: Stack) -> None:
    trips = [
        stack.trip(stack.vehicle(f"Van {n}", kind), route)["id"]
        for n, (route, kind) in enumerate(zip(TRIPS, ("car", "van", "truck"), strict=True))
    ]
    arrived = [stack.wait_for_state(trip, "arrived") for trip in trips]
    assert all(trip["progress"] == 1 for trip in arrived)
    before = len(stack.get("/trips")["items"])
    assert_balanced(stack.audit(), before)

    landing = Path(stack.data) / "lake" / "landing"
    positions = deltalake.DeltaTable(str(landing / "positions")).to_pyarrow_table()
    states = deltalake.DeltaTable(str(landing / "trip_states")).to_pyarrow_table()
    assert set(trips) <= set(positions["trip_id"].to_pylist())
    assert states.filter(pc.equal(states["state"], "arrived")).num_rows >= 3


def test_the_command_line_does_the_same_as_rest(stack: Stack) -> None:
    at = ("--data", str(stack.data), "--json")
    vehicle = stack.said("vehicle", "create", "Typed bus", "--class", "bus", *at)
    origin, destination = (f"{lat},{lon}" for lat, lon in TRIPS[1])
    trip = stack.said("trip", "create", vehicle["id"], origin, destination, "--seed", "5", *at)
    assert trip["seed"] == 5
    assert trip["id"] in [item["id"] for item in stack.said("trip", "list", *at)["items"]]
    assert stack.said("trip", "pause", trip["id"], *at)["state"] == "paused"
    assert stack.said("trip", "cancel", trip["id"], *at)["state"] == "cancelled"
    refused = stack.rumbo("trip", "resume", trip["id"], *at)
    assert refused.returncode == 4
    assert "cancelled" in refused.stderr and "Plan a new one" in refused.stderr


def test_every_part_can_be_killed_in_mid_trip_and_nothing_is_lost(stack: Stack) -> None:
    killed = {}
    for part in ("worker", "driver", "broker", "api"):
        trip = stack.trip(stack.vehicle(f"Survivor of {part}"), TRIPS[1])["id"]
        stack.wait_for_state(trip, "driving", "waiting")
        pid = stack.pid_of(part)
        os.kill(pid, signal.SIGKILL)
        stack.wait_until(partial(is_back, stack, part, pid), f"{part} is back")
        killed[part] = trip
    for trip in killed.values():
        stack.wait_for_state(trip, "arrived")
    stack.wait_until(lambda: stack.api.get("/health").status_code == 200, "all parts are healthy again")
    assert_balanced(stack.audit("--wait", "120"), len(stack.all_trips()))


def test_a_drawn_area_tells_who_drives_in_and_out_and_goes_on_after_the_stream_was_killed(
    stack: Stack,
) -> None:
    trip = stack.trip(stack.vehicle("Visitor"), TRIPS[1])
    way = trip["route"]["geometry"]["coordinates"]
    lon, lat = way[len(way) * 2 // 3][:2]
    middle = {"lat": lat, "lon": lon, "radius_m": 60.0}
    stack.post("/geofences", {"name": "Two thirds of the way", "geometry": middle, "severity": "warning"})
    os.kill(pid := stack.pid_of("driver"), signal.SIGKILL)
    stack.wait_until(partial(is_back, stack, "driver", pid), "the stream is back")
    stack.wait_for_state(trip["id"], "arrived")
    rules = ("geofence_entry", "geofence_exit")

    def found() -> list[list[dict[str, Any]]]:
        asked = (f"/alerts?trip_id={trip['id']}&rule={rule}" for rule in rules)
        return [stack.get(one)["items"] for one in asked]

    stack.wait_until(lambda: all(found()), "entry and exit are told")
    (entry,), (exit_,) = found()
    assert entry["event_time"] < exit_["event_time"]
    assert {alert["geofence"] for alert in (entry, exit_)} == {"Two thirds of the way"}
    assert {alert["severity"] for alert in (entry, exit_)} == {"warning"}


def test_pausing_resuming_and_cancelling_leave_a_balanced_ledger(stack: Stack) -> None:
    paused = stack.trip(stack.vehicle("Pauser"), TRIPS[1])["id"]
    cancelled = stack.trip(stack.vehicle("Canceller"), TRIPS[1])["id"]
    for trip in (paused, cancelled):
        stack.wait_for_state(trip, "driving")
    assert stack.post(f"/trips/{paused}/pause")["state"] == "paused"
    assert stack.post(f"/trips/{cancelled}/cancel")["state"] == "cancelled"
    assert stack.post(f"/trips/{paused}/resume")["state"] in {"driving", "paused"}
    stack.wait_for_state(paused, "arrived")
    assert_balanced(stack.audit(), len(stack.all_trips()))


def test_after_ctrl_c_nothing_runs_and_the_next_start_goes_on_where_the_world_stood(stack: Stack) -> None:
    trip = stack.trip(stack.vehicle("Sleeper"), TRIPS[1])["id"]
    stack.wait_for_state(trip, "driving")
    assert stack.stop() == [], "no process is left"
    asleep = stack.audit()
    assert asleep["balanced"], asleep
    stood_ms = parse_ms(asleep["until"])
    started = time.monotonic()
    stack.start()
    world_ms = stack.world_ms()
    awake_ms = (time.monotonic() - started) * 1000
    assert stood_ms <= world_ms <= stood_ms + awake_ms * stack.speed, "the world slept while nothing ran"
    stack.wait_for_state(trip, "arrived")
    assert_balanced(stack.audit(), len(stack.all_trips()))
