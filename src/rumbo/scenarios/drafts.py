"""The trips of a scenario's past in parts that can be planned apart from each other, in any order, on any machine.

A part is one kind of demand on one of the scenario's days: nothing in it depends on another part. What goes on from
trip to trip of a vehicle, odometer and tank, is no part's own: `rumbo.fleet.chain` adds it in the order of trips.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.plan import Plan
from rumbo.domain.route import Route, Waypoint
from rumbo.domain.vehicle import VehicleClass
from rumbo.fleet.chain import Chain, Leg, going_on, leg_of
from rumbo.scenarios.demands import trips_of_day
from rumbo.scenarios.expand import expand, staged
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.orders import Order
from rumbo.scenarios.world import Planning, World

KEPT = 64
"""Plans kept for their orders: a demand plans a few trips of a vehicle before it gives them away."""


@dataclass(frozen=True, slots=True)
class Part:
    """One demand, by its number in the scenario, on one of the scenario's days."""

    day: date
    demand: int


type Place = tuple[date, int, int, int, int]
"""Where a trip stands among all: scenario's day, start (ms), number of the vehicle, demand, number in the part."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A trip's plan with its odometer at 0 and its tank full, and what it takes of its vehicle."""

    place: Place
    plan: Plan
    leg: Leg


class Drafts:
    """A scenario's days from `first` on (UTC), at which vehicles are new. Keeps what is drawn and routed once.

    Raises what `expand` raises for a scenario that does not fit the world.
    """

    def __init__(self, scenario: Scenario, world: World, first: date) -> None:
        self._first, began_ms = first, begin_ms(first)
        kept = replace(world, planning=_Kept(world.planning))
        found = expand(scenario, kept, began_ms, began_ms, began_ms=began_ms)
        self._devices: dict[str, DeviceSpec] = {**DEVICE_PROFILES, **found.devices}
        self._stage, self._since_ms, self._until_ms = staged(scenario, kept, began_ms)

    @property
    def vehicle_count(self) -> int:
        return self._stage.scenario.vehicle_count

    def parts(self, first: date, last: date) -> list[Part]:
        """The parts in which trips may start on these days (UTC), both included; in order."""
        from_ms, to_ms = self._span(first, last)
        if from_ms >= to_ms:
            return []
        demands = range(len(self._stage.scenario.demand))
        return [Part(day, i) for day in self._stage.calendar.days(from_ms, to_ms) for i in demands]

    def of(self, part: Part, first: date, last: date) -> Iterator[Draft]:
        """The part's trips that start on these days, in the order in which the demand gives them."""
        from_ms, to_ms = self._span(first, last)
        stage = replace(self._stage, from_ms=from_ms, to_ms=to_ms)
        demand = stage.scenario.demand[part.demand]
        for nth, order in enumerate(trips_of_day(demand, stage, stage.day(part.day))):
            if from_ms <= order.start_ms < to_ms:
                place = part.day, order.start_ms, order.vehicle.number, part.demand, nth
                plan = stage.world.planning.plan(order)
                plan = replace(plan, device=self._devices[order.vehicle.device_profile])
                yield Draft(place, plan, leg_of(plan))

    def history(self, until: date) -> Iterator[Plan]:
        """All trips that start up to that day (UTC), included: each as its vehicle goes on from the one before."""
        chain = Chain()
        for _, parts in groupby(self.parts(self._first, until), key=lambda part: part.day):
            drafts = [draft for part in parts for draft in self.of(part, self._first, until)]
            for draft in sorted(drafts, key=lambda draft: draft.place):
                yield going_on(draft.plan, chain.next(draft.plan.vehicle_id, draft.leg), draft.leg)

    def _span(self, first: date, last: date) -> tuple[int, int]:
        to_ms = begin_ms(last + timedelta(days=1))
        return max(begin_ms(first), self._since_ms), min(to_ms, self._until_ms or to_ms)


class _Kept:
    """Satisfies `Planning`; plans each order once where it is asked for twice in short order."""

    def __init__(self, planning: Planning) -> None:
        self._planning = planning
        self._plans: OrderedDict[object, Plan] = OrderedDict()

    def route(self, vehicle_class: VehicleClass, waypoints: Sequence[Waypoint]) -> Route:
        return self._planning.route(vehicle_class, waypoints)

    def plan(self, order: Order) -> Plan:
        key = (order.trip_id, order.vehicle.id, order.seed, order.start_ms, order.waypoints, order.geometry)
        found = self._plans.get(key)
        if found is None:
            found = self._plans[key] = self._planning.plan(order)
            if len(self._plans) > KEPT:
                self._plans.popitem(last=False)
        return found


def begin_ms(day: date) -> int:
    """World time at which a day (UTC) begins."""
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp() * 1000)
