"""How vehicles stand: metres driven and energy left, by what their trips in the database come to."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from rumbo.domain.vehicle import Vehicle
from rumbo.fleet.chain import Standing
from rumbo.fleet.tables import TRIPS


def standings(connection: Connection, vehicles: Sequence[Vehicle], now_ms: int) -> dict[str, Standing]:
    """How vehicles stand after all their trips that have started by `now_ms`, as these are planned now.

    The energy is what the last of them leaves, or what was set by hand since it started; a trip that never starts
    leaves it as it was.
    """
    begun = (TRIPS.c.vehicle_id.in_([vehicle.id for vehicle in vehicles]), TRIPS.c.start_ms <= now_ms)
    mine = select(TRIPS.c.vehicle_id).where(*begun).group_by(TRIPS.c.vehicle_id)
    driven = {row[0]: row[1] for row in connection.execute(mine.add_columns(func.sum(TRIPS.c.driven_m)))}
    newest = mine.add_columns(func.max(TRIPS.c.start_ms).label("start_ms")).where(_takes_time()).subquery()
    lasts = select(TRIPS.c.vehicle_id, TRIPS.c.start_ms, TRIPS.c.energy_end).join(
        newest, and_(TRIPS.c.vehicle_id == newest.c.vehicle_id, TRIPS.c.start_ms == newest.c.start_ms)
    )
    last = {row.vehicle_id: row for row in connection.execute(lasts.where(_takes_time()))}
    return {
        vehicle.id: Standing(
            round(float(driven.get(vehicle.id, 0.0)), 3),
            level_after(vehicle, last[vehicle.id].start_ms, last[vehicle.id].energy_end)
            if vehicle.id in last
            else vehicle.energy_level,
        )
        for vehicle in vehicles
    }


def level_after(vehicle: Vehicle, start_ms: int, energy_end: float) -> float:
    """After a trip. No trip is planned while the level is set, so one that starts at the same time came later."""
    return float(energy_end) if start_ms >= vehicle.energy_set_ms else vehicle.energy_level


def _takes_time() -> ColumnElement[bool]:
    """Not cancelled before its start."""
    return or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > TRIPS.c.start_ms)
