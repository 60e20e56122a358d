"""What a vehicle's trips in the database leave it with at a moment."""

from __future__ import annotations

from sqlalchemy import Connection, func, or_, select

from rumbo.domain.vehicle import Vehicle
from rumbo.fleet.chain import Standing
from rumbo.fleet.tables import TRIPS


def standing_before(connection: Connection, vehicle: Vehicle, start_ms: int) -> Standing:
    """After all trips of the vehicle that start before `start_ms`, as they are planned now.

    The energy is what the last of them leaves, or what was set by hand since it started; a trip that never starts
    leaves it as it was.
    """
    earlier = (TRIPS.c.vehicle_id == vehicle.id, TRIPS.c.start_ms < start_ms)
    driven = select(func.coalesce(func.sum(TRIPS.c.driven_m), 0.0)).where(*earlier)
    last = connection.execute(
        select(TRIPS.c.start_ms, TRIPS.c.energy_end)
        .where(*earlier, or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > TRIPS.c.start_ms))
        .order_by(TRIPS.c.start_ms.desc())
        .limit(1)
    ).one_or_none()
    level = vehicle.energy_level
    if last is not None and last.start_ms > vehicle.energy_set_ms:
        level = float(last.energy_end)
    return Standing(round(float(connection.execute(driven).scalar_one()), 3), level)
