"""Junctions as the route shows them: where one way ends and another begins, off motorways and out of tunnels.

At some the vehicle must yield: it enters a roundabout, or turns into a road that is no smaller. Others have a light
that the map does not know. Which ones is decided by the place alone, so that every vehicle finds the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from rumbo.domain.route import RoadClass, Route, Span
from rumbo.motion.chance import exponential
from rumbo.motion.noise import two_chances

LIGHT_SHARE: Mapping[RoadClass, float] = MappingProxyType(
    {RoadClass.PRIMARY: 0.35, RoadClass.SECONDARY: 0.35, RoadClass.TERTIARY: 0.2}
)
"""Of way ends on such a road that no control of the map is near, how many have a light that the map does not know."""
FLOW_PER_H: Mapping[RoadClass, tuple[float, float]] = MappingProxyType(
    {
        RoadClass.PRIMARY: (400.0, 600.0),
        RoadClass.SECONDARY: (180.0, 600.0),
        RoadClass.TERTIARY: (66.0, 380.0),
    }
)
"""Vehicles an hour that have the right of way on a road, between places: 6 % of the daily traffic of FHWA's
functional classes (2013, urban: arterials 3,000 to 27,000, collectors 1,100 to 6,300), at most MUTCD's warrant for a
light, 600."""
MINOR_FLOW_PER_H = (20.0, 90.0)
"""The same on all other roads: up to the 1,500 a day of a busy local street."""
JOIN_GAP_S, ROUND_GAP_S = 6.6, 4.6
"""Critical gaps of turns into a road (between 6.2 to the near and 7.1 to the far side) and of roundabouts (4.1 to 4.6,
and their longer ones on two lanes): Highway Capacity Manual 2000, chapter 17."""
ROLLING_S, MOST_S = 3.0, 45.0
"""A gap that comes so soon is taken rolling; and nobody is kept waiting for longer than the other."""
TURN_CHORD_M = 15.0
SIGNED_M = 40.0
"""So near a sign or a light of the map the junction is as the map says."""

_LIGHT, _FLOW, _GAP = 0x61, 0x62, 0x63
_COS2_TURN = 0.5868
"""cos² 40°: less is no turn."""
_FREE = (RoadClass.MOTORWAY, RoadClass.TRUNK, RoadClass.SERVICE, RoadClass.UNKNOWN)
_RANK = {road: 0 if road in _FREE else rank for rank, road in enumerate(reversed(RoadClass))}
"""Greater roads have greater ranks; 0 where nobody has to stand at junctions."""


@dataclass(frozen=True, slots=True)
class Junction:
    """At `at_m` of a route; `key` is its place. Without a `gap_s` it has a light, else one must yield."""

    at_m: float
    key: int
    road: RoadClass
    gap_s: float | None = None


def junctions(route: Route, signed_m: Sequence[float]) -> list[Junction]:
    """Those at which vehicles may have to stand, in order; `signed_m` are the places that the map controls."""
    found: list[Junction] = []
    before = route.spans[0]
    for span in route.spans[1:]:
        joins = span.name != before.name or span.way_id != before.way_id
        if joins and not (before.roundabout or before.tunnel or span.tunnel):
            rank, joined = _RANK[before.road_class], _RANK[span.road_class]
            if rank and joined:
                junction = _junction(route, before, span, joined >= rank)
                if junction is not None and _is_free(signed_m, span.start_m):
                    found.append(junction)
        before = span
    return found


def _is_free(signed_m: Sequence[float], at_m: float) -> bool:
    i = bisect_left(signed_m, at_m - SIGNED_M)
    return i == len(signed_m) or signed_m[i] > at_m + SIGNED_M


def _junction(route: Route, before: Span, span: Span, upwards: bool) -> Junction | None:
    """At the beginning of `span`, which is no smaller a road than `before` where it goes `upwards`."""
    at_m = span.start_m
    vertex = min(bisect_left(route.distance_m, at_m - 1e-6), len(route.lat) - 1)
    if span.roundabout:
        return Junction(at_m, place_key(route, vertex), span.road_class, ROUND_GAP_S)
    road = span.road_class if upwards else before.road_class
    share = LIGHT_SHARE.get(road, 0.0)
    if share > 0.0:
        key = place_key(route, vertex)
        if two_chances(key, _LIGHT)[0] < share:
            return Junction(at_m, key, road)
    other = span.name != before.name or span.road_class != before.road_class
    if other and upwards and _turns(route, vertex):
        return Junction(at_m, place_key(route, vertex), road, JOIN_GAP_S)
    return None


def place_key(route: Route, vertex: int) -> int:
    """What every route that passes a vertex knows it by: its place to 1e-5 degrees (1 m), below 0."""
    lat5, lon5 = round(route.lat[vertex] * 1e5), round(route.lon[vertex] * 1e5)
    return -((lat5 + 9_000_000) * 40_000_000 + lon5 + 18_000_000) - 1


def approach(route: Route, vertex: int) -> tuple[float, float]:
    """Degrees of latitude to the north and to the east from some 15 m before a vertex to it."""
    first = max(bisect_right(route.distance_m, route.distance_m[vertex] - TURN_CHORD_M) - 1, 0)
    return _step(route, first, vertex)


def _turns(route: Route, vertex: int) -> bool:
    last = bisect_left(route.distance_m, route.distance_m[vertex] + TURN_CHORD_M)
    (y0, x0), (y1, x1) = approach(route, vertex), _step(route, vertex, min(last, len(route.lat) - 1))
    along = y0 * y1 + x0 * x1
    return along <= 0.0 or along * along < _COS2_TURN * (y0 * y0 + x0 * x0) * (y1 * y1 + x1 * x1)


def _step(route: Route, first: int, last: int) -> tuple[float, float]:
    lat = route.lat[last]
    rad2 = lat * lat * 3.046174197867086e-4
    cosine = 1.0 - rad2 * (
        0.5 - rad2 * (0.041666666666666664 - rad2 * (0.001388888888888889 - rad2 * 2.48e-5))
    )
    return lat - route.lat[first], (route.lon[last] - route.lon[first]) * cosine


@dataclass(frozen=True, slots=True)
class Yielding:
    """How many must wait for a gap in a stream of vehicles, and for how long on average."""

    share: float
    mean_s: float

    @staticmethod
    @lru_cache(maxsize=100_000)
    def of(key: int, road: RoadClass, gap_s: float) -> Yielding:
        """At a place, decided by nothing else.

        Vehicles with the right of way come at random, q a second. A gap of length t does not come at once in 1 - e^-qt
        of cases, and the mean delay is (e^qt - qt - 1)/q (Adams 1936; Highway Capacity Manual).
        """
        least, most = FLOW_PER_H.get(road, MINOR_FLOW_PER_H)
        flow = (least + (most - least) * two_chances(key, _FLOW)[0]) * (1.0 / 3600.0)
        grown = exp(flow * gap_s)
        share = 1.0 - 1.0 / grown
        return Yielding(share, (grown - flow * gap_s - 1.0) / (flow * share))

    def wait_s(self, seed: int, key: int, number: int) -> float:
        """Of one passage; 0 where it finds its gap in time."""
        chance, u = two_chances(seed, _GAP, key, number)
        if chance >= self.share:
            return 0.0
        wait_s = self.mean_s * exponential(u)
        return round(min(wait_s, MOST_S), 3) if wait_s >= ROLLING_S else 0.0


def exp(x: float) -> float:
    """e^x for x from 0 to 2, the same bits on every machine, within 1e-9."""
    value = 1.0
    for n in range(18, 0, -1):
        value = 1.0 + value * x / n
    return value
