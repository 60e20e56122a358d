"""Finds what is worth an alert in one partition's reports: a pure function of the records in offset order.

It knows nothing of Spark. How the records are cut into batches, and when, makes no difference: every decision, the
passing of time too, follows from the records alone. So a batch that is run again, a restart and a replay from the
beginning raise the same alerts at the same offsets, which is what publishing them exactly once rests on.

Reports of a trip are taken in the order of `seq`, each once. A missing one is waited for until the partition's clock
has gone on by `wait_for_gaps_s`; after that it is too late. The clock is the newest event time of the partition's
reports. One device alone cannot move it by more than LEAP_MS: another must say the same, unless no other is under way.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from rumbo.domain.alert_rules import AlertRules
from rumbo.domain.geofence import DrawnGeofence
from rumbo.domain.trip import FINAL_STATES, TripState
from rumbo.pipeline.detection_trip import Alert, Report, Trip, Watched, look_at, silence, watched

LEAP_MS = 600_000
FORGET_MS = 86_400_000
"""Trips that are over, or silent, for so long are forgotten."""
STATE_VERSION = 1

_FINAL = frozenset(state.value for state in FINAL_STATES)


class Found(NamedTuple):
    """An alert, and the offset of the record with which it was certain."""

    offset: int
    alert: Alert


@dataclass(slots=True)
class Partition:
    """All that is to be remembered of a partition's records up to `next_offset`. `dump` and `load` keep it as bytes."""

    next_offset: int = 0
    clock_ms: int = 0
    ahead: tuple[str, int] | None = None
    """The trip that claims to be far ahead of the clock, and its time."""
    trips: dict[str, Trip] = field(default_factory=dict)
    over: dict[str, int] = field(default_factory=dict)
    """Trips that are over, and the clock when they were."""

    def dump(self) -> bytes:
        trips = {trip_id: trip.plain() for trip_id, trip in self.trips.items()}
        whole = {name: getattr(self, name) for name in self.__slots__} | {"trips": trips}
        return orjson.dumps(whole | {"version": STATE_VERSION}, default=tuple)

    @classmethod
    def load(cls, data: bytes) -> Partition:
        """Raises ValueError for what another version has written."""
        raw: dict[str, Any] = orjson.loads(data)
        if raw.pop("version", None) != STATE_VERSION:
            raise ValueError("the alerts' state was written by another version of Rumbo")
        raw["ahead"] = tuple(raw["ahead"]) if raw["ahead"] else None
        raw["trips"] = {trip_id: Trip.of_plain(trip) for trip_id, trip in raw["trips"].items()}
        return cls(**raw)


def detect(
    state: Partition, reports: Iterable[Report], rules: AlertRules, drawn: Iterable[DrawnGeofence] = ()
) -> list[Found]:
    """Take reports of one partition in the order of their offsets; `state` is changed. Those it has had are skipped.

    `drawn`: all geofences that count for any of the reports; to know more, or earlier, changes nothing.
    """
    run = _Run(state, rules, watched(rules, drawn))
    found: list[Found] = []
    for report in reports:
        if report.offset >= state.next_offset:
            state.next_offset = report.offset + 1
            found += (Found(report.offset, alert) for alert in run.take(report))
    return found


class _Run:
    """The state with its deadlines, which follow from it."""

    def __init__(self, state: Partition, rules: AlertRules, fences: Sequence[Watched]) -> None:
        self._state, self._rules, self._fences = state, rules, fences
        self._wait_ms = int(rules.wait_for_gaps_s * 1000)
        self._silent_ms = int(rules.silent.least_s * 1000)
        self._due: list[tuple[int, str]] = [
            (self._next_due(trip), name) for name, trip in state.trips.items()
        ]
        heapq.heapify(self._due)

    def take(self, report: Report) -> Iterator[Alert]:
        state = self._state
        if self._advance(report):
            yield from sorted(self._expire(), key=itemgetter("alert_id"))
        if report.trip_id in state.over:
            return
        trip = state.trips.get(report.trip_id)
        if trip is None:
            trip = state.trips[report.trip_id] = Trip(report.vehicle_id, seen_ms=state.clock_ms)
            heapq.heappush(self._due, (self._next_due(trip), report.trip_id))
        trip.seen_ms = state.clock_ms
        if trip.told_silent:
            trip.told_silent = False
            heapq.heappush(self._due, (self._next_due(trip), report.trip_id))
        if report.seq < trip.next_seq or report.seq in trip.pending:
            return
        if not trip.pending and report.seq > trip.next_seq:
            trip.gap_ms = state.clock_ms
            heapq.heappush(self._due, (state.clock_ms + self._wait_ms, report.trip_id))
        trip.pending[report.seq] = report
        if trip.newest is None or report.seq > trip.newest.seq:
            trip.newest = report
        yield from self._drain(report.trip_id, trip)

    def _drain(self, trip_id: str, trip: Trip) -> Iterator[Alert]:
        """Look at the reports that are next, in order."""
        moved = False
        while (report := trip.pending.pop(trip.next_seq, None)) is not None:
            trip.next_seq, moved = report.seq + 1, True
            yield from look_at(trip, report, self._rules, self._fences)
            if report.state in _FINAL:
                del self._state.trips[trip_id]
                self._state.over[trip_id] = self._state.clock_ms
                return
        if moved and trip.pending:
            trip.gap_ms = self._state.clock_ms  # another gap, waited for from now on
            heapq.heappush(self._due, (trip.gap_ms + self._wait_ms, trip_id))

    def _advance(self, report: Report) -> bool:
        """Let the clock go on; whether it did."""
        state = self._state
        if report.time_ms <= state.clock_ms:
            return False
        to_ms = report.time_ms
        if to_ms - state.clock_ms > LEAP_MS and state.trips.keys() - {report.trip_id}:
            if state.ahead is None or state.ahead[0] == report.trip_id:
                state.ahead = (report.trip_id, to_ms)
                return False
            to_ms = min(to_ms, max(state.ahead[1], state.clock_ms))
        state.ahead = None
        moved = to_ms > state.clock_ms
        state.clock_ms = to_ms
        return moved

    def _expire(self) -> Iterator[Alert]:
        """What is due by the clock: gaps that are given up, and silences. In the order of deadline and trip."""
        state = self._state
        while self._due and self._due[0][0] <= state.clock_ms:
            _, trip_id = heapq.heappop(self._due)
            trip = state.trips.get(trip_id)
            if trip is None:
                continue
            if trip.pending and trip.gap_ms + self._wait_ms <= state.clock_ms:
                trip.next_seq = min(trip.pending)
                yield from self._drain(trip_id, trip)
                if trip_id not in state.trips:
                    continue
            if state.clock_ms - trip.seen_ms >= self._silent_ms and not trip.told_silent:
                trip.told_silent = True
                if self._can_be_silent(trip):
                    yield from silence(trip, state.clock_ms, self._rules)
            if state.clock_ms - trip.seen_ms >= FORGET_MS:
                del state.trips[trip_id]
                continue
            heapq.heappush(self._due, (max(self._next_due(trip), state.clock_ms + 1), trip_id))
        if state.over:
            before = state.clock_ms - FORGET_MS
            while state.over and next(iter(state.over.values())) < before:  # in the order in which they ended
                del state.over[next(iter(state.over))]

    def _next_due(self, trip: Trip) -> int:
        silent = trip.seen_ms + (FORGET_MS if trip.told_silent else self._silent_ms)
        return min(silent, trip.gap_ms + self._wait_ms) if trip.pending else silent

    @staticmethod
    def _can_be_silent(trip: Trip) -> bool:
        """Who is paused or has sent its last report has nothing to tell."""
        state = trip.newest.state if trip.newest else TripState.PAUSED.value
        return state not in _FINAL and state != TripState.PAUSED.value
