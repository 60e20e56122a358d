from __future__ import annotations

from rumbo.domain.route import ControlKind
from rumbo.regions import Region, RegionControls
from rumbo.regions.controls import control_kind
from rumbo.routing.port import ControlIndex, Standing

LAT0, LON0, STEP, SIZE = -18.97, 32.65, 0.002, 9


def along(*cells: tuple[float, float]) -> tuple[list[int], list[int]]:
    lat = [round((LAT0 + row * STEP) * 1e6) for row, _ in cells]
    return lat, [round((LON0 + col * STEP) * 1e6) for _, col in cells]


def node(row: int, col: int) -> int:
    """Id of a crossing: the first nodes of the town are its grid's, row by row."""
    return row * SIZE + col + 1


def test_the_index_is_what_routing_asks_for(town: Region) -> None:
    index: ControlIndex = RegionControls(town)
    assert index.controls_at([], []) == {}


def test_signals_and_crossings_are_met_from_every_side(town: Region) -> None:
    index = RegionControls(town)
    signal, crossing = Standing(ControlKind.SIGNAL, node(4, 4)), Standing(ControlKind.CROSSING, node(6, 4))
    assert index.controls_at(*along((4, 3), (4, 4), (4, 5))) == {1: signal}
    assert index.controls_at(*along((4, 5), (4, 4), (4, 3))) == {1: signal}
    assert index.controls_at(*along((6, 3), (6, 4), (6, 5))) == {1: crossing}


def test_a_vertex_rounded_the_other_way_still_matches(town: Region) -> None:
    lat, lon = along((4, 3), (4, 4), (4, 5))
    found = RegionControls(town).controls_at([v + 1 for v in lat], [v - 1 for v in lon])
    assert found == {1: Standing(ControlKind.SIGNAL, node(4, 4))}
    assert RegionControls(town).controls_at([v + 2 for v in lat], lon) == {}


def test_a_sign_without_a_direction_faces_those_who_come_to_the_nearer_junction(town: Region) -> None:
    index = RegionControls(town)
    towards, away = along((12, 0), (8.2, 0), (8, 0)), along((8, 0), (8.2, 0), (12, 0))
    assert {at: standing.kind for at, standing in index.controls_at(*towards).items()} == {
        1: ControlKind.GIVE_WAY
    }
    assert index.controls_at(*away) == {}


def test_a_crossing_with_lights_is_a_signal_and_one_that_is_none_is_nothing() -> None:
    assert control_kind({"highway": "crossing", "crossing": "traffic_signals"}) is ControlKind.SIGNAL
    assert control_kind({"highway": "crossing", "crossing": "zebra"}) is ControlKind.CROSSING
    assert control_kind({"highway": "crossing", "crossing": "no"}) is None
    assert control_kind({"railway": "level_crossing"}) is ControlKind.LEVEL_CROSSING
    assert control_kind({"amenity": "cafe"}) is None
