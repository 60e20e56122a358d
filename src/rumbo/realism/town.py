"""A made-up town of the kind in which the real drives were driven: the square grid of the American Midwest.

Blocks of an eighth of a mile (the public land survey's mile cut in halves); every second street collects, every
fourth is a main street, every eighth a highway. Limits are those usual there: 25, 30, 35 and 40 mph. Signals stand
where main streets cross; who comes out of a lesser street stops at a sign, and so does everybody at some crossings
of two equal small streets. The density of signals and signs was chosen on the half of the real drives that may be
fitted to.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians

from rumbo.domain.route import Control, ControlKind, Polyline, RoadClass, Route, Span
from rumbo.motion.arrays import M_PER_DEG
from rumbo.scenarios.dice import Dice

MILE_M = 1609.344
BLOCK_M = MILE_M / 8
STREETS = 33
"""In each direction: four miles by four."""
CORNER = (41.85, -87.75)
ZONE = "America/Chicago"
CLASSES = (RoadClass.RESIDENTIAL, RoadClass.TERTIARY, RoadClass.SECONDARY, RoadClass.PRIMARY)
LIMITS_MPH = (25, 30, 35, 40)
MPH = 0.44704
VERTEX_M = BLOCK_M / 4
MAIN = 2
"""The rank from which streets cross at signals."""
ALL_STOP = 0.25
"""Share of the crossings of two equal small streets at which everybody stops."""

type Crossing = tuple[int, int]
"""Number of the street that runs north, and of the one that runs east."""
STEPS: Sequence[Crossing] = ((1, 0), (-1, 0), (0, 1), (0, -1))
TURN_S = 8.0
"""What a turn costs who looks for the quickest way: slowing down, and the wait to the left."""


@dataclass(frozen=True, slots=True)
class Town:
    seed: int = 0

    def route(self, begin: Crossing, end: Crossing) -> Route:
        """The quickest way, from the middle of the block east of `begin` to that of the block west of `end`."""
        way = _quickest(begin, end)
        places = [(begin[0] + 0.5, begin[1]), *way, (end[0] - 0.5, end[1])]
        line = Polyline()
        spans: list[Span] = []
        controls: list[Control] = []
        for number, (here, there) in enumerate(pairwise(places)):
            street = _street(here, there)
            at_m = line.distance_m[-1] if line.distance_m else 0.0
            if number:
                kind = self._control(way[number - 1], _street(places[number - 1], here))
                if kind is not None:
                    controls.append(Control(at_m, kind, _node(way[number - 1])))
            if not spans or spans[-1].name != _name(street):
                spans.append(_span(at_m, street))
            _draw(line, here, there)
        return Route(tuple(line.lat), tuple(line.lon), tuple(line.distance_m), tuple(spans), tuple(controls))

    def _control(self, crossing: Crossing, street: tuple[bool, int]) -> ControlKind | None:
        """What stands at a crossing for who comes along that street."""
        mine = _rank(street[1])
        across = _rank(crossing[1] if street[0] else crossing[0])
        if min(mine, across) >= MAIN:
            return ControlKind.SIGNAL
        if mine < across:
            return ControlKind.STOP_SIGN
        everybody = mine == across and Dice(self.seed).at("crossing", *crossing).share() < ALL_STOP
        return ControlKind.STOP_SIGN if everybody else None


def _rank(number: int) -> int:
    return next(rank for rank, every in ((3, 8), (2, 4), (1, 2), (0, 1)) if number % every == 0)


def _street(here: tuple[float, float], there: tuple[float, float]) -> tuple[bool, int]:
    """Whether it runs north, and its number."""
    north = here[0] == there[0]
    return north, int(here[0] if north else here[1])


def _name(street: tuple[bool, int]) -> str:
    return f"{street[1]} {'Street' if street[0] else 'Avenue'}"


def _node(crossing: Crossing) -> int:
    return crossing[0] * STREETS + crossing[1] + 1


def _span(at_m: float, street: tuple[bool, int]) -> Span:
    rank = _rank(street[1])
    limit = LIMITS_MPH[rank] * MPH
    return Span(at_m, limit, limit, street[1] * 2 + street[0] + 1, _name(street), CLASSES[rank])


def _draw(line: Polyline, here: tuple[float, float], there: tuple[float, float]) -> None:
    steps = round(max(abs(there[0] - here[0]), abs(there[1] - here[1])) * BLOCK_M / VERTEX_M)
    for k in range(steps + 1):
        share = k / steps
        east = (here[0] + (there[0] - here[0]) * share) * BLOCK_M
        north = (here[1] + (there[1] - here[1]) * share) * BLOCK_M
        line.add(CORNER[0] + north / M_PER_DEG, CORNER[1] + east / (M_PER_DEG * cos(radians(CORNER[0]))))


def _quickest(begin: Crossing, end: Crossing) -> list[Crossing]:
    """Crossings from the one east of `begin`'s block to the one west of `end`'s, by free speed and turns."""
    first, last = (begin[0] + 1, begin[1]), (end[0] - 1, end[1])
    queue: list[tuple[float, Crossing, bool, list[Crossing]]] = [(0.0, first, False, [first])]
    seen: set[tuple[Crossing, bool]] = set()
    while queue:
        spent, at, north, way = heapq.heappop(queue)
        if at == last:
            return way
        if (at, north) in seen:
            continue
        seen.add((at, north))
        for step in STEPS:
            there = (at[0] + step[0], at[1] + step[1])
            if not (0 <= there[0] < STREETS and 0 <= there[1] < STREETS) or there in way[-2:]:
                continue
            on_north = step[0] == 0
            rank = _rank(at[0] if on_north else at[1])
            turn_s = TURN_S if on_north != north else 0.0
            cost = spent + turn_s + BLOCK_M / (LIMITS_MPH[rank] * MPH)
            heapq.heappush(queue, (cost, there, on_north, [*way, there]))
    raise ValueError(f"There is no way from {begin} to {end}.")
