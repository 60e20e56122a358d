"""The refinement of a small fleet's two days in the real Spark: published once, the same twice, opened by late rows."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import polars as pl
import pytest
from deltalake import DeltaTable

from rumbo.domain.device import Faults
from rumbo.errors import Conflict, NotFound
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined import Check, Severity, positions, refined, road_speeds_hourly, trip_states
from rumbo.lake.refined.records import QUALITY_RESULTS
from rumbo.lake.refined_days import changed_days
from rumbo.lake.tables import Layer
from rumbo.pipeline import functions
from rumbo.pipeline.refine import Refinement, Status, Step
from rumbo.pipeline.refine_publish import publish
from rumbo.pipeline.refine_run import Candidates
from support.refinement import BAD, DAYS, insert, land_in, landed, register, roads
from support.tables import create, engine, make

if TYPE_CHECKING:
    from pathlib import Path

    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(900)]
FIRST, NEXT = (str(day) for day in DAYS)
STAGING = (Layer.STAGING,)


@pytest.fixture
def refinement(spark: SparkSession, lake: Lake) -> Refinement:
    times = count(1_780_000_000_000, 1_000)
    return Refinement(spark, lake, register(), lambda: next(times), lambda _line: None)


def rows(lake: Lake, layer: Layer) -> dict[str, pl.DataFrame]:
    return {
        table.view: open_table(lake, table.spec).scan().collect().sort(pl.all()) for table in refined(layer)
    }


def versions(lake: Lake, layer: Layer) -> dict[str, int | None]:
    return {table.view: open_table(lake, table.spec).version for table in refined(layer)}


def test_a_day_refined_twice_is_the_same_and_a_late_row_opens_it_again(
    refinement: Refinement, lake: Lake
) -> None:
    bad = landed(BAD)
    late = bad["positions"].filter(pl.col("event_date") == DAYS[0]).sort("broker_time").tail(1)
    is_late = (pl.col("trip_id") == late["trip_id"].item()) & (pl.col("seq") == late["seq"].item())
    land_in(lake.landing, bad | {"positions": bad["positions"].filter(~is_late)})
    days = changed_days(lake, STAGING)
    assert days == [FIRST, NEXT]
    first = list(refinement.refine(days, STAGING))
    assert {outcome.status for outcome in first} == {Status.DONE}
    assert first[0].tables["positions"].added == first[0].tables["positions"].rows > 100
    assert first[1].tables["trips"].changed == 1  # the one that goes on over midnight
    assert changed_days(lake, STAGING) == []

    before, commits = rows(lake, Layer.STAGING), versions(lake, Layer.STAGING)
    again = list(refinement.refine([FIRST], STAGING))
    assert not any(change.any for change in again[0].tables.values())
    assert versions(lake, Layer.STAGING) == commits
    staged = before["staging_positions"]
    assert staged["copies"].sum() == len(bad["positions"]) - bad["positions"].filter(is_late).height
    assert staged.filter(pl.struct("trip_id", "seq").is_duplicated()).is_empty()

    land_in(lake.landing, {"positions": late})
    assert changed_days(lake, STAGING) == [FIRST]
    opened = next(iter(refinement.refine([FIRST], STAGING)))
    assert opened.tables["positions"].added == 1
    assert opened.tables["positions"].removed == 0
    assert changed_days(lake, STAGING) == []


def test_a_faulty_day_is_the_clean_one_in_staging_but_for_what_was_never_sent(
    refinement: Refinement, lake: Lake, spark: SparkSession, tmp_path_factory: pytest.TempPathFactory
) -> None:
    clean, bad = landed(Faults()), landed(BAD)
    came = bad["positions"].select("trip_id", "seq").unique()
    clean["positions"] = clean["positions"].join(came, on=["trip_id", "seq"], how="semi")
    root = tmp_path_factory.mktemp("clean")
    other = Lake(str(root / "landing"), str(root / "staging"), str(root / "common"))
    land_in(lake.landing, bad)
    land_in(other.landing, clean)
    theirs = Refinement(spark, other, register(), lambda: 1_780_000_000_000, lambda _line: None)
    for one in (refinement, theirs):
        assert [outcome.status for outcome in one.refine([NEXT], STAGING)] == [Status.DONE]
    how_it_came = {
        "copies", "behind_s", "is_late", "is_out_of_order",
        "kafka_topic", "kafka_partition", "kafka_offset", "broker_time", "ingest_time",
    }  # fmt: skip
    for view, found in rows(lake, Layer.STAGING).items():
        wanted = rows(other, Layer.STAGING)[view]
        names = [name for name in found.columns if name not in how_it_came]
        assert found.select(names).sort(names).equals(wanted.select(names).sort(names)), view
    assert rows(lake, Layer.STAGING)["staging_positions"]["is_out_of_order"].sum() > 0


def test_a_broken_rule_of_severity_error_stops_the_layer_and_all_above(
    refinement: Refinement, lake: Lake, monkeypatch: pytest.MonkeyPatch
) -> None:
    land_in(lake.landing, landed(Faults()))
    rule = Check(
        "no_cars",
        Severity.ERROR,
        "Nobody drives.",
        "SELECT trip_id, seq FROM staging_positions WHERE seq = 3",
    )
    broken = replace(positions.REFINED, checks=(*positions.REFINED.checks, rule))
    monkeypatch.setattr(positions, "REFINED", broken)
    outcomes = list(refinement.refine([FIRST]))
    assert [(outcome.layer, outcome.status) for outcome in outcomes] == [("staging", Status.QUALITY_FAILURE)]
    failed = [result for result in outcomes[0].quality if result.stops]
    assert [(result.table, result.rule) for result in failed] == [("positions", "no_cars")]
    assert failed[0].rows_broken > 0
    assert failed[0].sample[0]["seq"] == 3  # type: ignore[index]  # JSON
    assert set(versions(lake, Layer.STAGING).values()) == {None}
    written = open_table(lake, QUALITY_RESULTS).scan().filter(pl.col("rule") == "no_cars").collect()
    assert written.select("passed", "rows_broken").row(0) == (0, failed[0].rows_broken)
    assert written["rows_checked"].item() == outcomes[0].tables["positions"].rows
    assert changed_days(lake, STAGING) == [FIRST, NEXT]


def test_steps_go_one_by_one_and_an_older_run_never_overwrites_a_newer_one(
    refinement: Refinement, lake: Lake, spark: SparkSession
) -> None:
    land_in(lake.landing, landed(Faults()))
    with pytest.raises(NotFound, match="staging has no"):
        list(refinement.refine([FIRST], (Layer.COMMON,), Step.BUILD))
    older = next(iter(refinement.refine([FIRST], STAGING, Step.BUILD)))
    with pytest.raises(NotFound, match="has not passed the gate"):
        list(refinement.refine([FIRST], STAGING, Step.PUBLISH))
    newer = next(iter(refinement.refine([FIRST], STAGING, Step.BUILD)))
    assert newer.run > older.run
    for run in (older.run, newer.run):
        assert next(iter(refinement.refine([FIRST], STAGING, Step.GATE, run))).status is Status.DONE
    candidates = Candidates(spark, lake, Layer.STAGING)
    held = candidates.newest(FIRST, older.run)
    published = next(iter(refinement.refine([FIRST], STAGING, Step.PUBLISH)))
    assert published.run == newer.run
    with pytest.raises(Conflict, match="newer run"):
        list(refinement.refine([FIRST], STAGING, Step.PUBLISH, older.run))
    with pytest.raises(Conflict, match="newer run"):
        publish(spark, lake, candidates, held)
    log = DeltaTable(lake.table_path(trip_states.SPEC)).history(1)[0]
    assert newer.run in str(log)


def test_reports_are_on_the_roads_of_the_region_and_tell_how_fast_these_were_driven(
    spark: SparkSession, lake: Lake, tmp_path: Path
) -> None:
    land_in(lake.landing, landed(BAD))
    edges = roads(tmp_path)
    refinement = Refinement(spark, lake, register(), lambda: 1_780_000_000_000, lambda _line: None, edges)
    try:
        assert {outcome.status for outcome in refinement.refine([FIRST], STAGING)} == {Status.DONE}
    finally:
        functions.teach(spark)  # the session is everybody's
    staged = open_table(lake, positions.SPEC).scan().collect()
    hints = ("lat", "lon", "heading_deg", "speed_mps", "road_name", "road_class")
    alone = edges(*(staged[name].to_arrow().cast("string" if "road" in name else "double") for name in hints))
    assert staged["edge_id"].to_list() == alone.to_pylist(), "it depends on what stands beside a report"
    good = staged.filter(pl.sum_horizontal("is_jump", "is_frozen", "is_clock_off") == 0)
    assert good["edge_id"].null_count() < 0.05 * len(good)
    connection = engine()
    create(connection, "staging_positions")
    insert(connection, "staging_positions", staged)
    names = road_speeds_hourly.SPEC.names
    speeds = pl.DataFrame(make(connection, road_speeds_hourly.REFINED, FIRST), schema=names, orient="row")
    moving = good.filter((pl.col("state") == "driving") & pl.col("edge_id").is_not_null())
    assert speeds["n"].sum() == len(moving) > 100
    assert set(speeds["edge_id"]) == set(moving["edge_id"])
