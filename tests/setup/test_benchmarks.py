"""Benchmarks: what they print, and what they say where something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import case_backfill, case_fleet, case_memory, case_refine, case_sumo, refined_day
from bench.common import Result
from rumbo.cli import bench
from rumbo.errors import CannotStart, InvalidInput
from rumbo.lake.places import Lake
from rumbo.regions import Region, RoadEdges


def test_without_sumo_its_benchmark_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_sumo, "cache_dir", lambda: tmp_path)
    with pytest.raises(CannotStart, match="not installed") as caught:
        case_sumo.main(runs=1, data_dir=None, as_json=True)
    assert f"--target {tmp_path / 'sumo'} eclipse-sumo==" in (caught.value.hint or "")


def test_a_line_holds_medians_and_a_ratio_that_is_better_when_higher(
    capsys: pytest.CaptureFixture[str],
) -> None:
    runs = [{"ours": float(n), "theirs": 10.0} for n in (1, 2, 9)]
    for lower_is_better, ratio in ((False, 0.2), (True, 5.0)):
        Result("case", "s", runs, 1.5, lower_is_better=lower_is_better, details={"more": 1}).show(
            as_json=True
        )
        line = json.loads(capsys.readouterr().out)
        assert (line["ours"], line["theirs"], line["ratio"], line["bound"]) == (2.0, 10.0, ratio, 1.5)
        assert (line["runs"], line["more"]) == (runs, 1)
        assert line["machine"]


def test_a_vehicle_row_of_sumo_is_counted_once_wherever_it_lies(tmp_path: Path) -> None:
    path = tmp_path / "fcd.xml"
    path.write_bytes(b'    <vehicle id="1"/>\n' * 300_000)
    assert sum(chunk.count(b"<vehicle ") for chunk in case_sumo._chunks(path)) == 300_000


def test_every_benchmark_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    bench.bench("list")
    docs = (bench.FOLDER.parent / "docs" / "benchmarks.md").read_text("utf-8")
    names = capsys.readouterr().out.split()
    assert case_memory.STEP
    assert [name for name in names if f"| `{name}` |" not in docs] == []


def test_growth_is_the_slope_in_logarithms() -> None:
    assert case_backfill.growth([10, 100, 1_000], [2, 20, 200]) == pytest.approx(1.0)
    assert case_backfill.growth([10, 100], [1, 100]) == pytest.approx(2.0)


def test_a_fleet_that_grows_starts_step_by_step_and_drives_to_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(case_fleet, "ROUTES", 2)
    found = list(case_fleet.plans([3, 5], start_ms=1_000_000, seconds=30))
    assert [plan.start_ms for plan in found] == [1_000_000] * 3 + [1_030_000] * 2
    assert len({plan.vehicle_id for plan in found}) == len({plan.seed for plan in found}) == 5
    assert all(plan.start_ms + plan.profile.duration_s * 1000 >= 1_060_000 for plan in found)


def test_the_part_that_first_falls_behind_is_named() -> None:
    def look(at_s: float, lag_s: float, behind_ms: int) -> case_fleet.Look:
        return case_fleet.Look(at_s, 100, int(100 * at_s), int(100 * (at_s - lag_s)), behind_ms)

    well = [look(float(n), 3.0, 400) for n in range(20)]
    assert case_fleet.summary(well, [], 20)["gave_way"] is None
    assert case_fleet.summary(well, [], 20)["ours"] == pytest.approx(100.0)
    late = case_fleet.summary([*well, look(20.0, 25.0, 400), look(21.0, 25.0, 9_000)], [], 20)
    assert late["gave_way"] == {"vehicles": 100, "at_s": 20.0, "part": "stream"}


def test_a_benchmark_without_a_small_size_says_so() -> None:
    with pytest.raises(InvalidInput, match="small size"):
        bench.bench("memory", quick=True)


def test_the_day_to_refine_has_as_many_reports_as_asked_and_duckdb_makes_all_tables_of_it(
    monaco_region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refined_day, "ROUTES", 2)
    trips = refined_day.plans(monaco_region, 4)
    lake = Lake(str(tmp_path / "landing"), str(tmp_path / "staging"), str(tmp_path / "common"))
    alone, _ = refined_day.land(Lake(str(tmp_path / "l"), str(tmp_path / "s"), str(tmp_path / "c")), trips, 1)
    landed, vehicles = refined_day.land(lake, trips, 2 * alone["positions"] - 1)
    assert landed == {name: 2 * rows for name, rows in alone.items()}
    assert vehicles["vehicle_id"].n_unique() == len(vehicles) == 2
    rows = case_refine._by_duckdb(lake, vehicles, RoadEdges.of([monaco_region]), tmp_path / "duckdb")["rows"]
    assert alone["positions"] < rows["positions"] <= landed["positions"]
    assert rows["trips"] == rows["trip_facts"] == 8
    assert min(rows[name] for name in ("road_speeds_hourly", "cell_hours", "stops", "vehicle_days")) > 0
