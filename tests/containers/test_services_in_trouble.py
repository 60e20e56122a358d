"""What is watched, a disk without space, and what is saved; after test_services.py and on its world."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from support.containers import Containers
from support.stack import TRIPS, wait_for

pytestmark = [pytest.mark.timeout(1500), pytest.mark.long]

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


def rejected(services: Containers) -> float:
    """As Prometheus has seen it, -1 before."""
    found = prometheus(services, "query?query=rumbo_rejected_rows_total")["result"]
    return float(found[0]["value"][1]) if found else -1.0


def firing(services: Containers) -> set[str]:
    alerts = prometheus(services, "alerts")["alerts"]
    return {alert["labels"]["alertname"] for alert in alerts if alert["state"] == "firing"}


@contextmanager
def full(disk: Path) -> Iterator[None]:
    filler = disk.parent / "filler"
    try:
        dd = ["dd", "if=/dev/zero", f"of={filler}", "bs=64k", "status=none"]
        assert subprocess.run(dd, stderr=subprocess.DEVNULL, timeout=120, check=False).returncode != 0
        yield
    finally:
        filler.unlink()


def test_a_broker_whose_disk_is_full_sets_off_the_alerts_and_goes_on_once_there_is_space(
    services: Containers, disk: Path | None
) -> None:
    if disk is None:
        pytest.skip("this user cannot mount a disk for the broker")
    services.compose("--profile", "monitoring", "up", "-d", "--wait", "prometheus")
    rules = "/etc/prometheus/rumbo.rules.test.yml"
    services.compose("exec", "-T", "prometheus", "promtool", "test", "rules", rules)
    wait_for(lambda: rejected(services) == 0, "Prometheus knows the figures", 120.0)
    services.in_api(BROKEN)
    services.rate(2)
    trips = [services.trip(services.vehicle(f"Full {n}"), way)["id"] for n, way in enumerate(TRIPS)]
    wait_for(lambda: rejected(services) == 1, "the record that nobody can read is rejected", 120.0)
    expected = {"RumboRejected", "RumboPartDown"}
    with full(disk):
        services.api.post("/vehicles", json={"name": "Later", "vehicle_class": "van"}).raise_for_status()
        wait_for(lambda: expected <= firing(services), f"{expected} fire", 400.0)
    wait_for(services.is_well, "all goes on", 400.0)
    wait_for(lambda: "RumboPartDown" not in firing(services), "it ends", 300.0)
    services.rate(20)
    services.wait_for_arrival(*trips)
    report = services.audit()
    assert (report["balanced"], report["foreign_rejected"]) == (True, 1)


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
