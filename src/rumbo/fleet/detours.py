"""What a closure or slow zone means for one trip: whether it crosses in time, and its route from then on."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, radians

from rumbo.domain.closure import Closure, ClosureKind
from rumbo.domain.plan import Plan
from rumbo.domain.route import Route, RouteRequest, Waypoint, haversine_m
from rumbo.domain.trip import TripState
from rumbo.errors import NoRoute
from rumbo.fleet.crossing import Stretch, area, crossings, passed_ms
from rumbo.motion import Motion, compile_plan, snapshot
from rumbo.motion.rerouting import Zone, foresight_m, rejoined, slowed

CLEAR_M = 5.0
"""A vehicle that parts from its route keeps so far from what is closed."""
type Router = Callable[[RouteRequest, int], Route]
"""The best route for a request that starts at a world time. Raises NoRoute where there is none."""


class TooLate(NoRoute):
    """The trip is so near that no decision could take effect before it is there."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A trip at a moment: where it is in which motion, and from where on that may still change."""

    plan: Plan
    motion: Motion
    now_ms: int
    state: TripState
    at_m: float
    free_m: float
    """Beyond this place a decision that takes effect `lead_ms` from now is in time."""

    @classmethod
    def of(cls, plan: Plan, now_ms: int, lead_ms: int) -> Standing:
        now, motion = snapshot(plan, now_ms), compile_plan(plan)
        if now.state is TripState.SCHEDULED and now_ms + lead_ms <= plan.start_ms:
            return cls(plan, motion, now_ms, now.state, 0.0, 0.0)
        then = snapshot(plan, now_ms + lead_ms)
        fastest = max(then.speed_mps, now.speed_mps, _fastest_ahead(plan, motion.route, then.distance_m))
        free_m = then.distance_m + foresight_m(plan.spec.limits, fastest)
        return cls(plan, motion, now_ms, now.state, now.distance_m, free_m)

    @property
    def route(self) -> Route:
        return self.motion.route

    def passes_ms(self, at_m: float) -> int | None:
        """World time at which the trip comes to a place; None where that is not decided."""
        return passed_ms(self.motion, self.plan.start_ms, at_m)


def _fastest_ahead(plan: Plan, route: Route, at_m: float) -> float:
    """The free-flow speed of the roads within reach of a place, at most what the vehicle does."""
    near = [
        span.speed_mps
        for span, end_m in zip(
            route.spans, [s.start_m for s in route.spans[1:]] + [route.length_m], strict=True
        )
        if end_m > at_m and span.start_m < at_m + 500.0
    ]
    return min(max(near, default=0.0), plan.spec.limits.max_speed_mps)


def crossed(standing: Standing, closure: Closure) -> list[Stretch]:
    """The stretches ahead on which the trip meets the closure while that holds.

    Where the trip is already inside counts no more. Of a paused trip nobody knows when it passes: it counts.
    """
    found = []
    for begin_m, end_m in crossings(standing.route, area(closure.ring)):
        if begin_m <= standing.at_m and standing.at_m > 0.0:
            continue
        enters, leaves = standing.passes_ms(begin_m), standing.passes_ms(end_m)
        if closure.holds_in(closure.from_ms if enters is None else enters, leaves):
            found.append((begin_m, end_m))
    return found


def changed_route(
    standing: Standing,
    closure: Closure,
    stretches: Sequence[Stretch],
    closed: Sequence[Closure],
    waypoints: Sequence[Waypoint],
    find: Router,
) -> Route:
    """The route that the trip shall take because of a closure that it meets on `stretches`.

    `closed` are all areas closed meanwhile, this one included. Raises NoRoute where there is no other way, TooLate
    where the trip is too near.
    """
    if closure.kind is ClosureKind.SLOW:
        factor = closure.speed_factor or 1.0
        ahead = [Zone(begin, end, factor) for begin, end in stretches if end > standing.free_m]
        if not ahead:
            raise TooLate("It is in the slow zone, or nearly there.")
        return slowed(standing.route, standing.free_m, ahead)
    if standing.free_m == 0.0:
        return find(_request(standing.plan, tuple(waypoints), closed), standing.plan.start_ms)
    route, first_m = standing.route, stretches[0][0]
    cut = bisect_left(route.distance_m, standing.free_m)
    if cut + 1 >= len(route.lat) or route.distance_m[cut] > first_m - CLEAR_M:
        raise TooLate("It is nearly there.")
    part_m = route.distance_m[cut]
    here = Waypoint(route.lat[cut], route.lon[cut])
    goals = (here, *_left(route, part_m, waypoints))
    parts_ms = standing.passes_ms(part_m) or standing.now_ms
    return rejoined(
        route, part_m, find(_request(standing.plan, goals, closed, _heading(route, cut)), parts_ms)
    )


def _request(
    plan: Plan, waypoints: tuple[Waypoint, ...], closed: Sequence[Closure], heading_deg: float | None = None
) -> RouteRequest:
    rings = tuple(closure.ring for closure in closed)
    return RouteRequest(waypoints, plan.vehicle_class, avoid=rings, heading_deg=heading_deg)


def _left(route: Route, part_m: float, waypoints: Sequence[Waypoint]) -> list[Waypoint]:
    """The waypoints that the trip has not passed at `part_m`; the last is always among them."""
    left, at = [], 0
    for waypoint in waypoints[1:-1]:
        near = [haversine_m(waypoint.lat, waypoint.lon, *point) for point in _points(route)[at:]]
        at += near.index(min(near))
        if route.distance_m[at] > part_m:
            left.append(waypoint)
    return [*left, waypoints[-1]]


def _points(route: Route) -> list[tuple[float, float]]:
    return list(zip(route.lat, route.lon, strict=True))


def _heading(route: Route, vertex: int) -> float:
    """Course, degrees clockwise from north, on which the vehicle comes to a vertex."""
    before = max(vertex - 1, 0)
    north = route.lat[before + 1] - route.lat[before]
    east = (route.lon[before + 1] - route.lon[before]) * cos(radians(route.lat[before]))
    return degrees(atan2(east, north)) % 360.0
