"""Which trips a list holds, and in what order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Select, and_, or_, select

from rumbo.domain.trip import TripState
from rumbo.fleet.folding import folded
from rumbo.fleet.pages import decode_cursor, decode_key, encode_cursor, encode_key
from rumbo.fleet.phases import in_state
from rumbo.fleet.tables import TRIPS, VEHICLES

Place = tuple[int, int]
"""Start (world ms) and row number of a trip: where it stands in a list."""
_KEY = re.compile(r"[0-9]{1,15}:[0-9]{1,18}")
_NAMED_AT_MOST = 500
"""Databases bound the parameters of a query; a text that more vehicles have in their names is compared row by row."""


class TripSort(StrEnum):
    """In what order trips are listed; `-`: the last first."""

    NEWEST = "-created_at"
    LAST_START = "-start_at"
    FIRST_START = "start_at"

    def place(self, cursor: str | None) -> Place | None:
        """Where a page begins. Raises InvalidInput for a cursor of another list."""
        if self is TripSort.NEWEST:
            number = decode_cursor("trips", cursor)
            return None if number is None else (0, number)
        key = decode_key(f"trips{self.value}", cursor, _KEY)
        if key is None:
            return None
        start, _, number_text = key.partition(":")
        return int(start), int(number_text)

    def cursor(self, start_ms: int, number: int) -> str:
        """The cursor after a trip."""
        if self is TripSort.NEWEST:
            return encode_cursor("trips", number)
        return encode_key(f"trips{self.value}", f"{start_ms}:{number}")


@dataclass(frozen=True, slots=True)
class TripFilter:
    """Which trips a list holds: those for which all that is given holds."""

    state: TripState | None = None
    vehicle_id: str | None = None
    since_ms: int | None = None
    """They start at this world time or later."""
    until_ms: int | None = None
    """They start before it."""
    text: str | None = None
    """Found in the vehicle's name or in the trip's id, whatever the case and the accents."""
    vehicles: frozenset[str] | None = None
    """Those whose names have the text; see `vehicles_named`."""

    def meant(self, trip_id: str, vehicle_id: str) -> bool:
        """Whether a trip has the text."""
        if self.text is None:
            return True
        return vehicle_id in (self.vehicles or ()) or self.text.casefold() in trip_id


def vehicles_named(connection: Connection, text: str) -> frozenset[str]:
    """Vehicles, those taken out too, whose name has a text in it."""
    wanted = folded(text)
    rows = connection.execute(select(VEHICLES.c.id, VEHICLES.c.name))
    return frozenset(row.id for row in rows if wanted in folded(row.name))


def filtered(query: Select[Any], wanted: TripFilter, now_ms: int) -> Select[Any]:
    """Narrows a query of trips as far as the database can tell; `TripFilter.meant` and the state itself remain."""
    if wanted.state is not None:
        query = query.where(in_state(wanted.state, now_ms))
    if wanted.vehicle_id is not None:
        query = query.where(TRIPS.c.vehicle_id == wanted.vehicle_id)
    if wanted.since_ms is not None:
        query = query.where(TRIPS.c.start_ms >= wanted.since_ms)
    if wanted.until_ms is not None:
        query = query.where(TRIPS.c.start_ms < wanted.until_ms)
    if wanted.text is not None and wanted.vehicles is not None and len(wanted.vehicles) <= _NAMED_AT_MOST:
        named = TRIPS.c.vehicle_id.in_(wanted.vehicles)
        query = query.where(or_(named, TRIPS.c.id.contains(wanted.text.casefold(), autoescape=True)))
    return query


def in_order(query: Select[Any], order: TripSort, after: Place | None) -> Select[Any]:
    """The query in an order, after a place in it."""
    start, number = TRIPS.c.start_ms, TRIPS.c.number
    if order is TripSort.NEWEST:
        query = query.order_by(number.desc())
        return query if after is None else query.where(number < after[1])
    if order is TripSort.LAST_START:
        query = query.order_by(start.desc(), number.desc())
        beyond = None if after is None else or_(start < after[0], and_(start == after[0], number < after[1]))
    else:
        query = query.order_by(start, number)
        beyond = None if after is None else or_(start > after[0], and_(start == after[0], number > after[1]))
    return query if beyond is None else query.where(beyond)
