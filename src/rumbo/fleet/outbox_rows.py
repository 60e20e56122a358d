"""The outbox's rows: which revision of which trip has yet to be on Kafka."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select

from rumbo.events.topics import PLANS as PLANS_TOPIC
from rumbo.fleet.tables import OUTBOX

PAGE = 200


@dataclass(frozen=True, slots=True)
class OutboxRow:
    number: int
    topic: str
    key: str
    trip_id: str
    revision: int


def add_outbox_row(connection: Connection, trip_id: str, revision: int) -> None:
    connection.execute(
        insert(OUTBOX).values(topic=PLANS_TOPIC, key=trip_id, trip_id=trip_id, revision=revision)
    )


def add_plans_to_outbox(connection: Connection, trip_ids: Sequence[str]) -> None:
    """The first revisions of trips."""
    rows = [{"topic": PLANS_TOPIC, "key": key, "trip_id": key, "revision": 0} for key in trip_ids]
    connection.execute(insert(OUTBOX), rows)


def next_outbox_rows(connection: Connection, after: int = 0, limit: int = PAGE) -> list[OutboxRow]:
    """Rows that wait, oldest first, those after row `after`."""
    query = select(OUTBOX).where(OUTBOX.c.number > after).order_by(OUTBOX.c.number).limit(limit)
    return [
        OutboxRow(row.number, row.topic, row.key, row.trip_id, row.revision)
        for row in connection.execute(query)
    ]


def delete_outbox_rows(connection: Connection, trip_id: str, up_to_revision: int) -> None:
    connection.execute(delete(OUTBOX).where(OUTBOX.c.trip_id == trip_id, OUTBOX.c.revision <= up_to_revision))


def trips_in_outbox(connection: Connection) -> set[str]:
    """Trips of which any revision waits."""
    return set(connection.execute(select(OUTBOX.c.trip_id).distinct()).scalars())


def count_outbox_rows(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(OUTBOX)).scalar_one())
