"""What a routing provider promises, and what it may ask a region for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from rumbo.domain.route import ControlKind, Route, RouteRequest

BBox = tuple[float, float, float, float]
"""West, south, east, north in degrees."""


class RoutingProvider(Protocol):
    """Turns waypoints into routes. Safe to call from several threads at once.

    Promises, checked for every provider by `tests/contract/test_routing_providers.py`:

    - at least one route, best first; `request.alternatives` more only where the provider finds them, and
      only for two waypoints;
    - a route starts and ends on the road, at most `SNAP_LIMIT_M` from the first and last waypoint, and
      passes the others in order; `distance_m` is the running sum of great-circle steps;
    - each inner waypoint with `dwell_s > 0` is a `Dwell` where the route passes it. A dwell asked for at the
      first or last waypoint has no effect: a trip starts by leaving and ends on arrival;
    - every failure is one of ours: OutsideRegion, NotOnRoad, NoRoute, InvalidInput, TooLarge where the
      request is at fault (`field` says `waypoints/<index>`), Unavailable where the router is.
    """

    @property
    def name(self) -> str:
        """Short name, also written into `Route.provider`."""
        ...

    @property
    def can_avoid(self) -> bool:
        """Whether it heeds `RouteRequest.avoid`; others take the roads that they always take."""
        ...

    def routes(self, request: RouteRequest) -> list[Route]: ...

    def close(self) -> None:
        """Let go of processes and connections; may be called twice. No call may follow."""
        ...


class Standing(NamedTuple):
    """What stands at a place, and the map node it is."""

    kind: ControlKind
    node_id: int | None = None


class ControlIndex(Protocol):
    """Where signals, signs and crossings stand, by map node."""

    def controls_at(self, lat6: Sequence[int], lon6: Sequence[int]) -> Mapping[int, Standing]:
        """The control that a driver heeds at each vertex that has one, by index into the arguments.

        Vertices come in driving order, as millionths of a degree; signs that face the other direction are
        left out.
        """
        ...


class NoControls:
    """A map on which nothing stands."""

    def controls_at(
        self,
        lat6: Sequence[int],  # noqa: ARG002 - the port names it
        lon6: Sequence[int],  # noqa: ARG002
    ) -> Mapping[int, Standing]:
        return {}


class SkyIndex(Protocol):
    """How much of the sky is seen from roads."""

    def sky_views(self, way_ids: Sequence[int], lat6: Sequence[int], lon6: Sequence[int]) -> Sequence[float]:
        """The share of the sky, 0 to 1, at each place on its way; 1 where nothing is known.

        Places are millionths of a degree.
        """
        ...


class OpenSky:
    """A map without houses."""

    def sky_views(
        self,
        way_ids: Sequence[int],
        lat6: Sequence[int],  # noqa: ARG002 - the port names it
        lon6: Sequence[int],  # noqa: ARG002
    ) -> Sequence[float]:
        return [1.0] * len(way_ids)
