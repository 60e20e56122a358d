"""Vehicles' trips from a moment on, read once for a whole request: who is free when, and how each stands then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, or_, select

from rumbo.domain.plan import Plan
from rumbo.domain.vehicle import Vehicle
from rumbo.fleet.chain import Standing
from rumbo.fleet.standings import level_after, standings
from rumbo.fleet.tables import TRIPS
from rumbo.fleet.trips import Outlook


@dataclass(frozen=True, slots=True)
class Stay:
    """What a trip takes of its vehicle's time, and leaves it with. `end_ms` None: paused, without end."""

    trip_id: str
    start_ms: int
    end_ms: int | None
    driven_m: float
    energy_end: float

    @property
    def takes_time(self) -> bool:
        """A trip cancelled before its start does not."""
        return self.end_ms is None or self.end_ms > self.start_ms


@dataclass(slots=True)
class Timeline:
    """One vehicle: how it stood at the moment, and its trips since, those then under way included."""

    vehicle: Vehicle
    stood: Standing
    from_ms: int
    stays: list[Stay] = field(default_factory=list)

    def busy(self, from_ms: int, until_ms: int) -> Stay | None:
        """The earliest trip that takes any of [from, until); `from_ms` is no earlier than the timeline's."""
        found = [
            stay
            for stay in self.stays
            if stay.takes_time and stay.start_ms < until_ms and (stay.end_ms is None or stay.end_ms > from_ms)
        ]
        return min(found, key=lambda stay: stay.start_ms, default=None)

    def standing(self, start_ms: int) -> Standing:
        """After all trips that start before `start_ms`."""
        since = [stay for stay in self.stays if self.from_ms <= stay.start_ms < start_ms]
        last = max((stay for stay in since if stay.takes_time), key=lambda stay: stay.start_ms, default=None)
        level = self.stood.energy_level
        if last is not None:
            level = level_after(self.vehicle, last.start_ms, last.energy_end)
        driven_m = self.stood.odometer_m + sum(stay.driven_m for stay in since)
        return Standing(round(driven_m, 3), level)

    def add(self, plan: Plan, ahead: Outlook) -> None:
        stay = Stay(plan.trip_id, plan.start_ms, ahead.end_ms, ahead.driven_m, ahead.energy_end)
        self.stays.append(stay)


def timelines(connection: Connection, vehicles: Sequence[Vehicle], from_ms: int) -> dict[str, Timeline]:
    """Of each vehicle, by id. The caller has locked them."""
    stood = standings(connection, vehicles, from_ms - 1)
    found = {vehicle.id: Timeline(vehicle, stood[vehicle.id], from_ms) for vehicle in vehicles}
    still = or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > from_ms, TRIPS.c.start_ms >= from_ms)
    query = select(
        TRIPS.c.vehicle_id,
        TRIPS.c.id,
        TRIPS.c.start_ms,
        TRIPS.c.end_ms,
        TRIPS.c.driven_m,
        TRIPS.c.energy_end,
    ).where(TRIPS.c.vehicle_id.in_(list(found)), still)
    for vehicle_id, *values in connection.execute(query):
        found[vehicle_id].stays.append(Stay(*values))
    return found
