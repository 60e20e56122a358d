"""The audit: recomputes every event that must exist and compares it, byte for byte, with the lake.

The order of reading makes it exact while everything runs: the workers' progress first (all emitted up to there must
be), then Kafka's end, then the lake once it has taken that much, then the progress again (nothing emitted
after that can be in the lake we read), and plans and clock last (what is appended later takes effect later).
No Spark: landing is read by deltalake and polars, some trips at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from rumbo.domain.days import day_of
from rumbo.errors import NotFound
from rumbo.events.fields import EMITTED_TYPES, EVENT_TYPES
from rumbo.events.topics import CLOCK, DRIVE_GROUP, PLANS, STREAM_GROUP
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS, REJECTED
from rumbo.pipeline.audit_alerts import judge_alerts
from rumbo.pipeline.expected import LivePlans, Source, settled
from rumbo.pipeline.judge import Judge, Scope
from rumbo.pipeline.ledger import AuditReport, TopicLedger
from rumbo.pipeline.rejected import Rejected
from rumbo.transport.port import Offsets, TableReader, progress_from_metadata

POLL_S = 0.25
SETTLE_S = 2.5
"""Kafka shows a transaction's progress and its events at slightly different moments. Progress that has moved on says
that all before is visible; where it stands still, so much time says it."""

type Say = Callable[[str], None]


def audit(
    lake: Lake,
    *,
    offsets: Offsets,
    tables: TableReader,
    trip: str | None = None,
    date: str | None = None,
    sources: Sequence[Source] = (),
    scratch: Path | None = None,
    wait_s: float = 60.0,
    progress: Say | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> AuditReport:
    """Judge the lake. Waits up to `wait_s` for the stream to land what Kafka holds now.

    `sources`: what else has put rows into landing, beside the workers. `scratch`: an existing folder that may take a
    copy of the rows for as long as it lasts, the system's own for temporary files where none is given.

    Raises NotFound for a trip that neither plans nor lake know, InvalidInput for a date that is none, and
    Unavailable where Kafka or the lake cannot be read.
    """
    say = progress or (lambda _: None)
    scope = Scope(trip, None if date is None else day_of(date))
    report = AuditReport({event.topic: TopicLedger() for event in EMITTED_TYPES})
    surely = _driven_visibly(offsets, pause)
    ends = {event.topic: offsets.end_offsets(event.topic) for event in EVENT_TYPES}
    report.covered, report.lag = _wait_for_lake(offsets, ends, wait_s, say, pause)
    landed = {event.topic: open_table(lake, LANDED_EVENTS[event.topic]) for event in EMITTED_TYPES}
    rejected = open_table(lake, REJECTED)
    at_most = _driven(offsets)
    plan_records = tables.read_all(PLANS)
    if trip is not None:
        plan_records = [record for record in plan_records if record.key == trip]
    plans = LivePlans(plan_records, settled(tables.read_all(CLOCK)), at_most, surely)
    every = (plans, *sources)
    say(f"Recomputing {len(plan_records):,} trips")
    with TemporaryDirectory(prefix="rumbo-audit-", dir=scratch) as folder:
        judge = Judge(report, scope, every, landed, Rejected(rejected, every, trip), Path(folder))
        for number, source in enumerate(every):
            for chunk in source.chunks():
                judge.compare(number, chunk)
        judge.finish(everything=trip is None and date is None)
    report.alerts = judge_alerts(lake, tables, ends, report.found, trip, scope.day)
    report.unusable_plans, report.undrivable_plans = len(plans.unreadable), len(plans.undrivable)
    report.until = _until(surely, {record.partition for record in plan_records})
    if trip is not None and not report.trips and not judge.strangers:
        raise NotFound(f"No plan and no row of the lake knows a trip {trip}.")
    return report


def _driven(offsets: Offsets) -> dict[int, int]:
    """World time that each partition of the plans is driven to, by the workers' committed progress."""
    notes = offsets.committed(DRIVE_GROUP, PLANS)
    driven = {partition: progress_from_metadata(note.metadata) for partition, note in notes.items()}
    return {partition: world_ms for partition, world_ms in driven.items() if world_ms is not None}


def _driven_visibly(offsets: Offsets, pause: Callable[[float], None]) -> dict[int, int]:
    """Progress whose events are all visible to readers of Kafka by now."""
    first = _driven(offsets)
    waited = 0.0
    while first and waited < SETTLE_S:
        pause(POLL_S)
        waited += POLL_S
        now = _driven(offsets)
        if all(now.get(partition, -1) > world_ms for partition, world_ms in first.items()):
            break
    return first


def _wait_for_lake(
    offsets: Offsets,
    ends: Mapping[str, Mapping[int, int]],
    wait_s: float,
    progress: Say,
    pause: Callable[[float], None],
) -> tuple[bool, int]:
    """Wait until the stream has published that it holds all that Kafka held when it ended there."""
    waited = 0.0
    while True:
        lag = sum(_lag(offsets, topic, end) for topic, end in ends.items())
        if lag == 0:
            return True, 0
        if waited >= wait_s:
            return False, lag
        if waited == 0:
            progress(f"Waiting for the lake to take {lag:,} more offsets")
        pause(POLL_S)
        waited += POLL_S


def _lag(offsets: Offsets, topic: str, ends: Mapping[int, int]) -> int:
    there = offsets.committed(STREAM_GROUP, topic)
    return sum(max(0, end - (there[p].offset if p in there else 0)) for p, end in ends.items())


def _until(surely: Mapping[int, int], partitions: set[int]) -> str | None:
    if not partitions or not partitions <= surely.keys():
        return None
    moment = datetime.fromtimestamp(min(surely[partition] for partition in partitions) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
