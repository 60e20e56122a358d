"""The truth that follows from plans."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from rumbo.domain.route import Dwell
from rumbo.errors import InvalidInput
from rumbo.score.driving import Thresholds
from rumbo.score.judge import Judge, save
from rumbo.score.truth import truth, truths
from support.trips import START_MS, amended, plan_of, straight_route

ROUTE = straight_route(3_000, dwells=(Dwell(1_000.0, 240.0),))
LATE_MS = START_MS + 3_600_000


def test_reports_hold_the_exact_states_of_what_was_recorded() -> None:
    plan = plan_of(ROUTE)
    found = truth([plan], LATE_MS).reports
    assert found["seq"].to_list() == list(range(found.height))
    assert found["copies"].unique().to_list() == [1] and found["faults"].list.len().max() == 0
    assert found["distance_m"][-1] == 3_000 and found["lon"].unique().to_list() == [7.4]
    assert (found["true_time"] == found["event_time"]).all()


def test_a_dwell_is_a_standstill_and_parking_is_none() -> None:
    stops = truth([plan_of(ROUTE)], LATE_MS).stops
    assert stops["reason"].to_list() == ["dwell"]
    length_s = (stops["end"] - stops["begin"])[0].total_seconds()
    assert abs(length_s - 240) < 0.01 and abs(stops["at_m"][0] - 1_000) < 0.01


def test_a_pause_is_a_standstill_with_its_own_reason() -> None:
    plan = amended(plan_of(straight_route(3_000)), ("pause", 60.0), ("resume", 200.0))
    stops = truth([plan], LATE_MS).stops
    assert stops["reason"].to_list() == ["paused"]
    begin, end = stops["begin"][0].timestamp() * 1000, stops["end"][0].timestamp() * 1000
    assert 60_000 < begin - START_MS < 75_000 and abs(end - START_MS - 200_000) <= 1


def test_a_trip_under_way_ends_at_the_moment_asked_for() -> None:
    trips = truth([plan_of(ROUTE)], START_MS + 30_000).trips
    assert (
        trips["state"].to_list() == ["driving"] and (trips["end"] - trips["begin"])[0].total_seconds() == 30
    )


def test_what_has_not_begun_and_what_never_will_is_not_in_the_truth() -> None:
    later = plan_of(ROUTE, trip_id="trp_2", start_ms=LATE_MS + 1)
    never = amended(plan_of(ROUTE, trip_id="trp_3"), ("cancel", -5.0))
    found = truth([later, never], LATE_MS)
    assert found.trips.is_empty() and found.stops.is_empty() and found.reports.is_empty()


def test_hard_acceleration_is_an_event_where_it_passes_the_threshold() -> None:
    plan = plan_of(straight_route(3_000))
    gentle = truth([plan], LATE_MS, Thresholds(acceleration_mps2=9.0, braking_mps2=9.0)).events
    fierce = truth([plan], LATE_MS, Thresholds(acceleration_mps2=0.2, braking_mps2=0.2)).events
    assert gentle.is_empty()
    assert {"harsh_acceleration", "harsh_braking"} <= set(fierce["kind"])
    assert (fierce["peak"] >= 0.2).all() and (fierce["end"] > fierce["begin"]).all()


def test_the_truth_graded_against_itself_is_perfect_also_from_a_folder(tmp_path: Path) -> None:
    plans = [plan_of(ROUTE, seed=n, trip_id=f"trp_{n}") for n in range(5)]
    found = truth(plans, LATE_MS)
    rows = save(truths(plans, LATE_MS), tmp_path / "truth")
    assert rows["reports"] == found.reports.height and rows["stops"] == 5
    judge = Judge.load(tmp_path / "truth")
    assert judge.score("stops", found.stops).f1 == judge.score("events", found.events).f1 == 1.0
    with pytest.raises(InvalidInput, match="not empty"):
        save([], tmp_path / "truth")
    with pytest.raises(InvalidInput, match="no truth in"):
        Judge.load(tmp_path / "elsewhere")


def test_batches_add_up_to_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rumbo.score.truth.SECONDS_A_BATCH", 500)
    plans = [plan_of(ROUTE, seed=n, trip_id=f"trp_{n}") for n in range(5)]
    parts = list(truths(plans, LATE_MS))
    assert len(parts) > 1
    assert pl.concat([part.reports for part in parts]).equals(truth(plans, LATE_MS).reports)
