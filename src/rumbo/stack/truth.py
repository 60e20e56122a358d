"""The truth about what a stack has driven, from its plans and its world clock."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from rumbo.domain.clock import WorldClock
from rumbo.domain.plan import Plan
from rumbo.errors import NotFound
from rumbo.events.topics import PLANS
from rumbo.fleet.world import progress, read_clock
from rumbo.pipeline.expected import settled_plans
from rumbo.score.truth import Truth, truths
from rumbo.settings import Settings
from rumbo.stack.reach import Say, broker_of
from rumbo.transport.kafka import KafkaOffsets, KafkaTableReader
from rumbo.transport.port import Record

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Driven:
    """Plans as the broker settled them, and the world time that all of them are driven to."""

    records: list[Record]
    clock: WorldClock
    until_ms: int

    def plans(self, trip: str | None = None) -> Iterator[Plan]:
        """Settled plans, of one trip where it is named. What no worker can read is left out, as workers do."""
        unreadable: list[str] = []
        records = (record for record in self.records if trip in (None, record.key))
        yield from settled_plans(records, self.clock, unreadable)
        for key in unreadable:
            log.warning("Trip %s is left out: its plan cannot be read", key)

    def truths(self, trip: str | None = None) -> Iterator[Truth]:
        return truths(self.plans(trip), self.until_ms)


def driven(settings: Settings, say: Say) -> Driven:
    """What was driven on a data folder. Raises NotFound where nothing was."""
    with broker_of(settings, say) as bootstrap:
        tables, offsets = KafkaTableReader(bootstrap), KafkaOffsets(bootstrap)
        done = progress(offsets)
        clock = read_clock(tables)
        records = tables.read_all(PLANS)
    if clock is None or not done or not records:
        raise NotFound(
            "Nothing has been driven here yet.", hint="Create a vehicle, plan a trip, let it drive."
        )
    return Driven(records, clock, min(done.values()))
