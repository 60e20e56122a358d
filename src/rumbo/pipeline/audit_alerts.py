"""The audit's view of alerts: what the topic holds against what has landed, record for record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import orjson
import polars as pl

from rumbo.events.topics import ALERTS
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS, REJECTED
from rumbo.pipeline.ledger import AlertsLedger, Finding
from rumbo.transport.port import Record, TableReader

type Found = Callable[[str, Finding], None]

_PLACE = ["kafka_partition", "kafka_offset"]
_RECORDS = pl.Schema(
    {"kafka_partition": pl.Int32(), "kafka_offset": pl.Int64(), "trip_id": pl.String(), "key": pl.Binary(),
     "sent": pl.Binary(), "due": pl.Boolean()}
)  # fmt: skip


def judge_alerts(
    lake: Lake,
    tables: TableReader,
    ends: Mapping[str, Mapping[int, int]],
    found: Found,
    trip: str | None = None,
    day: date | None = None,
) -> AlertsLedger:
    """Compare landing/alerts with its topic. What lies below `ends` must have landed.

    The lake is read first: all that it holds was in Kafka before, so that no row can be ahead of the topic.
    """
    rows = _rows(lake, trip, day)
    rejected = (
        open_table(lake, REJECTED).scan().filter(pl.col("kafka_topic") == ALERTS).select(_PLACE).collect()
    )
    log = tables.read_log(ALERTS)
    kept = _kept_from(log, ends[ALERTS])
    records = _records([record for record in log if _is_in_scope(record, trip, day)], ends[ALERTS])

    ledger = AlertsLedger()
    ledger.doubled = _count("doubled", _beyond_first(rows, ["kafka_topic", *_PLACE]), found)
    once = rows.unique(["kafka_topic", *_PLACE], keep="first", maintain_order=True)
    ledger.repeated_ids = _count("repeated_ids", _beyond_first(once, ["alert_id"]), found)

    pairs = records.join(once.filter(pl.col("kafka_topic") == ALERTS), on=_PLACE, how="left", suffix="_row")
    has_row = pl.col("payload").is_not_null()
    is_same = (
        has_row & pl.col("payload").eq_missing(pl.col("sent")) & pl.col("kafka_key").eq_missing(pl.col("key"))
    )
    due = pairs.filter("due")
    lacking = due.filter(~has_row)
    ledger.published = due.height
    ledger.landed = due.filter(has_row).height
    ledger.rejected = lacking.join(rejected, on=_PLACE, how="semi").height
    ledger.missing = _count("missing", lacking.join(rejected, on=_PLACE, how="anti"), found)
    ledger.different = _count("different", pairs.filter(has_row & ~is_same), found)
    ledger.ahead = pairs.filter(has_row & ~pl.col("due")).height

    strangers = once.join(records, on=_PLACE, how="anti") if records.height else once
    strangers = pl.concat([strangers, once.filter(pl.col("kafka_topic") != ALERTS)]).unique(
        maintain_order=True
    )
    begin = pl.col("kafka_partition").replace_strict(kept, default=0, return_dtype=pl.Int64)
    is_older = (pl.col("kafka_topic") == ALERTS) & (pl.col("kafka_offset") < begin)
    ledger.older = strangers.filter(is_older).height
    ledger.extra = _count("extra", strangers.filter(~is_older), found)
    return ledger


def _rows(lake: Lake, trip: str | None, day: date | None) -> pl.DataFrame:
    frame = open_table(lake, LANDED_EVENTS[ALERTS]).scan()
    if trip is not None:
        frame = frame.filter(pl.col("trip_id") == trip)
    if day is not None:
        frame = frame.filter(pl.col("event_date") == day)
    names = ("kafka_topic", *_PLACE, "trip_id", "alert_id")
    raw = (pl.col(name).cast(pl.Binary) for name in ("kafka_key", "payload"))
    return frame.select(*names, *raw).collect().sort("kafka_topic", *_PLACE)


def _records(log: Sequence[Record], ends: Mapping[int, int]) -> pl.DataFrame:
    rows = [
        (
            r.partition,
            r.offset,
            _field(r, "trip_id"),
            r.key.encode() if r.key else None,
            r.value,
            r.offset < ends[r.partition],
        )
        for r in log
    ]
    return pl.DataFrame(rows, schema=_RECORDS, orient="row")


def _kept_from(log: Sequence[Record], ends: Mapping[int, int]) -> dict[int, int]:
    """By partition the first offset that Kafka still has; where it holds nothing, its end."""
    first: dict[int, int] = {}
    for record in log:
        first.setdefault(record.partition, record.offset)
    return {**ends, **first}


def _is_in_scope(record: Record, trip: str | None, day: date | None) -> bool:
    """Where only a trip or a day is judged, records that name neither are nobody's."""
    if trip is not None and _field(record, "trip_id") != trip:
        return False
    return day is None or str(_field(record, "event_time"))[:10] == str(day)


def _field(record: Record, name: str) -> str | None:
    try:
        value: Any = orjson.loads(record.value or b"").get(name)
    except (orjson.JSONDecodeError, AttributeError):
        return None
    return value if isinstance(value, str) else None


def _beyond_first(frame: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    return frame.filter(pl.int_range(pl.len()).over(key) > 0)


def _count(problem: str, frame: pl.DataFrame, found: Found) -> int:
    """Rows with a problem; some are kept as examples."""
    for row in frame.head(20).iter_rows(named=True):
        place = (row["kafka_partition"], row["kafka_offset"])
        found(problem, Finding(problem, ALERTS, row["trip_id"], None, *place))
    return frame.height
