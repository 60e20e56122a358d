"""The audit: recomputes every event that must exist and compares it, byte for byte, with the lake.

The order of reading makes it exact while everything runs: the workers' progress first (all emitted up to there must
be), then Kafka's end, then the lake once it has taken that much, then the progress again (nothing emitted
after that can be in the lake we read), and plans and clock last (what is appended later takes effect later).
No Spark: landing is read by deltalake and polars, some trips at a time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import orjson
import polars as pl

from rumbo.errors import InvalidInput, NotFound
from rumbo.events.fields import EVENT_TYPES
from rumbo.events.topics import CLOCK, DRIVE_GROUP, PLANS, STREAM_GROUP
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table
from rumbo.lake.tables import EVENT_DATE, LANDED_EVENTS, REJECTED
from rumbo.pipeline.expected import Chunk, chunks, settled
from rumbo.pipeline.ledger import AuditReport, Finding, TopicLedger
from rumbo.transport.port import Offsets, TableReader, progress_from_metadata

POLL_S = 0.25
SETTLE_S = 2.5
"""Kafka shows a transaction's progress and its events at slightly different moments. Progress that has moved on says
that all before is visible; where it stands still, so much time says it."""
_PLACE = ("kafka_topic", "kafka_partition", "kafka_offset")
_EVENT = ["trip_id", "seq"]

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows are judged: all, or one trip's, or one day's (of event time, UTC), or both."""

    trip: str | None = None
    day: date | None = None

    def expected(self, frame: pl.DataFrame) -> pl.DataFrame:
        if self.day is None:
            return frame
        begin = int(datetime.combine(self.day, datetime.min.time(), UTC).timestamp() * 1000)
        end = begin + int(timedelta(days=1).total_seconds() * 1000)
        return frame.filter((pl.col("event_ms") >= begin) & (pl.col("event_ms") < end))

    def landed(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        if self.day is not None:
            frame = frame.filter(pl.col(EVENT_DATE) == self.day)
        return frame if self.trip is None else frame.filter(pl.col("trip_id") == self.trip)


def audit(
    lake: Lake,
    *,
    offsets: Offsets,
    tables: TableReader,
    trip: str | None = None,
    date: str | None = None,
    wait_s: float = 60.0,
    progress: Say | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> AuditReport:
    """Judge the lake. Waits up to `wait_s` for the stream to land what Kafka holds now.

    Raises NotFound for a trip that neither plans nor lake know, InvalidInput for a date that is none, and
    Unavailable where Kafka or the lake cannot be read.
    """
    say = progress or (lambda _: None)
    scope = Scope(trip, _day(date))
    report = AuditReport({event.topic: TopicLedger() for event in EVENT_TYPES})
    surely = _driven_visibly(offsets, pause)
    report.covered, report.lag = _wait_for_lake(offsets, wait_s, say, pause)
    landed = {topic: open_table(lake, spec) for topic, spec in LANDED_EVENTS.items()}
    rejected = open_table(lake, REJECTED)
    at_most = _driven(offsets)
    plan_records = tables.read_all(PLANS)
    clock = settled(tables.read_all(CLOCK))
    if trip is not None:
        plan_records = [record for record in plan_records if record.key == trip]
    judge = Judge(report, scope, landed, _rejected_events(rejected, report), surely)
    if clock is not None:
        say(f"Recomputing {len(plan_records):,} trips")
        unusable: list[str] = []
        for chunk in chunks(plan_records, clock, at_most, unusable):
            judge.compare(chunk)
        report.unusable_plans = len(unusable)
    judge.finish(rejected if trip is None and date is None else None)
    report.until = _until(surely, {record.partition for record in plan_records})
    if trip is not None and not plan_records and not judge.strangers:
        raise NotFound(f"No plan and no row of the lake knows a trip {trip}.")
    return report


class Judge:
    """Compares chunk by chunk and fills the report."""

    def __init__(
        self,
        report: AuditReport,
        scope: Scope,
        landed: Mapping[str, Snapshot],
        rejected: Mapping[str, pl.DataFrame],
        surely: Mapping[int, int],
    ) -> None:
        self._report = report
        self._scope = scope
        self._landed = landed
        self._rejected = rejected
        self._surely = surely
        self._known: list[str] = []
        self._ours_rejected = 0
        self.strangers = 0
        """Rows of trips that have no plan."""

    def compare(self, chunk: Chunk) -> None:
        self._report.trips += len(chunk.trip_ids)
        self._known += chunk.trip_ids
        for topic, frame in chunk.events.items():
            ledger = TopicLedger()
            rows = self._rows(topic, pl.col("trip_id").is_in(chunk.trip_ids))
            self._compare(
                topic, self._scope.expected(frame), rows, self._surely.get(chunk.partition, -1), ledger
            )
            self._report.topics[topic].add(ledger)

    def finish(self, rejected: Snapshot | None) -> None:
        """Look for what no plan explains, and for rows that share a place."""
        for topic in self._landed:
            known = pl.LazyFrame({"trip_id": self._known}, schema={"trip_id": pl.String()})
            rows = self._scope.landed(self._landed[topic].scan()).join(known, on="trip_id", how="anti")
            strangers = rows.select(pl.len()).collect(engine="streaming").item()
            self._report.topics[topic].extra += strangers
            self.strangers += strangers
            if strangers:
                self._find("extra", topic, rows.select(*_EVENT, *_PLACE).head(20).collect())
        frames = [self._scope.landed(table.scan()).select(_PLACE) for table in self._landed.values()]
        if rejected is not None:
            frames.append(rejected.scan().select(_PLACE))
            self._report.foreign_rejected = rejected.rows() - self._ours_rejected
        self._report.repeated_places = _repeated(frames)

    def _rows(self, topic: str, which: pl.Expr) -> pl.DataFrame:
        """Landed rows of an event type, and rejected ones beside them, with the bytes of each."""
        scan = self._scope.landed(self._landed[topic].scan()).filter(which)
        there = pl.col("payload").cast(pl.Binary).alias("there")
        rejected = pl.lit(value=False).alias("rejected")
        rows = scan.select(*_EVENT, *_PLACE[1:], there, rejected).collect(engine="streaming")
        return pl.concat([rows, self._rejected[topic].filter(which)]) if topic in self._rejected else rows

    def _compare(
        self, topic: str, expected: pl.DataFrame, rows: pl.DataFrame, surely_ms: int, ledger: TopicLedger
    ) -> None:
        matched = rows.join(expected, on=_EVENT, how="left")
        same = (pl.col("there") == pl.col("sent")).fill_null(value=False)
        ours = matched.filter(pl.col("rejected") & same)  # other rejected records only claim to be ours
        self._ours_rejected += ours.height
        landed = matched.filter(~pl.col("rejected"))
        extra = landed.filter(pl.col("sent").is_null())
        known = landed.filter(pl.col("sent").is_not_null())
        different = known.filter(~same)
        there = pl.concat([known, ours]).sort("rejected", *_PLACE[1:])
        doubled = there.filter(~pl.struct(_EVENT).is_first_distinct())
        first = there.unique(_EVENT, keep="first", maintain_order=True)
        due = expected.filter(pl.col("emit_ms") <= surely_ms)
        missing = due.join(first, on=_EVENT, how="anti")
        in_time = first.filter(pl.col("emit_ms") <= surely_ms)
        ledger.sent = due.height
        ledger.landed = in_time.filter(~pl.col("rejected")).height
        ledger.rejected = in_time.filter(pl.col("rejected")).height
        ledger.ahead = first.height - in_time.height
        found = {"missing": missing, "extra": extra, "doubled": doubled, "different": different}
        for problem, frame in found.items():
            setattr(ledger, problem, frame.height)
            self._find(problem, topic, frame.head(20))

    def _find(self, problem: str, topic: str, frame: pl.DataFrame) -> None:
        for row in frame.iter_rows(named=True):
            place = (row.get("kafka_partition"), row.get("kafka_offset"))
            self._report.found(problem, Finding(problem, topic, row["trip_id"], row["seq"], *place))


def _rejected_events(rejected: Snapshot, report: AuditReport) -> dict[str, pl.DataFrame]:
    """Rejected records that say which event they are, by topic: they may be ours."""
    found: dict[str, list[tuple[str, int, int, int, bytes]]] = {topic: [] for topic in report.topics}
    scan = rejected.scan().select(*_PLACE, "payload").filter(pl.col("payload").is_not_null())
    for topic, partition, offset, payload in scan.collect().iter_rows():
        try:
            raw = orjson.loads(payload)
            trip_id, seq = raw["trip_id"], raw["seq"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            continue
        if topic in found and isinstance(trip_id, str) and type(seq) is int and 0 <= seq < 2**63:
            found[topic].append((trip_id, seq, partition, offset, payload))
    types: dict[str, pl.DataType] = {
        "trip_id": pl.String(), "seq": pl.Int64(), "kafka_partition": pl.Int32(), "kafka_offset": pl.Int64(),
        "there": pl.Binary(),
    }  # fmt: skip
    return {
        topic: pl.DataFrame(rows, schema=pl.Schema(types), orient="row").with_columns(rejected=True)
        for topic, rows in found.items()
        if rows
    }


def _repeated(frames: Sequence[pl.LazyFrame]) -> int:
    """Rows beyond the first of each (topic, partition, offset), one partition at a time."""
    every = pl.concat(frames)
    places = every.select(_PLACE[:2]).unique().collect(engine="streaming")
    surplus = 0
    for topic, partition in places.iter_rows():
        here = every.filter((pl.col(_PLACE[0]) == topic) & (pl.col(_PLACE[1]) == partition))
        offset = pl.col(_PLACE[2])
        surplus += here.select(pl.len() - offset.n_unique()).collect(engine="streaming").item()
    return surplus


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
    offsets: Offsets, wait_s: float, progress: Say, pause: Callable[[float], None]
) -> tuple[bool, int]:
    """Wait until the stream has published that it holds all that Kafka held at the call."""
    ends = {event.topic: offsets.end_offsets(event.topic) for event in EVENT_TYPES}
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


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise InvalidInput(f"{text!r} is not a date.", hint="Write it as 2026-03-05.", field="date") from exc


def _until(surely: Mapping[int, int], partitions: set[int]) -> str | None:
    if not partitions or not partitions <= surely.keys():
        return None
    moment = datetime.fromtimestamp(min(surely[partition] for partition in partitions) / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
