"""GNSS error by place: as large as stated, as long as the surroundings make it, without jumps between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rumbo.domain.device import DeviceSpec, Gnss, Reporting
from rumbo.domain.route import Span
from rumbo.motion import Fleet
from rumbo.motion.arrays import M_PER_DEG, Floats
from rumbo.motion.pack import SPAN
from rumbo.motion.sky import shade
from support.plain_fixes import levels
from support.trips import plan_of, straight_route

OPEN, CANYON, TUNNEL = (1_000, 4_000), (4_500, 8_000), (8_500, 11_000)
SPANS = (
    Span(0.0, 13.9),
    Span(4_000.0, 13.9, sky_view=0.2),
    Span(8_000.0, 13.9, sky_view=0.0, tunnel=True),
    Span(11_000.0, 13.9),
)
DEVICE = DeviceSpec("d", reporting=Reporting(interval_ms=500, sample_ms=500))


@pytest.fixture(scope="module")
def driven() -> dict[str, Floats]:
    """Errors in m north and east beside what the device says of them, 200 trips."""
    route = replace(straight_route(12_000), spans=SPANS)
    plans = [replace(plan_of(route, i, trip_id=f"trp_{i}"), device=DEVICE) for i in range(200)]
    fleet = Fleet.of(plans)
    rows = fleet.emit(0, 1 << 50).positions
    order = np.lexsort((rows["seq"], rows["trip_index"]))
    truth = fleet.states(rows["trip_index"][order], rows["true_ms"][order])
    north = (rows["lat"][order] - truth.lat) * M_PER_DEG
    east = (rows["lon"][order] - truth.lon) * M_PER_DEG * np.cos(np.radians(truth.lat))
    names = ("accuracy_m", "hdop", "satellites", "trip_index", "distance_m", "seq")
    return {"north": north, "east": east} | {name: rows[name][order] for name in names}


def place(driven: dict[str, Floats], where: tuple[int, int]) -> dict[str, Floats]:
    rows = (driven["distance_m"] >= where[0]) & (driven["distance_m"] < where[1])
    return {name: column[rows] for name, column in driven.items()}


@pytest.mark.parametrize("where", [OPEN, CANYON, TUNNEL], ids=["open", "canyon", "tunnel"])
def test_the_stated_accuracy_is_that_of_the_error_in_every_surrounding(
    driven: dict[str, Floats], where: tuple[int, int]
) -> None:
    here = place(driven, where)
    radius = np.hypot(here["north"], here["east"]) / here["accuracy_m"]
    # A round normal error lies within r of the 68 % radius with 1 - 0.32^(r²): 25 %, 68 %, 92 %, 99 %.
    for r, share in ((0.5, 0.248), (1.0, 0.68), (1.5, 0.923), (2.0, 0.9895)):
        assert abs((radius <= r).mean() - share) < 0.05, r
    for axis in ("north", "east"):
        normed = here[axis] / (here["accuracy_m"] / 1.51)
        assert abs(normed.mean()) < 0.15 and abs(normed.std() - 1) < 0.1


def test_the_worse_the_sky_the_larger_the_error_and_the_less_the_device_claims(
    driven: dict[str, Floats],
) -> None:
    open_sky, canyon, tunnel = (place(driven, where) for where in (OPEN, CANYON, TUNNEL))
    assert (
        2.5 < open_sky["north"].std() < 3.6 and 10 < canyon["north"].std() < 14 < tunnel["north"].std() < 29
    )
    assert (
        open_sky["satellites"].min() >= 5 and open_sky["satellites"].mean() > canyon["satellites"].mean() + 4
    )
    assert canyon["satellites"].min() >= 4 and set(tunnel["satellites"]) == {0}
    assert open_sky["hdop"].max() < 2.0 < canyon["hdop"].mean() < tunnel["hdop"].mean()


def correlation(here: dict[str, Floats], lag: int) -> float:
    pairs = (here["trip_index"][lag:] == here["trip_index"][:-lag]) & (
        np.diff(here["seq"])[: len(here["seq"]) - lag] == 1
    )
    one, other = here["north"][:-lag][pairs], here["north"][lag:][pairs]
    return float(np.corrcoef(one, other)[0, 1])


def test_errors_between_houses_are_of_shorter_memory(driven: dict[str, Floats]) -> None:
    half_a_minute = 60
    open_sky, canyon = (correlation(place(driven, where), half_a_minute) for where in (OPEN, CANYON))
    assert open_sky > 0.75 and canyon < 0.35


def test_no_border_of_surroundings_makes_the_fix_jump(driven: dict[str, Floats]) -> None:
    moved = np.abs(np.diff(driven["north"]))[np.diff(driven["trip_index"]) == 0]
    assert moved.max() < 25 and np.quantile(moved, 0.999) < 14


def test_an_echo_stays_with_the_place_where_the_vehicle_stands() -> None:
    gnss = Gnss(degraded_correlation_ms=1_000, canyon_sigma_m=25.0)
    spans = (Span(0.0, 13.9, sky_view=0.2),)
    plans = [
        replace(
            plan_of(replace(straight_route(900), spans=spans), i, trip_id=f"trp_{i}"),
            device=DeviceSpec("d", gnss=gnss),
        )
        for i in range(50)
    ]
    plans = [plan.amended("pause", plan.start_ms + 20_000) for plan in plans]  # type: ignore[arg-type]
    fleet = Fleet.of(plans)
    rows = fleet.emit(0, plans[0].start_ms + 400_000).positions
    standing = rows["true_ms"] > plans[0].start_ms + 40_000
    truth = fleet.states(rows["trip_index"], rows["true_ms"])
    north = (rows["lat"] - truth.lat) * M_PER_DEG
    means = np.array([north[standing & (rows["trip_index"] == i)].mean() for i in range(50)])
    assert 9 < means.std() < 20  # 0.6 of the sigma stays for good; the rest averages out


def test_levels_change_along_the_road_without_steps_and_never_ahead_of_it() -> None:
    spans = (
        Span(0.0, 9.0), Span(100.0, 9.0, sky_view=0.2), Span(115.0, 9.0, sky_view=0.6),
        Span(200.0, 9.0, sky_view=0.0, tunnel=True), Span(260.0, 9.0), Span(265.0, 9.0, sky_view=0.0, tunnel=True),
        Span(500.0, 9.0),
    )  # fmt: skip
    rows = np.zeros(len(spans), dtype=SPAN)
    shade(rows, spans)
    at = np.arange(0.0, 600.0, 0.25)
    span = np.searchsorted([s.start_m for s in spans], at, side="right") - 1
    lost, canyon = levels(rows[span], at - np.array([s.start_m for s in spans])[span])
    assert np.abs(np.diff(lost)).max() < 0.01 and np.abs(np.diff(canyon)).max() < 0.01
    assert lost.min() >= 0 and lost.max() == 1 and canyon.max() == 1
    assert (lost[at < 200] == 0).all() and (canyon[at < 100] == 0).all() and lost[-1] == canyon[-1] == 0
    before = np.zeros(4, dtype=SPAN)
    shade(before, spans[:4])
    assert (before == rows[:4]).all()
