"""The kinds of demand, each a file: a day of it becomes trips. A new kind is a file, its record and a line here."""

from __future__ import annotations

from collections.abc import Iterator

from rumbo.scenarios.demand import Commuters, Deliveries, Demand, Lines, Loops, Recurring, RideHailing
from rumbo.scenarios.demands import commuters, deliveries, lines, loops, recurring, ride_hailing
from rumbo.scenarios.orders import Order
from rumbo.scenarios.stage import Day, Stage


def trips_of_day(demand: Demand, stage: Stage, day: Day) -> Iterator[Order]:
    """All trips of a demand on one day, in any order. They are over by the day's end, each vehicle at its base."""
    match demand:
        case Commuters():
            return commuters.trips(demand, stage, day)
        case Deliveries():
            return deliveries.trips(demand, stage, day)
        case Lines():
            return lines.trips(demand, stage, day)
        case RideHailing():
            return ride_hailing.trips(demand, stage, day)
        case Recurring():
            return recurring.trips(demand, stage, day)
        case Loops():
            return loops.trips(demand, stage, day)
