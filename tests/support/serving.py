"""The API with its real parts but for Kafka (its in-memory twin), routing (straight lines) and wall time (by hand)."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import FastAPI

from rumbo.api.alerts import Alerts
from rumbo.api.app import create_app
from rumbo.api.dashboards import Dashboards
from rumbo.api.feed import TOPICS, Feed
from rumbo.api.jobs import Jobs, Launcher
from rumbo.api.lake import LakeTables
from rumbo.api.lake_days import LakeDays
from rumbo.api.live import LiveHub
from rumbo.api.live_state import LiveState
from rumbo.api.rejected import RejectedRecords
from rumbo.api.scenarios import Scenarios
from rumbo.api.services import Services
from rumbo.api.status import Status
from rumbo.api.topics import Topics
from rumbo.api.trip_records import TripRecords
from rumbo.domain.alert_rules import DEFAULT_RULES, AlertRules
from rumbo.events.plans import plan_from_json
from rumbo.events.topics import PLANS
from rumbo.fleet.answers import Answers
from rumbo.fleet.clock import ClockVerbs
from rumbo.fleet.closure_service import ClosureService
from rumbo.fleet.conditions import Conditions
from rumbo.fleet.database import Database, open_database
from rumbo.fleet.device_profiles import DeviceProfiles
from rumbo.fleet.device_trial import DeviceTrials
from rumbo.fleet.geofence_service import GeofenceService
from rumbo.fleet.history import History
from rumbo.fleet.outbox import OutboxRelay
from rumbo.fleet.planner import Planner
from rumbo.fleet.rerouter import Rerouter
from rumbo.fleet.service import FleetService
from rumbo.fleet.trips import Trips
from rumbo.fleet.vehicle_orders import VehicleOrder
from rumbo.fleet.vehicle_service import VehicleService
from rumbo.fleet.vehicles import names_of
from rumbo.fleet.world import WorldView, open_world
from rumbo.lake.places import Lake
from rumbo.regions import Place, Region, road_shapes
from rumbo.routing.port import BBox
from rumbo.routing.straight import StraightProvider
from rumbo.transport.geofences import GeofenceReader
from rumbo.transport.memory import MemoryKafka, MemoryOffsets, MemoryPublisher, MemoryTableReader, MemoryTail
from rumbo.transport.memory_browser import MemoryBrowser
from rumbo.transport.port import Record

NOON_MS = 1_772_712_000_000
"""2026-03-05T12:00:00Z."""
BBOX: BBox = (-10.0, 40.0, 0.0, 50.0)
A, B = {"lat": 45.0, "lon": -5.0}, {"lat": 45.01, "lon": -5.0}


class WallClock:
    """Wall time that passes when told."""

    def __init__(self, now_ms: int = NOON_MS) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def pass_s(self, seconds: float) -> None:
        self.now_ms += round(seconds * 1000)


class InlineRelay(OutboxRelay):
    """Relays when nudged, in the caller's thread; while Kafka is down rows wait."""

    lock = threading.Lock()

    def nudge(self) -> None:
        try:
            with self.lock:
                self.drain()
        except Exception:  # noqa: BLE001 - as the relay's own thread: it tries again later
            return


@dataclass
class House:
    """The parts of one API process over one database file and one cluster."""

    path: Path
    clock: WallClock = field(default_factory=WallClock)
    kafka: MemoryKafka = field(default_factory=MemoryKafka)
    speed: float = 1.0
    regions: list[Region] = field(default_factory=list)
    web_dist: Path = Path("nowhere")
    host: str = "127.0.0.1"
    host_names: frozenset[str] = frozenset()
    rules: AlertRules = DEFAULT_RULES
    successors: list[House] = field(default_factory=list)
    launcher: Launcher = field(default_factory=lambda: Launcher(("false",), lambda _: {}))
    """What jobs run; unless a test says something else it fails at once."""

    def __post_init__(self) -> None:
        self.kafka.now_ms = self.clock
        self.publisher, self.tables = MemoryPublisher(self.kafka), MemoryTableReader(self.kafka)
        self.offsets = MemoryOffsets(self.kafka)
        if not self.kafka.logs["rumbo.clock"][0]:
            open_world(self.publisher, self.tables, self.offsets, self.speed, self.clock)
        file = self.path / "rumbo.db"
        if not file.exists():
            file.write_bytes(_new_database())
        self.database: Database = open_database(f"sqlite:///{file}")
        self.world, self.trips = WorldView(self.tables, self.offsets, self.clock), Trips()
        self.verbs = ClockVerbs(self.publisher, self.world, self.clock)
        self.relay = InlineRelay(self.database, self.trips, self.publisher, self.tables, self.world)
        self.conditions = Conditions(self.database, ZoneInfo("Etc/UTC"))
        self.planner = Planner({"straight": StraightProvider(BBOX, region_name="test")}, self.conditions)
        self.fleet = FleetService(self.database, self.planner, self.world, self.relay, self.trips)
        self.vehicles = VehicleService(self.database, self.world, self.trips)
        self.devices = DeviceProfiles(self.database)
        self.trials = DeviceTrials(self.database, self.planner, self.trips, self.world)
        self.rerouter = Rerouter(
            self.database, self.trips, self.world, self.relay, self.conditions, self.planner.around
        )
        self.history = History(self.database, self.trips, self.world)
        self.closures = ClosureService(self.database, self.world, self.rerouter.nudge)
        self.geofences = GeofenceService(
            self.publisher, GeofenceReader(self.tables, self.offsets).read, self.world, self.rules
        )
        self.scenarios = Scenarios(self.path / "scenarios")
        self.jobs = Jobs(self.launcher, self.path / "jobs", self.clock)
        self.state = LiveState(self.names)
        self.status = Status(
            self.database, self.offsets, self.world, self.clock, "test", lambda: self.relay.problem, ttl_s=0
        )
        self.hub = LiveHub(self.state, self.world, self.status, cadence_s=0.01)
        self.feed = Feed(lambda: MemoryTail(self.kafka, TOPICS), self.state, self.world, self.fleet)

    @property
    def lake(self) -> Lake:
        landing, staging, common = (
            str(self.path / "lake" / layer) for layer in ("landing", "staging", "common")
        )
        return Lake(landing, staging, common)

    def again(self) -> House:
        """A new process over the same database and cluster, after this one died."""
        self.successors.append(House(self.path, self.clock, self.kafka))
        return self.successors[-1]

    def app(self) -> FastAPI:
        return create_app(self.services())

    def services(self) -> Services:
        lake = LakeTables(self.lake, ttl_s=0)
        records = TripRecords(self.fleet, self.vehicles, self.world, lake)
        return Services(
            fleet=self.fleet, vehicles=self.vehicles, devices=self.devices, trials=self.trials,
            world=self.world, clock=self.verbs, closures=self.closures, geofences=self.geofences,
            history=self.history, alerts=Alerts(self.lake, ttl_s=0), lake=lake, records=records,
            dashboards=Dashboards(lake, partial(road_shapes, self.regions)),
            days=LakeDays(lake, ttl_s=0), rejected=RejectedRecords(lake, self.lake),
            topics=Topics(MemoryBrowser(self.kafka)), jobs=self.jobs, scenarios=self.scenarios,
            answers=Answers(self.database, self.clock), outbox=self.relay, status=self.status, live=self.hub,
            search=self.search, regions=self.regions, web_dist=self.web_dist, host=self.host,
            host_names=self.host_names,
        )  # fmt: skip

    def add_vehicle(self, name: str = "v") -> str:
        """A car's id."""
        return self.vehicles.create(VehicleOrder(name))[0].vehicle.id

    def search(self, text: str, limit: int) -> list[Place]:
        return [Place(text, "square", 45.0, -5.0)][:limit]

    def names(self, ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        with self.database.read() as connection:
            return names_of(connection, ids)

    def published(self) -> list[tuple[str, int]]:
        """(trip id, revision) of everything ever appended to the plans topic, by partition."""
        return [(r.key or "", plan_from_json(r.value or b"").revision) for r in self.plan_records()]

    def plan_records(self) -> list[Record]:
        return [record for log in self.kafka.logs[PLANS] for record in log]

    def close(self) -> None:
        for successor in self.successors:
            successor.close()
        self.jobs.close()
        self.status.close()
        self.database.close()


@cache
def _new_database() -> bytes:
    """A database as the migrations make it; they run once, the tests get copies."""
    with TemporaryDirectory() as folder:
        open_database(f"sqlite:///{folder}/rumbo.db").close()
        return Path(folder, "rumbo.db").read_bytes()


def trip_body(vehicle_id: str, **more: Any) -> dict[str, Any]:
    return {"vehicle_id": vehicle_id, "waypoints": [A, B], **more}
