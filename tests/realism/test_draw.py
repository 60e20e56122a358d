"""The drawing and the page: what they show is there, whole, and needs nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from defusedxml.ElementTree import fromstring
from typer.testing import CliRunner

from rumbo.cli import app
from rumbo.realism.bounds import BOUNDS, Judged
from rumbo.realism.compare import QUANTITIES
from rumbo.realism.draw import drawn, nearest, typical
from rumbo.realism.drives import CYCLES, Drives, read_cycle
from rumbo.realism.half import Half
from rumbo.realism.page import as_page
from rumbo.realism.report import Comparison, as_dict, as_text, compared
from rumbo.realism.runs import Run
from rumbo.realism.svg import Frame, line
from rumbo.realism.trace import Trace
from tools.drives import FOLDER

FRAME = Frame(x=10, y=20, width=100, height=50, x_most=4.0, y_most=1.0)


def values(*numbers: float) -> np.ndarray:
    return np.array(numbers)


@pytest.fixture(scope="module")
def found(drives: Drives) -> Comparison:
    """The fitting half as if it were ours, and a robot."""
    robot = Run("<robot> & co", [Trace((np.full(300, 10.0),))] * 20, 0.0, 0.0)
    runs = [Run("people", drives.half(Half.FITTING), 1.0, 1.0), robot]
    return compared(runs, Half.JUDGING, drives, {name: read_cycle(name, FOLDER) for name in CYCLES})


def test_a_line_is_cut_at_the_edge_where_it_crosses_it() -> None:
    assert line(FRAME, values(0, 2, 6), values(0, 0.5, 1.0), "k") == (
        '<path class="k" d="M10.0 70.0L60.0 45.0L110.0 32.5"/>'
    )


def test_an_area_stands_on_the_ground_at_both_ends() -> None:
    assert line(FRAME, values(0, 4), values(1.0, 0.5), "k", closed=True) == (
        '<path class="k" d="M10.0 70.0L10.0 20.0L110.0 45.0L110.0 70.0"/>'
    )


def test_the_drawing_is_sound_and_has_a_line_for_each_side_of_each_quantity(
    found: Comparison, drives: Drives
) -> None:
    svg = drawn(found.runs, drives)
    root = fromstring(svg)
    kinds = [part.get("class") for part in root.iter() if part.tag.endswith("path")]
    # One more of each in the legend; ours also before each of its distances; the robot never stops.
    assert kinds.count("cdf real") == len(QUANTITIES) + 1
    assert kinds.count("cdf ours-0") == 2 * len(QUANTITIES) + 1
    assert kinds.count("strip real") == kinds.count("strip ours-0") == 1
    words = " ".join(part.text or "" for part in root.iter() if part.tag.endswith("text"))
    assert "ours, <robot> & co" in words
    assert "✓" in words
    assert "✗" in words
    assert "href" not in svg
    assert "<script" not in svg


def test_the_strip_shows_the_middle_one_of_those_that_stop() -> None:
    def trip(length: int, *, stops: bool = True) -> Trace:
        return Trace((values(*[10.0] * length, *([0.0] * 5 if stops else []), *[10.0] * 5),))

    trips = [trip(500), trip(100), trip(300), trip(301, stops=False)]
    assert typical(trips) is trips[2]
    assert nearest(trips, 990.0) is trips[1]
    with pytest.raises(ValueError, match="stops"):
        typical(trips[3:])


def test_the_drawing_has_room_for_three(found: Comparison, drives: Drives) -> None:
    runs: list[Judged] = [found.runs[0]] * 4
    with pytest.raises(ValueError, match="1 to 3 runs, not 4"):
        drawn(runs, drives)


def test_the_table_has_a_line_a_bound_and_a_mark_a_run(found: Comparison) -> None:
    lines = as_text(found).split("\n\n")[0].splitlines()
    assert len(lines) == 1 + len(BOUNDS)
    assert lines[0].split() == ["asked", "real", "people", "<robot>", "&", "co"]
    assert all(sum(mark in "✓✗" for mark in line) == 2 for line in lines[1:])
    assert lines[-1].split() == [
        "stops",
        "per",
        "km",
        "distance",
        "≤",
        "0.46",
        "0.26",
        "0.26",
        "✓",
        "0.62",
        "✗",
    ]


def test_as_json_every_figure_is_there_and_the_whole_is_met_only_where_every_run_is(
    found: Comparison,
) -> None:
    told = json.loads(json.dumps(as_dict(found)))
    assert (told["met"], [run["met"] for run in told["runs"]]) == (False, [True, False])
    assert [bound["figure"] for bound in told["runs"][0]["bounds"]] == [bound.figure for bound in BOUNDS]
    assert set(told["real"]) == {"real, judging", "real, fitting", "UDDS", "HWFET", "US06", "WLTC_3B"}
    assert told["halves_apart"]["speed"] == pytest.approx(0.165, abs=0.001)


def test_the_page_holds_the_drawing_and_says_how_many_bounds_are_missed(found: Comparison) -> None:
    page = as_page(found, "<svg>drawing</svg>", "rumbo realism --out 'a b'")
    missed = sum(not verdict.met for verdict in found.runs[1].verdicts)
    assert f"{missed} of {2 * len(BOUNDS)} bounds are missed." in page
    assert "<svg>drawing</svg>" in page
    assert "<th>&lt;robot&gt; &amp; co</th>" in page
    assert "http" not in page


def test_the_command_writes_both_and_its_exit_code_is_the_verdict(tmp_path: Path) -> None:
    out = tmp_path / "new"
    arguments = ["realism", "--place", "town", "--trips", "20", "--seed", "5", "--json", "--out", str(out)]
    done = CliRunner().invoke(app, arguments)
    told = json.loads(done.stdout)
    assert done.exit_code == (0 if told["met"] else 1)
    assert [run["name"] for run in told["runs"]] == ["town"]
    assert fromstring((out / "realism.svg").read_text("utf-8")).tag.endswith("svg")
    assert "bounds are" in (out / "report.html").read_text("utf-8")
