"""Rounds without a stop, one after the other, for load: few different lines, any number of vehicles."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from shapely import LineString

from rumbo.domain.route import MAX_WAYPOINTS, Route, Waypoint
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, NoRoute
from rumbo.scenarios.days import EPOCH
from rumbo.scenarios.demand import Loops
from rumbo.scenarios.orders import Order
from rumbo.scenarios.stage import Day, Line, Stage
from rumbo.scenarios.values import length_ms

CORNERS = 3
DRAWN = 5
THIN_M, METRES_PER_DEGREE = 8.0, 111_195.0
MEASURED = 4
FASTER, SLOWER = 1.15, 1.6
"""A round may be so much shorter than the shortest that was measured, and longer than the first of its line: drivers,
their pace, traffic and signals differ."""


def trips(demand: Loops, stage: Stage, day: Day) -> Iterator[Order]:
    every_ms, fleet = length_ms(demand.every), stage.fleets[demand.fleet]
    first = max(0, -(-(day.begin_ms - stage.began_ms) // every_ms))
    begins = range(stage.began_ms + first * every_ms, day.end_ms, every_ms)
    for nth, begin_ms in enumerate(begins):
        if begin_ms >= stage.to_ms or begin_ms + every_ms <= stage.from_ms:
            continue
        if begin_ms + every_ms > day.end_ms:
            stage.dropped["loop: the round across the day's end is left out"] += len(fleet)
            return
        usual: dict[tuple[VehicleClass, int], Order | None] = {}
        for vehicle in fleet:
            key = vehicle.vehicle_class, vehicle.place % demand.routes
            points, line = line_of(demand, stage, *key)
            delay_ms = stage.dice.at("loop", vehicle.number, day.number, nth).whole(
                max(1, length_ms(demand.spread))
            )
            if key not in usual:
                usual[key] = stage.trip(vehicle, day, nth, begin_ms + delay_ms, points, "loop", line)
            like = usual[key]
            if like is None:
                continue
            order = stage.trip_like(like, vehicle, day, nth, begin_ms + delay_ms)
            if begin_ms + delay_ms + round((like.ends_ms - like.start_ms) * SLOWER) > begin_ms + every_ms:
                stage.dropped["loop: it may not be over before the next begins; make `every` longer"] += 1
            else:
                yield order


def line_of(
    demand: Loops, stage: Stage, vehicle_class: VehicleClass, number: int
) -> tuple[list[Waypoint], Line]:
    """A lap through a few points, repeated until it lasts as long as it should: waypoints; if bare, the line.

    Of some laps drawn the one counts with which the round is least longer than asked for.
    """
    key = demand.fleet, vehicle_class, number
    if key not in stage.lines:
        pool = stage.pool(demand.through, vehicle_class, 1 << 30, "through")
        wanted_ms, most = length_ms(demand.lasting) * FASTER, (MAX_WAYPOINTS - 1) // CORNERS
        rounds: list[tuple[float, int, list[Waypoint], Line]] = []
        for attempt in range(DRAWN):
            corners = stage.dice.at("line", number, attempt).shuffled(pool)[:CORNERS]
            lap = [Waypoint(*point) for point in (*corners, corners[0])]
            try:
                line = _bare(stage.world.planning.route(vehicle_class, lap)) if demand.bare else ()
                lap_ms = _lap_ms(stage, vehicle_class, number, lap, line)
            except InvalidInput:
                continue
            laps = ceil(wanted_ms / lap_ms)
            if laps <= most:
                rounds.append((laps * lap_ms, attempt, lap[:1] + lap[1:] * laps, line[:1] + line[1:] * laps))
        if not rounds:
            raise NoRoute(
                f"No round of {demand.lasting} could be drawn for a {vehicle_class.value}.",
                hint="Change `lasting` or `radius_km`, or name other places under `through`.",
            )
        stage.lines[key] = min(rounds, key=lambda found: found[:2])[2:]
    return stage.lines[key]


def _lap_ms(stage: Stage, vehicle_class: VehicleClass, number: int, lap: list[Waypoint], line: Line) -> float:
    """How long one lap takes: the shortest of some drives."""
    anybody = next(
        v for vehicles in stage.fleets.values() for v in vehicles if v.vehicle_class is vehicle_class
    )
    start_ms = stage.calendar.begin_ms(EPOCH)
    seeds = range(number * MEASURED, (number + 1) * MEASURED)
    drives = [Order("trp_lap", anybody, start_ms, tuple(lap), seed, "loop", geometry=line) for seed in seeds]
    return min(stage.world.planning.plan(order).profile.duration_s for order in drives) * 1000


def _bare(route: Route) -> Line:
    """A route's line with as few points as stay within `THIN_M` of it."""
    thin = LineString(zip(route.lon, route.lat, strict=True)).simplify(THIN_M / METRES_PER_DEGREE)
    return tuple((lat, lon) for lon, lat in thin.coords)
