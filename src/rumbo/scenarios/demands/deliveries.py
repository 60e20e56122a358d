"""Vans and trucks that carry things from a depot to many doors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rumbo.domain.route import Waypoint
from rumbo.scenarios.demand import Deliveries
from rumbo.scenarios.dice import Dice
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order
from rumbo.scenarios.plane import Point, apart
from rumbo.scenarios.stage import Day, Stage
from rumbo.scenarios.values import length_ms

STAGGER_MS = 1_200_000
"""Vehicles leave the depot one after the other, within twenty minutes."""


def trips(demand: Deliveries, stage: Stage, day: Day) -> Iterator[Order]:
    if not stage.calendar.is_on(demand.days, day.date):
        return
    closes_ms = stage.at(day, demand.hours.until)
    for vehicle in stage.fleets[demand.fleet]:
        dice = stage.dice.at("delivery", vehicle.number, day.number)
        depot = _depot(demand, stage, vehicle)
        start_ms = stage.at(day, demand.hours.since) + dice.at("stagger").whole(STAGGER_MS)
        for nth in range(demand.tours_per_day):
            if start_ms >= closes_ms:
                break
            points = _tour(demand, stage, vehicle, depot, dice.at("tour", nth))
            order = stage.trip(vehicle, day, nth, start_ms, points, "tour")
            if order is None:
                continue
            if order.ends_ms > closes_ms:
                stage.dropped["tour: it would come back after hours"] += 1
                break
            yield order
            start_ms = order.ends_ms + length_ms(demand.loading)


def _depot(demand: Deliveries, stage: Stage, vehicle: FleetVehicle) -> Point:
    if demand.depot_at:
        spot = demand.depot_at[vehicle.place % len(demand.depot_at)]
        return spot.lat, spot.lon
    pool = stage.pool(demand.depot, vehicle.vehicle_class, demand.depots, "depot")
    return pool[vehicle.place % min(demand.depots, len(pool))]


def _tour(
    demand: Deliveries, stage: Stage, vehicle: FleetVehicle, depot: Point, dice: Dice
) -> list[Waypoint]:
    doors = stage.pool(demand.stop, vehicle.vehicle_class, 1 << 30, "door")
    count = dice.at("count").between(*demand.stops)
    stops = quarter(dice.at("stops"), [point for point in doors if point != depot], count)
    least, most = length_ms(demand.dwell.least) // 1000, length_ms(demand.dwell.most) // 1000
    round_trip = best_round(depot, stops)
    inner = [
        Waypoint(lat, lon, float(dice.at("dwell", i).between(least, most)))
        for i, (lat, lon) in enumerate(round_trip)
    ]
    return [Waypoint(*depot), *inner, Waypoint(*depot)]


def quarter(dice: Dice, doors: Sequence[Point], count: int) -> list[Point]:
    """So many doors of one part of town: some of those nearest to one of them."""
    middle = dice.at("middle").one_of(doors)
    near = sorted(doors, key=lambda point: (apart(middle, point), point))[: 2 * count]
    return dice.at("which").shuffled(near)[:count]


def best_round(depot: Point, stops: Sequence[Point]) -> list[Point]:
    """The stops in the order in which to visit them: nearest neighbour, then 2-opt, by distance as the crow flies.

    Croes 1958, "A method for solving traveling-salesman problems".
    """
    left, tour = list(stops), [depot]
    while left:
        tour.append(min(left, key=lambda point: (apart(tour[-1], point), point)))
        left.remove(tour[-1])
    tour.append(depot)
    better = True
    while better:
        better = False
        for i in range(1, len(tour) - 2):
            for j in range(i + 1, len(tour) - 1):
                a, b, c, d = tour[i - 1], tour[i], tour[j], tour[j + 1]
                if apart(a, c) + apart(b, d) < apart(a, b) + apart(c, d) - 1e-9:
                    tour[i : j + 1] = reversed(tour[i : j + 1])
                    better = True
    return tour[1:-1]
