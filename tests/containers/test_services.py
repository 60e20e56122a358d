"""The whole system as services: the main job, its proof, and what happens when parts of it are taken away.

The tests share one set of services and come in this order, each on the world that the one before has left.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from support.containers import DEPLOY, Containers, assert_balanced
from support.stack import CASINO, HARBOUR, HOSPITAL, STADIUM, TRIPS, wait_for

pytestmark = pytest.mark.timeout(1500)

LONG = [HARBOUR, CASINO, STADIUM, HOSPITAL] * 2
"""Some twenty minutes of the world."""
LASTING = ("kafka", "postgres", "world", "drive", "spark-master", "spark-worker", "stream", "api")
AIRFLOW = ("airflow", "airflow-scheduler", "airflow-dags")
DAY_S = 900.0

MEMBERS = """
import json
from confluent_kafka.admin import AdminClient
admin = AdminClient({"bootstrap.servers": "kafka:9092"})
group = admin.describe_consumer_groups(["rumbo.drive"])["rumbo.drive"].result(20)
print(json.dumps([len(member.assignment.topic_partitions) for member in group.members]))
"""
SPARK = """
from urllib.request import urlopen
print(urlopen("http://spark-master:8080/json/", timeout=20).read().decode())
"""


def trips_of(services: Containers) -> int:
    return len(services.api.get("/trips", params={"limit": 200}).raise_for_status().json()["items"])


def start_long_trips(services: Containers, count: int) -> list[str]:
    services.rate(2)
    vehicles = [services.vehicle(f"Long {n}") for n in range(count)]
    return [services.trip(vehicle, LONG)["id"] for vehicle in vehicles]


def finish(services: Containers, trips: list[str]) -> None:
    """Let the trips arrive quickly, and prove that nothing of them was lost or doubled."""
    assert {services.api.get(f"/trips/{trip}").json()["state"] for trip in trips}.isdisjoint(
        {"arrived", "failed"}
    )
    services.rate(100)
    services.wait_for_arrival(*trips)
    services.rate(2)
    assert_balanced(services.audit(), trips_of(services))


def spark(services: Containers) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(services.in_api(SPARK))
    return found


def members(services: Containers) -> list[int]:
    """How many partitions each drive worker has."""
    found: list[int] = json.loads(services.in_api(MEMBERS))
    return found


def test_a_laptops_world_goes_on_and_three_more_trips_are_in_the_lake_once(services: Containers) -> None:
    (moved,) = services.api.get("/trips").json()["items"]
    assert moved["state"] == "arrived"
    assert services.api.get("/health").json()["status"] == "ok"
    services.rate(20)
    trips = [services.trip(services.vehicle(f"Van {n}"), way)["id"] for n, way in enumerate(TRIPS)]
    services.wait_for_arrival(*trips)
    services.rate(5)
    assert_balanced(services.audit(), 4)


@dataclass(frozen=True, slots=True)
class Day:
    """A day that Airflow refines meanwhile, and a trip of it."""

    airflow: httpx.Client
    run: str
    date: str
    trip: dict[str, Any]

    def state(self) -> str:
        return str(
            self.airflow.get(f"/dags/rumbo_daily/dagRuns/{self.run}").raise_for_status().json()["state"]
        )


@pytest.fixture(scope="module")
def day(services: Containers) -> Iterator[Day]:
    trip = max(services.api.get("/trips").json()["items"], key=lambda one: one["ended_at"])
    date = trip["ended_at"][:10]
    login = {"username": "rumbo", "password": (services.secrets / "airflow_password").read_text()}
    token = httpx.post(f"{services.airflow_url}/auth/token", json=login, timeout=60).raise_for_status().json()
    bearer = {"Authorization": f"Bearer {token['access_token']}"}
    with httpx.Client(base_url=f"{services.airflow_url}/api/v2", headers=bearer, timeout=60) as airflow:
        body = {"logical_date": None, "partition_key": date}
        run = airflow.post("/dags/rumbo_daily/dagRuns", json=body).raise_for_status().json()["dag_run_id"]
        yield Day(airflow, run, date, trip)


def test_workers_share_the_load_and_come_and_go_without_a_trace(services: Containers, day: Day) -> None:
    assert day.state() in {"queued", "running"}
    assert sorted(members(services)) == [3, 3]
    apps = spark(services)
    assert [app["cores"] for app in apps["activeapps"]] == [2]
    assert sorted(worker["coresused"] for worker in apps["workers"] if worker["state"] == "ALIVE") == [1, 1]
    trips = start_long_trips(services, 4)
    for drive, spark_workers in ((3, 1), (1, 2), (2, 2)):
        services.compose("up", "-d", "--no-recreate", "--scale", f"drive={drive}", "--scale",
                         f"spark-worker={spark_workers}", "drive", "spark-worker")  # fmt: skip
        wait_for(lambda drive=drive: len(members(services)) == drive, f"{drive} drive", 120.0)  # type: ignore[misc]
        wait_for(lambda: sum(members(services)) == 6, "they have all partitions", 120.0)
    wait_for(lambda: [app["cores"] for app in spark(services)["activeapps"]] == [2], "both land again", 120.0)
    finish(services, trips)


def does_not_answer(services: Containers) -> bool:
    try:
        services.api.get("/health", timeout=5)
    except httpx.TransportError:
        return True
    return False


CUTS: dict[str, Callable[[Containers], bool]] = {
    "drive": lambda services: members(services) == [6],
    "api": does_not_answer,
    "stream": lambda services: not services.is_well(),
    "kafka": lambda services: not services.is_well(),
}
"""Whom to cut off, and what shows that it is."""


def test_each_client_can_be_cut_off_from_the_network_and_goes_on_afterwards(services: Containers) -> None:
    trips = start_long_trips(services, 4)
    for service, shows in CUTS.items():
        services.network("disconnect", service)
        wait_for(lambda shows=shows: shows(services), f"it shows that {service} is away", 120.0)  # type: ignore[misc]
        services.network("connect", service)
        wait_for(services.is_well, f"{service} is back", 300.0)
    wait_for(lambda: sorted(members(services)) == [3, 3], "both workers drive again", 120.0)
    finish(services, trips)


def test_airflow_has_refined_the_day_and_the_dashboard_tells_what_was_driven(
    services: Containers, day: Day
) -> None:
    wait_for(lambda: day.state() in {"success", "failed"}, "the day is refined", DAY_S)
    assert day.state() == "success"
    asked = {"from": day.date, "to": day.date, "vehicle_id": day.trip["vehicle_id"]}
    rows = services.api.get("/dashboards/totals", params=asked).json()["items"]
    (totals,) = (row for row in rows if row["span"] == "chosen")
    assert totals["trips_arrived"] == 1
    assert totals["distance_m"] == pytest.approx(day.trip["route"]["distance_m"], rel=0.02)


@pytest.mark.long
def test_each_service_can_be_killed_in_mid_trip_and_nothing_is_lost(services: Containers) -> None:
    trips = start_long_trips(services, 4)
    for service in (*LASTING, *AIRFLOW):
        services.kill(service)
    services.wait_until_healthy(*LASTING, *AIRFLOW)
    finish(services, trips)


@pytest.mark.long
def test_a_database_that_restarts_and_a_rolling_restart_lose_nothing(services: Containers) -> None:
    trips = start_long_trips(services, 2)
    for service in ("postgres", "api", "drive", "stream"):
        services.compose("restart", service, timeout=200)
    services.wait_until_healthy(*LASTING)
    finish(services, trips)


def test_containers_have_no_more_rights_than_they_need(services: Containers) -> None:
    published: dict[str, list[str]] = {}
    for container in services.compose("ps", "-q").split():
        found = services.inspect(container)
        name, host = found["Config"]["Labels"]["com.docker.compose.service"], found["HostConfig"]
        uid = services.docker("exec", container, "id", "-u").strip()
        assert uid != "0", name
        assert host["CapDrop"] == ["ALL"] and not host["CapAdd"] and not host["Privileged"], name
        assert "no-new-privileges:true" in host["SecurityOpt"], name
        assert host["ReadonlyRootfs"] or name == "kafka", name
        assert host["Memory"] > 0 and host["PidsLimit"] > 0, name
        assert host["RestartPolicy"]["Name"] == "unless-stopped", name
        assert found["Config"].get("Healthcheck"), name
        published[name] = [at["HostIp"] for ports in (host["PortBindings"] or {}).values() for at in ports]
    assert {name: at for name, at in published.items() if at} == {
        "api": ["127.0.0.1"],
        "airflow": ["127.0.0.1"],
    }


def test_no_secret_is_in_an_image_a_container_or_a_log(services: Containers) -> None:
    secrets = [file.read_text() for file in services.secrets.iterdir()]
    assert len(secrets) == 8
    images = services.compose("config", "--images").split()
    told = [
        services.docker("image", "inspect", *images),
        services.docker("history", "--no-trunc", *images[:1]),
    ]
    told += [services.docker("inspect", one) for one in services.compose("ps", "-q").split()]
    told.append(services.compose("logs", "--no-color", timeout=300))
    assert not [secret for secret in secrets if any(secret in text for text in told)]


def test_the_compose_file_names_official_images_with_their_versions(services: Containers) -> None:
    text = (DEPLOY / "compose.yaml").read_text()
    named = re.findall(r"image: \$\{[A-Z_]+:-([^}]+)\}$", text, re.MULTILINE)
    official = {"apache/kafka", "postgres", "prom/prometheus", "grafana/grafana"}
    assert {name.split(":")[0] for name in named} == official
    assert all(re.search(r":v?\d", name) for name in named)
    for profile in ((), ("--profile", "monitoring")):
        assert services.compose(*profile, "config", "--quiet") == ""
