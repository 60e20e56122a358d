"""What the app is made of; composed by the entry point, or by a test."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import Request

from rumbo.api.alerts import Alerts
from rumbo.api.dashboards import Dashboards
from rumbo.api.jobs import Jobs
from rumbo.api.lake import LakeTables
from rumbo.api.lake_days import LakeDays
from rumbo.api.live import LiveHub
from rumbo.api.rejected import RejectedRecords
from rumbo.api.scenarios import Scenarios
from rumbo.api.status import Status
from rumbo.api.topics import Topics
from rumbo.api.trip_records import TripRecords
from rumbo.fleet.answers import Answers
from rumbo.fleet.clock import ClockVerbs
from rumbo.fleet.closure_service import ClosureService
from rumbo.fleet.device_profiles import DeviceProfiles
from rumbo.fleet.device_trial import DeviceTrials
from rumbo.fleet.geofence_service import GeofenceService
from rumbo.fleet.history import History
from rumbo.fleet.outbox import OutboxRelay
from rumbo.fleet.service import FleetService
from rumbo.fleet.vehicle_service import VehicleService
from rumbo.fleet.world import WorldView
from rumbo.regions import Place, Region

PlaceSearch = Callable[[str, int], list[Place]]
"""(text, limit) -> places, best first."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything the routers use. `regions` holds the current region first; `web_dist` may not exist."""

    fleet: FleetService
    vehicles: VehicleService
    devices: DeviceProfiles
    trials: DeviceTrials
    world: WorldView
    clock: ClockVerbs
    closures: ClosureService
    geofences: GeofenceService
    history: History
    alerts: Alerts
    lake: LakeTables
    records: TripRecords
    dashboards: Dashboards
    days: LakeDays
    rejected: RejectedRecords
    topics: Topics
    jobs: Jobs
    scenarios: Scenarios
    answers: Answers
    outbox: OutboxRelay
    status: Status
    live: LiveHub
    search: PlaceSearch
    regions: list[Region] = field(default_factory=list)
    web_dist: Path = Path("web/dist")
    host: str = "127.0.0.1"
    host_names: frozenset[str] = frozenset()
    """Names that it answers to besides this machine's; none: any where `host` opens it to others."""


def services_of(request: Request) -> Services:
    """The app's services, for the routers."""
    found: Services = request.app.state.services
    return found
