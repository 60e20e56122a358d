"""Trips in the database.

The plan as first made (route, profile) never changes and lies compressed in its own table; what changes
(times, amendments) and what lists ask for stands in columns of `trips`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import batched
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from rumbo.domain.plan import Amendment, AmendmentKind, Plan
from rumbo.domain.route import Waypoint
from rumbo.errors import NotFound
from rumbo.events.plans import plan_from_json
from rumbo.fleet.amendment_routes import AmendmentRoutes, route_columns
from rumbo.fleet.phases import still_open
from rumbo.fleet.plan_cache import PlanCache
from rumbo.fleet.tables import PLANS, TRIPS
from rumbo.fleet.trip_lists import Place, TripFilter, TripSort, filtered, in_order

BBox = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Outlook:
    """What follows from a plan as it stands: when, where, after how many metres and how full the trip ends."""

    phase: str
    end_ms: int | None
    """World time; None while paused, for then nobody knows."""
    end_lat: float
    end_lon: float
    driven_m: float
    energy_end: float
    """Share of full."""


@dataclass(frozen=True, slots=True)
class TripRow:
    """A trip without its route and profile."""

    number: int
    id: str
    vehicle_id: str
    created_ms: int
    start_ms: int
    amendments: tuple[Amendment, ...]
    settled_revision: int
    version: int
    token: str | None
    outlook: Outlook
    odometer_start_m: float
    energy_start: float
    seed: int
    device_profile: str
    waypoints: tuple[Waypoint, ...]
    distance_m: float
    duration_s: float
    provider: str
    bbox: BBox
    outline: str
    """JSON, [[lon, lat], …]: the route's line, simplified."""
    order_hash: str | None

    @property
    def revision(self) -> int:
        return len(self.amendments)

    @property
    def settled(self) -> bool:
        """Whether the broker has said when the newest decision takes effect."""
        return self.settled_revision == self.revision


@dataclass(frozen=True, slots=True)
class NewTrip:
    """A trip to add; `body` is that of `packed_body`, `line` is `encode_outline(plan.route)`."""

    plan: Plan
    body: bytes
    line: str
    outlook: Outlook
    waypoints: tuple[Waypoint, ...]
    token: str | None
    order_hash: str


class Trips:
    """Reads and writes trips on the connection it is given, so that the caller bounds the transaction."""

    def __init__(self, cache: PlanCache | None = None) -> None:
        self._cache = cache or PlanCache()
        self._routes = AmendmentRoutes()

    def add(self, connection: Connection, trips: Sequence[NewTrip]) -> None:
        """Add trips. Raises IntegrityError where an id is taken."""
        connection.execute(insert(TRIPS), [_first_columns(trip) for trip in trips])
        connection.execute(insert(PLANS), [{"trip_id": t.plan.trip_id, "body": t.body} for t in trips])

    def change(
        self,
        connection: Connection,
        row: TripRow,
        plan: Plan,
        outlook: Outlook,
        *,
        token: str | None = None,
        settled_revision: int | None = None,
    ) -> bool:
        """Set what changes of a trip; False where somebody else changed it since `row` was read."""
        values = _changing(plan, outlook) | route_columns(plan) | {"version": row.version + 1}
        if token is not None:
            values["token"] = token
        if settled_revision is not None:
            values["settled_revision"] = settled_revision
        query = update(TRIPS).where(TRIPS.c.id == row.id, TRIPS.c.version == row.version).values(**values)
        changed = connection.execute(query).rowcount == 1
        if changed:
            self._routes.add(connection, row.id, plan.amendments)
        return changed

    def find(self, connection: Connection, trip_id: str) -> TripRow:
        """Raises NotFound."""
        row = connection.execute(select(TRIPS).where(TRIPS.c.id == trip_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such trip.", hint="GET /api/v1/trips lists them.", field="trip_id")
        return _trip(row)

    def find_all(self, connection: Connection, trip_ids: Collection[str]) -> dict[str, TripRow]:
        """Those of the trips that there are, by id."""
        parts = batched(trip_ids, 500)  # databases bound the parameters of a query
        queries = [select(TRIPS).where(TRIPS.c.id.in_(some)) for some in parts]
        return {row.id: _trip(row) for query in queries for row in connection.execute(query)}

    def digests(self, connection: Connection, trip_ids: Sequence[str]) -> dict[str, str | None]:
        """By what orders those of the trips that there are were planned; None: by one that did not note it."""
        query = select(TRIPS.c.id, TRIPS.c.order_hash).where(TRIPS.c.id.in_(trip_ids))
        return {row.id: row.order_hash for row in connection.execute(query)}

    def plan(self, connection: Connection, row: TripRow) -> Plan:
        """The trip's plan with all that happened to it since."""
        first = self._cache.get(row.id)
        if first is None:
            body = connection.execute(select(PLANS.c.body).where(PLANS.c.trip_id == row.id)).scalar_one()
            first = plan_from_json(zlib.decompress(body))
            self._cache.put(row.id, first, len(body))
        return replace(
            first,
            created_ms=row.created_ms,
            start_ms=row.start_ms,
            amendments=self._routes.with_routes(connection, row.id, row.amendments),
            odometer_start_m=row.odometer_start_m,
            energy_start=row.energy_start,
        )

    def keep(self, plan: Plan, size: int) -> None:
        """Have a plan at hand that was just committed; `size` is its body's."""
        self._cache.put(plan.trip_id, plan, size)

    def page(
        self,
        connection: Connection,
        now_ms: int,
        wanted: TripFilter,
        order: TripSort,
        after: Place | None,
        limit: int,
    ) -> list[TripRow]:
        """Trips in an order, those after a place in it. For driving and waiting: all that are under way."""
        query = in_order(filtered(select(TRIPS), wanted, now_ms), order, after).limit(limit)
        return [_trip(row) for row in connection.execute(query)]

    def under_way(
        self, connection: Connection, now_ms: int, vehicle_ids: Sequence[str] | None
    ) -> list[TripRow]:
        """Trips that have started and not ended; of all vehicles where None is given."""
        query = select(TRIPS).where(still_open(now_ms), TRIPS.c.start_ms <= now_ms)
        if vehicle_ids is not None:
            query = query.where(TRIPS.c.vehicle_id.in_(vehicle_ids))
        return [_trip(row) for row in connection.execute(query.order_by(TRIPS.c.number))]

    def last_ended(self, connection: Connection, now_ms: int) -> list[TripRow]:
        """Each vehicle's newest trip that has ended."""
        ended = (
            select(TRIPS.c.vehicle_id, func.max(TRIPS.c.end_ms).label("end_ms"))
            .where(TRIPS.c.end_ms <= now_ms, TRIPS.c.start_ms <= TRIPS.c.end_ms)
            .group_by(TRIPS.c.vehicle_id)
            .subquery()
        )
        query = select(TRIPS).join(
            ended, and_(TRIPS.c.vehicle_id == ended.c.vehicle_id, TRIPS.c.end_ms == ended.c.end_ms)
        )
        return [_trip(row) for row in connection.execute(query.where(TRIPS.c.start_ms <= TRIPS.c.end_ms))]

    def busy(
        self,
        connection: Connection,
        vehicle_id: str,
        from_ms: int,
        until_ms: int | None,
        but: str = "",
        late_ms: int | None = None,
    ) -> TripRow | None:
        """The earliest trip of a vehicle that takes any of [from, until), or of all time from `from_ms` on.

        With `late_ms`, trips do not count that should have started before it and are not on Kafka yet: they
        will find their own place.
        """
        query = select(TRIPS).where(TRIPS.c.vehicle_id == vehicle_id, TRIPS.c.id != but, still_open(from_ms))
        # A trip cancelled before its start ends before it begins: it takes no time.
        query = query.where(or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > TRIPS.c.start_ms))
        if until_ms is not None:
            query = query.where(TRIPS.c.start_ms < until_ms)
        if late_ms is not None:
            query = query.where(or_(TRIPS.c.settled_revision >= 0, TRIPS.c.start_ms >= late_ms))
        row = connection.execute(query.order_by(TRIPS.c.start_ms).limit(1)).one_or_none()
        return None if row is None else _trip(row)


def packed_body(text: bytes) -> bytes:
    """A plan's JSON as it lies in the database."""
    return zlib.compress(text, 3)


def _first_columns(trip: NewTrip) -> dict[str, Any]:
    plan, route = trip.plan, trip.plan.route
    return {
        "id": plan.trip_id,
        "vehicle_id": plan.vehicle_id,
        "seed": plan.seed,
        "device_profile": plan.device.name,
        "waypoints": json.dumps([[w.lat, w.lon, w.dwell_s] for w in trip.waypoints]),
        "distance_m": route.length_m,
        "duration_s": plan.profile.duration_s,
        "provider": route.provider,
        "bbox": json.dumps(route.bbox),
        "outline": trip.line,
        "settled_revision": -1,
        "version": 0,
        "token": trip.token,
        "order_hash": trip.order_hash,
        **_changing(plan, trip.outlook),
    }


def _changing(plan: Plan, outlook: Outlook) -> dict[str, Any]:
    return {
        "created_ms": plan.created_ms,
        "start_ms": plan.start_ms,
        "odometer_start_m": plan.odometer_start_m,
        "energy_start": plan.energy_start,
        "energy_end": outlook.energy_end,
        "amendments": json.dumps([[a.kind.value, a.at_ms] for a in plan.amendments]),
        "revision": plan.revision,
        "phase": outlook.phase,
        "end_ms": outlook.end_ms,
        "end_lat": outlook.end_lat,
        "end_lon": outlook.end_lon,
        "driven_m": outlook.driven_m,
    }


def _trip(row: Row[Any]) -> TripRow:
    return TripRow(
        number=row.number,
        id=row.id,
        vehicle_id=row.vehicle_id,
        created_ms=row.created_ms,
        start_ms=row.start_ms,
        amendments=tuple(Amendment(AmendmentKind(kind), at_ms) for kind, at_ms in json.loads(row.amendments)),
        settled_revision=row.settled_revision,
        version=row.version,
        token=row.token,
        outlook=Outlook(row.phase, row.end_ms, row.end_lat, row.end_lon, row.driven_m, row.energy_end),
        odometer_start_m=row.odometer_start_m,
        energy_start=row.energy_start,
        seed=row.seed,
        device_profile=row.device_profile,
        waypoints=tuple(Waypoint(*values) for values in json.loads(row.waypoints)),
        distance_m=row.distance_m,
        duration_s=row.duration_s,
        provider=row.provider,
        bbox=tuple(json.loads(row.bbox)),
        outline=row.outline,
        order_hash=row.order_hash,
    )
