"""A worker's part of the fleet: the plans of one partition, packed, and how far they are driven."""

from __future__ import annotations

import logging

from rumbo.domain.clock import WorldClock
from rumbo.domain.plan import Plan
from rumbo.drive.tick import FleetMaker, Records, records_between
from rumbo.errors import ContractBroken
from rumbo.events.plans import plan_from_json
from rumbo.transport.port import Record

log = logging.getLogger(__name__)
_BEFORE_ALL_MS = -1
PLANS_AT_ONCE = 128
"""A decoded plan takes five times what it does packed: of no more than these is there need at a time."""


class Shard:
    """The trips whose plans are in one partition. `driven_ms` None: never driven before."""

    def __init__(self, partition: int, driven_ms: int | None, make_fleet: FleetMaker) -> None:
        self.partition = partition
        self.driven_ms = driven_ms
        self.committed_ms = driven_ms
        self.is_read = False
        """Whether the plans have been read up to their end once."""
        self._make_fleet = make_fleet
        self._fleet = make_fleet([])
        self.owed: list[Records] = []
        """What trips should have sent up to `driven_ms` but did not, since their plans showed too late."""
        self._waiting: list[Record] = []
        self._late: set[int] = set()
        self._news: dict[str, Plan | None] = {}

    def __len__(self) -> int:
        """How many trips it drives."""
        return len(self._fleet)

    def take(self, record: Record, *, is_late: bool = False) -> None:
        """Keep a plan record until it may be settled. `is_late`: it should have been known in the last tick."""
        self._waiting.append(record)
        if is_late:
            self._late.add(record.offset)

    def settle(self, wall_ms: int, clock: WorldClock) -> None:
        """Take in the plans appended up to `wall_ms`, at which `clock` is known to be complete.

        Those appended later take effect later than anything driven now, and might need a clock not seen yet.
        """
        due = [record for record in self._waiting if record.timestamp_ms <= wall_ms]
        if not due:
            return
        self._waiting = [record for record in self._waiting if record.timestamp_ms > wall_ms]
        for record in due:
            self._settle(record, clock)
            if record.offset in self._late:
                self._late.discard(record.offset)
                self._owe(record)
            if len(self._news) >= PLANS_AT_ONCE:
                self._pack()
        self._pack()

    def records(self, after_ms: int, until_ms: int) -> Records:
        """What this part of the fleet sends in (after_ms, until_ms], world time."""
        return records_between(self._fleet, after_ms, until_ms)

    def sweep(self) -> None:
        """Let go of the trips that have nothing more to send; their plans stay in Kafka."""
        if self.driven_ms is None:
            return
        over = self._fleet.over_at(self.driven_ms)
        if len(over):
            self._fleet = self._fleet.with_plans([], without=set(self._fleet.trip_ids[over].tolist()))

    def _settle(self, record: Record, clock: WorldClock) -> None:
        trip_id = record.key or ""
        if record.value is None:
            self._news[trip_id] = None
            return
        try:
            plan = plan_from_json(record.value).settled(record.timestamp_ms, clock)
        except ContractBroken:
            log.exception("Trip %s is not driven: its plan at offset %d is unusable", trip_id, record.offset)
            return
        if plan.trip_id != trip_id:
            log.error("Trip %s is not driven: the plan under its key is of %s", trip_id, plan.trip_id)
            return
        self._news[trip_id] = plan

    def _owe(self, record: Record) -> None:
        """A trip that nothing was sent of can still send all of it; what a changed trip has sent stands."""
        trip_id = record.key or ""
        plan = self._news.get(trip_id)
        if plan is None or self.driven_ms is None:
            return
        if trip_id in self._fleet.trip_ids:
            log.error("Trip %s's change showed too late to be driven as it says: raise GUARD_MS", trip_id)
        elif self._is_sound(plan):
            self.owed.append(records_between(self._make_fleet([plan]), _BEFORE_ALL_MS, self.driven_ms))

    def _pack(self) -> None:
        plans = [plan for plan in self._news.values() if plan is not None]
        gone = {trip_id for trip_id, plan in self._news.items() if plan is None}
        self._news = {}
        try:
            self._fleet = self._fleet.with_plans(plans, without=gone)
        except Exception:  # whatever is wrong with one plan must not stop the other trips
            sound = [plan for plan in plans if self._is_sound(plan)]
            if len(sound) == len(plans):
                raise
            self._fleet = self._fleet.with_plans(sound, without=gone)

    def _is_sound(self, plan: Plan) -> bool:
        try:
            self._make_fleet([plan])
        except Exception:
            log.exception("Trip %s is not driven: its plan cannot be driven", plan.trip_id)
            return False
        return True
