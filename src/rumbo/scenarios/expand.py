"""From a scenario and a world to vehicles and trip orders: a pure function, day by day.

Every vehicle begins and ends each day at its base, and every draw is decided by what it is for. So the orders of a day
do not depend on which days were asked for, and a span is the union of its days.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rumbo.domain.device import DeviceSpec
from rumbo.errors import Conflict
from rumbo.scenarios.closing import Closing, closings_of
from rumbo.scenarios.days import EPOCH, Calendar
from rumbo.scenarios.demands import trips_of_day
from rumbo.scenarios.fleets import FleetVehicle, fleets_of
from rumbo.scenarios.model import Scenario, device_of
from rumbo.scenarios.orders import Order
from rumbo.scenarios.stage import Stage
from rumbo.scenarios.values import length_ms, time_ms
from rumbo.scenarios.world import World


@dataclass(frozen=True, slots=True)
class Expansion:
    """What a scenario comes to in a span of world time. `orders` come by start; reading them does the work."""

    vehicles: tuple[FleetVehicle, ...]
    devices: Mapping[str, DeviceSpec]
    """The scenario's own device profiles."""
    closures: tuple[Closing, ...]
    """Those that hold at some time of the span."""
    orders: Iterator[Order]
    dropped: Counter[str]
    """Trips that were not to be, by reason; complete once all orders are read."""


def expand(
    scenario: Scenario, world: World, from_ms: int, to_ms: int, *, began_ms: int | None = None
) -> Expansion:
    """Vehicles, and the orders of trips that start in [from, to).

    `began_ms` is when a scenario that `starts: now` was begun; without it, it goes on always. Raises Conflict for a
    scenario of another region, NoRoute for a region without roads that fit.
    """
    if scenario.region not in ("any", world.region):
        raise Conflict(
            f"The scenario is for region {scenario.region!r}, and this is {world.region!r}.",
            hint="Build that region, or write `region: any`.",
        )
    stage, since_ms, until_ms = staged(scenario, world, began_ms)
    first, last = max(from_ms, since_ms), to_ms if until_ms is None else min(to_ms, until_ms)
    return Expansion(
        vehicles=tuple(vehicle for fleet in stage.fleets.values() for vehicle in fleet),
        devices={name: device_of(name, profile) for name, profile in scenario.device_profiles.items()},
        closures=tuple(c for c in closings_of(stage, since_ms) if c.from_ms < last and c.until_ms > first),
        orders=_orders(replace(stage, from_ms=first, to_ms=last)),
        dropped=stage.dropped,
    )


def staged(scenario: Scenario, world: World, began_ms: int | None) -> tuple[Stage, int, int | None]:
    """The scenario on its world, and the world times of its beginning and end; None: it has no end."""
    zone = ZoneInfo(world.time_zone if scenario.time_zone == "region" else scenario.time_zone)
    if scenario.starts != "now":
        began_ms = _at(scenario.starts, zone)
    calendar = Calendar(zone, time_ms(scenario.day_starts))
    first = EPOCH
    if began_ms is not None:
        first = calendar.day_of(began_ms)
        first -= timedelta(days=first.weekday())  # weeks are counted whole
    calendar = Calendar(zone, calendar.day_starts_ms, first)
    since_ms = calendar.begin_ms(EPOCH) if began_ms is None else began_ms
    until_ms = None if began_ms is None else began_ms + length_ms(scenario.span)
    center = (scenario.center.lat, scenario.center.lon) if scenario.center else world.center
    world = world.within(center, scenario.radius_km)
    return Stage(scenario, world, calendar, fleets_of(scenario), since_ms), since_ms, until_ms


def _orders(stage: Stage) -> Iterator[Order]:
    from_ms, to_ms = stage.from_ms, stage.to_ms
    for date in stage.calendar.days(from_ms, to_ms) if from_ms < to_ms else ():
        day = stage.day(date)
        orders = [order for demand in stage.scenario.demand for order in trips_of_day(demand, stage, day)]
        orders.sort(key=lambda order: (order.start_ms, order.vehicle.number))
        yield from (order for order in orders if from_ms <= order.start_ms < to_ms)


def _at(text: str, zone: ZoneInfo) -> int:
    return int(datetime.fromisoformat(text.replace(" ", "T")).replace(tzinfo=zone).timestamp() * 1000)
