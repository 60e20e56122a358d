"""From orders to drafts of plans: routes, motion and checks, outside of any write transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache, cached_property, partial

from rumbo.domain.device import DeviceSpec
from rumbo.domain.plan import Plan
from rumbo.domain.vehicle import Vehicle, spec_of
from rumbo.errors import Conflict, InvalidInput, NotFound, RumboError
from rumbo.events.plans import plan_to_json
from rumbo.fleet import rules
from rumbo.fleet.chain import Driven, Leg, leg_of, make_plan
from rumbo.fleet.closures import newest_number
from rumbo.fleet.conditions import Travel
from rumbo.fleet.database import Database
from rumbo.fleet.device_profiles import checked_inline, find_device
from rumbo.fleet.orders import RouteOrder, TripOrder
from rumbo.fleet.outline import encode_outline
from rumbo.fleet.planner import Planner
from rumbo.fleet.plans import outlook
from rumbo.fleet.trips import Outlook, packed_body
from rumbo.fleet.vehicles import find_vehicles, no_vehicle
from rumbo.fleet.world import WorldView

AT_ONCE = 4
"""Orders routed side by side: more than the routing pool has children, so that none of them waits for us."""

REFUSALS = (InvalidInput, NotFound, Conflict)
"""What is wrong with one order; any other error is the whole request's."""


@dataclass(frozen=True)
class Draft:
    """A plan but for what only the transaction can know: its start, if that is now, and what was driven before."""

    order: TripOrder
    vehicle: Vehicle
    plan: Plan
    body: bytes
    line: str
    leg: Leg
    ahead: Outlook
    """Of the plan as it stands here: with a full tank, starting no later."""
    closures_known: int
    """Row number of the newest closure that it has been planned with."""

    @cached_property
    def digest(self) -> str:
        return self.order.digest


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an order refers to, as it stands in the database."""

    vehicle: Vehicle
    device: DeviceSpec


class Drafts:
    """Makes drafts, several at a time where that helps. Thread-safe."""

    def __init__(self, database: Database, planner: Planner, world: WorldView) -> None:
        self._database = database
        self._planner = planner
        self._world = world
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="drafts")

    def of(self, orders: Sequence[tuple[str, TripOrder]]) -> list[Draft | RumboError]:
        """For each (trip id, order) its draft, or why there is none.

        Raises Unavailable where a part does not answer.
        """
        with self._database.read() as connection:
            known = newest_number(connection)
            vehicles = find_vehicles(connection, {order.vehicle_id for _, order in orders})
            device = cache(partial(find_device, connection))
            facts = [_facts(device, vehicles, order) for _, order in orders]

        def draft(i: int) -> Draft | RumboError:
            found = facts[i]
            if isinstance(found, RumboError):
                return found
            try:
                return self._draft(*orders[i], found, known)
            except REFUSALS as exc:
                return exc

        if len(orders) == 1:
            return [draft(0)]
        return list(self._pool.map(draft, range(len(orders))))

    def _draft(self, trip_id: str, order: TripOrder, facts: _Facts, closures_known: int) -> Draft:
        vehicle, now_ms = facts.vehicle, self._world.now_ms()
        seed = rules.check_order(order.start_ms, order.seed, now_ms, self._world.rate())
        kind, driver = vehicle.vehicle_class, order.driver or vehicle.driver
        who = Driven(vehicle.id, kind, spec_of(kind, vehicle.overrides), driver)
        start_ms = max(order.start_ms or now_ms, now_ms)
        route = self._planner.chosen(
            RouteOrder(kind, order.waypoints, order.geometry, order.alternative, order.provider),
            Travel(start_ms, who.spec, seed, driver, order.traffic),
        )
        plan = make_plan(trip_id, who, seed, facts.device, start_ms, route)
        rules.check_length(plan)
        rules.check_device(plan, "device_profile" if order.device is None else "device")
        text = plan_to_json(plan)
        rules.check_size(text)
        body, line = packed_body(text), encode_outline(route)
        return Draft(order, vehicle, plan, body, line, leg_of(plan), outlook(plan), closures_known)


def _facts(
    device: Callable[[str], DeviceSpec], vehicles: Mapping[str, Vehicle], order: TripOrder
) -> _Facts | RumboError:
    try:
        vehicle = vehicles.get(order.vehicle_id)
        if vehicle is None:
            return no_vehicle()
        if order.device is not None:
            return _Facts(vehicle, checked_inline(order.device))
        return _Facts(vehicle, device(order.device_profile or vehicle.device_profile))
    except REFUSALS as exc:
        return exc
