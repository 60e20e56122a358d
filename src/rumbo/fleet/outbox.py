"""The outbox relay: brings every revision of every plan from the database to Kafka, once and in order.

A change to a trip and its outbox row are one database transaction. One thread publishes the rows in
order; the broker's append time then settles when the decision takes effect (ADR 0003), and the settled
times and the row's removal are again one transaction. What a crash leaves behind:

- before the commit: nothing, neither row nor record;
- between commit and publish: the row waits and is published at the next start;
- between publish and settle: the record is already on the topic. After a start or a failure the relay waits until
  what it sent is decided, reads the topic before it publishes anything, and settles such rows by their
  record's append time;
- broker away: rows wait, requests are still answered, with times that are not settled yet.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import replace

from sqlalchemy import Connection

from rumbo.domain.plan import Plan
from rumbo.errors import RumboError, Unavailable
from rumbo.events.plans import plan_from_json, plan_to_json
from rumbo.events.topics import PLANS
from rumbo.fleet.database import Database
from rumbo.fleet.outbox_rows import (
    OutboxRow,
    count_outbox_rows,
    delete_outbox_rows,
    next_outbox_rows,
    trips_in_outbox,
)
from rumbo.fleet.plans import at_revision, outlook, settle, with_later
from rumbo.fleet.trips import TripRow, Trips
from rumbo.fleet.world import WorldView
from rumbo.transport.port import Publisher, Record, TableReader

log = logging.getLogger(__name__)

PUBLISH_TIMEOUT_S = 10.0
IDLE_S = 5.0
"""How long the relay sleeps when nobody nudges it; a row is never missed, only late."""
REMEMBERED = 10_000
"""Trips whose settled revision is kept at hand for those who wait for it."""
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)


class OutboxRelay:
    """Publishes the outbox's rows; run by one thread in one process only."""

    def __init__(
        self,
        database: Database,
        trips: Trips,
        publisher: Publisher,
        tables: TableReader,
        world: WorldView,
    ) -> None:
        self._database = database
        self._trips = trips
        self._publisher = publisher
        self._tables = tables
        self._world = world
        self._unsure = True
        self._nudged = threading.Event()
        self._progress = threading.Condition()
        self._settled: OrderedDict[str, int] = OrderedDict()
        self.problem = ""
        """Why rows wait, empty while all is well."""

    def run(self, stop: threading.Event) -> None:
        """Relay until `stop` is set; `nudge` after setting it to return at once."""
        failures = 0
        while not stop.is_set():
            self._nudged.clear()
            try:
                self.drain()
                failures = 0
            except RumboError as exc:
                log.warning("The outbox waits: %s", exc)
                failures += 1
            except Exception:
                log.exception("The outbox waits.")
                failures += 1
            if failures:
                stop.wait(RETRY_S[min(failures, len(RETRY_S)) - 1])
            else:
                self._nudged.wait(IDLE_S)

    def nudge(self) -> None:
        """Say that a row was added."""
        self._nudged.set()

    def wait_settled(self, trip_id: str, revision: int, timeout_s: float) -> bool:
        """Whether the revision is settled, waiting for it at most `timeout_s`; less where rows wait anyway."""
        timeout_s = min(timeout_s, 0.2) if self.problem else timeout_s
        with self._progress:
            return self._progress.wait_for(lambda: self._settled.get(trip_id, -1) >= revision, timeout_s)

    def waiting(self) -> int:
        """How many rows wait."""
        with self._database.read() as connection:
            return count_outbox_rows(connection)

    def drain(self) -> int:
        """Publish all rows that wait and return how many; raises Unavailable where broker or database do not answer."""
        done, after, stuck = 0, 0, set[str]()
        try:
            while rows := self._rows(after):
                if self._unsure:
                    self._recover()
                    rows = self._rows(after)
                for row in rows:
                    after = row.number
                    if row.trip_id not in stuck:
                        done += self._relay(row, stuck)
        except Exception as exc:
            self._unsure = True
            self.problem = exc.message if isinstance(exc, RumboError) else type(exc).__name__
            raise
        self.problem = "A plan cannot be published; see the log." if stuck else ""
        return done

    def _rows(self, after: int) -> list[OutboxRow]:
        with self._database.read() as connection:
            return next_outbox_rows(connection, after)

    def _relay(self, row: OutboxRow, stuck: set[str]) -> int:
        payload = plan_to_json(at_revision(self._ready(row), row.revision))
        try:
            record = self._publisher.publish(row.topic, row.key, payload, PUBLISH_TIMEOUT_S)
        except Unavailable:
            raise
        except RumboError as exc:
            log.warning("Revision %d of trip %s can never be published: %s", row.revision, row.trip_id, exc)
            stuck.add(row.trip_id)
            return 0
        self._world.refresh()  # all clock changes appended before the plan are known now
        self._settle(row.trip_id, row.revision, record.timestamp_ms, None)
        return 1

    def _ready(self, row: OutboxRow) -> Plan:
        """The plan to publish; a trip that starts late, for the broker was away, gives way to the vehicle's others."""
        while True:
            with self._database.read() as connection:
                trip = self._trips.find(connection, row.trip_id)
                plan = self._trips.plan(connection, trip)
                start_ms = plan.start_ms
                if row.revision == 0:
                    start_ms = self._free_start(connection, trip, max(start_ms, self._world.now_ms()))
            if start_ms == plan.start_ms:
                return plan
            moved = replace(plan, start_ms=start_ms)
            with self._database.write() as connection:
                if self._trips.change(connection, trip, moved, outlook(moved)):
                    return moved

    def _free_start(self, connection: Connection, trip: TripRow, start_ms: int) -> int:
        """The first time from `start_ms` on at which the vehicle is free for the trip; unchanged if it never is."""
        end_ms = trip.outlook.end_ms
        if start_ms == trip.start_ms or end_ms is None:
            return trip.start_ms
        length_ms, at_ms = max(0, end_ms - trip.start_ms), start_ms
        while other := self._trips.busy(
            connection, trip.vehicle_id, at_ms, at_ms + length_ms, but=trip.id, late_ms=start_ms
        ):
            if other.outlook.end_ms is None:
                return trip.start_ms
            at_ms = other.outlook.end_ms
        return trip.start_ms if at_ms == start_ms else at_ms

    def _recover(self) -> None:
        """Settle what is on the topic already of the trips that wait.

        What this process sent must be decided before: a record that was not acknowledged in time may still be on
        its way, and would not be seen on the topic.
        """
        self._publisher.settle(PUBLISH_TIMEOUT_S)
        with self._database.read() as connection:
            trip_ids = trips_in_outbox(connection)
        records = {
            r.key: r for r in self._tables.read_all(PLANS) if r.key in trip_ids and r.value is not None
        }
        self._world.refresh()
        for trip_id, record in records.items():
            self._adopt(trip_id, record)
        self._unsure = False

    def _adopt(self, trip_id: str, record: Record) -> None:
        on_topic = plan_from_json(record.value or b"")
        with self._database.read() as connection:
            known = self._trips.find(connection, trip_id).settled_revision
        if on_topic.revision > known:
            log.info("Revision %d of trip %s was published before.", on_topic.revision, trip_id)
            self._settle(trip_id, on_topic.revision, record.timestamp_ms, on_topic)

    def _settle(self, trip_id: str, revision: int, appended_wall_ms: int, on_topic: Plan | None) -> None:
        """Store the settled times; `on_topic` is the plan on the topic where it is not the one in the database."""
        clock = self._world.clock
        changed = False
        while not changed:
            with self._database.write() as connection:
                trip = self._trips.find(connection, trip_id)
                plan = self._trips.plan(connection, trip)
                if on_topic is None:
                    settled = settle(plan, revision, appended_wall_ms, clock)
                else:
                    settled = with_later(
                        on_topic.settled(appended_wall_ms, clock), plan.amendments[revision:]
                    )
                changed = self._trips.change(
                    connection, trip, settled, outlook(settled), settled_revision=revision
                )
                if changed:
                    delete_outbox_rows(connection, trip_id, revision)
        with self._progress:
            self._settled[trip_id] = revision
            self._settled.move_to_end(trip_id)
            if len(self._settled) > REMEMBERED:
                self._settled.popitem(last=False)
            self._progress.notify_all()
