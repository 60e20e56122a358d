"""What the provider and its worker process say to each other.

In a file of its own: the worker runs as `__main__`, and what it pickles must have a home its parent knows.
"""

from __future__ import annotations

from dataclasses import dataclass

from rumbo.domain.route import Ring
from rumbo.routing.assemble import Leg

SEARCH_M = 2000
"""How far Valhalla looks for a road. More than a waypoint may be off, so that the error can say how far."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Points in degrees (latitude, longitude), Valhalla's costing, and how many further routes to find.

    `avoid` are rings of such points, `heading_deg` the course of a vehicle under way at the first point.
    """

    points: tuple[tuple[float, float], ...]
    costing: str
    alternatives: int = 0
    avoid: tuple[Ring, ...] = ()
    heading_deg: float | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One list of legs a route, best first."""

    routes: list[list[Leg]]


@dataclass(frozen=True, slots=True)
class Refused:
    """Valhalla's error code and words; `far` lists the points with no road within SEARCH_M."""

    code: int
    text: str
    far: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unusable:
    """The graph could not be opened; the process ends after saying so."""

    text: str
