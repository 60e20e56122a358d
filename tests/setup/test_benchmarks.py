"""Benchmarks: what they print, and what they say where something is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench import case_memory, case_sumo
from bench.common import Result
from rumbo.cli import bench
from rumbo.errors import CannotStart


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
