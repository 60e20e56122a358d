"""What routes meet on the road beside the map: traffic, closures and slow zones at the time of passing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from rumbo.domain.closure import Closure, ClosureKind
from rumbo.domain.route import Ring, Route
from rumbo.domain.traffic import TrafficModel
from rumbo.domain.vehicle import CLASS_SPECS, Driver, VehicleClass, VehicleSpec
from rumbo.errors import NoRoute
from rumbo.fleet.closures import closures_between
from rumbo.fleet.crossing import Stretch, area, crossings
from rumbo.fleet.database import Database
from rumbo.fleet.traffic import with_traffic
from rumbo.motion import solve
from rumbo.motion.rerouting import Zone, slowed

MAX_ROUNDS = 6
"""So often a route is asked for anew, past what the one before ran into."""


@dataclass(frozen=True, slots=True)
class Travel:
    """Who drives, when, and whether traffic counts."""

    start_ms: int
    spec: VehicleSpec = CLASS_SPECS[VehicleClass.CAR]
    seed: int = 0
    driver: Driver = Driver.NORMAL
    traffic: bool = True


class Conditions:
    """Applied once, when a trip is planned: what comes of it stands in the plan. Thread-safe."""

    def __init__(self, database: Database, zone: ZoneInfo, model: TrafficModel | None = None) -> None:
        self._database = database
        self._zone = zone
        self._model = model or TrafficModel()

    def routes(
        self, find: Callable[[tuple[Ring, ...]], list[Route]], travel: Travel, *, can_avoid: bool
    ) -> list[Route]:
        """Routes past all that is closed when they would be there, with the speeds of traffic and slow zones.

        `find` gives routes that keep out of some areas. Raises what it raises; NoRoute where a route meets what is
        closed and cannot avoid it.
        """
        with self._database.read() as connection:
            closures = closures_between(connection, travel.start_ms, None)
        avoided: list[Closure] = []
        for _ in range(MAX_ROUNDS):
            routes = [self.travelled(route, travel) for route in find(tuple(c.ring for c in avoided))]
            met = {c.id: c for route in routes for c, _ in _met(route, travel, closures) if _is_closed(c)}
            new = [closure for key, closure in met.items() if all(key != other.id for other in avoided)]
            if not new:
                return [_slowed(route, travel, closures) for route in routes]
            if not can_avoid:
                raise NoRoute(
                    f"The route crosses what is closed ({', '.join(met)}).",
                    hint="Its routing provider, or a given line, cannot avoid an area: use valhalla with waypoints.",
                    field="waypoints",
                )
            avoided += new
        raise NoRoute("Every way leads through something closed.", hint="Start later.", field="waypoints")

    def travelled(self, route: Route, travel: Travel) -> Route:
        """The route with the speeds of traffic."""
        if not travel.traffic:
            return route
        return with_traffic(
            route, travel.spec, travel.seed, travel.driver, travel.start_ms, self._zone, self._model
        )

    def closed_between(self, from_ms: int, until_ms: int | None) -> list[Closure]:
        """What is closed at any time of [from, until]; None: for ever."""
        with self._database.read() as connection:
            return [c for c in closures_between(connection, from_ms, until_ms) if _is_closed(c)]

    def slowed(self, route: Route, travel: Travel) -> Route:
        """The route with the speeds of the slow zones that it meets in time."""
        with self._database.read() as connection:
            closures = closures_between(connection, travel.start_ms, None)
        return _slowed(route, travel, closures)


def _is_closed(closure: Closure) -> bool:
    return closure.kind is ClosureKind.CLOSED


def _slowed(route: Route, travel: Travel, closures: Sequence[Closure]) -> Route:
    zones = [
        Zone(begin, end, closure.speed_factor)
        for closure, (begin, end) in _met(route, travel, closures)
        if closure.speed_factor is not None
    ]
    return slowed(route, 0.0, zones) if zones else route


def _met(route: Route, travel: Travel, closures: Sequence[Closure]) -> list[tuple[Closure, Stretch]]:
    """Closures that hold when the route passes them, with the stretches."""
    crossed = [(closure, stretch) for closure in closures for stretch in crossings(route, area(closure.ring))]
    if not crossed:
        return []
    profile = solve(route, travel.spec, travel.seed, driver=travel.driver, start_ms=travel.start_ms)
    s_m, t_s = (*profile.s_m, route.length_m), (*profile.t_s, profile.duration_s)
    found = []
    for closure, stretch in crossed:
        enters_s, leaves_s = np.interp(stretch, s_m, t_s).tolist()
        if closure.holds_in(
            travel.start_ms + round(enters_s * 1000), travel.start_ms + round(leaves_s * 1000)
        ):
            found.append((closure, stretch))
    return found
