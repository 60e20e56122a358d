from __future__ import annotations

import pytest
from shapely.geometry import Point
from shapely.ops import unary_union

from rumbo.regions.coast import land_and_sea

BOX = (10.0, -40.0, 14.0, -36.0)


def is_sea(coastline: list[list[tuple[float, float]]], lon: float, lat: float) -> bool:
    land, sea = land_and_sea(coastline, BOX)
    at = Point(lon, lat)
    assert unary_union(land + sea).area == pytest.approx(16.0)
    return any(face.contains(at) for face in sea)


def test_a_box_without_coastline_is_all_land() -> None:
    land, sea = land_and_sea([], BOX)
    assert [face.bounds for face in land] == [BOX]
    assert sea == []


def test_water_lies_on_the_right_of_the_coastline() -> None:
    northward = [(12.0, -41.0), (12.0, -35.0)]
    assert is_sea([northward], 13.0, -38.0)
    assert not is_sea([northward], 11.0, -38.0)
    assert is_sea([northward[::-1]], 11.0, -38.0)


def test_a_coastline_in_several_ways_is_one_coastline() -> None:
    ways = [[(12.0, -38.0), (12.0, -35.0)], [(12.0, -41.0), (12.0, -38.0)]]
    assert is_sea(ways, 13.9, -36.1)
    assert not is_sea(ways, 10.1, -39.9)


def test_a_coastline_that_ends_inside_the_box_is_carried_to_the_nearest_edge() -> None:
    clipped = [(12.0, -39.7), (12.2, -38.0), (12.0, -36.2)]
    assert is_sea([clipped], 13.0, -39.95)
    assert not is_sea([clipped], 11.0, -36.05)


def test_an_island_is_land_in_the_sea() -> None:
    counterclockwise = [(11.0, -39.0), (13.0, -39.0), (13.0, -37.0), (11.0, -37.0), (11.0, -39.0)]
    assert not is_sea([counterclockwise], 12.0, -38.0)
    assert is_sea([counterclockwise], 10.5, -38.0)


def test_a_lagoon_mapped_as_coastline_is_water_in_the_land() -> None:
    clockwise = [(11.0, -39.0), (11.0, -37.0), (13.0, -37.0), (13.0, -39.0), (11.0, -39.0)]
    assert is_sea([clockwise], 12.0, -38.0)
    assert not is_sea([clockwise], 10.5, -38.0)


def test_a_coastline_outside_the_box_changes_nothing() -> None:
    assert land_and_sea([[(20.0, 0.0), (21.0, 1.0)]], BOX)[1] == []
