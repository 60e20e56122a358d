"""Devices: errors of the size and slowness of real receivers, and pure functions of time."""

from __future__ import annotations

import numpy as np
import pytest

from rumbo.domain.device_profiles import DEVICE_PROFILES, device_profile
from rumbo.domain.route import Dwell
from rumbo.errors import InvalidInput
from rumbo.motion import Fleet
from rumbo.motion.arrays import M_PER_DEG, Floats
from rumbo.motion.noise import mix, mix_array
from support.plain_fixes import gauss, value_noise
from support.trips import START_MS, plan_of, straight_route

FOREVER = START_MS + 10**9


def drive(device: str, *, tunnel: bool = False, count: int = 60) -> dict[str, np.ndarray]:
    route = straight_route(12_000, dwells=(Dwell(6000.0, 120.0),), tunnel=tunnel)
    plans = [plan_of(route, i, device=device, trip_id=f"trp_{i}") for i in range(count)]
    columns = Fleet.of(plans).emit(0, FOREVER).positions
    order = np.lexsort((columns["seq"], columns["trip_index"]))
    return {name: column[order] for name, column in columns.items()}


@pytest.fixture(scope="module")
def ideal() -> dict[str, np.ndarray]:
    return drive("ideal")


@pytest.fixture(scope="module")
def standard() -> dict[str, np.ndarray]:
    return drive("standard")


def north_error(real: dict[str, np.ndarray], truth: dict[str, np.ndarray]) -> Floats:
    return np.asarray((real["lat"] - truth["lat"]) * M_PER_DEG)


def east_error(real: dict[str, np.ndarray], truth: dict[str, np.ndarray]) -> Floats:
    return np.asarray((real["lon"] - truth["lon"]) * M_PER_DEG * np.cos(np.radians(truth["lat"])))


def correlation(error: Floats, trip: np.ndarray, lag: int) -> float:
    pairs = trip[lag:] == trip[:-lag]
    return float(np.corrcoef(error[:-lag][pairs], error[lag:][pairs])[0, 1])


def test_the_error_has_the_size_of_open_sky_and_lasts_about_two_minutes(
    ideal: dict[str, np.ndarray], standard: dict[str, np.ndarray]
) -> None:
    for error in (north_error(standard, ideal), east_error(standard, ideal)):
        assert 2.4 <= error.std() <= 4.0 and abs(error.mean()) < 0.7
        assert correlation(error, ideal["trip_index"], 1) > 0.97
        assert 0.3 < correlation(error, ideal["trip_index"], 60) < 0.9
        assert abs(correlation(error, ideal["trip_index"], 300)) < 0.25


def test_the_stated_accuracy_holds_about_two_thirds_of_the_time(
    ideal: dict[str, np.ndarray], standard: dict[str, np.ndarray]
) -> None:
    radius = np.sqrt(north_error(standard, ideal) ** 2 + east_error(standard, ideal) ** 2)
    assert 0.6 <= (radius <= standard["accuracy_m"]).mean() <= 0.76
    assert (radius <= 10.0).mean() >= 0.95
    assert standard["satellites"].min() >= 5 and standard["satellites"].max() <= 22
    assert standard["hdop"].min() >= 0.4 and standard["hdop"].max() <= 2.0


def test_a_standing_vehicle_keeps_its_course_and_reports_no_speed(standard: dict[str, np.ndarray]) -> None:
    standing = (standard["state"] == "waiting") & (standard["trip_index"] == 3)
    assert standing.sum() > 100
    assert set(standard["speed_mps"][standing]) == {0.0}
    assert len(set(standard["heading_deg"][standing])) == 1


def test_speed_and_course_are_nearly_right_while_driving(
    ideal: dict[str, np.ndarray], standard: dict[str, np.ndarray]
) -> None:
    moving = ideal["speed_mps"] > 3
    assert 0.05 < (standard["speed_mps"] - ideal["speed_mps"])[moving].std() < 0.3
    turn = (standard["heading_deg"] - ideal["heading_deg"] + 180) % 360 - 180
    assert 0.5 < turn[moving].std() < 3


def test_a_tunnel_degrades_the_fix(ideal: dict[str, np.ndarray]) -> None:
    dark = drive("standard", tunnel=True, count=60)
    inside, error = dark["distance_m"] > 200, north_error(dark, ideal)
    assert 18 <= error[inside].std() <= 32 and np.abs(error[dark["distance_m"] < 10]).max() < 14
    assert dark["accuracy_m"][inside].min() > 30 and set(dark["satellites"]) == {0}
    assert np.abs(np.diff(error)[np.diff(dark["trip_index"]) == 0]).max() < 15


def test_the_ideal_device_tells_the_truth(ideal: dict[str, np.ndarray]) -> None:
    assert set(ideal["accuracy_m"]) == {1.0} and set(ideal["lon"]) == {7.4}
    assert (np.diff(ideal["lat"])[np.diff(ideal["trip_index"]) == 0] >= 0).all()


def test_an_unknown_profile_is_refused_with_the_names_there_are() -> None:
    names = ("ideal", "standard", "tracker", "phone", "flaky", "legacy", "chaos")
    assert tuple(DEVICE_PROFILES) == names
    assert device_profile("standard").reporting.interval_ms == 1000
    with pytest.raises(InvalidInput, match="ideal, standard"):
        device_profile("perfect")


def test_the_mixer_is_splitmix64() -> None:
    assert mix(0) == 0xE220A8397B1DCDAF
    values = np.array([0, 1, 2**63, 2**64 - 1], dtype=np.uint64)
    assert mix_array(values).tolist() == [mix(value) for value in values.tolist()]


def test_noise_has_variance_one_everywhere_and_is_smooth() -> None:
    seeds = mix_array(np.arange(40_000, dtype=np.uint64))
    for at in (0, 250, 500, 999):
        values = value_noise(seeds, 1, np.full(40_000, at), 1000)
        assert abs(values.mean()) < 0.03 and abs(values.std() - 1) < 0.02
    line = value_noise(np.full(100_000, 7, dtype=np.uint64), 1, np.arange(100_000), 1000)
    assert np.abs(np.diff(line)).max() < 0.02
    assert abs(gauss(seeds, np.zeros(40_000, dtype=np.int64)).std() - 1) < 0.02
