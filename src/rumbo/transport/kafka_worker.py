"""Apache Kafka behind the drive worker's port: a static group member and a transactional producer.

Why nothing is lost or repeated: a transaction carries the events and the progress together, and Kafka takes the
progress only from the group's present generation (KIP-447). The new owner of a partition reads its progress only
when no transaction of the old one is open (`require.stable`, which read_committed consumers ask for).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaException, TopicPartition

from rumbo.errors import Fenced, Unavailable
from rumbo.transport.client import (
    LogReader,
    Place,
    client_log,
    consumer_config,
    ends,
    is_fenced,
    translated,
)
from rumbo.transport.port import (
    Inflow,
    KeyedValue,
    WorkerNames,
    progress_from_metadata,
    progress_to_metadata,
)
from rumbo.transport.protocol import Member
from rumbo.transport.transactions import Transactions
from rumbo.transport.wall import wall_ms

log = logging.getLogger(__name__)

SESSION_TIMEOUT_MS = 6_000
"""After this long without a sign of life a worker's partitions go to the others (the broker's least)."""
TRANSACTION_TIMEOUT_MS = 10_000
"""After this long the broker undoes what a dead worker left open; readers wait for that."""
CALL_TIMEOUT_S = 5.0
START_TIMEOUT_S = 30.0
_WAIT_S = 0.05


class KafkaWorkerLink:
    """`WorkerLink` on Kafka, for one thread. `name` tells the workers of a group apart."""

    def __init__(self, bootstrap: str, name: str | int, names: WorkerNames | None = None) -> None:
        self._names = names or WorkerNames()
        worker_id = self._names.worker_id(name)
        self._owned: set[int] = set()
        self._unread_progress: set[int] = set()
        self._inflow = Inflow()
        self._clock_place: Place = (self._names.clock, 0)
        self._transactions = Transactions(bootstrap, worker_id, TRANSACTION_TIMEOUT_MS, CALL_TIMEOUT_S)
        try:
            self._transactions.start(START_TIMEOUT_S)
        except KafkaException as exc:
            raise translated(exc, "starting the worker's transactions") from exc
        self._clock = LogReader(Consumer(consumer_config(bootstrap, f"{worker_id}-clock"), logger=client_log))
        self._clock.consumer.assign([TopicPartition(*self._clock_place, OFFSET_BEGINNING)])
        self._asker = Consumer(consumer_config(bootstrap, f"{worker_id}-ends"), logger=client_log)
        config = consumer_config(bootstrap, worker_id, self._names.group) | {
            "group.instance.id": worker_id,
            "partition.assignment.strategy": "cooperative-sticky",
            "session.timeout.ms": SESSION_TIMEOUT_MS,
            "heartbeat.interval.ms": 1_000,
        }
        self._plans = LogReader(Consumer(config, logger=client_log))
        self._plans.consumer.subscribe(
            [self._names.plans], on_assign=self._on_assign, on_revoke=self._on_revoke, on_lost=self._on_revoke
        )

    def catch_up(self, timeout_s: float) -> Inflow:
        deadline = time.monotonic() + timeout_s
        self._take(0.0)
        while not self._caught_up():
            if time.monotonic() > deadline:
                return self._handed_over(complete=False)
        return self._handed_over(complete=True)

    def transaction(self, records: Mapping[str, Sequence[KeyedValue]], progress: Mapping[int, int]) -> None:
        if not set(progress) <= self._owned:
            raise Unavailable("A partition is another worker's now; nothing was written.")
        positions = self._plans.positions
        offsets = {
            p: (positions.get((self._names.plans, p), 0), progress_to_metadata(world_ms))
            for p, world_ms in progress.items()
        }
        # Progress alone goes this way too: the consumer's own commit has no time-out and hung on a dead broker.
        member = Member.of(self._plans.consumer.consumer_group_metadata())
        try:
            self._transactions.write(records, member, self._names.plans, offsets, wall_ms())
        except KafkaException as exc:
            if self._transactions.unknown or exc.args[0].fatal() or is_fenced(exc.args[0]):
                raise _must_end(exc) from exc
            raise translated(exc, "sending events; none of them was written") from exc

    def close(self) -> None:
        """A closed worker keeps its partitions until its session ends, so a quick restart moves nothing."""
        self._transactions.close()
        self._asker.close()
        self._clock.consumer.close()
        self._plans.consumer.close()

    # reading

    def _caught_up(self) -> bool:
        """One step; whether all that had been appended when it began is read, under an unchanged assignment."""
        if not self._owned or self._unread_progress:
            self._take(_WAIT_S)
            self._read_progress()
            return False
        owned = frozenset(self._owned)
        until = ends(self._asker, [self._clock_place, *((self._names.plans, p) for p in owned)])
        clock_end = {self._clock_place: until.pop(self._clock_place)}
        give_up = time.monotonic() + 1.0
        while not (self._plans.reached(until) and self._clock.reached(clock_end)):
            if not self._clock.reached(clock_end):
                self._inflow.clock += self._clock.take(_WAIT_S)
            self._take(0.0 if self._plans.reached(until) else _WAIT_S)
            if owned != self._owned or time.monotonic() > give_up:
                return False
        return owned == self._owned and not self._unread_progress

    def _take(self, timeout_s: float) -> None:
        taken = self._plans.take(timeout_s)
        self._inflow.plans += [record for record in taken if record.partition in self._owned]

    def _read_progress(self) -> None:
        if not self._unread_progress:
            return
        asked = [TopicPartition(self._names.plans, partition) for partition in sorted(self._unread_progress)]
        try:
            found = self._plans.consumer.committed(asked, timeout=CALL_TIMEOUT_S)
        except KafkaException as exc:
            if is_fenced(exc.args[0]):
                raise translated(exc, "reading the progress") from exc
            log.info("The progress cannot be read yet: %s", exc.args[0].str())
            return
        for place in found:
            if place.error is None:
                known = progress_from_metadata(place.metadata) if place.offset >= 0 else None
                self._inflow.assigned[place.partition] = known
                self._unread_progress.discard(place.partition)

    def _handed_over(self, *, complete: bool) -> Inflow:
        inflow, self._inflow = self._inflow, Inflow()
        inflow.complete = complete
        # Plans come after their partition: one whose progress is not known yet has not been handed over.
        early = [record for record in inflow.plans if record.partition in self._unread_progress]
        if early:
            self._inflow.plans = early
            inflow.plans = [r for r in inflow.plans if r.partition not in self._unread_progress]
        return inflow

    def _on_assign(self, consumer: Consumer, places: list[TopicPartition]) -> None:
        """Plans are read from the beginning: they are the worker's whole memory."""
        given = {place.partition for place in places}
        self._owned |= given
        self._unread_progress |= given
        for partition in given:
            self._plans.positions.pop((self._names.plans, partition), None)
        consumer.incremental_assign(
            [TopicPartition(self._names.plans, p, OFFSET_BEGINNING) for p in sorted(given)]
        )
        log.info("Given partitions %s", sorted(given))

    def _on_revoke(self, consumer: Consumer, places: list[TopicPartition]) -> None:
        taken = {place.partition for place in places}
        self._owned -= taken
        self._unread_progress -= taken
        self._inflow.revoked |= taken
        self._inflow.plans = [record for record in self._inflow.plans if record.partition not in taken]
        for partition in taken:
            self._inflow.assigned.pop(partition, None)
        consumer.incremental_unassign(places)
        log.info("Partitions %s taken away", sorted(taken))


def _must_end(exc: KafkaException) -> Unavailable:
    found = translated(exc, "sending events")
    if isinstance(found, Fenced):
        return found
    return Fenced(
        f"It is not known whether the last transaction held ({exc.args[0].str()}).",
        hint="End this worker; the next one reads the committed progress.",
    )
