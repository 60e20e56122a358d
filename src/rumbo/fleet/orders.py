"""What the verbs take and give."""

from __future__ import annotations

from dataclasses import dataclass

from rumbo.domain.plan import Plan, Profile
from rumbo.domain.route import Route, Waypoint
from rumbo.domain.trip import TripState
from rumbo.domain.vehicle import VehicleClass
from rumbo.fleet.trips import TripRow
from rumbo.motion import TripSnapshot


@dataclass(frozen=True, slots=True)
class RouteOrder:
    """Where to go: by `waypoints`, or exactly along `geometry` ((lat, lon) in degrees)."""

    vehicle_class: VehicleClass = VehicleClass.CAR
    waypoints: tuple[Waypoint, ...] = ()
    geometry: tuple[tuple[float, float], ...] = ()
    alternatives: int = 0
    provider: str | None = None


@dataclass(frozen=True, slots=True)
class TripOrder:
    """A trip to plan. `start_ms` is world time, None for now; `alternative` counts from the best route, 0."""

    vehicle_id: str
    waypoints: tuple[Waypoint, ...] = ()
    geometry: tuple[tuple[float, float], ...] = ()
    start_ms: int | None = None
    device_profile: str = "standard"
    seed: int | None = None
    alternative: int = 0
    provider: str | None = None
    traffic: bool = True
    """Whether roads are slower at busy hours."""


@dataclass(frozen=True, slots=True)
class RoutePreview:
    route: Route
    profile: Profile


@dataclass(frozen=True, slots=True)
class TripView:
    """A trip as it stands at `now_ms`. Lists carry a plan and snapshot only for trips that are under way."""

    row: TripRow
    state: TripState
    progress: float
    eta_ms: int | None
    ended_ms: int | None
    plan: Plan | None = None
    snapshot: TripSnapshot | None = None
