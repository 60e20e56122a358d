"""The real drives: which there are, how they are divided, and what a logger's gaps mean."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from rumbo.errors import NotFound
from rumbo.realism.drives import CYCLES, Drives, read_cycle, read_drives, split, stretches
from rumbo.realism.half import Half
from tools.drives import CONTENT, FOLDER, content


def test_what_lies_in_the_cache_is_what_was_locked() -> None:
    assert content(FOLDER) == CONTENT


def test_there_are_22_vehicles_and_241_trips(drives: Drives) -> None:
    assert len(drives.vehicles) == 22
    assert sum(map(len, drives.vehicles.values())) == 241


def test_no_vehicle_is_in_both_halves_and_each_is_in_one(drives: Drives) -> None:
    fitting, judging = split(drives.vehicles)
    assert len(fitting) == len(judging) == 11
    assert set(fitting).isdisjoint(judging)
    assert set(fitting) | set(judging) == set(drives.vehicles)
    assert len(drives.half(Half.FITTING)) + len(drives.half(Half.JUDGING)) == 241
    assert drives.half(Half.JUDGING)[0] is drives.vehicles[judging[0]][0]


def test_the_division_follows_from_names_alone() -> None:
    assert split(["d", "b", "a", "c", "e"]) == (["a", "c", "e"], ["b", "d"])


def test_a_gap_while_standing_is_a_stop() -> None:
    time_s = np.array([10, 11, 12, 20, 21])
    (whole,) = stretches(time_s, np.array([5.0, 2.0, 0.1, 0.0, 3.0]))
    assert whole.tolist() == [5.0, 2.0, 0.1, 0, 0, 0, 0, 0, 0, 0, 0.0, 3.0]


@pytest.mark.parametrize("speeds", [[5.0, 2.0, 0.1, 4.0], [5.0, 6.0, 0.0, 0.0]])
def test_nothing_is_made_up_for_a_gap_while_moving(speeds: list[float]) -> None:
    gap = 2 if speeds[2] else 1
    time_s = np.arange(4) + np.where(np.arange(4) > gap, 30, 0)
    parts = stretches(time_s, np.array(speeds))
    assert [part.tolist() for part in parts] == [speeds[: gap + 1], speeds[gap + 1 :]]


@pytest.mark.parametrize(
    ("name", "km"), [("udds", 11.99), ("hwfet", 16.50), ("us06", 12.89), ("wltc_3b", 23.27)]
)
def test_the_cycles_are_as_long_as_published(name: str, km: float) -> None:
    assert name in CYCLES
    assert read_cycle(name, FOLDER).length_m / 1000 == pytest.approx(km, abs=0.03)


def test_without_the_drives_it_is_said_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no real drives") as caught:
        read_drives(tmp_path)
    assert "python -m tools.drives" in (caught.value.hint or "")
