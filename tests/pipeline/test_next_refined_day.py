"""Which day is made anew after one that changed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl

from rumbo.lake.places import Lake
from rumbo.lake.read import polars_schema
from rumbo.lake.refined.records import REFINED_DAYS
from rumbo.pipeline.refine_days import RefinedDays


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
