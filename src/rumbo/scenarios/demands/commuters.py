"""People who drive to work and home again."""

from __future__ import annotations

from collections.abc import Iterator

from rumbo.scenarios.demand import Commuters
from rumbo.scenarios.dice import Dice
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order
from rumbo.scenarios.plane import Point
from rumbo.scenarios.stage import TURNAROUND_MS, Day, Stage, waypoints
from rumbo.scenarios.values import Window

HABIT_MS = 600_000
"""Who leaves at seven does so within ten minutes before or after."""


def trips(demand: Commuters, stage: Stage, day: Day) -> Iterator[Order]:
    if not stage.calendar.is_on(demand.days, day.date):
        return
    fleet = stage.fleets[demand.fleet]
    for vehicle in fleet:
        dice = stage.dice.at("commuter", vehicle.number)
        if dice.at("on", day.number).share() >= demand.share_of_days:
            continue
        home, work = ends(demand, stage, vehicle, len(fleet))
        leaves_ms = _habit(demand.out, stage, day, dice.at("out"))
        out = stage.trip(vehicle, day, 0, leaves_ms, waypoints(home, work), "commute")
        if out is None:
            continue
        returns_ms = max(_habit(demand.back, stage, day, dice.at("back")), out.ends_ms + TURNAROUND_MS)
        back = stage.trip(vehicle, day, 1, returns_ms, waypoints(work, home), "commute")
        if back is not None:
            yield out
            yield back


def ends(demand: Commuters, stage: Stage, vehicle: FleetVehicle, count: int) -> tuple[Point, Point]:
    """A vehicle's home and place of work: two different points."""
    homes = stage.pool(demand.home, vehicle.vehicle_class, count, "home")
    works = stage.pool(demand.work, vehicle.vehicle_class, count, "work")
    dice = stage.dice.at("commuter", vehicle.number)
    home = dice.at("home").one_of(homes)
    return home, dice.at("work").one_of([point for point in works if point != home])


def _habit(window: Window, stage: Stage, day: Day, dice: Dice) -> int:
    """When this person leaves: about the same time each day, within the window."""
    least, most = stage.at(day, window.since), stage.at(day, window.until)
    usual = dice.between(least, most) - least
    today = least + usual + dice.at(day.number).between(-HABIT_MS, HABIT_MS)
    return min(max(today, least), most)
