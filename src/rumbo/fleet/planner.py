"""From an order to routes and plans: no database, no broker."""

from __future__ import annotations

from collections.abc import Mapping

from rumbo.domain.route import Route, RouteRequest
from rumbo.domain.vehicle import CLASS_SPECS
from rumbo.errors import InvalidInput, NoRoute
from rumbo.fleet.orders import RouteOrder, RoutePreview
from rumbo.motion import solve
from rumbo.routing.geometry import route_from_points
from rumbo.routing.port import RoutingProvider


class Planner:
    """Routes orders with the providers given; the first is the default."""

    def __init__(self, providers: Mapping[str, RoutingProvider]) -> None:
        self._providers = providers

    def routes(self, order: RouteOrder) -> list[Route]:
        """Routes for an order, best first. Raises what the provider raises, InvalidInput for a bad order."""
        if bool(order.waypoints) == bool(order.geometry):
            raise InvalidInput("Give either waypoints or a geometry.", field="waypoints")
        if order.geometry:
            return [route_from_points(order.geometry, order.vehicle_class)]
        request = RouteRequest(order.waypoints, order.vehicle_class, order.alternatives)
        return self._provider(order.provider).routes(request)

    def chosen(self, order: RouteOrder) -> Route:
        """The route number `order.alternatives`, counted from the best, 0. Raises NoRoute where there are fewer."""
        routes = self.routes(order)
        if order.alternatives >= len(routes):
            raise NoRoute(
                f"There are only {len(routes)} routes between these points.",
                hint=f"Choose alternative 0 to {len(routes) - 1}.",
                field="alternative",
            )
        return routes[order.alternatives]

    def preview(self, order: RouteOrder, seed: int = 0) -> list[RoutePreview]:
        """Routes with the motion along them."""
        return [
            RoutePreview(route, solve(route, CLASS_SPECS[order.vehicle_class], seed))
            for route in self.routes(order)
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
