"""Lists of vehicles and of fleets."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import Connection, Select, distinct, or_, select
from sqlalchemy import func as sql

from rumbo.domain.vehicle import Vehicle
from rumbo.fleet.folding import folded
from rumbo.fleet.tables import TRIPS, VEHICLES
from rumbo.fleet.vehicle_orders import FleetView, VehicleFilter
from rumbo.fleet.vehicles import tags_text, vehicle_of_row

_ROWS_AT_ONCE = 1_000


def list_vehicles(
    connection: Connection, after: int | None, limit: int | None, only: VehicleFilter | None = None
) -> list[tuple[int, Vehicle]]:
    """Vehicles with their row numbers, oldest first, those after row `after`."""
    query = _filtered(select(VEHICLES), after, only or VehicleFilter())
    if only is None or (only.tag is None and only.text is None):
        query = query.limit(limit)
    found: list[tuple[int, Vehicle]] = []
    with connection.execute(query.execution_options(yield_per=_ROWS_AT_ONCE)) as rows:
        for row in rows:
            # What letters are alike differs among databases, so a text is compared here.
            if only is None or _meant(only, row.id, row.name, row.tags):
                found.append((row.number, vehicle_of_row(row)))
                if len(found) == limit:
                    break
    return found


def list_fleets(
    connection: Connection, after: int | None, limit: int, now_ms: int
) -> list[tuple[int, FleetView]]:
    """Fleets, each with the row number of its oldest vehicle, oldest first, those after row `after`."""
    first = sql.min(VEHICLES.c.number)
    named = _living().where(VEHICLES.c.fleet.is_not(None))
    query = named.with_only_columns(VEHICLES.c.fleet, first).group_by(VEHICLES.c.fleet).order_by(first)
    if after is not None:
        query = query.having(first > after)
    firsts = {row[0]: row[1] for row in connection.execute(query.limit(limit))}
    mine = _living().where(VEHICLES.c.fleet.in_(firsts))
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    tags: defaultdict[str, set[str]] = defaultdict(set)
    parts = (VEHICLES.c.fleet, VEHICLES.c.vehicle_class, VEHICLES.c.tags)
    for fleet, kind, text, count in connection.execute(
        mine.with_only_columns(*parts, sql.count()).group_by(*parts)
    ):
        counts[fleet][kind] += count
        tags[fleet] |= set(json.loads(text))
    driving = mine.join(TRIPS, TRIPS.c.vehicle_id == VEHICLES.c.id).where(
        TRIPS.c.start_ms <= now_ms, or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > now_ms)
    )
    driving = driving.with_only_columns(VEHICLES.c.fleet, sql.count(distinct(VEHICLES.c.id)))
    busy = {row[0]: row[1] for row in connection.execute(driving.group_by(VEHICLES.c.fleet))}
    return [
        (number, FleetView(fleet, counts[fleet], busy.get(fleet, 0), tuple(sorted(tags[fleet]))))
        for fleet, number in firsts.items()
    ]


def _meant(only: VehicleFilter, vehicle_id: str, name: str, tags: str) -> bool:
    text = folded(only.text or "")
    named = text in folded(name) or text in vehicle_id
    return named and (only.tag is None or only.tag in json.loads(tags))


def _living() -> Select[Any]:
    return select(VEHICLES).where(VEHICLES.c.deleted_ms.is_(None))


def _filtered(query: Select[Any], after: int | None, only: VehicleFilter) -> Select[Any]:
    query = query.where(VEHICLES.c.deleted_ms.is_(None)).order_by(VEHICLES.c.number)
    if after is not None:
        query = query.where(VEHICLES.c.number > after)
    if only.fleet is not None:
        query = query.where(VEHICLES.c.fleet == only.fleet)
    if only.vehicle_class is not None:
        query = query.where(VEHICLES.c.vehicle_class == only.vehicle_class.value)
    if only.tag is not None:  # those that may have it: LIKE does not tell all letters apart
        query = query.where(VEHICLES.c.tags.contains(tags_text([only.tag])[1:-1], autoescape=True))
    return query
