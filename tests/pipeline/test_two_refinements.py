"""Two runs that refine the same day at the same time: the one that read later stands, and no row stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TYPE_CHECKING

import polars as pl
import pytest
from deltalake import DeltaTable

from rumbo.errors import Conflict
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined import positions, refined
from rumbo.lake.refined_days import changed_days
from rumbo.lake.tables import Layer
from rumbo.pipeline import refine
from rumbo.pipeline.refine import Outcome, Refinement, Status
from rumbo.pipeline.refine_meet import TRIES, until_alone
from rumbo.pipeline.refine_publish import publish
from support.refinement import BAD, DAYS, land_in, landed, register

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

FIRST = str(DAYS[0])
STAGING = (Layer.STAGING,)
LATE_S = 600


@pytest.mark.jvm
@pytest.mark.timeout(900)
def test_of_two_runs_at_once_the_one_that_read_later_stands_and_no_row_stands_twice(
    spark: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = landed(BAD)
    of_day = {name: frame.filter(pl.col("event_date") == DAYS[0]) for name, frame in whole.items()}
    late = of_day["positions"].sort("broker_time").tail(20)
    land_in(
        lake.landing,
        of_day | {"positions": of_day["positions"].join(late, on=late.columns, how="anti", nulls_equal=True)},
    )
    built, landed_late, both = (
        Barrier(2, timeout=LATE_S),
        Barrier(2, timeout=LATE_S),
        Barrier(2, timeout=LATE_S),
    )

    def together(*given: object) -> object:
        both.wait()  # both have built and passed the gate; no table is there yet
        return publish(*given)  # type: ignore[arg-type]  # as it is called

    monkeypatch.setattr(refine, "publish", together)

    def run(at_ms: int, first: bool) -> Sequence[Outcome] | Conflict:
        if not first:
            landed_late.wait()
        refinement = Refinement(spark.newSession(), lake, register(), lambda: at_ms, lambda _line: None)
        build = refinement._build  # where a run has read its sources

        def built_first(*given: object) -> object:
            found = build(*given)  # type: ignore[arg-type]
            built.wait()
            return found

        if first:
            monkeypatch.setattr(refinement, "_build", built_first)
        try:
            return list(refinement.refine([FIRST], STAGING))
        except Conflict as lost:
            return lost

    with ThreadPoolExecutor(2) as pool:
        older = pool.submit(run, 1_780_000_000_000, first=True)
        newer = pool.submit(run, 1_780_000_009_000, first=False)
        built.wait()  # the older one has read landing without the late reports
        land_in(lake.landing, {"positions": late})
        landed_late.wait()
        ends = [older.result(LATE_S), newer.result(LATE_S)]

    assert not isinstance(ends[1], Conflict), "the newer one stands whatever comes between"
    assert [outcome.status for outcome in ends[1]] == [Status.DONE]
    assert isinstance(ends[0], list) or "newer run" in str(ends[0])
    staged = open_table(lake, positions.SPEC).scan().collect()
    assert staged["copies"].sum() == len(of_day["positions"])
    assert staged.filter(pl.struct("trip_id", "seq").is_duplicated()).is_empty()
    for table in refined(Layer.STAGING):
        found = open_table(lake, table.spec).scan().collect()
        assert found.filter(pl.struct(*table.key).is_duplicated()).is_empty(), table.view
        newest = DeltaTable(lake.table_path(table.spec)).transaction_version(f"rumbo-refine/{FIRST}")
        assert newest in {None, 1_780_000_009_000} or found.height == ends[1][0].tables[table.spec.name].rows
    assert changed_days(lake, STAGING) == []


class Met(Exception):
    """What Delta raises in the JVM where two meet."""


def test_a_run_that_keeps_losing_says_so_after_longer_and_longer_pauses(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from rumbo.pipeline import refine_meet

    monkeypatch.setattr(refine_meet, "PySparkException", Met)
    pauses: list[float] = []

    def lose() -> None:
        raise Met("[DELTA_CONCURRENT_APPEND.WITHOUT_HINT] someone was quicker")

    with pytest.raises(Conflict, match="kept writing staging/trips"):
        until_alone(lose, "staging/trips", pauses.append)
    assert len(pauses) == TRIES - 1
    assert pauses == sorted(pauses)

    def fail() -> None:
        raise Met("the disk is full")

    with pytest.raises(Met):
        until_alone(fail, "staging/trips", pauses.append)
    left = [1, 1]

    def lose_twice() -> str:
        if left:
            left.pop()
            lose()
        return "done"

    assert until_alone(lose_twice, "staging/trips", pauses.append) == "done"
