"""What must be in the lake, recomputed from plans and clock alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from rumbo.domain.clock import WorldClock
from rumbo.domain.plan import Plan
from rumbo.errors import ContractBroken, RumboError
from rumbo.events.codec import encode
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.events.plans import clock_from_json, plan_from_json, settled_clock
from rumbo.motion import Fleet
from rumbo.transport.port import Record

ROWS_A_CHUNK = 100_000
"""About as many events are held at once, with their texts: 100 to 150 MB."""
_BEGINNING_MS = -1
EXPECTED = pl.Schema(
    {
        "trip_id": pl.String(),
        "seq": pl.Int64(),
        "event_ms": pl.Int64(),
        "emit_ms": pl.Int64(),
        "sent": pl.Binary(),
    }
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some trips of one partition, and all that they must have sent by `until_ms`, by topic (schema EXPECTED)."""

    partition: int
    trip_ids: list[str]
    events: Mapping[str, pl.DataFrame]


def settled(clock_records: Sequence[Record]) -> WorldClock | None:
    """The world clock in force; None where the world was never opened."""
    newest = max(clock_records, key=lambda record: record.offset, default=None)
    if newest is None or newest.value is None:
        return None
    return settled_clock(clock_from_json(newest.value), newest.timestamp_ms)


def chunks(
    plan_records: Sequence[Record], clock: WorldClock, until_ms: Mapping[int, int], unusable: list[str]
) -> Iterator[Chunk]:
    """All trips in pieces of bounded size. `until_ms`: how far each partition of the plans is driven.

    Plans that no worker can drive are left out and named in `unusable`.
    """
    for partition in sorted({record.partition for record in plan_records}):
        plans: list[Plan] = []
        rows = 0
        for record in plan_records:
            if record.partition != partition:
                continue
            plan = _plan(record, clock)
            if plan is None:
                unusable.append(str(record.key))
                continue
            plans.append(plan)
            rows += int(plan.profile.duration_s) + 10
            if rows >= ROWS_A_CHUNK:
                yield _chunk(partition, plans, until_ms.get(partition))
                plans, rows = [], 0
        if plans:
            yield _chunk(partition, plans, until_ms.get(partition))


def _plan(record: Record, clock: WorldClock) -> Plan | None:
    if record.value is None:
        return None
    try:
        plan = plan_from_json(record.value).settled(record.timestamp_ms, clock)
        Fleet.of([plan])
    except (ContractBroken, RumboError):
        return None
    return plan if plan.trip_id == record.key else None


def _chunk(partition: int, plans: list[Plan], until_ms: int | None) -> Chunk:
    until_ms = _BEGINNING_MS if until_ms is None else until_ms
    emission = Fleet.of(plans).emit(_BEGINNING_MS, until_ms)
    events = {}
    for event, columns in ((POSITION, emission.positions), (TRIP_STATE, emission.trip_states)):
        events[event.topic] = pl.DataFrame(
            {
                "trip_id": pl.Series(columns["trip_id"].tolist(), dtype=pl.String),
                "seq": pl.Series(columns["seq"], dtype=pl.Int64),
                "event_ms": pl.Series(columns["event_time"], dtype=pl.Int64),
                "emit_ms": pl.Series(columns["emit_ms"], dtype=pl.Int64),
                "sent": pl.Series(encode(event, columns), dtype=pl.Binary),
            },
            schema=EXPECTED,
        )
    return Chunk(partition, [plan.trip_id for plan in plans], events)
