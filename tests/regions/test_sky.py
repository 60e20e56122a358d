"""Street canyons: the geometry against closed forms, and what is read of a town with them."""

from __future__ import annotations

from dataclasses import replace
from math import atan, cos
from pathlib import Path

import numpy as np
import pytest

from rumbo.regions import Region, RegionSky, build_region, sky
from rumbo.regions.canyons import EYE_M, building_height_m, deck_m, roof_over, sky_views
from rumbo.regions.extract import read_features
from rumbo.routing.port import SkyIndex
from support.drawing import Drawing

LAT0, LON0 = -18.98, 32.7
M = 1 / 111_195
"""Degrees of latitude in a metre."""


def street(width_m: float, height_m: float) -> np.ndarray:
    """Walls on both sides of a street to the north, far longer than one can see."""
    half = width_m / 2
    return np.array([[x, -500.0, x, 500.0, height_m + EYE_M] for x in (-half, half)])


@pytest.mark.parametrize("ratio", [0.25, 0.5, 1.0, 2.0])
def test_the_middle_of_an_endless_street_sees_what_the_canyon_formula_says(ratio: float) -> None:
    (view,) = sky_views(np.zeros((1, 2)), np.zeros(1), street(12.0, 12.0 * ratio))
    assert view == pytest.approx(cos(atan(2 * ratio)), abs=0.03)


def test_a_square_with_walls_all_round_sees_less_than_a_street() -> None:
    walls = np.concatenate([street(12.0, 12.0), [[-6, y, 6, y, 12 + EYE_M] for y in (-6, 6)]])
    street_view, court_view = (
        sky_views(np.zeros((1, 2)), np.zeros(1), some)[0] for some in (street(12.0, 12.0), walls)
    )
    assert court_view < street_view - 0.1


def test_only_the_highest_wall_in_a_direction_counts_and_far_ones_do_not() -> None:
    near = street(12.0, 12.0)
    hidden, far = street(20.0, 13.0), street(200.0, 50.0)
    point, ground = np.zeros((1, 2)), np.zeros(1)
    assert sky_views(point, ground, np.concatenate([near, hidden, far])) == sky_views(point, ground, near)
    assert sky_views(point, ground, far) == 1.0


def test_a_bridge_looks_over_low_houses() -> None:
    assert (
        sky_views(np.zeros((1, 2)), np.array([deck_m({"bridge": "yes", "layer": "2"})]), street(12, 8)) == 1.0
    )


def test_many_points_see_what_each_would_alone() -> None:
    rng = np.random.default_rng(1)
    walls = np.column_stack([rng.uniform(0, 400, (3000, 2)), np.zeros((3000, 3))])
    walls[:, 2:4] = walls[:, :2] + rng.uniform(-10, 10, (3000, 2))
    walls[:, 4] = rng.uniform(3, 30, 3000)
    points = rng.uniform(0, 400, (600, 2))
    together = sky_views(points, np.zeros(600), walls)
    alone = np.concatenate([sky_views(points[i : i + 1], np.zeros(1), walls) for i in range(0, 600, 50)])
    assert together[::50].tolist() == alone.tolist()


@pytest.mark.parametrize(
    ("tags", "height_m"),
    [
        ({"building": "yes", "height": "21.5 m"}, 21.5),
        ({"building": "yes", "building:levels": "5"}, 16.0),
        ({"building": "house", "height": "tall"}, 7.0),
        ({"building": "yes"}, 13.0),
        ({"building": "roof", "height": "6"}, None),
        ({"building": "yes", "layer": "-1"}, None),
        ({"building:part": "yes", "height": "40", "min_height": "12"}, None),
    ],
)
def test_heights_come_from_tags_else_from_kind_and_size(tags: dict[str, str], height_m: float | None) -> None:
    assert building_height_m(tags, 300.0) == height_m


@pytest.mark.parametrize(
    ("tags", "roof"),
    [({"tunnel": "building_passage"}, 0.0), ({"covered": "yes"}, 0.1), ({"covered": "no"}, None), ({}, None)],
)
def test_a_roof_decides_whatever_stands_around(tags: dict[str, str], roof: float | None) -> None:
    assert roof_over(tags) == roof


def draw_canyon() -> tuple[Drawing, dict[str, int]]:
    """Way ids by name: a road whose eastern half runs between rows of houses, and others around it."""
    town = Drawing()
    ways: dict[str, int] = {}

    def east(metres: float) -> float:
        return LON0 + metres * M / cos(np.radians(LAT0))

    def road(name: str, north_m: float, **tags: str) -> None:
        ends = [town.node(LAT0 + north_m * M, east(x)) for x in (0, 1000)]
        ways[name] = town.way(ends, highway="residential", name=name, **tags)

    road("half", 0)
    road("open", 2000)
    road("tunnel", -30, tunnel="yes")
    town.way([1, 3, 5], highway="residential", name="link")
    for side in (-1, 1):
        for x in range(500, 1000, 20):
            corners = [(8, x), (8, x + 20), (20, x + 20), (20, x)]
            ring = [town.node(LAT0 + side * y * M, east(z)) for y, z in corners]
            town.way([*ring, ring[0]], building="apartments", building__levels="5")
    return town, ways


@pytest.fixture(scope="module")
def canyon(tmp_path_factory: pytest.TempPathFactory) -> tuple[Region, dict[str, int]]:
    folder = tmp_path_factory.mktemp("canyon")
    town, ways = draw_canyon()
    return build_region("canyon", town.save(folder / "canyon.osm.pbf"), folder / "regions"), ways


def looked(index: SkyIndex, way_id: int, north_m: float, *east_m: float) -> list[float]:
    lat6 = [round((LAT0 + north_m * M) * 1e6)] * len(east_m)
    lon6 = [round((LON0 + x * M / cos(np.radians(LAT0))) * 1e6) for x in east_m]
    return list(index.sky_views([way_id] * len(east_m), lat6, lon6))


def test_a_road_between_houses_sees_less_sky_than_its_open_half(
    canyon: tuple[Region, dict[str, int]],
) -> None:
    region, ways = canyon
    west, east = looked(RegionSky(region), ways["half"], 0, 100, 800)
    assert west == 1.0
    assert east == pytest.approx(cos(atan(14.5 / 8)), abs=0.05)


def test_open_roads_take_no_room_and_tunnels_see_nothing(canyon: tuple[Region, dict[str, int]]) -> None:
    region, ways = canyon
    index = RegionSky(region)
    assert looked(index, ways["open"], 2000, 10, 500) == [1.0, 1.0]
    assert looked(index, ways["tunnel"], -30, 10, 500) == [0.0, 0.0]
    assert looked(index, 12345, 0, 800) == [1.0], "a way that nobody knows"
    assert looked(index, ways["tunnel"], 30, 500) == [1.0], "not on the way that it is said to be on"
    assert list(index.sky_views([], [], [])) == []


def test_a_region_built_before_is_under_the_open_sky_and_says_so(
    canyon: tuple[Region, dict[str, int]], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    region, ways = canyon
    index = RegionSky(replace(region, dir=tmp_path))
    assert looked(index, ways["half"], 0, 800) == [1.0]
    assert "rumbo region add" in caplog.text


def test_houses_are_seen_across_the_borders_of_cells_however_small_the_parts_that_are_held(
    canyon: tuple[Region, dict[str, int]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, ways = canyon
    monkeypatch.setattr(sky, "_CELL_DEG", 0.0007)
    monkeypatch.setattr(sky, "_HELD_ROWS", 50)
    reader = sky.SkyReader(tmp_path / "sky.db", tmp_path)
    read_features(draw_canyon()[0].save(tmp_path / "canyon.osm.pbf"), [reader], tmp_path)
    reader.finish()
    reader.close()
    east = range(0, 1000, 30)
    found = looked(RegionSky(replace(whole, dir=tmp_path)), ways["half"], 0, *east)
    assert found == pytest.approx(looked(RegionSky(whole), ways["half"], 0, *east), abs=0.011)
