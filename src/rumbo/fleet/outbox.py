"""The outbox relay: brings every revision of every plan from the database to Kafka, once and in order.

A change to a trip and its outbox row are one database transaction. One thread publishes the rows, those of each trip
in order and of many trips in one round trip; the broker's append time then settles when the decision takes effect
(ADR 0003), and the settled times and the rows' removal are again one transaction. What a crash leaves behind:

- before the commit: nothing, neither row nor record;
- between commit and publish: the row waits and is published at the next start;
- between publish and settle: the records, or some of them, are already on the topic. After a start or a failure the
  relay waits until what it sent is decided, reads the topic before it publishes anything, and settles such rows by
  their record's append time;
- broker away: rows wait, requests are still answered, with times that are not settled yet.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from itertools import batched

from sqlalchemy import Connection

from rumbo.domain.plan import Plan
from rumbo.errors import RumboError
from rumbo.events.plans import plan_from_json, plan_to_json
from rumbo.events.topics import PLANS
from rumbo.fleet.database import Database
from rumbo.fleet.outbox_rows import (
    PAGE,
    OutboxRow,
    count_outbox_rows,
    delete_outbox_rows,
    next_outbox_rows,
    trips_in_outbox,
)
from rumbo.fleet.plans import at_revision, outlook, outlook_again, settle, with_later
from rumbo.fleet.trips import Outlook, TripRow, Trips
from rumbo.fleet.world import WorldView
from rumbo.transport.port import Publisher, Record, TableReader

log = logging.getLogger(__name__)

PUBLISH_TIMEOUT_S = 10.0
IDLE_S = 5.0
"""How long the relay sleeps when nobody nudges it; a row is never missed, only late."""
REMEMBERED = 10_000
"""Trips whose settled revision is kept at hand for those who wait for it."""
WAVE_BYTES = 16_000_000
"""Once this much is ready it is sent."""
RETRY_S = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row with the record that it becomes."""

    row: OutboxRow
    payload: bytes


@dataclass(frozen=True, slots=True)
class _Appended:
    """A revision that the topic has since the wall time given; `on_topic` is its plan where the database may differ."""

    trip_id: str
    revision: int
    wall_ms: int
    on_topic: Plan | None = None


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
                after = rows[-1].number if rows else after
                while rows := [row for row in rows if row.trip_id not in stuck]:
                    wave, rows = self._wave(rows)
                    done += self._relay(wave, stuck)
        except Exception as exc:
            self._unsure = True
            self.problem = exc.message if isinstance(exc, RumboError) else type(exc).__name__
            raise
        self.problem = "A plan cannot be published; see the log." if stuck else ""
        return done

    def _rows(self, after: int) -> list[OutboxRow]:
        with self._database.read() as connection:
            return next_outbox_rows(connection, after)

    def _wave(self, rows: list[OutboxRow]) -> tuple[list[_Ready], list[OutboxRow]]:
        """What may go to Kafka together, and the rows that come after it.

        Of each trip its oldest row: a later revision holds the settled times of those before. Of trips that start late
        one a vehicle: each is moved behind those that are settled.
        """
        now_ms = self._world.now_ms()
        with self._database.read() as connection:
            trips = self._trips.find_all(connection, {row.trip_id for row in rows})
        wave, rest, size = list[_Ready](), list[OutboxRow](), 0
        seen, late = set[str](), set[str]()
        for row in rows:
            trip = trips[row.trip_id]
            is_late = row.revision == 0 and trip.start_ms < now_ms
            waits = row.trip_id in seen or (is_late and trip.vehicle_id in late) or size > WAVE_BYTES
            seen.add(row.trip_id)
            if waits:
                rest.append(row)
                continue
            if is_late:
                late.add(trip.vehicle_id)
            payload = plan_to_json(at_revision(self._ready(row, trip, now_ms), row.revision))
            size += len(payload)
            wave.append(_Ready(row, payload))
        return wave, rest

    def _relay(self, wave: list[_Ready], stuck: set[str]) -> int:
        outcomes = self._publisher.publish_all(
            PLANS, [(ready.row.key, ready.payload) for ready in wave], PUBLISH_TIMEOUT_S
        )
        appended = list[_Appended]()
        for ready, found in zip(wave, outcomes, strict=True):
            row = ready.row
            if isinstance(found, Record):
                appended.append(_Appended(row.trip_id, row.revision, found.timestamp_ms))
                continue
            log.warning("Revision %d of trip %s can never be published: %s", row.revision, row.trip_id, found)
            stuck.add(row.trip_id)
        self._world.refresh()  # all clock changes appended before the plans are known now
        self._settle(appended)
        return len(appended)

    def _ready(self, row: OutboxRow, trip: TripRow, now_ms: int) -> Plan:
        """The plan to publish; a trip that starts late, for the broker was away, gives way to the vehicle's others."""
        while True:
            with self._database.read() as connection:
                plan = self._trips.plan(connection, trip)
                start_ms = plan.start_ms
                if row.revision == 0:
                    start_ms = self._free_start(connection, trip, max(start_ms, now_ms))
            if start_ms == plan.start_ms:
                return plan
            moved = replace(plan, start_ms=start_ms)
            with self._database.write() as connection:
                if self._trips.change(connection, trip, moved, outlook(moved)):
                    return moved
            with self._database.read() as connection:
                trip = self._trips.find(connection, row.trip_id)

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
            known = self._trips.find_all(connection, trips_in_outbox(connection))
        found = list[_Appended]()
        for record in self._tables.read_all(PLANS):
            if record.key in known and record.value is not None:
                plan = plan_from_json(record.value)
                if plan.revision > known[record.key].settled_revision:
                    log.info("Revision %d of trip %s was published before.", plan.revision, record.key)
                    found.append(_Appended(record.key, plan.revision, record.timestamp_ms, plan))
        self._world.refresh()
        for some in batched(found, PAGE):
            self._settle(list(some))
        self._unsure = False

    def _settle(self, appended: list[_Appended]) -> None:
        """Store the settled times of all; again of those that somebody changed meanwhile."""
        left = appended
        while left:
            with self._database.read() as connection:
                rows = self._trips.find_all(connection, {one.trip_id for one in left})
                plans = [self._trips.plan(connection, rows[one.trip_id]) for one in left]
            news = [
                self._settled_as(one, rows[one.trip_id], plan) for one, plan in zip(left, plans, strict=True)
            ]
            with self._database.write() as connection:
                changed = [
                    self._trips.change(
                        connection, rows[one.trip_id], plan, ahead, settled_revision=one.revision
                    )
                    for one, (plan, ahead) in zip(left, news, strict=True)
                ]
                settled = [one for one, yes in zip(left, changed, strict=True) if yes]
                for one in settled:
                    delete_outbox_rows(connection, one.trip_id, one.revision)
            left = [one for one, yes in zip(left, changed, strict=True) if not yes]
            self._tell(settled)

    def _settled_as(self, one: _Appended, row: TripRow, plan: Plan) -> tuple[Plan, Outlook]:
        clock = self._world.clock
        if one.on_topic is None:
            settled = settle(plan, one.revision, one.wall_ms, clock)
            return settled, outlook_again(settled, plan, row.outlook)
        settled = with_later(one.on_topic.settled(one.wall_ms, clock), plan.amendments[one.revision :])
        return settled, outlook(settled)

    def _tell(self, settled: list[_Appended]) -> None:
        with self._progress:
            for one in settled:
                self._settled[one.trip_id] = one.revision
                self._settled.move_to_end(one.trip_id)
            while len(self._settled) > REMEMBERED:
                self._settled.popitem(last=False)
            self._progress.notify_all()
