"""What all kinds of demand share when a day is worked out: vehicles, draws, and trips that know when they end."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from rumbo.domain.route import Waypoint
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput
from rumbo.scenarios.days import Calendar
from rumbo.scenarios.dice import Dice
from rumbo.scenarios.fleets import FleetVehicle, slug
from rumbo.scenarios.model import MAX_SEED, Scenario
from rumbo.scenarios.orders import Order
from rumbo.scenarios.plane import Point
from rumbo.scenarios.values import time_ms
from rumbo.scenarios.world import World

type Line = tuple[Point, ...]

TURNAROUND_MS = 60_000
"""Between two trips of a vehicle at least: a closure may make one a little longer than planned."""
POOL = 120
"""Places of a kind that a scenario uses at most: each costs two routes to try."""


@dataclass(frozen=True, slots=True)
class Day:
    """One of a scenario's days."""

    date: date
    begin_ms: int
    end_ms: int

    @property
    def number(self) -> int:
        return self.date.toordinal()


@dataclass(frozen=True)
class Stage:
    """A scenario on a world. `dropped` counts trips that were not to be, by reason."""

    scenario: Scenario
    world: World
    calendar: Calendar
    fleets: dict[str, list[FleetVehicle]]
    began_ms: int
    """What rounds count from: the scenario's beginning, or one long ago."""
    dropped: Counter[str] = field(default_factory=Counter)
    lines: dict[object, tuple[list[Waypoint], Line]] = field(default_factory=dict)
    """Kept from day to day by `loops`."""

    from_ms: int = 0
    to_ms: int = 1 << 62
    """The span asked for. What lies outside need not be worked out where nothing inside depends on it."""

    @cached_property
    def slug(self) -> str:
        return slug(self.scenario)

    @cached_property
    def dice(self) -> Dice:
        return Dice(self.scenario.seed).at("scenario", self.scenario.name)

    def day(self, day: date) -> Day:
        return Day(day, self.calendar.begin_ms(day), self.calendar.end_ms(day))

    def at(self, day: Day, time_of_day: str) -> int:
        return self.calendar.ms(day.date, time_ms(time_of_day))

    def pool(
        self, kinds: tuple[str, ...], vehicle_class: VehicleClass, count: int, use: str
    ) -> tuple[Point, ...]:
        """Points for a use; `count` is how many could be told apart."""
        size = 1 << (max(4, min(count, POOL)) - 1).bit_length()
        return self.world.pool(kinds, vehicle_class, min(size, POOL), self.dice.at("pool", use))

    def trip(
        self,
        vehicle: FleetVehicle,
        day: Day,
        nth: int,
        start_ms: int,
        points: list[Waypoint],
        purpose: str,
        geometry: Line = (),
    ) -> Order | None:
        """The vehicle's trip number `nth` of a day; None, and counted, where there is no way or no time."""
        order = self._order(vehicle, day, nth, start_ms, tuple(points), purpose, geometry)
        try:
            plan = self.world.planning.plan(order)
        except InvalidInput as exc:
            self.dropped[f"{purpose}: there is no way ({exc.code})"] += 1
            return None
        ends_ms = start_ms + round(plan.profile.duration_s * 1000)
        if ends_ms + TURNAROUND_MS > day.end_ms:
            self.dropped[f"{purpose}: it would not be over before the next day starts"] += 1
            return None
        return replace(order, ends_ms=ends_ms, length_m=plan.route.length_m)

    def trip_like(self, like: Order, vehicle: FleetVehicle, day: Day, nth: int, start_ms: int) -> Order:
        """Another vehicle's trip along the same line, taken to last as long: nothing is solved for it."""
        order = self._order(vehicle, day, nth, start_ms, like.waypoints, like.purpose, like.geometry)
        return replace(order, ends_ms=start_ms + like.ends_ms - like.start_ms, length_m=like.length_m)

    def _order(
        self,
        vehicle: FleetVehicle,
        day: Day,
        nth: int,
        start_ms: int,
        points: tuple[Waypoint, ...],
        purpose: str,
        geometry: Line,
    ) -> Order:
        return Order(
            trip_id=f"trp_{self.slug}_{day.date:%y%m%d}_{_base36(vehicle.number)}-{_base36(nth)}",
            vehicle=vehicle,
            start_ms=start_ms,
            waypoints=points,
            seed=self.dice.at("trip", vehicle.number, day.number, nth).whole(MAX_SEED + 1),
            purpose=purpose,
            geometry=geometry,
        )


def waypoints(*points: Point) -> list[Waypoint]:
    return [Waypoint(lat, lon) for lat, lon in points]


def _base36(number: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    text = digits[number % 36]
    while number := number // 36:
        text = digits[number % 36] + text
    return text
