"""The same trip at the times of a recurrence rule."""

from __future__ import annotations

from collections.abc import Iterator

from rumbo.domain.route import Waypoint
from rumbo.scenarios.demand import Recurring
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order
from rumbo.scenarios.plane import Point
from rumbo.scenarios.stage import TURNAROUND_MS, Day, Stage
from rumbo.scenarios.values import Spot, length_ms


def trips(demand: Recurring, stage: Stage, day: Day) -> Iterator[Order]:
    times = stage.calendar.times(demand.when, day.date)
    for vehicle in stage.fleets[demand.fleet] if times else ():
        start = _point(demand.start, stage, vehicle, "start", None)
        to = _point(demand.to, stage, vehicle, "to", start)
        via = [spot.waypoint for spot in demand.via]
        free_ms, nth = day.begin_ms, 0
        for at_ms in times:
            if at_ms < free_ms:
                stage.dropped["visit: the vehicle was still away from the time before"] += 1
                continue
            there = stage.trip(vehicle, day, nth, at_ms, [Waypoint(*start), *via, Waypoint(*to)], "visit")
            if there is None:
                continue
            if demand.stay is None:
                yield there
                free_ms, nth = there.ends_ms + TURNAROUND_MS, nth + 1
                continue
            returns_ms = there.ends_ms + max(TURNAROUND_MS, length_ms(demand.stay))
            back = stage.trip(
                vehicle, day, nth + 1, returns_ms, [Waypoint(*to), *via[::-1], Waypoint(*start)], "visit"
            )
            if back is not None:
                yield there
                yield back
                free_ms, nth = back.ends_ms + TURNAROUND_MS, nth + 2


def _point(
    where: Spot | tuple[str, ...], stage: Stage, vehicle: FleetVehicle, use: str, but: Point | None
) -> Point:
    if isinstance(where, Spot):
        return where.lat, where.lon
    pool = stage.pool(where, vehicle.vehicle_class, 1 << 30, use)
    return stage.dice.at(use, vehicle.number).one_of([point for point in pool if point != but])
