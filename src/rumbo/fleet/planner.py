"""From an order to routes and plans: no database, no broker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from math import inf

from rumbo.domain.route import Ring, Route, RouteRequest, Waypoint
from rumbo.domain.vehicle import CLASS_SPECS
from rumbo.errors import InvalidInput, NoRoute
from rumbo.fleet.conditions import Conditions, Travel
from rumbo.fleet.orders import RouteOrder, RoutePreview, VisitingOrder
from rumbo.fleet.rules import check_route
from rumbo.fleet.visiting import MOST_STOPS, best_order
from rumbo.motion import solve
from rumbo.routing.geometry import route_from_points
from rumbo.routing.port import RoutingProvider


class Planner:
    """Routes orders with the providers given; the first is the default."""

    def __init__(
        self, providers: Mapping[str, RoutingProvider], conditions: Conditions | None = None
    ) -> None:
        self._providers = providers
        self._conditions = conditions

    def routes(self, order: RouteOrder, travel: Travel | None = None) -> list[Route]:
        """Routes for an order, best first, with traffic, closures and slow zones where `travel` says who drives when.

        Raises what the provider raises, InvalidInput for a bad order.
        """
        if bool(order.waypoints) == bool(order.geometry):
            raise InvalidInput("Give either waypoints or a geometry.", field="waypoints")
        provider = None if order.geometry else self._provider(order.provider)

        def find(avoid: tuple[Ring, ...]) -> list[Route]:
            if provider is None:
                found = [route_from_points(order.geometry, order.vehicle_class)]
            else:
                request = RouteRequest(order.waypoints, order.vehicle_class, order.alternatives, avoid)
                found = provider.routes(request)
            for route in found:
                check_route(route)
            return found

        if self._conditions is None or travel is None:
            return find(())
        return self._conditions.routes(find, travel, can_avoid=provider is not None and provider.can_avoid)

    def chosen(self, order: RouteOrder, travel: Travel | None = None) -> Route:
        """The route number `order.alternatives`, counted from the best, 0. Raises NoRoute where there are fewer."""
        routes = self.routes(order, travel)
        if order.alternatives >= len(routes):
            raise NoRoute(
                f"There are only {len(routes)} routes between these points.",
                hint=f"Choose alternative 0 to {len(routes) - 1}.",
                field="alternative",
            )
        return routes[order.alternatives]

    def around(self, request: RouteRequest, provider: str | None) -> Route:
        """The best route that keeps out of `request.avoid`. Raises NoRoute where the provider cannot."""
        found = self._provider(provider)
        if request.avoid and not found.can_avoid:
            raise NoRoute(f"The routing provider {found.name} cannot avoid an area.")
        return found.routes(request)[0]

    def preview(self, order: RouteOrder, start_ms: int, seed: int = 0) -> list[RoutePreview]:
        """Routes with the motion along them of a trip that starts at `start_ms`."""
        spec = CLASS_SPECS[order.vehicle_class]
        return [
            RoutePreview(route, solve(route, spec, seed, start_ms=start_ms))
            for route in self.routes(order, Travel(start_ms, spec, seed))
        ]

    def visiting_order(self, order: RouteOrder, start_ms: int) -> VisitingOrder:
        """The quickest order of an order's stops; the ends stay. Raises InvalidInput for too many of them."""
        stops = order.waypoints
        if not 2 <= len(stops) <= MOST_STOPS:
            raise InvalidInput(
                f"An order can be found for 2 to {MOST_STOPS} points, ends included.",
                hint="Plan fewer stops, or put them in order by hand.",
                field="waypoints",
            )
        seconds = [[self._seconds(order, a, b, start_ms) for b in stops] for a in stops]
        best = best_order(seconds)
        return VisitingOrder(best, _sum(seconds, best), _sum(seconds, range(len(stops))))

    def _seconds(self, order: RouteOrder, a: Waypoint, b: Waypoint, start_ms: int) -> float:
        """Of driving from one stop to another; infinity where no road leads there."""
        if a is b:
            return 0.0
        ends = (replace(a, dwell_s=0.0), replace(b, dwell_s=0.0))
        try:
            found = self.preview(replace(order, waypoints=ends, alternatives=0), start_ms)
        except NoRoute:
            return inf
        return found[0].profile.duration_s

    def _provider(self, name: str | None) -> RoutingProvider:
        if name is None:
            return next(iter(self._providers.values()))
        if name not in self._providers:
            raise InvalidInput(
                f"There is no routing provider {name!r}.",
                hint=f"Use one of: {', '.join(self._providers)}.",
                field="provider",
            )
        return self._providers[name]


def _sum(seconds: Sequence[Sequence[float]], order: Iterable[int]) -> float:
    return sum(seconds[a][b] for a, b in pairwise(order))
