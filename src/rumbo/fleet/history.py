"""Where everybody was: the states of all vehicles at any world time, computed from their plans.

What has happened is never changed by a later amendment (ADR 0003), so a plan once packed serves for every time up to
that at which it was read. A slider that is dragged over an hour reads each plan once.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, and_, func, or_, select

from rumbo.domain.trip import TripState
from rumbo.errors import InvalidInput
from rumbo.fleet import rules
from rumbo.fleet.database import Database
from rumbo.fleet.rules import time_text
from rumbo.fleet.tables import TRIPS, VEHICLES
from rumbo.fleet.trips import BBox, Trips
from rumbo.fleet.world import WorldView
from rumbo.motion import STATES, Fleet
from rumbo.motion.states import States

KEPT_TRIPS = 20_000
"""More packed plans than this are let go of and read again."""


@dataclass(frozen=True, slots=True)
class PastState:
    """A vehicle at a moment; one that does not drive stands where its last trip ended."""

    vehicle_id: str
    name: str
    vehicle_class: str
    trip_id: str
    state: TripState
    lat: float
    lon: float
    speed_mps: float
    heading_deg: float
    distance_m: float
    remaining_m: float
    progress: float


class History:
    """Answers for one database. Thread-safe; one question at a time."""

    def __init__(self, database: Database, trips: Trips, world: WorldView) -> None:
        self._database = database
        self._trips = trips
        self._world = world
        self._lock = threading.Lock()
        self._fleet: Fleet = Fleet.of()
        self._read_ms: dict[str, int] = {}
        """World time at which a trip's plan was read: it serves up to then."""

    def at(self, at_ms: int, bbox: BBox | None = None, limit: int = 1_000) -> tuple[list[PastState], bool]:
        """States at a world time in a box (west > east: across the antimeridian), and whether there are more.

        Vehicles that had not driven by then are left out. A time to come is answered as everything is planned now.
        Raises InvalidInput before the world's beginning and too far ahead.
        """
        self._check(at_ms)
        with self._lock:
            with self._database.read() as connection:
                found = _newest_trips(connection, at_ms)
                self._pack(connection, [row[0] for row in found], at_ms)
            if not found:
                return [], False
            rows = np.array([self._fleet.index[row[0]] for row in found])
            states = self._fleet.states(rows, at_ms)
        seen = np.flatnonzero(_inside(states, bbox)) if bbox is not None else np.arange(len(found))
        return [_state(found[i], states, i) for i in seen[:limit].tolist()], len(seen) > limit

    def _check(self, at_ms: int) -> None:
        first_ms = self._world.clock.changes[0].world_ms
        if at_ms < first_ms:
            raise InvalidInput(
                f"The world began at {time_text(first_ms)}.", hint="Ask for a later time.", field="at"
            )
        if at_ms > self._world.now_ms() + rules.MAX_AHEAD_MS:
            raise InvalidInput(
                "That is more than ten years ahead.", hint="Ask for an earlier time.", field="at"
            )

    def _pack(self, connection: Connection, trip_ids: list[str], at_ms: int) -> None:
        """Have all these trips in the fleet with plans that serve for a time."""
        missing = [key for key in trip_ids if self._read_ms.get(key, -1) < at_ms]
        if not missing:
            return
        if len(self._read_ms) + len(missing) > KEPT_TRIPS:
            self._fleet, self._read_ms, missing = Fleet.of(), {}, trip_ids
        now_ms = self._world.now_ms()
        rows = [self._trips.find(connection, key) for key in missing]
        self._fleet = self._fleet.with_plans([self._trips.plan(connection, row) for row in rows])
        for row in rows:  # a decision that is not settled may still move: its plan serves this once
            self._read_ms[row.id] = now_ms if row.settled else -1


def _newest_trips(connection: Connection, at_ms: int) -> list[tuple[str, str, str, str]]:
    """(trip id, vehicle id, name, class) of the trip that each vehicle drives or drove last, by vehicle."""
    drives = and_(TRIPS.c.start_ms <= at_ms, or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > TRIPS.c.start_ms))
    newest = (
        select(TRIPS.c.vehicle_id, func.max(TRIPS.c.start_ms).label("start_ms"))
        .where(drives)
        .group_by(TRIPS.c.vehicle_id)
        .subquery()
    )
    query = (
        select(TRIPS.c.id, TRIPS.c.vehicle_id, VEHICLES.c.name, VEHICLES.c.vehicle_class)
        .join(newest, and_(TRIPS.c.vehicle_id == newest.c.vehicle_id, TRIPS.c.start_ms == newest.c.start_ms))
        .join(VEHICLES, VEHICLES.c.id == TRIPS.c.vehicle_id)
        .where(drives)
        .order_by(VEHICLES.c.number)
    )
    return [(row[0], row[1], row[2], row[3]) for row in connection.execute(query)]


def _inside(states: States, bbox: BBox) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    west, south, east, north = bbox
    lon, lat = states.lon, states.lat
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    return across & (lat >= south) & (lat <= north)


def _state(found: tuple[str, str, str, str], states: States, i: int) -> PastState:
    trip_id, vehicle_id, name, vehicle_class = found
    return PastState(
        vehicle_id,
        name,
        vehicle_class,
        trip_id,
        TripState(STATES[int(states.state[i])]),
        round(float(states.lat[i]), 7),
        round(float(states.lon[i]), 7),
        round(float(states.speed_mps[i]), 2),
        round(float(states.heading_deg[i]), 1),
        round(float(states.distance_m[i]), 1),
        round(float(states.remaining_m[i]), 1),
        round(float(states.progress[i]), 4),
    )
