"""What the verbs take and give."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields

import orjson

from rumbo.domain.device import DeviceSpec
from rumbo.domain.plan import Plan, Profile
from rumbo.domain.route import Route, Waypoint
from rumbo.domain.trip import TripState
from rumbo.domain.vehicle import Driver, VehicleClass
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
    """A trip to plan. `start_ms` is world time, None for now; `alternative` counts from the best route, 0.

    Its device is `device`, or the profile named; of neither, and without a `driver`, the vehicle's own hold.
    """

    vehicle_id: str
    waypoints: tuple[Waypoint, ...] = ()
    geometry: tuple[tuple[float, float], ...] = ()
    start_ms: int | None = None
    device_profile: str | None = None
    seed: int | None = None
    alternative: int = 0
    provider: str | None = None
    traffic: bool = True
    """Whether roads are slower at busy hours."""
    trip_id: str | None = None
    """Of one's own: the same order again is then known by it."""
    device: DeviceSpec | None = None
    driver: Driver | None = None

    @property
    def digest(self) -> str:
        """Of all that was ordered: equal for the same order, whatever fields orders get one day."""
        said = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "trip_id"}
        given = {f.name: said[f.name] for f in fields(self) if f.name in said and said[f.name] != f.default}
        return hashlib.sha256(orjson.dumps(given)).hexdigest()


@dataclass(frozen=True, slots=True)
class Booked:
    """An order that is planned. `known`: by an earlier request, or one before it in the same."""

    trip_id: str
    known: bool


@dataclass(frozen=True, slots=True)
class RoutePreview:
    route: Route
    profile: Profile


@dataclass(frozen=True, slots=True)
class VisitingOrder:
    """Places of the stops in the order that is quickest, and seconds of driving so and as they were given."""

    order: list[int]
    duration_s: float
    given_duration_s: float


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
