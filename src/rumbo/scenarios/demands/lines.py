"""Buses by the timetable."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from rumbo.domain.route import Waypoint
from rumbo.domain.vehicle import VehicleClass
from rumbo.scenarios.demand import Line, Lines
from rumbo.scenarios.dice import Dice
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order
from rumbo.scenarios.plane import KM_PER_DEGREE, Point, apart
from rumbo.scenarios.stage import Day, Stage
from rumbo.scenarios.values import length_ms

ENDS_TRIED = 24


def trips(demand: Lines, stage: Stage, day: Day) -> Iterator[Order]:
    if not stage.calendar.is_on(demand.days, day.date):
        return
    fleet = stage.fleets[demand.fleet]
    for i, line in enumerate(demand.lines):
        yield from _line(demand, line, stage, day, fleet[i :: len(demand.lines)])


def _line(demand: Lines, line: Line, stage: Stage, day: Day, vehicles: list[FleetVehicle]) -> Iterator[Order]:
    """Each departure is taken by the first vehicle that is back; where none is, it does not run."""
    if not vehicles:
        stage.dropped[f"line {line.name}: it has no vehicle; give the fleet more"] += 1
        return
    layover_ms = length_ms(demand.layover)
    free_ms = [day.begin_ms] * len(vehicles)
    runs = [0] * len(vehicles)
    departs_ms, last_ms = stage.at(day, line.first), stage.at(day, line.last)
    while departs_ms <= last_ms:
        at = next((n for n, free in enumerate(free_ms) if free <= departs_ms), None)
        if at is None:
            stage.dropped[f"line {line.name}: no vehicle was back in time; give the fleet more"] += 1
        else:
            stops = stops_of(demand, line, stage, vehicles[at].vehicle_class)
            dwell_s = length_ms(demand.dwell) / 1000
            out = stage.trip(vehicles[at], day, runs[at], departs_ms, _calls(stops, dwell_s), "line")
            returns_ms = departs_ms if out is None else out.ends_ms + layover_ms
            back = out and stage.trip(
                vehicles[at], day, runs[at] + 1, returns_ms, _calls(stops[::-1], dwell_s), "line"
            )
            if out is not None and back is not None:
                yield out
                yield back
                free_ms[at], runs[at] = back.ends_ms + layover_ms, runs[at] + 2
        departs_ms += length_ms(line.headway)


def stops_of(demand: Lines, line: Line, stage: Stage, vehicle_class: VehicleClass) -> list[Point]:
    """Stops from one end to the other: as given, or drawn: two ends as far apart as wished, and what lies between."""
    if line.stops:
        return [(spot.lat, spot.lon) for spot in line.stops]
    pool = stage.pool(demand.stop, vehicle_class, 1 << 30, "stop")
    dice = stage.dice.at("line", line.name)
    pairs = [_two(pool, dice.at("ends", i)) for i in range(ENDS_TRIED)]
    wanted = line.ends_apart_km / KM_PER_DEGREE
    first, last = min(pairs, key=lambda pair: abs(apart(*pair) - wanted))
    between = sorted(
        (point for point in pool if point not in (first, last)),
        key=lambda point: apart(first, point) + apart(point, last),
    )[: line.stop_count - 2]
    stops = [first, *sorted(between, key=lambda point: apart(first, point) - apart(point, last)), last]
    return [stops[0], *(b for a, b in pairwise(stops) if a != b)]


def _calls(stops: list[Point], dwell_s: float) -> list[Waypoint]:
    inner = [Waypoint(lat, lon, dwell_s) for lat, lon in stops[1:-1]]
    return [Waypoint(*stops[0]), *inner, Waypoint(*stops[-1])]


def _two(pool: tuple[Point, ...], dice: Dice) -> tuple[Point, Point]:
    first, last = dice.shuffled(pool)[:2]
    return first, last
