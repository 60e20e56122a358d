"""Requests that come over the day, and vehicles that take them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from rumbo.domain.route import Waypoint
from rumbo.scenarios.demand import RideHailing
from rumbo.scenarios.dice import Dice
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order
from rumbo.scenarios.plane import Point, apart_squared
from rumbo.scenarios.stage import TURNAROUND_MS, Day, Stage
from rumbo.scenarios.values import HOUR_MS, length_ms

ACCEPT_MS = 20_000
"""From a request to the vehicle's start."""


@dataclass(slots=True)
class _Cab:
    vehicle: FleetVehicle
    base: Point
    at: Point
    free_ms: int
    trips: int = 0


def trips(demand: RideHailing, stage: Stage, day: Day) -> Iterator[Order]:
    if not stage.calendar.is_on(demand.days, day.date):
        return
    opens_ms, closes_ms = stage.at(day, demand.hours.since), stage.at(day, demand.hours.until)
    cabs = [_cab(demand, stage, vehicle, opens_ms) for vehicle in stage.fleets[demand.fleet]]
    for number, asked_ms in enumerate(_requests(demand, stage, day, opens_ms, closes_ms)):
        order = _served(demand, stage, day, cabs, stage.dice.at("ride", day.number, number), asked_ms)
        if order is not None:
            yield order
    for cab in cabs:
        if cab.at != cab.base:
            way_home = [Waypoint(*cab.at), Waypoint(*cab.base)]
            start_ms = max(cab.free_ms, closes_ms)
            order = stage.trip(cab.vehicle, day, cab.trips, start_ms, way_home, "return")
            if order is not None:
                yield order


def _cab(demand: RideHailing, stage: Stage, vehicle: FleetVehicle, free_ms: int) -> _Cab:
    bases = stage.pool(demand.base, vehicle.vehicle_class, 1 << 30, "base")
    base = stage.dice.at("base", vehicle.number).one_of(bases)
    return _Cab(vehicle, base, base, free_ms)


def _requests(demand: RideHailing, stage: Stage, day: Day, opens_ms: int, closes_ms: int) -> list[int]:
    """World times of a day's requests: as many as there are every day, more where an hour weighs more."""
    hours = [opens_ms + i * HOUR_MS for i in range(-(-(closes_ms - opens_ms) // HOUR_MS))]
    first = int(demand.hours.since.split(":")[0])
    sums = list(accumulate(demand.by_hour[(first + i) % 24] for i in range(len(hours))))
    if not sums or not sums[-1]:
        return []
    times = []
    for number in range(demand.requests_per_day):
        dice = stage.dice.at("request", day.number, number)
        hour = min(bisect_right(sums, dice.share() * sums[-1]), len(sums) - 1)
        times.append(hours[hour] + dice.at("minute").whole(HOUR_MS))
    return sorted(at for at in times if at < closes_ms)


def _served(
    demand: RideHailing, stage: Stage, day: Day, cabs: list[_Cab], dice: Dice, asked_ms: int
) -> Order | None:
    """The trip of the nearest free vehicle, or of the one that is free first, if the guest is so patient."""
    latest_ms = asked_ms + length_ms(demand.patience)
    kind = cabs[0].vehicle.vehicle_class
    guest = dice.at("from").one_of(stage.pool(demand.pick_up, kind, 1 << 30, "pick_up"))
    free = [cab for cab in cabs if cab.free_ms <= asked_ms]
    if free:
        cab = min(free, key=lambda cab: (apart_squared(cab.at, guest), cab.vehicle.number))
    else:
        cab = min(cabs, key=lambda cab: (cab.free_ms, cab.vehicle.number))
        if cab.free_ms > latest_ms:
            stage.dropped["ride: no vehicle was free in time"] += 1
            return None
    goals = stage.pool(demand.goal, kind, 1 << 30, "goal")
    goal = dice.at("to").one_of([point for point in goals if point != guest])
    dwell_s = length_ms(demand.pick_up_dwell) / 1000
    points = [Waypoint(*guest), Waypoint(*goal)]
    if cab.at != guest:
        points = [Waypoint(*cab.at), Waypoint(*guest, dwell_s), Waypoint(*goal)]
    order = stage.trip(cab.vehicle, day, cab.trips, max(asked_ms, cab.free_ms) + ACCEPT_MS, points, "ride")
    if order is not None:
        cab.at, cab.free_ms, cab.trips = goal, order.ends_ms + TURNAROUND_MS, cab.trips + 1
    return order
