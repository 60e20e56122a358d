"""Closures and slow zones in the database, with the queue of trips that have yet to be looked at for them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, literal, or_, select, update

from rumbo.domain.closure import Closure, ClosureKind
from rumbo.errors import NotFound
from rumbo.fleet.closure_tables import CLOSURE_TRIPS, CLOSURES
from rumbo.fleet.tables import TRIPS


class Outcome(StrEnum):
    """What a closure meant for a trip."""

    WAITING = "waiting"
    """Not looked at yet, or what was decided is not known to hold yet."""
    REROUTED = "rerouted"
    UNAFFECTED = "unaffected"
    NO_OTHER_WAY = "no_other_way"
    """It crosses and goes on all the same; `detail` says why."""


@dataclass(frozen=True, slots=True)
class ClosureRow:
    number: int
    closure: Closure
    geometry: dict[str, Any]
    """As it was given."""


@dataclass(frozen=True, slots=True)
class QueuedTrip:
    number: int
    closure_id: str
    trip_id: str
    tries: int
    revision: int | None
    """Of the reroute made last, None before the first."""


def add_closure(connection: Connection, closure: Closure, geometry: dict[str, Any]) -> None:
    """Add a closure and queue all trips that are not over. Raises IntegrityError where the id is taken."""
    connection.execute(
        insert(CLOSURES).values(
            id=closure.id,
            kind=closure.kind.value,
            geometry=json.dumps(geometry),
            ring=json.dumps(closure.ring),
            speed_factor=closure.speed_factor,
            from_ms=closure.from_ms,
            until_ms=closure.until_ms,
            created_ms=closure.created_ms,
        )
    )
    queued = (
        select(literal(closure.id), TRIPS.c.id, literal(Outcome.WAITING.value), literal(0), literal(""))
        .where(or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > closure.created_ms))
        .order_by(TRIPS.c.start_ms)
    )
    if closure.until_ms is not None:
        queued = queued.where(TRIPS.c.start_ms < closure.until_ms)
    columns = ("closure_id", "trip_id", "outcome", "tries", "detail")
    connection.execute(insert(CLOSURE_TRIPS).from_select(columns, queued))


def find_closure(connection: Connection, closure_id: str) -> ClosureRow:
    """Raises NotFound."""
    query = select(CLOSURES).where(CLOSURES.c.id == closure_id, CLOSURES.c.deleted_ms.is_(None))
    row = connection.execute(query).one_or_none()
    if row is None:
        raise NotFound(
            "There is no such closure.", hint="GET /api/v1/closures lists them.", field="closure_id"
        )
    return _closure(row)


def list_closures(connection: Connection, after: int | None, limit: int) -> list[ClosureRow]:
    """Closures, oldest first, those after row `after`."""
    query = select(CLOSURES).where(CLOSURES.c.deleted_ms.is_(None)).order_by(CLOSURES.c.number).limit(limit)
    if after is not None:
        query = query.where(CLOSURES.c.number > after)
    return [_closure(row) for row in connection.execute(query)]


def closures_between(connection: Connection, from_ms: int, until_ms: int | None) -> list[Closure]:
    """Those that hold at any time of [from, until]; None: for ever."""
    query = select(CLOSURES).where(
        CLOSURES.c.deleted_ms.is_(None), or_(CLOSURES.c.until_ms.is_(None), CLOSURES.c.until_ms > from_ms)
    )
    if until_ms is not None:
        query = query.where(CLOSURES.c.from_ms <= until_ms)
    return [_closure(row).closure for row in connection.execute(query.order_by(CLOSURES.c.number))]


def delete_closure(connection: Connection, closure_id: str, now_ms: int) -> None:
    """Take a closure away; trips that wait for it stay as they are. Raises NotFound."""
    find_closure(connection, closure_id)
    connection.execute(update(CLOSURES).where(CLOSURES.c.id == closure_id).values(deleted_ms=now_ms))
    connection.execute(
        update(CLOSURE_TRIPS)
        .where(
            and_(CLOSURE_TRIPS.c.closure_id == closure_id, CLOSURE_TRIPS.c.outcome == Outcome.WAITING.value)
        )
        .values(outcome=Outcome.UNAFFECTED.value, detail="The closure was deleted before.")
    )


def newest_number(connection: Connection) -> int:
    """The row number of the newest closure ever, 0 before the first."""
    return int(connection.execute(select(func.coalesce(func.max(CLOSURES.c.number), 0))).scalar_one())


def queue_for_newer(connection: Connection, trip_id: str, number: int) -> None:
    """Queue a trip that was planned while it knew only the closures up to row `number`."""
    newer = select(CLOSURES.c.id).where(CLOSURES.c.number > number, CLOSURES.c.deleted_ms.is_(None))
    for closure_id in connection.execute(newer).scalars().all():
        connection.execute(
            insert(CLOSURE_TRIPS).values(
                closure_id=closure_id, trip_id=trip_id, outcome=Outcome.WAITING.value, tries=0, detail=""
            )
        )


def outcomes(connection: Connection, closure_ids: Sequence[str]) -> dict[str, Counter[Outcome]]:
    """How many trips met each outcome, by closure."""
    query = (
        select(CLOSURE_TRIPS.c.closure_id, CLOSURE_TRIPS.c.outcome, func.count())
        .where(CLOSURE_TRIPS.c.closure_id.in_(closure_ids))
        .group_by(CLOSURE_TRIPS.c.closure_id, CLOSURE_TRIPS.c.outcome)
    )
    found: dict[str, Counter[Outcome]] = {closure_id: Counter() for closure_id in closure_ids}
    for closure_id, outcome, count in connection.execute(query):
        found[closure_id][Outcome(outcome)] = count
    return found


def without_other_way(connection: Connection, closure_id: str, limit: int) -> list[tuple[str, str]]:
    """(trip id, why) of trips that go on through the closure."""
    query = (
        select(CLOSURE_TRIPS.c.trip_id, CLOSURE_TRIPS.c.detail)
        .where(
            CLOSURE_TRIPS.c.closure_id == closure_id, CLOSURE_TRIPS.c.outcome == Outcome.NO_OTHER_WAY.value
        )
        .order_by(CLOSURE_TRIPS.c.number)
        .limit(limit)
    )
    return [(row.trip_id, row.detail) for row in connection.execute(query)]


def waiting_trips(connection: Connection, limit: int) -> list[QueuedTrip]:
    """Trips that have yet to be looked at, longest waiting first."""
    query = (
        select(CLOSURE_TRIPS)
        .where(CLOSURE_TRIPS.c.outcome == Outcome.WAITING.value)
        .order_by(CLOSURE_TRIPS.c.number)
        .limit(limit)
    )
    return [
        QueuedTrip(row.number, row.closure_id, row.trip_id, row.tries, row.revision)
        for row in connection.execute(query)
    ]


def note_outcome(connection: Connection, queued: QueuedTrip, outcome: Outcome, detail: str = "") -> None:
    """Say what became of a trip in the queue; its tries and revision are stored with it."""
    connection.execute(
        update(CLOSURE_TRIPS)
        .where(CLOSURE_TRIPS.c.number == queued.number)
        .values(
            outcome=outcome.value,
            detail=detail,
            tries=queued.tries,
            revision=queued.revision,
        )
    )


def _closure(row: Row[Any]) -> ClosureRow:
    ring = tuple((lat, lon) for lat, lon in json.loads(row.ring))
    closure = Closure(
        row.id, ClosureKind(row.kind), ring, row.speed_factor, row.from_ms, row.until_ms, row.created_ms
    )
    return ClosureRow(row.number, closure, json.loads(row.geometry))
