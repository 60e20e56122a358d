"""Landing's alerts, newest first, a page at a time: quick reads for whoever asks again and again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import orjson
import polars as pl

from rumbo.events.fields import ALERT
from rumbo.lake.places import Lake
from rumbo.lake.read import Snapshot, open_table
from rumbo.lake.tables import EVENT_DATE, LANDED_EVENTS

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class AlertPlace(NamedTuple):
    """Where an alert stands in the list. Times are ms since the epoch and may be any year's."""

    event_ms: int
    alert_id: str


@dataclass(frozen=True, slots=True)
class AlertFilter:
    """What alerts are asked for; None: whatever. `since_ms`: certain at that world time or later."""

    vehicle_id: str | None = None
    trip_id: str | None = None
    rule: str | None = None
    since_ms: int | None = None

    def rows(self) -> pl.Expr:
        """Which rows fit."""
        fits = pl.lit(value=True)
        for name in ("vehicle_id", "trip_id", "rule"):
            if (wanted := getattr(self, name)) is not None:
                fits &= pl.col(name) == wanted
        if self.since_ms is not None:
            fits &= pl.col("event_time") >= _moment(self.since_ms)
        return fits


def open_alerts(lake: Lake) -> Snapshot:
    """The newest version of landing/alerts. Raises Unavailable where it cannot be read."""
    return open_table(lake, LANDED_EVENTS[ALERT.topic])


def newest_alerts(
    table: Snapshot, wanted: AlertFilter, limit: int, after: AlertPlace | None = None
) -> tuple[list[dict[str, Any]], AlertPlace | None]:
    """Up to `limit` alerts as on the wire, newest first, and the place of the last where more follow.

    Reads days from the newest on, and no more of them than it takes.
    """
    fits = wanted.rows()
    if after is not None:
        moment = _moment(after.event_ms)
        earlier = (pl.col("event_time") == moment) & (pl.col("alert_id") < after.alert_id)
        fits &= (pl.col("event_time") < moment) | earlier
    rows: list[dict[str, Any]] = []
    for days in _spans(table, wanted.since_ms, after):
        frame = table.scan().filter(pl.col(EVENT_DATE).is_in(days) & fits)
        frame = frame.select("event_time", "alert_id", pl.col("payload").cast(pl.Binary))
        found = frame.top_k(limit + 1 - len(rows), by=["event_time", "alert_id"]).collect()
        rows += found.sort("event_time", "alert_id", descending=True).iter_rows(named=True)
        if len(rows) > limit:
            break
    page = rows[:limit]
    last = AlertPlace(_ms(page[-1]["event_time"]), page[-1]["alert_id"]) if len(rows) > limit else None
    return [_plain(row["payload"]) for row in page], last


def _spans(table: Snapshot, since_ms: int | None, after: AlertPlace | None) -> Iterator[list[date]]:
    """The days that hold alerts, newest first, in ever larger lists."""
    days = sorted((date.fromisoformat(day) for day in table.rows_by(EVENT_DATE)), reverse=True)
    if since_ms is not None:
        days = [day for day in days if day >= _moment(since_ms).date()]
    if after is not None:
        days = [day for day in days if day <= _moment(after.event_ms).date()]
    size = 1
    while days:
        yield days[:size]
        days, size = days[size:], size * 2


def _plain(payload: bytes) -> dict[str, Any]:
    """The event's fields, and nothing else that somebody may have sent along."""
    raw = orjson.loads(payload)
    return {name: raw.get(name) for name in ALERT.names}


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)


def _ms(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)
