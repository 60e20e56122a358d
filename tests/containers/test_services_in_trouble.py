"""What is watched, what is saved, and what happens without space; after test_services.py and on its world."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from rumbo.settings import read_settings
from rumbo.stack.move import move
from support.containers import Containers, assert_balanced
from support.stack import TRIPS, Stack, wait_for

pytestmark = pytest.mark.timeout(1500)

BROKEN = """
from confluent_kafka import Producer
producer = Producer({"bootstrap.servers": "kafka:9092"})
producer.produce("rumbo.positions", key=b"somebody", value=b"no report")
assert producer.flush(20) == 0
"""
ASK = """
from urllib.request import urlopen
print(urlopen("http://prometheus:9090/api/v1/{}", timeout=20).read().decode())
"""


def prometheus(services: Containers, question: str) -> Any:
    return json.loads(services.in_api(ASK.format(question)))["data"]


def firing(services: Containers) -> set[str]:
    alerts = prometheus(services, "alerts")["alerts"]
    return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


def is_well(services: Containers) -> bool:
    return services.api.get("/health", timeout=20).status_code == 200


def test_the_alerts_that_should_fire_do_and_end_once_all_is_well_again(services: Containers) -> None:
    services.compose("--profile", "monitoring", "up", "-d", "--wait", "prometheus")
    services.compose(
        "exec", "-T", "prometheus", "promtool", "test", "rules", "/etc/prometheus/rumbo.rules.test.yml"
    )
    seen = "query?query=rumbo_rejected_rows_total"
    wait_for(lambda: prometheus(services, seen)["result"], "Prometheus knows the figures", 120.0)
    assert firing(services) == set()
    services.in_api(BROKEN)
    services.compose("stop", "drive")
    expected = {"RumboRejected", "RumboPartDown", "RumboWorkerBehind"}
    wait_for(lambda: expected <= firing(services), f"{expected} fire", 300.0)
    services.compose("start", "drive")
    wait_for(lambda: firing(services).isdisjoint({"RumboPartDown", "RumboWorkerBehind"}), "they end", 300.0)
    report = services.audit()
    assert (report["balanced"], report["foreign_rejected"]) == (True, 1)


def test_a_broker_whose_disk_is_full_goes_on_once_there_is_space(
    services: Containers, disk: Path | None
) -> None:
    if disk is None:
        pytest.skip("this user cannot mount a disk for the broker")
    services.rate(2)
    trips = [services.trip(services.vehicle(f"Full {n}"), way)["id"] for n, way in enumerate(TRIPS)]
    filler = disk.parent / "filler"
    space = os.statvfs(disk)
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, space.f_bavail * space.f_frsize)
    services.rate(20)
    wait_for(lambda: not is_well(services), "it shows that the disk is full", 240.0)
    filler.unlink()
    wait_for(lambda: is_well(services), "all goes on", 400.0)
    services.wait_for_arrival(*trips)
    assert services.audit()["balanced"]


def test_what_was_saved_is_restored(services: Containers, tmp_path: Path) -> None:
    before = services.audit()
    services.compose("stop", "--timeout", "90")
    services.backup("save", tmp_path / "saved")
    services.compose("--profile", "monitoring", "down", "--volumes")
    services.backup("restore", tmp_path / "saved")
    services.up("--scale", "drive=2")
    after = services.audit()
    assert after["balanced"]
    assert (after["trips"], after["landed"]) == (before["trips"], before["landed"])


def test_a_laptops_world_goes_on_as_services(services: Containers, tmp_path: Path) -> None:
    stack = Stack(tmp_path / "laptop", speed=20)
    try:
        stack.start()
        first = stack.trip(stack.vehicle("From the laptop"), TRIPS[0])["id"]
        stack.wait_for_state(first, "arrived")
    finally:
        left = stack.stop()
    assert not left
    move(read_settings({}, data_dir=stack.data), tmp_path / "moved", print)

    services.compose("--profile", "monitoring", "down", "--volumes")
    services.backup("restore", tmp_path / "moved")
    services.up("--scale", "drive=1")
    assert services.api.get(f"/trips/{first}").json()["state"] == "arrived"
    services.rate(20)
    vehicle = services.api.get("/vehicles").json()["items"][0]["id"]
    second = services.trip(vehicle, TRIPS[1])["id"]
    services.wait_for_arrival(second)
    assert_balanced(services.audit(), 2)
