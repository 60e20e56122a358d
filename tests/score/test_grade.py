"""Grading a table against the truth."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from rumbo.errors import InvalidInput
from rumbo.score.grade import Rules, grade
from rumbo.score.judge import Judge
from rumbo.score.tables import read_table, shaped
from rumbo.score.truth import EVENTS, STOPS, TRIPS

T0 = datetime(2026, 3, 5, 7, 30, tzinfo=UTC)


def at(second: float) -> datetime:
    return T0 + timedelta(seconds=second)


def stops(*spans: tuple[str, float, float]) -> pl.DataFrame:
    rows = [(vehicle, at(begin), at(end)) for vehicle, begin, end in spans]
    frame = pl.DataFrame(rows, schema=["vehicle_id", "begin", "end"], orient="row")
    return shaped("stops", frame)


def test_a_table_that_is_the_truth_is_perfect() -> None:
    true = stops(("a", 0, 200), ("a", 500, 900), ("b", 0, 300))
    score = grade("stops", true, true)
    assert (score.precision, score.recall, score.f1) == (1.0, 1.0, 1.0)
    assert score.errors["dwell_s"].worst_abs == score.errors["begin_s"].worst_abs == 0


def test_what_is_missed_costs_recall_and_what_is_invented_costs_precision() -> None:
    true = stops(("a", 0, 200), ("a", 500, 900), ("b", 0, 300))
    found = stops(("a", 10, 190), ("b", 2000, 2300))
    score = grade("stops", true, found)
    assert (score.matched, score.precision, score.recall) == (1, 0.5, 1 / 3)
    assert score.errors["dwell_s"].mean == -20 and score.errors["begin_s"].mean == 10


def test_one_find_matches_one_truth_at_most_and_the_best_pair_wins() -> None:
    true = stops(("a", 0, 400))
    found = stops(("a", 0, 210), ("a", 0, 390))
    score = grade("stops", true, found)
    assert (score.matched, score.found) == (1, 2) and score.errors["end_s"].mean == -10


def test_the_same_time_at_another_vehicle_is_no_match() -> None:
    assert grade("stops", stops(("a", 0, 200)), stops(("b", 0, 200))).matched == 0


def test_little_overlap_is_no_match() -> None:
    assert grade("stops", stops(("a", 0, 200)), stops(("a", 120, 320))).matched == 0
    assert grade("stops", stops(("a", 0, 200)), stops(("a", 120, 320)), Rules(least_overlap=0.2)).matched == 1


def test_events_match_by_kind_within_the_tolerance() -> None:
    def events(*rows: tuple[str, str, float]) -> pl.DataFrame:
        frame = pl.DataFrame(
            [(v, k, at(s)) for v, k, s in rows], schema=["vehicle_id", "type", "time"], orient="row"
        )
        return shaped("events", frame)

    true = events(("a", "speeding", 10), ("a", "harsh_braking", 50), ("b", "speeding", 10))
    found = events(("a", "speeding", 14), ("a", "speeding", 50), ("b", "speeding", 16))
    assert grade("events", true, found).matched == 1


def test_nothing_found_has_a_recall_of_zero_and_no_precision() -> None:
    score = grade("stops", stops(("a", 0, 200)), stops())
    assert (score.recall, score.precision, score.errors) == (0.0, None, {})


@pytest.mark.parametrize("form", ["csv", "parquet", "arrow", "dicts"])
def test_a_table_may_come_in_many_forms(form: str, tmp_path: Path) -> None:
    true = stops(("a", 0, 200), ("b", 5, 300))
    theirs = true.rename({"begin": "started_at", "vehicle_id": "vehicle"})
    file = tmp_path / f"stops.{form}"
    match form:
        case "csv":
            theirs.write_csv(file)
            source: object = str(file)
        case "parquet":
            theirs.write_parquet(file)
            source = file
        case "arrow":
            source = theirs.to_arrow()
        case _:
            source = theirs.to_dicts()
    assert grade("stops", true, shaped("stops", read_table(source))).f1 == 1.0


def test_a_column_that_is_not_found_is_named_with_those_there_are() -> None:
    frame = pl.DataFrame({"vehicle_id": ["a"], "von": [T0], "bis": [T0]})
    with pytest.raises(InvalidInput, match="no column for begin; it has: vehicle_id, von, bis"):
        shaped("stops", frame)
    assert shaped("stops", frame, {"begin": "von", "end": "bis"}).height == 1
    with pytest.raises(InvalidInput, match="no column beginning"):
        shaped("stops", frame, {"beginning": "von"})
    with pytest.raises(InvalidInput, match="not times"):
        shaped("stops", pl.DataFrame({"vehicle_id": ["a"], "begin": [1.5], "end": [2.5]}))


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no table at"):
        read_table(str(tmp_path / "none.parquet"))


def test_trips_are_cut_at_their_long_stops_only() -> None:
    trip = ("t", "a", "car", at(0), at(3000), "arrived", 9000.0, 0.0, 0.0, 0.1, 0.1)
    stands = [
        ("t", "a", at(600), at(900), "dwell", 0.0, 0.0, 2000.0),
        ("t", "a", at(1200), at(1230), "signal", 0.0, 0.0, 4000.0),
    ]
    judge = Judge(
        pl.DataFrame([trip], schema=TRIPS, orient="row"), pl.DataFrame(stands, schema=STOPS, orient="row"),
        pl.DataFrame(schema=EVENTS), Rules(),
    )  # fmt: skip
    found = pl.DataFrame({
        "vehicle_id": ["a", "a"], "begin": [at(0), at(905)], "end": [at(600), at(3000)], "distance_m": [2010.0, 7000.0],
    })  # fmt: skip
    score = judge.score("trips", found)
    assert (score.true, score.matched) == (2, 2)
    assert score.errors["distance_m"].worst_abs == 10 and score.errors["begin_s"].worst_abs == 5
    assert judge.score("stops", pl.DataFrame(stands, schema=STOPS, orient="row")).found == 2
