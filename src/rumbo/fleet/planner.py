"""From an order to routes and plans: no database, no broker."""

from __future__ import annotations

from collections.abc import Mapping

from rumbo.domain.route import Ring, Route, RouteRequest
from rumbo.domain.vehicle import CLASS_SPECS
from rumbo.errors import InvalidInput, NoRoute
from rumbo.fleet.conditions import Conditions, Travel
from rumbo.fleet.orders import RouteOrder, RoutePreview
from rumbo.fleet.rules import check_route
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
