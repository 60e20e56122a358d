"""Records that broke the contract, why, and whether somebody has mended them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from rumbo.errors import Unavailable
from rumbo.lake.engine import MEMORY_MB, engine
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined.records import MENDED
from rumbo.lake.sql import TIMEOUT_S, limited, told
from rumbo.lake.tables import BROKER_DATE, REJECTED

PLACE = ("kafka_topic", "kafka_partition", "kafka_offset")
MAX_REASONS = 50
_JOINED = f"FROM landing.rejected r LEFT JOIN staging.mended m USING ({', '.join(PLACE)})"
_ROW = f"""SELECT {", ".join(PLACE)}, r.broker_time, r.rule, r.field, r.reason, r.payload,
    m.payload IS NOT NULL AS is_mended, m.mended_at, m.note, m.event_date AS mended_day"""


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that records of a topic broke, and how many."""

    topic: str
    rule: str
    records: int
    mended: int


@dataclass(frozen=True, slots=True)
class RejectedPage:
    """Rejected records of one version of the table. `days`: how many there are of each day the broker took them."""

    version: int | None
    rows: list[dict[str, Any]]
    reasons: list[Reason]
    days: dict[str, int]


def rejected_page(
    lake: Lake,
    *,
    day: str | None = None,
    rule: str | None = None,
    limit: int = 20,
    start: int = 0,
    version: int | None = None,
    newest_first: bool = True,
    memory_mb: int = MEMORY_MB,
    timeout_s: float = TIMEOUT_S,
) -> RejectedPage:
    """Up to `limit` rejected records from the `start`-th on. `day` is the day that the broker took them, UTC.

    Raises Unavailable where the lake cannot be read, and after `timeout_s`, TooLarge where `memory_mb` do not do.
    """
    table = open_table(lake, REJECTED, version)
    tables = {"landing.rejected": table, "staging.mended": open_table(lake, MENDED)}
    terms = {f"r.{BROKER_DATE} = CAST(? AS DATE)": day, "r.rule = ?": rule}
    given = {term: value for term, value in terms.items() if value is not None}
    where, values = " AND ".join(given) or "TRUE", list(given.values())
    order = ("r.broker_time", *PLACE)
    by = ", ".join(f"{name} DESC" if newest_first else name for name in order)
    with engine(tables, memory_mb) as connection, limited(connection, timeout_s) as late:
        try:
            found = connection.execute(
                f"{_ROW} {_JOINED} WHERE {where} ORDER BY {by} LIMIT {limit} OFFSET {start}", values
            )
            names = [column[0] for column in found.description or ()]
            rows = [_shown(dict(zip(names, row, strict=True))) for row in found.fetchall()]
            reasons = connection.execute(
                f"SELECT {PLACE[0]}, r.rule, count(*), count(m.payload) {_JOINED} WHERE {where}"
                f" GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT {MAX_REASONS}",
                values,
            ).fetchall()
        except duckdb.Error as exc:
            if late.is_set():
                raise Unavailable(
                    f"Reading was stopped after {timeout_s:g} s.", hint="Ask for one day."
                ) from exc
            raise told(exc, memory_mb) from exc
    return RejectedPage(table.version, rows, [Reason(*row) for row in reasons], table.rows_by(BROKER_DATE))


def rejected_rows(
    lake: Lake, day: str | None = None, rule: str | None = None, limit: int = 20
) -> list[dict[str, Any]]:
    """Rejected records, oldest first, with `is_mended`. `day` is the day that the broker took them, UTC."""
    return rejected_page(lake, day=day, rule=rule, limit=limit, newest_first=False).rows


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: row[name] for name in PLACE},
        "broker_time": row["broker_time"].isoformat(),
        "rule": row["rule"],
        "field": row["field"],
        "reason": row["reason"],
        "is_mended": bool(row["is_mended"]),
        "mended_at": None if row["mended_at"] is None else row["mended_at"].isoformat(),
        "mended_day": None if row["mended_day"] is None else str(row["mended_day"]),
        "note": row["note"],
        "payload": None if row["payload"] is None else row["payload"].decode(errors="replace"),
    }
