"""From legs to a route."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from rumbo.domain.route import ControlKind, Route, RouteRequest, Span, Waypoint, haversine_m
from rumbo.errors import InvalidInput, NoRoute, NotOnRoad
from rumbo.routing.assemble import Leg, Piece, assemble, road_speed_mps
from rumbo.routing.port import NoControls, Standing

STEP = 1e-4
USUAL = Span(0, 10)
STEP_M = haversine_m(0, 0, 0, STEP)


class At:
    """Controls at given distances along the equator, in steps of 10⁻⁴ degrees."""

    def __init__(self, **kinds: ControlKind) -> None:
        self._at = {int(name.removeprefix("v")) * 100: kind for name, kind in kinds.items()}

    def controls_at(self, lat6: Sequence[int], lon6: Sequence[int]) -> Mapping[int, Standing]:
        return {i: Standing(self._at[lon], 1000 + lon) for i, lon in enumerate(lon6) if lon in self._at}


def _leg(first: int, last: int, span: Span = USUAL) -> Leg:
    step = 1 if last >= first else -1
    columns = range(first, last + step, step)
    return Leg([0.0] * len(columns), [i * STEP for i in columns], [Piece(0, span)])


def _request(*columns: float, dwell_s: float = 0) -> RouteRequest:
    return RouteRequest(tuple(Waypoint(0, column * STEP, dwell_s) for column in columns))


def _kinds(route: Route) -> list[tuple[int, ControlKind]]:
    return [(round(control.at_m / STEP_M), control.kind) for control in route.controls]


def _along(controls: At) -> list[tuple[int, ControlKind]]:
    return _kinds(assemble([_leg(0, 100)], _request(0, 100), controls, "test"))


def test_signals_of_one_crossing_are_one_stop_at_the_first() -> None:
    signal = ControlKind.SIGNAL
    assert _along(At(v10=signal, v11=signal, v12=signal, v20=signal)) == [(10, signal), (20, signal)]


def test_crossings_next_to_each_other_all_count() -> None:
    crossing = ControlKind.CROSSING
    assert _along(At(v10=crossing, v11=crossing)) == [(10, crossing), (11, crossing)]


def test_a_control_carries_the_map_node_that_the_region_knows() -> None:
    route = assemble([_leg(0, 100)], _request(0, 100), At(v10=ControlKind.SIGNAL), "test")
    assert [control.node_id for control in route.controls] == [2000]


def test_nothing_stands_at_the_ends() -> None:
    signal = ControlKind.SIGNAL
    assert _along(At(v0=signal, v100=signal)) == []


def test_equal_neighbouring_spans_are_one() -> None:
    legs = [_leg(0, 10), _leg(10, 20), _leg(20, 30, span=Span(0, 5))]
    spans = assemble(legs, _request(0, 10, 20, 30), NoControls(), "test").spans
    assert [(round(span.start_m / STEP_M), span.speed_mps) for span in spans] == [(0, 10), (20, 5)]


def test_a_piece_without_length_leaves_no_span() -> None:
    leg = _leg(0, 10)
    pieces = [Piece(0, Span(0, 3)), Piece(0, Span(0, 4)), Piece(5, Span(0, 6)), Piece(10, Span(0, 7))]
    route = assemble([Leg(leg.lat, leg.lon, pieces)], _request(0, 10), NoControls(), "test")
    assert [span.speed_mps for span in route.spans] == [4, 6]


def test_a_turn_back_at_a_waypoint_is_kept() -> None:
    route = assemble([_leg(0, 10), _leg(10, 0)], _request(0, 10, 0), NoControls(), "test")
    assert route.length_m == pytest.approx(20 * STEP_M, abs=0.1)


def test_dwells_at_one_place_are_added_up() -> None:
    legs = [_leg(0, 10), _leg(10, 10), _leg(10, 20)]
    route = assemble(legs, _request(0, 10, 10.1, 20, dwell_s=30), NoControls(), "test")
    assert [dwell.dwell_s for dwell in route.dwells] == [60]


def test_a_dwell_where_the_route_starts_is_refused() -> None:
    with pytest.raises(InvalidInput, match="starts or ends"):
        assemble([_leg(0, 0), _leg(0, 10)], _request(0, 0.1, 10, dwell_s=5), NoControls(), "test")


def test_legs_that_do_not_meet_are_no_route() -> None:
    with pytest.raises(NoRoute) as caught:
        assemble([_leg(0, 10), _leg(11, 20)], _request(0, 10, 20), NoControls(), "test")
    assert caught.value.field == "waypoints/1"


def test_waypoints_that_meet_the_road_at_one_point_have_no_route() -> None:
    with pytest.raises(NoRoute):
        assemble([_leg(5, 5)], _request(5, 6), NoControls(), "test")


def test_a_waypoint_too_far_from_its_road_is_named_with_the_distance() -> None:
    with pytest.raises(NotOnRoad, match="1112 m") as caught:
        assemble([_leg(0, 10)], _request(0, 110), NoControls(), "test")
    assert caught.value.field == "waypoints/1"


@pytest.mark.parametrize(
    ("speed", "limit", "expected"),
    [(20.0, 13.9, 13.9), (10.0, None, 10.0), (0.3, None, 2.0), (0.3, 1.4, 1.4), (float("nan"), None, 2.0)],
)
def test_speeds_are_drivable_and_within_the_limit(speed: float, limit: float | None, expected: float) -> None:
    assert road_speed_mps(speed, limit) == expected
