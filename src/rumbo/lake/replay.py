"""The past as the lake has it: where every vehicle reported to be in a span, step by step, and what happened then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rumbo.errors import TooLarge
from rumbo.lake.places import Lake
from rumbo.lake.sql import query

MOST_REPORTS = 200_000
MOST_MARKS = 2_000
BUCKETS = 288
"""Parts of a span for which it is told how many vehicles reported: five minutes of a day."""

_SPAN = (
    "event_date BETWEEN CAST($first AS DATE) AND CAST($last AS DATE)"
    " AND event_time >= $first AND event_time < $last"
)
_FRAMES = f"""
SELECT
    vehicle_id, frame, newest.trip_id AS trip_id, newest.vehicle_class AS vehicle_class, newest.state AS state,
    epoch_ms(newest.event_time) AS time_ms, round(newest.lat, 6) AS lat, round(newest.lon, 6) AS lon,
    round(newest.speed_mps, 1) AS speed_mps, round(newest.heading_deg) AS heading_deg,
    round(newest.progress, 3) AS progress, round(newest.remaining_m) AS remaining_m,
    round(newest.distance_m) AS distance_m
FROM (
    SELECT
        vehicle_id, CAST((epoch_ms(event_time) - epoch_ms($first)) // $step_ms AS INTEGER) AS frame,
        arg_max(
            struct_pack(
                trip_id := trip_id, vehicle_class := vehicle_class, state := state, event_time := event_time,
                lat := lat, lon := lon, speed_mps := speed_mps, heading_deg := heading_deg, progress := progress,
                remaining_m := remaining_m, distance_m := distance_m
            ),
            event_time
        ) AS newest
    FROM landing.positions
    WHERE {_SPAN}
    GROUP BY vehicle_id, frame
)
ORDER BY vehicle_id, frame
LIMIT {MOST_REPORTS + 1}
"""
_MARKS = f"""
SELECT * FROM (
    SELECT epoch_ms(event_time) AS time_ms, 'state' AS kind, state AS what, vehicle_id, trip_id, lat, lon
    FROM landing.trip_states WHERE {_SPAN} AND state NOT IN ('waiting', 'driving')
    UNION
    SELECT epoch_ms(event_time), 'alert', rule, vehicle_id, trip_id, lat, lon
    FROM landing.alerts WHERE {_SPAN}
)
ORDER BY time_ms, vehicle_id, kind, what
LIMIT {MOST_MARKS + 1}
"""
_ACTIVITY = f"""
SELECT CAST((epoch_ms(event_time) - epoch_ms($first)) // $step_ms AS INTEGER) AS bucket,
    count(DISTINCT vehicle_id) AS vehicles
FROM landing.positions
WHERE {_SPAN}
GROUP BY bucket
"""


@dataclass(frozen=True, slots=True)
class Span:
    """From `first_ms` up to, not including, `last_ms`: ms since the Unix epoch, UTC, world time."""

    first_ms: int
    last_ms: int

    def bound(self) -> dict[str, Any]:
        return {
            name: datetime.fromtimestamp(ms / 1000, UTC)
            for name, ms in (("first", self.first_ms), ("last", self.last_ms))
        }


def frames(lake: Lake, span: Span, step_ms: int, *, memory_mb: int, timeout_s: float) -> dict[str, list[Any]]:
    """Columns of the newest report of every vehicle in every step, by vehicle and time.

    Raises TooLarge, Unavailable.
    """
    found = _columns(lake, _FRAMES, span.bound() | {"step_ms": step_ms}, memory_mb, timeout_s)
    if len(found["frame"]) > MOST_REPORTS:
        raise TooLarge(
            f"There are more than {MOST_REPORTS:,} reports in this span at this step.",
            hint="Ask for a shorter span, or a longer step.",
            field="step_s",
        )
    return found


def marks(lake: Lake, span: Span, *, memory_mb: int, timeout_s: float) -> tuple[dict[str, list[Any]], bool]:
    """Columns of what began, ended or was noticed, in order of time, and whether there was more of it."""
    found = _columns(lake, _MARKS, span.bound(), memory_mb, timeout_s)
    return {name: values[:MOST_MARKS] for name, values in found.items()}, len(found["time_ms"]) > MOST_MARKS


def activity(lake: Lake, span: Span, *, memory_mb: int, timeout_s: float) -> list[int]:
    """How many vehicles reported in each of `BUCKETS` equal parts of the span."""
    step_ms = max(1, (span.last_ms - span.first_ms) // BUCKETS)
    found = _columns(lake, _ACTIVITY, span.bound() | {"step_ms": step_ms}, memory_mb, timeout_s)
    counts = [0] * BUCKETS
    for bucket, vehicles in zip(found["bucket"], found["vehicles"], strict=True):
        counts[min(bucket, BUCKETS - 1)] = vehicles
    return counts


def _columns(
    lake: Lake, sql: str, values: Mapping[str, Any], memory_mb: int, timeout_s: float
) -> dict[str, list[Any]]:
    with query(lake, sql, values=values, memory_mb=memory_mb, timeout_s=timeout_s) as found:
        columns: dict[str, list[Any]] = {name: [] for name in found.schema.names}
        for batch in found.batches:
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                columns[name] += column.to_pylist()
    return columns
