"""From what a router says about each leg to a `Route`: one way for all providers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from math import isfinite
from operator import attrgetter
from types import MappingProxyType

from rumbo.domain.route import (
    Control,
    ControlKind,
    Dwell,
    Polyline,
    Route,
    RouteRequest,
    Span,
    Waypoint,
    haversine_m,
)
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, NoRoute
from rumbo.routing.checks import check_snapped
from rumbo.routing.port import ControlIndex, OpenSky, SkyIndex
from rumbo.routing.sky import with_sky

SLOWEST_MPS = 2.0
"""Floor of free-flow speeds: maps hold 1 and 2 km/h for alleys, at which a car would never arrive."""

SIGNAL_GROUP_M = 25.0
"""Signals nearer than this to the one before belong to the same crossing: one stop, at the first."""

END_CLEARANCE_M = 1.0
"""Nothing stands nearer than this to a route's ends: a trip does not halt where it starts or arrives."""

MEET_M = 1.0
"""Farthest one leg's end and the next one's start may lie apart: what rounding explains, not a jump."""

OPEN_SKY = OpenSky()

CRUISE_MPS: Mapping[VehicleClass, float] = MappingProxyType(
    {
        VehicleClass.CAR: 50 / 3.6,
        VehicleClass.VAN: 50 / 3.6,
        VehicleClass.TRUCK: 45 / 3.6,
        VehicleClass.BUS: 40 / 3.6,
        VehicleClass.MOTORCYCLE: 50 / 3.6,
        VehicleClass.BICYCLE: 18 / 3.6,
    }
)
"""Speed in m/s where no map says how fast a road is: the usual urban limit, a loaded heavy vehicle's and
a calm cyclist's pace."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a leg from vertex `first` on. `span.start_m` is not read: distance is ours to measure."""

    first: int
    span: Span


@dataclass(frozen=True, slots=True)
class Leg:
    """One waypoint to the next: vertices in degrees, pieces in order."""

    lat: Sequence[float]
    lon: Sequence[float]
    pieces: Sequence[Piece]


@dataclass(slots=True)
class _Draft:
    line: Polyline = field(default_factory=Polyline)
    spans: list[Span] = field(default_factory=list)
    dwells: list[Dwell] = field(default_factory=list)


def assemble(
    legs: Sequence[Leg],
    request: RouteRequest,
    controls: ControlIndex,
    provider: str,
    sky: SkyIndex = OPEN_SKY,
) -> Route:
    """The route along `legs`, one for each pair of neighbouring waypoints.

    Raises NotOnRoad where a leg starts or ends too far from its waypoint, NoRoute where legs do not meet or
    have no length together, InvalidInput where a dwell falls on the route's start or end.
    """
    _check_ends(legs, request.waypoints)
    draft = _Draft()
    for leg, goal in zip(legs, request.waypoints[1:], strict=True):
        _add_leg(draft, leg)
        if goal.dwell_s > 0 and goal is not request.waypoints[-1]:
            _add_dwell(draft.dwells, draft.line.distance_m[-1], goal.dwell_s)
    line = draft.line
    if len(line.lat) < 2:
        raise NoRoute(
            "The waypoints meet the road network at the same place, so there is nothing to drive.",
            hint="Move them apart.",
            field="waypoints/1",
        )
    _check_dwells(draft.dwells, line.distance_m[-1])
    spans = [span for span in draft.spans if span.start_m < line.distance_m[-1]]
    return Route(
        lat=tuple(line.lat),
        lon=tuple(line.lon),
        distance_m=tuple(line.distance_m),
        spans=tuple(with_sky(spans, line, sky)),
        controls=_controls(draft, controls),
        dwells=tuple(draft.dwells),
        provider=provider,
    )


def road_speed_mps(speed_mps: float, limit_mps: float | None) -> float:
    """A map's speed made drivable: at least SLOWEST_MPS, at most the limit, rounded to mm/s."""
    drivable = max(speed_mps, SLOWEST_MPS) if isfinite(speed_mps) else SLOWEST_MPS
    return round(drivable if limit_mps is None else min(drivable, limit_mps), 3)


def gap_m(leg: Leg, following: Leg) -> float:
    """How far from the end of `leg` the `following` one starts, in m."""
    return haversine_m(leg.lat[-1], leg.lon[-1], following.lat[0], following.lon[0])


def _check_ends(legs: Sequence[Leg], waypoints: Sequence[Waypoint]) -> None:
    for index, (leg, following) in enumerate(pairwise(legs), start=1):
        if gap_m(leg, following) > MEET_M:
            raise NoRoute(
                f"Waypoint {index + 1} is at a road that can be reached but not left, or left but not reached.",
                hint="Move it to another road.",
                field=f"waypoints/{index}",
            )
    check_snapped(0, waypoints[0], legs[0].lat[0], legs[0].lon[0])
    for index, leg in enumerate(legs, start=1):
        check_snapped(index, waypoints[index], leg.lat[-1], leg.lon[-1])


def _add_leg(draft: _Draft, leg: Leg) -> None:
    at = [draft.line.add(lat, lon) for lat, lon in zip(leg.lat, leg.lon, strict=True)]
    distance_m = draft.line.distance_m
    for piece in leg.pieces:
        start_m = distance_m[at[piece.first]]
        if draft.spans and draft.spans[-1].start_m >= start_m:
            draft.spans.pop()  # the piece before had no length
        if not (draft.spans and _same_road(draft.spans[-1], piece.span)):
            draft.spans.append(replace(piece.span, start_m=start_m))


def _add_dwell(dwells: list[Dwell], at_m: float, dwell_s: float) -> None:
    if dwells and dwells[-1].at_m == at_m:
        dwell_s += dwells.pop().dwell_s
    dwells.append(Dwell(at_m, dwell_s))


def _check_dwells(dwells: Sequence[Dwell], length_m: float) -> None:
    for dwell in dwells:
        if not END_CLEARANCE_M <= dwell.at_m <= length_m - END_CLEARANCE_M:
            raise InvalidInput(
                "A waypoint with a dwell meets the road where the route starts or ends.",
                hint="Move it, or start the trip later instead.",
                field="waypoints",
            )


def _same_road(a: Span, b: Span) -> bool:
    return _ATTRIBUTES(a) == _ATTRIBUTES(b)


_ATTRIBUTES = attrgetter(*(f.name for f in fields(Span) if f.name != "start_m"))


def _controls(draft: _Draft, index: ControlIndex) -> tuple[Control, ...]:
    """What stands along the route, in order."""
    line = draft.line
    found = index.controls_at([round(v * 1e6) for v in line.lat], [round(v * 1e6) for v in line.lon])
    controls: list[Control] = []
    last_signal_m = -SIGNAL_GROUP_M
    for vertex in sorted(found):
        (kind, node_id), at_m = found[vertex], line.distance_m[vertex]
        if not END_CLEARANCE_M <= at_m <= line.distance_m[-1] - END_CLEARANCE_M:
            continue
        if kind is ControlKind.SIGNAL:
            if at_m - last_signal_m < SIGNAL_GROUP_M:
                continue
            last_signal_m = at_m
        controls.append(Control(at_m, kind, node_id))
    return tuple(controls)
