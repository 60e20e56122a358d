"""The routes of reroutes: they never change, and lie compressed in a table of their own."""

from __future__ import annotations

import json
import threading
import zlib
from collections import OrderedDict
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, insert, select

from rumbo.domain.plan import Amendment, AmendmentKind, Plan
from rumbo.domain.route import Route
from rumbo.events.plans import route_from_json, route_to_json
from rumbo.fleet.closure_tables import AMENDMENT_ROUTES
from rumbo.fleet.outline import encode_outline
from rumbo.motion import compile_plan

_KEPT = 500


class AmendmentRoutes:
    """Reads and writes them on the connection it is given; the newest used stay in memory. Thread-safe."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, int], Route] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, connection: Connection, trip_id: str, amendments: tuple[Amendment, ...]) -> None:
        """Store the routes that are not there yet."""
        given = {i: a.route for i, a in enumerate(amendments, start=1) if a.route is not None}
        if not given:
            return
        query = select(AMENDMENT_ROUTES.c.revision).where(AMENDMENT_ROUTES.c.trip_id == trip_id)
        there = set(connection.execute(query).scalars())
        for revision, route in given.items():
            if revision not in there:
                body = zlib.compress(route_to_json(route), 3)
                connection.execute(
                    insert(AMENDMENT_ROUTES).values(trip_id=trip_id, revision=revision, body=body)
                )

    def with_routes(
        self, connection: Connection, trip_id: str, amendments: tuple[Amendment, ...]
    ) -> tuple[Amendment, ...]:
        """The amendments, reroutes with their routes."""
        if all(a.kind is not AmendmentKind.REROUTE for a in amendments):
            return amendments
        return tuple(
            replace(a, route=self._route(connection, trip_id, i)) if a.kind is AmendmentKind.REROUTE else a
            for i, a in enumerate(amendments, start=1)
        )

    def _route(self, connection: Connection, trip_id: str, revision: int) -> Route:
        key = (trip_id, revision)
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        query = select(AMENDMENT_ROUTES.c.body).where(
            AMENDMENT_ROUTES.c.trip_id == trip_id, AMENDMENT_ROUTES.c.revision == revision
        )
        route = route_from_json(zlib.decompress(connection.execute(query).scalar_one()))
        with self._lock:
            self._kept[key] = route
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return route


def route_columns(plan: Plan) -> dict[str, Any]:
    """What of a trip's columns follows from the route in force, where that may have changed since it was planned."""
    if all(a.kind is not AmendmentKind.REROUTE for a in plan.amendments):
        return {}
    route = route_in_force(plan)
    return {
        "distance_m": route.length_m,
        "bbox": json.dumps(route.bbox),
        "outline": encode_outline(route),
    }


def route_in_force(plan: Plan) -> Route:
    """The route that the trip follows to its end as its plan now stands; reroutes that came too late are ignored."""
    return compile_plan(plan).route
