"""The trips that the lake knows, the latest first: also those of backfilled days, which no plan is kept of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import duckdb

from rumbo.errors import Unavailable
from rumbo.lake.catalog import catalog
from rumbo.lake.engine import MEMORY_MB, engine
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.sql import limited, told

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TABLES = ("staging.trips", "common.dim_vehicle", "common.trip_facts")


@dataclass(frozen=True, slots=True)
class LakeTripFilter:
    """Which trips; None: whatever. They began in [since_ms, until_ms), world time."""

    state: str | None = None
    vehicle_id: str | None = None
    since_ms: int | None = None
    until_ms: int | None = None
    text: str | None = None
    """In the vehicle's name, whatever the case and the accents, or in the trip's id."""


def latest_trips(
    lake: Lake,
    wanted: LakeTripFilter,
    limit: int,
    after: tuple[int, str] | None = None,
    *,
    memory_mb: int = MEMORY_MB,
    timeout_s: float,
) -> list[dict[str, Any]]:
    """Up to `limit` trips of refined days after a place (begin in ms, trip id), as rows.

    Raises Unavailable for tables that cannot be read and after `timeout_s` seconds.
    """
    tables = {name: open_table(lake, catalog()[name]) for name in _TABLES}
    conditions, values = _conditions(wanted, after)
    sql = f"""
        SELECT * FROM (
            SELECT t.trip_id, t.vehicle_id, v.name, v.vehicle_class, t.state, t.reason, t.booked_at, t.begin_at,
                t.end_at, t.distance_m, f.delay_s, epoch_ms(coalesce(t.begin_at, t.booked_at)) AS at_ms
            FROM staging.trips t
            LEFT JOIN (
                SELECT vehicle_id, arg_max(name, version) AS name, arg_max(vehicle_class, version) AS vehicle_class
                FROM common.dim_vehicle GROUP BY vehicle_id
            ) v ON v.vehicle_id = t.vehicle_id
            LEFT JOIN common.trip_facts f ON f.trip_id = t.trip_id
        )
        WHERE {conditions} ORDER BY at_ms DESC, trip_id DESC LIMIT {limit}
    """
    with engine(tables, memory_mb) as connection, limited(connection, timeout_s) as late:
        try:
            cursor = connection.execute(sql, values)
            names = [column[0] for column in cursor.description or []]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except duckdb.Error as exc:
            if late.is_set():
                raise Unavailable(
                    f"The lake took more than {timeout_s:g} s.", hint="Ask for fewer days."
                ) from exc
            raise told(exc, memory_mb) from exc


def _conditions(wanted: LakeTripFilter, after: tuple[int, str] | None) -> tuple[str, list[Any]]:
    terms: list[tuple[str, list[Any]]] = [("TRUE", [])]
    if wanted.state is not None:
        terms.append(("state = ?", [wanted.state]))
    if wanted.vehicle_id is not None:
        terms.append(("vehicle_id = ?", [wanted.vehicle_id]))
    if wanted.since_ms is not None:
        terms.append(("coalesce(begin_at, booked_at) >= ?", [_moment(wanted.since_ms)]))
    if wanted.until_ms is not None:
        terms.append(("coalesce(begin_at, booked_at) < ?", [_moment(wanted.until_ms)]))
    if wanted.text is not None:
        named = "contains(strip_accents(lower(coalesce(name, ''))), strip_accents(lower(?)))"
        terms.append((f"({named} OR contains(trip_id, lower(?)))", [wanted.text, wanted.text]))
    if after is not None:
        terms.append(("(at_ms < ? OR (at_ms = ? AND trip_id < ?))", [after[0], after[0], after[1]]))
    return " AND ".join(sql for sql, _ in terms), [value for _, values in terms for value in values]


def _moment(ms: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=ms)
