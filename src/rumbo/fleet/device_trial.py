"""Tries a device on a trip: what it would send, and how far that is from the truth; it follows from the plan alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import cos, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.device import DeviceSpec
from rumbo.domain.plan import Amendment, AmendmentKind, Plan
from rumbo.domain.route import Control, ControlKind, Dwell, Polyline, RoadClass, Route, Span, Waypoint
from rumbo.domain.vehicle import CLASS_SPECS, Driver, VehicleClass
from rumbo.errors import InvalidInput
from rumbo.fleet.chain import Driven, make_plan
from rumbo.fleet.conditions import Travel
from rumbo.fleet.database import Database
from rumbo.fleet.device_profiles import find_device
from rumbo.fleet.orders import RouteOrder
from rumbo.fleet.planner import Planner
from rumbo.fleet.trips import Trips
from rumbo.fleet.world import WorldView
from rumbo.motion import Fleet, compile_plan
from rumbo.motion.arrays import M_PER_DEG, Floats, Ints
from rumbo.motion.emit import Columns
from rumbo.motion.wire import position_payloads

LONGEST_MS = 1_800_000
"""Of a longer trip only so much is looked at: enough to see what a device does, soon enough to play with it."""
FOREVER_MS = 1 << 50
MOST_POINTS = 2_000
DEFAULT_SEED = 1


@dataclass(frozen=True, slots=True)
class Sample:
    """The trip to try a device on: an existing one, a route through waypoints, or neither: a built-in one."""

    trip_id: str | None = None
    waypoints: tuple[Waypoint, ...] = ()
    vehicle_class: VehicleClass = VehicleClass.CAR


@dataclass(frozen=True, slots=True)
class Trial:
    """What the device sends on the plan, one row a record in the order of sending."""

    plan: Plan
    cut: bool
    sent: Columns
    dropped: Columns
    true_lat: Floats
    true_lon: Floats
    track: list[tuple[float, float]]
    """(lon, lat) of where the vehicle truly drove."""

    @property
    def delay_ms(self) -> Ints:
        return np.asarray(self.sent["emit_ms"] - self.sent["true_ms"])

    @property
    def error_m(self) -> Floats:
        """From the truth to what was reported, on a plane."""
        north = (self.sent["lat"] - self.true_lat) * M_PER_DEG
        east = (self.sent["lon"] - self.true_lon + 180.0) % 360.0 - 180.0
        return np.hypot(north, east * M_PER_DEG * np.cos(np.radians(self.true_lat)))

    def payloads(self, rows: Ints) -> list[bytes]:
        """The bytes of some of the records, spoilt ones as they are spoilt."""
        return list(position_payloads({name: column[rows] for name, column in self.sent.items()}))


class DeviceTrials:
    """The verb over one database. Thread-safe; changes nothing."""

    def __init__(self, database: Database, planner: Planner, trips: Trips, world: WorldView) -> None:
        self._database = database
        self._planner = planner
        self._trips = trips
        self._world = world

    def named(self, name: str) -> DeviceSpec:
        """Raises InvalidInput where there is no such profile."""
        with self._database.read() as connection:
            return find_device(connection, name)

    def run(self, device: DeviceSpec, sample: Sample, seed: int | None, center: tuple[float, float]) -> Trial:
        """Try the device; the built-in trip lies at `center` (latitude, longitude).

        Raises NotFound for an unknown trip, and what routing raises.
        """
        if sample.trip_id is not None:
            if sample.waypoints:
                raise InvalidInput("Give either a trip or waypoints.", field="sample/waypoints")
            with self._database.read() as connection:
                plan = self._trips.plan(connection, self._trips.find(connection, sample.trip_id))
            return tried(device, plan if seed is None else replace(plan, seed=seed))
        spec, now_ms = CLASS_SPECS[sample.vehicle_class], self._world.now_ms()
        seed = DEFAULT_SEED if seed is None else seed
        if sample.waypoints:
            order = RouteOrder(sample.vehicle_class, sample.waypoints)
            route = self._planner.chosen(order, Travel(now_ms, spec, seed))
        else:
            route = sample_route(*center)
        who = Driven("veh_sample", sample.vehicle_class, spec, Driver.NORMAL)
        return tried(device, make_plan("trp_sample", who, seed, device, now_ms, route))


def tried(device: DeviceSpec, plan: Plan) -> Trial:
    """A pure function of both."""
    plan, cut = _short(replace(plan, device=device))
    fleet = Fleet.of([plan])
    emission = fleet.emit(-1, FOREVER_MS)
    sent = emission.positions
    truth = fleet.states(sent["trip_index"], sent["true_ms"])
    end_ms = max(compile_plan(plan).end_ms or plan.start_ms, plan.start_ms)
    count = min(MOST_POINTS, (end_ms - plan.start_ms) // 1_000 + 2)
    times = np.linspace(plan.start_ms, end_ms, count).astype(np.int64)
    states = fleet.states(np.zeros(count, dtype=np.int64), times)
    track = list(zip(states.lon.round(7).tolist(), states.lat.round(7).tolist(), strict=True))
    return Trial(plan, cut, sent, emission.dropped, truth.lat, truth.lon, track)


def _short(plan: Plan) -> tuple[Plan, bool]:
    """The plan, ended after LONGEST_MS where it would go on: all that is sent before stays the same."""
    limit_ms = plan.start_ms + LONGEST_MS
    end_ms = compile_plan(plan).end_ms
    if end_ms is not None and end_ms <= limit_ms:
        return plan, False
    kept = tuple(a for a in plan.amendments if a.at_ms < limit_ms)
    return replace(plan, amendments=(*kept, Amendment(AmendmentKind.CANCEL, limit_ms))), True


def sample_route(lat: float, lon: float) -> Route:
    """A little over 2 km with all that a device may meet: open road, a stop, a signal, a street canyon, a tunnel."""
    line = Polyline()
    east = 1.0 / max(cos(radians(lat)), 0.01)
    for north_m, east_m in (
        (0, 0),
        (700, 0),
        (700, 500),
        (1_000, 500),
        (1_000, 900),
        (600, 900),
        (600, 1_200),
    ):
        line.add(round(lat + north_m / M_PER_DEG, 6), round(lon + east_m * east / M_PER_DEG, 6))
    at = line.distance_m
    roads = (
        (at[0], RoadClass.PRIMARY, "Open road", False, 1.0),
        (at[1], RoadClass.TERTIARY, "Street canyon", False, 0.25),
        (at[3], RoadClass.PRIMARY, "Tunnel", True, 0.0),
        (at[4], RoadClass.TERTIARY, "Side street", False, 0.8),
    )
    return Route(
        lat=tuple(line.lat),
        lon=tuple(line.lon),
        distance_m=tuple(at),
        spans=tuple(
            Span(begin, 13.9, 13.9, None, name, road, tunnel=tunnel, sky_view=sky)
            for begin, road, name, tunnel, sky in roads
        ),
        controls=(Control(at[2], ControlKind.SIGNAL),),
        dwells=(Dwell(round((at[4] + at[5]) / 2, 3), 30.0),),
        provider="sample",
    )


def ranked(values: NDArray[Any], shares: tuple[float, ...]) -> list[float | None]:
    """Percentiles by nearest rank; None of nothing."""
    if not len(values):
        return [None] * len(shares)
    order = np.sort(values)
    return [float(order[max(int(np.ceil(share * len(order))) - 1, 0)]) for share in shares]
