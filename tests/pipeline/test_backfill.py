"""Backfills in Spark: the rows of the scenario's history, whatever was interrupted or repeated."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import deltalake
import polars as pl
import pytest

from rumbo.domain.plan import Plan
from rumbo.errors import InvalidInput
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table, polars_schema
from rumbo.lake.tables import BACKFILLS, TableSpec
from rumbo.pipeline import backfill as module
from rumbo.pipeline.backfill import MADE, Made, Order, backfill
from rumbo.pipeline.backfill_plans import EPOCH
from rumbo.pipeline.backfill_rows import Numbered, rows_of
from support.history import History
from support.planning import FIRST, FLEET, GridPlans
from support.scenes import DEMANDS, scenario, world

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(600)]

LAST = FIRST + timedelta(days=1)
PLACE = ["kafka_topic", "kafka_partition", "kafka_offset"]


@pytest.fixture
def importing(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> SparkSession:
    """Spark's workers can import this suite's helpers."""
    monkeypatch.setitem(spark.sparkContext.environment, "PYTHONPATH", str(Path(__file__).parents[1]))
    return spark


def order(planner: GridPlans) -> Order:
    return Order("test_1", "{}", "grid", FIRST, LAST, planner, 4)


def made(spark: SparkSession, lake: Lake) -> Made:
    return backfill(spark, lake, order(GridPlans()), lambda _: None)


def history() -> Iterator[tuple[date, int, Plan]]:
    found = History(scenario(DEMANDS["commuters"], FLEET), world(), FIRST)
    for day in (FIRST, LAST):
        for number, plan in enumerate(found.plans(day)):
            yield day, number, plan


def expected(spec: TableSpec) -> pl.DataFrame:
    trips: Iterator[Numbered] = (((day - EPOCH).days, number, plan) for day, number, plan in history())
    return pl.concat(pl.DataFrame(batch) for batch in rows_of("test_1", spec, trips)).sort(PLACE)


def landed(lake: Lake, spec: TableSpec) -> pl.DataFrame:
    return open_table(lake, spec).scan().collect().sort(PLACE)


def test_a_backfill_made_in_pieces_interrupted_and_repeated_leaves_the_rows_of_the_history(
    importing: SparkSession, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "VEHICLE_DAYS", 4)  # a day a batch
    first = made(importing, lake)
    assert (first.days, first.skipped, first.trips) == (2, 0, len(list(history())))
    whole = {spec.name: expected(spec).cast(polars_schema(spec)) for spec in MADE}
    for spec in MADE:
        assert landed(lake, spec).equals(whole[spec.name]), spec.name
        assert first.rows[spec.name] == len(whole[spec.name]) > 5

    monkeypatch.undo()
    deltalake.DeltaTable(lake.table_path(BACKFILLS)).delete(
        f"day = '{LAST}'"
    )  # ended before the line was written
    monkeypatch.setitem(importing.sparkContext.environment, "PYTHONPATH", str(Path(__file__).parents[1]))
    again = made(importing, lake)
    assert (again.days, again.skipped) == (1, 1)
    for spec in MADE:
        assert landed(lake, spec).equals(whole[spec.name]), spec.name
    lines = open_table(lake, BACKFILLS).scan().sort("day").collect()
    assert lines["day"].to_list() == [FIRST, LAST]
    assert lines["positions"].sum() == len(whole["positions"])

    versions = [open_table(lake, spec).version for spec in MADE]
    done = made(importing, lake)
    assert (done.days, done.skipped, done.trips) == (0, 2, 0)
    assert [open_table(lake, spec).version for spec in MADE] == versions


def test_what_is_wrong_with_a_scenario_is_said_in_its_own_words(importing: SparkSession, lake: Lake) -> None:
    with pytest.raises(InvalidInput, match="no roads"):
        backfill(importing, lake, order(GridPlans(radius_km=0.001)), lambda _: None)
