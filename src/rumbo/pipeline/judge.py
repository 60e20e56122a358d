"""Compares, trips by trips, what must be in the lake with what is there, and fills the audit's ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from rumbo.domain.device import Fault
from rumbo.events.codec import EVENT_BY_TOPIC
from rumbo.lake.read import Snapshot
from rumbo.lake.tables import EVENT_DATE
from rumbo.pipeline.expected import Chunk, Source, source_number
from rumbo.pipeline.ledger import AuditReport, FaultLedger, Finding
from rumbo.pipeline.rejected import EVENT, PLACE, Rejected
from rumbo.pipeline.shelves import Shelves

_SPOILT = int(Fault.MALFORMED | Fault.BREAKING)
_NTH = ["event", "nth"]
_SEQ_BITS = 40
_EVENT = (
    pl.when(pl.col("seq") < 1 << _SEQ_BITS)
    .then(pl.col("trip").cast(pl.Int64) * (1 << _SEQ_BITS) + pl.col("seq"))
    .otherwise(-1)
    .alias("event")
)
"""Trip and seq as one number: it is joined and grouped by quickly. No event that was sent is -1."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which rows are judged: all, or one trip's, or one day's (of event time, UTC), or both."""

    trip: str | None = None
    day: date | None = None

    def expected(self) -> pl.Expr:
        if self.day is None:
            return pl.lit(value=True)
        begin = datetime.combine(self.day, datetime.min.time(), UTC)
        first, end = (int(moment.timestamp() * 1000) for moment in (begin, begin + _DAY))
        return (pl.col("event_ms") >= first) & (pl.col("event_ms") < end)

    def landed(self, frame: pl.LazyFrame) -> pl.LazyFrame:
        if self.day is not None:
            frame = frame.filter(pl.col(EVENT_DATE) == self.day)
        return frame if self.trip is None else frame.filter(pl.col("trip_id") == self.trip)


class Judge:
    """Takes chunk by chunk; `finish` then looks at what belongs to none of them.

    Large tables are copied to `scratch`, which is the caller's to remove.
    """

    def __init__(
        self,
        report: AuditReport,
        scope: Scope,
        sources: Sequence[Source],
        landed: Mapping[str, Snapshot],
        rejected: Rejected,
        scratch: Path,
    ) -> None:
        self._report = report
        self._scope = scope
        self._landed = landed
        self._rejected = rejected
        self._known: list[pl.DataFrame] = []
        self._taken = dict.fromkeys(landed, 0)
        self._shelves = {
            topic: Shelves(
                EVENT_BY_TOPIC[topic],
                scope.landed(table.scan()),
                table.rows(),
                source_number(sources),
                scratch / topic,
            )
            for topic, table in landed.items()
        }
        self.strangers = 0
        """Rows that no source explains."""

    def compare(self, number: int, chunk: Chunk) -> None:
        """Judge a chunk of the source with that number."""
        self._report.trips += len(chunk.trip_ids)
        known = pl.DataFrame({"trip_id": chunk.trip_ids}, schema={"trip_id": pl.String})
        self._known.append(known.with_columns(source=pl.lit(number, pl.Int32)))
        for topic, whole in chunk.events.items():
            spoilt = (pl.col("sent").is_not_null() & (pl.col("faults") & _SPOILT != 0)).alias("spoilt")
            expected = whole.with_columns(_EVENT, spoilt, self._scope.expected().alias("in_scope"))
            rows = self._shelves[topic].of_trips(number, chunk.trip_ids).with_columns(_EVENT)
            self._taken[topic] += rows.height
            self._compare(number, topic, chunk.trip_ids, expected, rows)

    def _compare(
        self, number: int, topic: str, trip_ids: Sequence[str], expected: pl.DataFrame, rows: pl.DataFrame
    ) -> None:
        was_sent = pl.col("sent").is_not_null()
        good = _numbered(expected.filter(pl.col("in_scope") & ~pl.col("spoilt") & was_sent))
        dropped = expected.filter(pl.col("in_scope") & ~was_sent).with_columns(nth=pl.lit(0, pl.Int64))
        spoilt = _numbered(expected.filter("spoilt"))
        joined = _numbered(rows).join(good, on=_NTH, how="left")
        matched, left = joined.filter(was_sent), joined.filter(~was_sent)
        lacking = _without(good, matched)
        bad = left.join(spoilt.select(_NTH), on=_NTH, how="semi")
        self._expect_rejected(number, topic, spoilt, bad)
        misplaced, surplus = self._misplaced(number, trip_ids, good, lacking)
        self._unexplained(topic, _without(left, bad), pl.concat([good, spoilt]).select("event"))
        self._count("doubled", topic, surplus)
        self._count("misjudged", topic, misplaced)
        self._tell_missing(topic, _without(lacking, misplaced).filter("due"))
        sound = self._sound(topic, matched)
        self._add(topic, good, dropped, matched, misplaced)
        self._faults(pl.concat([good, dropped]), sound, rows)

    def _add(
        self,
        topic: str,
        good: pl.DataFrame,
        dropped: pl.DataFrame,
        matched: pl.DataFrame,
        misplaced: pl.DataFrame,
    ) -> None:
        ledger, due = self._report.topics[topic], pl.col("due")
        once, again = due & (pl.col("copy") == 0), due & (pl.col("copy") > 0)
        lost = dropped.filter(due).height
        ledger.sent += good.filter(once).height + lost
        ledger.dropped_by_fault += lost
        ledger.landed += matched.filter(once).height
        ledger.rejected += misplaced.filter(once).height
        ledger.doubled_by_fault += matched.filter(again).height + misplaced.filter(again).height
        ledger.ahead += matched.filter(~due).height

    def _expect_rejected(self, number: int, topic: str, spoilt: pl.DataFrame, bad: pl.DataFrame) -> None:
        """Remember what must stand in landing/rejected, and whether it landed instead."""
        if spoilt.is_empty():
            return
        told = spoilt.join(bad.select(*_NTH, landed=True), on=_NTH, how="left")
        landed = pl.col("landed").fill_null(value=False)
        self._rejected.expect(told.with_columns(landed, source=pl.lit(number, pl.Int32), topic=pl.lit(topic)))

    def _unexplained(self, topic: str, left: pl.DataFrame, sent: pl.DataFrame) -> None:
        """Rows beyond those that were sent of their event, and rows of events that were not sent at all."""
        if left.is_empty():
            return
        self._count("doubled", topic, left.join(sent, on="event", how="semi"))
        self._count("extra", topic, left.join(sent, on="event", how="anti"))

    def _tell_missing(self, topic: str, missing: pl.DataFrame) -> None:
        self._count("missing", topic, missing.filter(pl.col("copy") == 0))
        self._count("not_doubled", topic, missing.filter(pl.col("copy") > 0))

    def _sound(self, topic: str, matched: pl.DataFrame) -> pl.DataFrame:
        """Rows whose bytes and columns are right."""
        same = pl.col("there") == pl.col("sent")
        typed = pl.col("typed") == pl.col("typed_there")
        self._count("different", topic, matched.filter(~same))
        self._count("mistyped", topic, matched.filter(same & ~typed))
        return matched.filter(same & typed)

    def _misplaced(
        self, number: int, trip_ids: Sequence[str], good: pl.DataFrame, lacking: pl.DataFrame
    ) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Rejected records with the bytes of events that had to land: those of lacking ones, and those too many."""
        claims = self._rejected.claims(number, trip_ids)
        if claims.is_empty():
            return lacking.clear(), claims
        sent = good.select(*EVENT, "event", "sent").unique()
        claims = claims.join(sent, on=[*EVENT, "sent"], how="inner")
        self._rejected.take(claims)
        rank = pl.int_range(pl.len()).over("event").alias("rank")
        claims, lacking = claims.with_columns(rank), lacking.with_columns(rank)
        on = ["event", "rank"]
        misplaced = lacking.join(claims.select(*on, *PLACE[1:]), on=on, how="inner")
        return misplaced, claims.join(lacking, on=on, how="anti")

    def _faults(self, expected: pl.DataFrame, sound: pl.DataFrame, rows: pl.DataFrame) -> None:
        """Count the declared faults of events that had to land or never to be sent."""
        faulty = expected.filter(pl.col("due") & (pl.col("faults") != 0))
        if faulty.is_empty():
            return
        absent = faulty.filter(pl.col("sent").is_null()).join(rows, on="event", how="anti")
        landed = faulty.filter(pl.col("sent").is_not_null()).join(sound.select(_NTH), on=_NTH, how="semi")
        tally(self._report.faults, faulty, "expected")
        tally(self._report.faults, landed, "found")
        tally(self._report.faults, absent, "found")

    def finish(self, *, everything: bool) -> None:
        """Judge what had to be rejected, look for what no source explains, and for rows that share a place.

        `everything`: the scope is the whole lake.
        """
        self._finish_rejected(everything=everything)
        for topic in self._landed:
            self._find_strangers(topic)
        frames = [self._scope.landed(table.scan()).select(PLACE) for table in self._landed.values()]
        if everything:
            frames.append(self._rejected.rows.lazy().select(PLACE))
        self._report.repeated_places = _repeated(frames)

    def _finish_rejected(self, *, everything: bool) -> None:
        expected, surplus, foreign = self._rejected.matched()
        if everything:
            self._report.foreign_rejected = foreign
        expected = expected.filter("in_scope")
        there = pl.col("kafka_partition").is_not_null()
        for (topic,), some in expected.partition_by("topic", as_dict=True).items():
            ledger = self._report.topics[str(topic)]
            due, ahead = some.filter("due"), some.filter(~pl.col("due"))
            once = due.filter(pl.col("copy") == 0)
            again = due.filter(pl.col("copy") > 0)
            ledger.sent += once.height
            ledger.rejected += once.filter(there).height
            ledger.landed += once.filter(~there & pl.col("landed")).height
            ledger.doubled_by_fault += again.filter(there).height
            ledger.ahead += ahead.filter(there).height
            self._count("missing", str(topic), once.filter(~there & ~pl.col("landed")))
            self._count("not_doubled", str(topic), again.filter(~there))
            self._count("misjudged", str(topic), some.filter("landed"))
            faulty = due.filter(pl.col("faults") != 0)
            tally(self._report.faults, faulty, "expected")
            tally(self._report.faults, faulty.filter(there & ~pl.col("landed")), "found")
        for (topic,), some in surplus.partition_by("topic", as_dict=True).items():
            self._count("doubled", str(topic), some)

    def _find_strangers(self, topic: str) -> None:
        """Rows that no chunk has taken."""
        shelves = self._shelves[topic]
        strangers = shelves.rows - self._taken[topic]
        self.strangers += strangers
        if strangers:
            nobody = pl.DataFrame(schema={"trip_id": pl.String, "source": pl.Int32})
            self._count("extra", topic, shelves.strangers(pl.concat([nobody, *self._known])), strangers)

    def _count(self, problem: str, topic: str, frame: pl.DataFrame, count: int | None = None) -> None:
        """Add to a counter of problems, and keep examples."""
        ledger = self._report.topics[topic]
        setattr(ledger, problem, getattr(ledger, problem) + (frame.height if count is None else count))
        for row in frame.head(20).iter_rows(named=True):
            place = (row.get("kafka_partition"), row.get("kafka_offset"))
            self._report.found(problem, Finding(problem, topic, row["trip_id"], row["seq"], *place))


def tally(ledgers: Mapping[str, FaultLedger], events: pl.DataFrame, counter: str) -> None:
    """Add events (`copy`, `faults`) to a counter of each fault that they have.

    An event counts once; that it is doubled counts where its second sending is.
    """
    for flag in Fault:
        copy = pl.col("copy") > 0 if flag is Fault.DOUBLED else pl.col("copy") == 0
        count = events.filter((pl.col("faults") & int(flag) != 0) & copy).height
        ledger = ledgers[flag.labels[0]]
        setattr(ledger, counter, getattr(ledger, counter) + count)


def _without(frame: pl.DataFrame, taken: pl.DataFrame) -> pl.DataFrame:
    """The frame's rows but those of `taken`, which are all of them or some."""
    if taken.is_empty():
        return frame
    return (
        frame.clear() if taken.height == frame.height else frame.join(taken.select(_NTH), on=_NTH, how="anti")
    )


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    """With `nth`: the number of the row among those of its event, in the frame's order."""
    return frame.with_columns(pl.int_range(pl.len()).over("event").alias("nth"))


def _repeated(frames: Sequence[pl.LazyFrame]) -> int:
    """Rows beyond the first of each (topic, partition, offset), one partition at a time."""
    every = pl.concat(frames)
    places = every.select(PLACE[:2]).unique().collect(engine="streaming")
    surplus = 0
    for topic, partition in places.iter_rows():
        here = every.filter((pl.col(PLACE[0]) == topic) & (pl.col(PLACE[1]) == partition))
        offset = pl.col(PLACE[2])
        surplus += here.select(pl.len() - offset.n_unique()).collect(engine="streaming").item()
    return surplus
