"""The common tables of a small fleet: alike from good devices and from bad ones, in DuckDB and in Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from rumbo.domain.device import Faults
from rumbo.lake.refined import refined
from rumbo.lake.tables import Layer
from support.planning import FIRST
from support.refinement import BAD, DAYS, NEXT, landed, made_by_duckdb, made_by_spark, plans, sources

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

KEY = ["trip_id", "seq"]


def test_a_doubled_late_and_malformed_fleet_gives_the_tables_of_the_clean_one_but_for_what_never_came() -> (
    None
):
    clean, bad = landed(Faults()), landed(BAD)
    came = bad["positions"].select(KEY).unique()
    doubled, lost = len(bad["positions"]) - len(came), len(clean["positions"]) - len(came)
    disordered = bad["positions"].sort("broker_time").group_by("trip_id").agg(pl.col("seq").diff().min() < 0)
    assert doubled > 20
    assert lost > 20
    assert disordered["seq"].any()

    found, wanted = made_by_duckdb(sources(bad)), made_by_duckdb(sources(clean, only=came))
    for table in refined(Layer.COMMON):
        assert found[table.view].equals(wanted[table.view]), table.view
    assert {view for view, rows in wanted.items() if rows.is_empty()} <= {"common_driving_events"}

    whole = made_by_duckdb(sources(clean))  # what dispatch tells is whole whatever the devices lose
    assert found["common_stops"].equals(whole["common_stops"])
    told = [
        "begin_at",
        "end_at",
        "moving_s",
        "stopped_s",
        "idle_s",
        "stops",
        "delay_s",
        "is_late",
        "final_state",
    ]
    for name in told:
        assert found["common_trip_facts"][name].equals(whole["common_trip_facts"][name]), name


def test_reports_before_midnight_that_come_late_mend_their_day_and_the_next() -> None:
    clean = landed(Faults())
    over_midnight = plans()[0].trip_id
    last = (pl.col("trip_id") == over_midnight) & (pl.col("event_date") == FIRST) & (pl.col("seq") > 15)
    late = clean["positions"].filter(last)
    assert len(late) > 5
    early = clean | {"positions": clean["positions"].filter(~last)}
    before, mended, wanted = (
        made_by_duckdb(given, more)
        for given, more in ((sources(early), None), (sources(early), late), (sources(clean), None))
    )
    carried = pl.col("carried_in_m").sum()
    assert (
        before["common_vehicle_days"].select(carried).item()
        < wanted["common_vehicle_days"].select(carried).item()
    )
    for table in refined(Layer.COMMON):
        assert mended[table.view].equals(wanted[table.view]), table.view


def test_the_small_fleet_has_the_cases_that_it_is_for() -> None:
    tables = made_by_duckdb(sources(landed(Faults())))
    trips = tables["common_trip_facts"]
    assert trips["final_state"].value_counts().sort("final_state").rows()[1] == ("cancelled", 2)
    assert trips["trip_id"].n_unique() == len(trips) == len(plans())
    assert (trips["begin_date"] < trips["end_date"]).sum() == 1
    assert trips["begin_date"].null_count() == 1
    assert sorted(trips["energy_from"].drop_nulls().unique()) == ["level", "used"]
    assert trips.filter(pl.col("paused_s") > 0)["delay_s"].item() > 100
    days = tables["common_vehicle_days"]
    assert days["vehicle_date"].unique().sort().to_list() == list(DAYS)
    assert round(float(days["distance_m"].sum()) - float(trips["distance_m"].sum()), 1) == 0
    assert days["carried_out_m"].sum() == days["carried_in_m"].sum() > 0


@pytest.mark.jvm
@pytest.mark.timeout(600)
def test_spark_makes_the_same_rows_as_duckdb(spark: SparkSession) -> None:
    given = sources(landed(BAD))
    theirs = made_by_duckdb(given)
    for view, found in made_by_spark(spark, given | theirs).items():
        table = next(table for table in refined() if table.view == view)
        wanted = theirs[view].filter(pl.col(table.day) == NEXT) if table.day else theirs[view]
        assert_frame_equal(found, wanted, check_exact=True)
