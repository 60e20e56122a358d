"""Which days a running stack refines by itself, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from rumbo.lake.places import Lake
from rumbo.stack.daily import DailyRefinement, Due, spans

NOON_MS = round(datetime(2026, 3, 5, 12, tzinfo=UTC).timestamp() * 1000)
ROWS = {"2026-03-03": {"positions": 7}, "2026-03-04": {"positions": 9}, "2026-03-05": {"positions": 1}}


def test_a_day_is_due_once_it_is_over_and_its_rows_stand_still() -> None:
    due = Due()
    assert due.look(ROWS, list(ROWS), NOON_MS) == []  # nobody knows yet whether they stand still
    grown = ROWS | {"2026-03-04": {"positions": 10}}
    assert due.look(grown, list(grown), NOON_MS) == ["2026-03-03"]
    assert due.look(grown, list(grown), NOON_MS) == ["2026-03-03", "2026-03-04"]
    assert due.look(grown, ["2026-03-04", "2026-03-05"], NOON_MS) == ["2026-03-04"]
    assert due.look(grown, list(grown), None) == []


def test_a_day_that_failed_is_tried_again_only_when_its_rows_change() -> None:
    due = Due(seen=ROWS)
    assert due.look(ROWS, ["2026-03-03"], NOON_MS) == ["2026-03-03"]
    due.fail(["2026-03-03"])
    assert due.look(ROWS, ["2026-03-03"], NOON_MS) == []
    late = ROWS | {"2026-03-03": {"positions": 8}}
    due.look(late, ["2026-03-03"], NOON_MS)
    assert due.look(late, ["2026-03-03"], NOON_MS) == ["2026-03-03"]


def test_days_in_a_row_are_refined_together() -> None:
    assert spans(["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-03"]) == [
        ("2026-02-27", "2026-03-01"),
        ("2026-03-03", "2026-03-03"),
    ]
    assert spans([]) == []


def test_a_stack_without_landed_days_looks_and_does_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    lake = Lake(str(tmp_path / "landing"), str(tmp_path / "staging"), str(tmp_path / "common"))
    daily = DailyRefinement(lake, lambda: NOON_MS, tmp_path / "daily.log", {}, said.append)
    daily.step()
    daily.step()
    daily.stop()
    assert said == []
    assert not (tmp_path / "daily.log").exists()
