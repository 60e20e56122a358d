"""Trips of ours to be measured: seeded plans on a region's roads or in the made-up town, and their true speeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from rumbo.domain.device_profiles import STANDARD
from rumbo.domain.plan import Plan
from rumbo.domain.route import Waypoint
from rumbo.domain.traffic import TrafficModel
from rumbo.domain.vehicle import CLASS_SPECS, Driver, VehicleClass
from rumbo.errors import InvalidInput, NotFound
from rumbo.fleet.chain import Driven, make_plan
from rumbo.fleet.traffic import with_traffic
from rumbo.motion import Fleet, compile_plan
from rumbo.motion.arrays import Floats
from rumbo.realism.town import STREETS, ZONE, Crossing, Town
from rumbo.realism.trace import LEAST_M, Trace
from rumbo.regions import Region
from rumbo.scenarios.dice import Dice, spread
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order
from rumbo.scenarios.region import planned_world

DAY = (2026, 3, 3)
"""A Tuesday. Trips start from 6 to 22 o'clock local time."""
FIRST_H, LAST_H = 6.0, 22.0
DRIVERS = {Driver.CALM: 0.25, Driver.NORMAL: 0.5, Driver.AGGRESSIVE: 0.25}
"""Assumed: half the people drive normally."""
TRIES = 20
"""Draws for each trip asked for, before a region counts as one without roads."""
MAX_SEED = 1 << 32
APART_BLOCKS = 7
"""Ends of a trip in the town: the way is two blocks shorter at most, so at least a kilometre."""


@dataclass(frozen=True, slots=True)
class Run:
    """Our side of a comparison: trips at 1 Hz, and the hardest acceleration and braking at any of those seconds.

    These are shares of what the trip's vehicle may do when driven normally: 1 is its limit.
    """

    name: str
    traces: Sequence[Trace]
    acceleration_share: float
    braking_share: float


def town_run(trips: int, seed: int) -> Run:
    """Cars in the made-up town."""
    return run_of("town", town_plans(trips, seed))


def town_plans(trips: int, seed: int) -> list[Plan]:
    town, dice, zone = Town(seed), Dice(seed).at("town"), ZoneInfo(ZONE)
    car = CLASS_SPECS[VehicleClass.CAR]
    plans: list[Plan] = []
    for n in range(trips):
        mine = dice.at(n)
        begin, end = _apart(mine)
        start_ms, driver, trip_seed = _start_ms(mine, zone), _driver(dice, n), mine.at("seed").whole(MAX_SEED)
        route = town.route(begin, end)
        route = with_traffic(route, car, trip_seed, driver, start_ms, zone, TrafficModel())
        who = Driven(f"veh_{n}", VehicleClass.CAR, car, driver)
        plans.append(make_plan(f"trp_{n}", who, trip_seed, STANDARD, start_ms, route))
    return plans


def region_run(region: Region, trips: int, seed: int) -> Run:
    """Cars between random places of a region, planned as the stack plans them, each for at least a kilometre.

    Raises NotFound where the region has no such ways.
    """
    dice, zone = Dice(seed).at("region", region.name), ZoneInfo(region.timezone)
    plans: list[Plan] = []
    with planned_world(region) as world:
        places = [point for kind in sorted(world.places) for point in world.places[kind]]
        for n in range(trips * TRIES if places else 0):
            mine = dice.at(n)
            ends = tuple(Waypoint(*mine.at("place", k).one_of(places)) for k in range(2))
            vehicle = FleetVehicle(
                f"veh_{n}",
                n,
                n,
                f"Car {n}",
                "realism",
                VehicleClass.CAR,
                _driver(dice, n),
                {},
                "standard",
                (),
            )
            seed_of_trip = mine.at("seed").whole(MAX_SEED)
            order = Order(f"trp_{n}", vehicle, _start_ms(mine, zone), ends, seed_of_trip, "visit")
            try:
                plan = world.planning.plan(order)
            except InvalidInput:
                continue  # a place that cannot be reached by car, or the same place twice
            if plan.route.length_m >= LEAST_M:
                plans.append(plan)
            if len(plans) == trips:
                break
    if not plans:
        raise NotFound(f"In {region.name} there are no ways of a kilometre between places.")
    return run_of(region.name, plans)


def driven_run(plans: Iterable[Plan], until_ms: int) -> Run:
    """What a stack's cars have driven up to a world time, from its settled plans; the real drives are of cars too."""
    return run_of("driven", (plan for plan in plans if plan.vehicle_class is VehicleClass.CAR), until_ms)


def run_of(name: str, plans: Iterable[Plan], until_ms: int | None = None) -> Run:
    """The true speeds of settled plans, every second from start to end, or to `until_ms` where that is sooner."""
    traces, up, down = [], 0.0, 0.0
    for plan in plans:
        trace, acceleration = _driven(plan, until_ms)
        if trace is None:
            continue
        traces.append(trace)
        limits = plan.spec.limits
        up = max(up, float(acceleration.max()) / limits.acceleration_mps2)
        down = max(down, -float(acceleration.min()) / limits.braking_mps2)
    return Run(name, traces, up, down)


def _driven(plan: Plan, until_ms: int | None) -> tuple[Trace | None, Floats]:
    ends = [ms for ms in (compile_plan(plan).end_ms, until_ms) if ms is not None]
    at_ms = np.arange(plan.start_ms, min(ends) + 1, 1000) if ends else np.zeros(0, dtype=np.int64)
    if len(at_ms) < 3:
        return None, np.zeros(1)
    states = Fleet.of([plan]).states(np.zeros(len(at_ms), dtype=np.int64), at_ms)
    return Trace((states.speed_mps,)), states.acceleration_mps2


def _apart(dice: Dice) -> tuple[Crossing, Crossing]:
    """Two blocks on any streets that run east, at least a kilometre apart."""
    k = 0
    while True:
        begin, end = (
            (1 + dice.at("x", k, i).whole(STREETS - 2), dice.at("y", k, i).whole(STREETS)) for i in range(2)
        )
        if abs(begin[0] - end[0]) + abs(begin[1] - end[1]) >= APART_BLOCKS:
            return begin, end
        k += 1


def _start_ms(dice: Dice, zone: ZoneInfo) -> int:
    hour = FIRST_H + (LAST_H - FIRST_H) * dice.at("start").share()
    begin = datetime(*DAY, tzinfo=zone) + timedelta(hours=hour)
    return round(begin.timestamp()) * 1000


def _driver(dice: Dice, number: int) -> Driver:
    return spread(DRIVERS, number, dice.at("drivers").share())
