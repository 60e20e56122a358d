"""How scenarios route and time their trips: by a routing provider, each way once, and the motion on it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from rumbo.domain.device_profiles import STANDARD
from rumbo.domain.plan import Plan
from rumbo.domain.route import Route, RouteRequest, Waypoint
from rumbo.domain.vehicle import Driver, VehicleClass, VehicleSpec
from rumbo.errors import InvalidInput
from rumbo.fleet.chain import Driven, make_plan
from rumbo.routing.geometry import route_from_points
from rumbo.routing.port import RoutingProvider
from rumbo.scenarios.orders import Order

type Traffic = Callable[[Route, VehicleSpec, int, Driver, int], Route]
"""(free route, spec, seed, driver, start in world ms) -> the route with the speeds of traffic."""

ROUTES_KEPT = 4_096


def no_traffic(route: Route, spec: VehicleSpec, seed: int, driver: Driver, start_ms: int) -> Route:  # noqa: ARG001
    return route


class RoutedPlanning:
    """Satisfies `rumbo.scenarios.world.Planning`. Routes are kept, those not asked for longest go first."""

    def __init__(
        self, provider: RoutingProvider, traffic: Traffic = no_traffic, kept: int = ROUTES_KEPT
    ) -> None:
        self._provider, self._traffic, self._kept = provider, traffic, kept
        self._routes: OrderedDict[object, Route | InvalidInput] = OrderedDict()

    def route(self, vehicle_class: VehicleClass, waypoints: Sequence[Waypoint]) -> Route:
        request = RouteRequest(tuple(waypoints), vehicle_class)
        return self._kept_or(request, lambda: self._provider.routes(request)[0])

    def _kept_or(self, key: object, make: Callable[[], Route]) -> Route:
        found = self._routes.get(key)
        if found is None:
            try:
                found = make()
            except InvalidInput as exc:
                found = exc
            self._routes[key] = found
            if len(self._routes) > self._kept:
                self._routes.popitem(last=False)
        else:
            self._routes.move_to_end(key)
        if isinstance(found, InvalidInput):
            raise found
        return found

    @staticmethod
    def _line(order: Order) -> Route:
        return route_from_points(order.geometry, order.vehicle.vehicle_class)

    def plan(self, order: Order) -> Plan:
        vehicle = order.vehicle
        spec = vehicle.spec
        if order.geometry:
            route = self._kept_or((vehicle.vehicle_class, order.geometry), lambda: self._line(order))
        else:
            route = self.route(vehicle.vehicle_class, order.waypoints)
        route = self._traffic(route, spec, order.seed, vehicle.driver, order.start_ms)
        who = Driven(vehicle.id, vehicle.vehicle_class, spec, vehicle.driver)
        return make_plan(order.trip_id, who, order.seed, STANDARD, order.start_ms, route)
