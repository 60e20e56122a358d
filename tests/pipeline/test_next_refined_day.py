"""Which day is made anew after one that changed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from rumbo.lake.places import Lake
from rumbo.lake.read import polars_schema
from rumbo.lake.refined.records import REFINED_DAYS
from rumbo.lake.refined_days import RefinedDays
from rumbo.lake.tables import Layer


def test_it_is_the_next_that_was_made_however_many_were_quiet_between(lake: Lake) -> None:
    days = (date(2026, 3, 3), date(2026, 3, 6), date(2026, 3, 7), date(2026, 5, 1))
    rows = [(day, "common", f"{day}_run", "{}", datetime(2026, 6, 1, tzinfo=UTC)) for day in days]
    asked = (date(2026, 3, 4), "common", "", "", datetime(2026, 6, 1, tzinfo=UTC))  # never made
    frame = pl.DataFrame([*rows, asked], schema=polars_schema(REFINED_DAYS), orient="row")
    frame.write_delta(lake.table_path(REFINED_DAYS))
    known = RefinedDays(lake)
    assert known.next_after("2026-03-03") == "2026-03-06"
    assert known.next_after("2026-03-06") == "2026-03-07"
    assert known.next_after("2026-03-07") is None, "nothing is followed for longer than a month"


def test_what_read_last_counts_however_late_others_record_themselves(lake: Lake) -> None:
    def line(day: int, run: str, rows: int, hour: int) -> tuple[date, str, str, str, datetime]:
        landed = f'{{"positions":{rows}}}' if run else ""
        return date(2026, 3, day), "staging", run, landed, datetime(2026, 6, 1, hour, tzinfo=UTC)

    newer, older = "2026-03-03_20260601T010009.000_a", "2026-03-03_20260601T010001.000_b"
    lines = [line(3, newer, 2, 1), line(3, older, 1, 2)]
    lines += [line(4, "2026-03-04_r", 1, 1), line(4, "", 0, 2)]  # asked for anew since
    lines += [line(5, "2026-03-05_r", 1, 3), line(5, "", 0, 2)]  # asked for anew, and made anew
    frame = pl.DataFrame(lines, schema=polars_schema(REFINED_DAYS), orient="row")
    frame.write_delta(lake.table_path(REFINED_DAYS))
    known = RefinedDays(lake)
    assert known.is_current(Layer.STAGING, "2026-03-03", {"positions": 2})
    assert known.landed(Layer.STAGING, "2026-03-04") == {}
    assert known.has(Layer.STAGING, "2026-03-04")
    assert known.is_current(Layer.STAGING, "2026-03-05", {"positions": 1})
