"""Closures over straight lines, and a provider that goes round what is to be avoided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rumbo.domain.closure import Closure, ClosureKind, circle
from rumbo.domain.route import Route, RouteRequest, Waypoint
from rumbo.errors import InvalidInput, NoRoute, NotFound
from rumbo.fleet.closure_service import ClosureOrder, ClosureView
from rumbo.fleet.closures import Outcome
from rumbo.fleet.crossing import area, crossings
from rumbo.fleet.orders import TripOrder
from rumbo.routing.straight import StraightProvider
from support.serving import BBOX, NOON_MS, House
from support.trips import straight_route

START, MIDDLE, END = Waypoint(45.0, -5.0), (45.02, -5.0), Waypoint(45.04, -5.0)
HOUR_MS = 3_600_000


class RoundAbout(StraightProvider):
    """Straight lines, by a point a kilometre west of whatever is to be avoided on the way."""

    can_avoid = True

    def routes(self, request: RouteRequest) -> list[Route]:
        (direct,) = super().routes(replace(request, avoid=()))
        met = [ring for ring in request.avoid if crossings(direct, area(ring))]
        if not met:
            return [direct]
        via = [Waypoint(max(lat for lat, _ in ring), min(lon for _, lon in ring) - 0.012) for ring in met]
        first, *others = request.waypoints
        (detour,) = super().routes(replace(request, waypoints=(first, *via, *others), avoid=()))
        if any(crossings(detour, area(ring)) for ring in request.avoid):
            raise NoRoute("There is no way round.")
        return [detour]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    made.planner._providers = {
        "round": RoundAbout(BBOX, region_name="test"), "straight": StraightProvider(BBOX, region_name="test"),
    }  # fmt: skip
    yield made
    made.close()


def order(kind: ClosureKind = ClosureKind.CLOSED, radius_m: float = 60.0, **more: object) -> ClosureOrder:
    lat, lon = MIDDLE
    geometry = {"lat": lat, "lon": lon, "radius_m": radius_m}
    return ClosureOrder(kind, geometry, circle(lat, lon, radius_m), **more)  # type: ignore[arg-type]


def planned(house: House, **more: object) -> str:
    vehicle = house.add_vehicle()
    given: dict[str, object] = {"waypoints": (START, END), "seed": 3} | more
    return house.fleet.plan_trip(TripOrder(vehicle, **given)).row.id  # type: ignore[arg-type]


def route_of(house: House, trip_id: str) -> Route:
    plan = house.fleet.get_trip(trip_id).plan
    assert plan is not None
    return plan.route


def looked_at(house: House, closure: ClosureView) -> ClosureView:
    assert not house.rerouter.work_off()
    return house.closures.get(closure.row.closure.id)


def test_new_routes_keep_out_of_what_is_closed_while_they_would_be_there(house: House) -> None:
    shape = area(order().ring)
    assert crossings(route_of(house, planned(house)), shape)
    house.closures.create(order(from_ms=NOON_MS + HOUR_MS, until_ms=NOON_MS + 2 * HOUR_MS))
    assert crossings(route_of(house, planned(house)), shape), "it does not hold yet"
    start_ms = NOON_MS + HOUR_MS + 60_000
    assert not crossings(route_of(house, planned(house, start_ms=start_ms)), shape)
    before_ms = NOON_MS + HOUR_MS - 60_000
    assert not crossings(route_of(house, planned(house, start_ms=before_ms)), shape), "it begins on the way"
    assert crossings(route_of(house, planned(house, start_ms=NOON_MS + 2 * HOUR_MS)), shape), "it is over"


def test_a_deleted_closure_holds_for_nobody_new(house: House) -> None:
    closure = house.closures.create(order())
    house.closures.delete(closure.row.closure.id)
    assert crossings(route_of(house, planned(house)), area(order().ring))
    with pytest.raises(NotFound):
        house.closures.get(closure.row.closure.id)


def test_who_cannot_avoid_an_area_is_told_instead_of_led_through_it(house: House) -> None:
    house.closures.create(order())
    with pytest.raises(NoRoute, match="crosses what is closed"):
        planned(house, provider="straight")
    with pytest.raises(NoRoute, match="crosses what is closed"):
        planned(house, waypoints=(), geometry=((45.0, -5.0), (45.04, -5.0)))


def test_where_the_destination_is_closed_there_is_no_route(house: House) -> None:
    house.closures.create(replace(order(), ring=circle(END.lat, END.lon, 100)))
    with pytest.raises(NoRoute):
        planned(house)


def test_slow_zones_slow_new_trips_on_their_stretch_only(house: House) -> None:
    usual = route_of(house, planned(house))
    house.closures.create(order(ClosureKind.SLOW, 300.0, speed_factor=0.4))
    slow = route_of(house, planned(house))
    (begin, end), *_ = crossings(usual, area(order(radius_m=300.0).ring))
    assert (slow.lat, slow.lon) == (usual.lat, usual.lon)
    inside = [span for span in slow.spans if begin <= span.start_m + 0.01 < end]
    assert [span.speed_mps / usual.spans[0].speed_mps for span in inside] == [pytest.approx(0.4)]
    assert slow.spans[0].speed_mps == slow.spans[-1].speed_mps == usual.spans[0].speed_mps


def test_trips_that_are_past_it_or_never_come_near_are_unaffected(house: House) -> None:
    planned(house)
    planned(house, waypoints=(Waypoint(46.0, -5.0), Waypoint(46.04, -5.0)))
    planned(house, start_ms=NOON_MS + 5 * HOUR_MS)
    house.clock.pass_s(280)
    closure = looked_at(house, house.closures.create(order(until_ms=NOON_MS + HOUR_MS)))
    assert closure.outcomes[Outcome.UNAFFECTED] == 2 and closure.outcomes.total() == 2


def test_a_given_line_goes_on_and_is_named(house: House) -> None:
    trip = planned(house, waypoints=(), geometry=((45.0, -5.0), (45.04, -5.0)))
    closure = looked_at(house, house.closures.create(order()))
    assert closure.without_other_way == [(trip, "It drives along a given line.")]


def test_who_is_nearly_there_goes_on(house: House) -> None:
    trip = planned(house)
    while house.fleet.get_trip(trip).snapshot.distance_m < 2_050:  # type: ignore[union-attr]
        house.clock.pass_s(1)
    closure = looked_at(house, house.closures.create(order()))
    assert closure.without_other_way == [(trip, "It is nearly there.")]


def test_a_trip_that_was_planned_while_the_closure_was_made_is_looked_at_too(house: House) -> None:
    chosen = house.planner.chosen

    def slowly(*given: object) -> Route:
        route = chosen(*given)  # type: ignore[arg-type]
        house.closures.create(order())
        return route

    house.planner.chosen = slowly  # type: ignore[method-assign,assignment]
    planned(house)
    (closure,) = house.closures.list_all().items
    assert closure.outcomes[Outcome.WAITING] == 1


def test_the_queue_goes_on_after_a_restart(house: House) -> None:
    planned(house, waypoints=(), geometry=((45.0, -5.0), (45.04, -5.0)))
    closure = house.closures.create(order())
    assert closure.outcomes[Outcome.WAITING] == 1
    again = house.again()
    assert not again.rerouter.work_off()
    assert again.closures.get(closure.row.closure.id).outcomes[Outcome.NO_OTHER_WAY] == 1


def test_the_same_request_makes_one_closure(house: House) -> None:
    one, same = (house.closures.create(order(), token="t") for _ in range(2))
    assert one.row == same.row and len(house.closures.list_all().items) == 1


@pytest.mark.parametrize(
    ("ring", "factor", "until_ms"),
    [
        (((45.0, -5.0), (45.0, -5.0), (45.1, -5.0)), None, None),
        (((45.0, -5.0), (45.1, -5.1), (45.0, -5.1), (45.1, -5.0)), None, None),
        (((45.0, -5.0), (55.0, -5.1), (45.0, -5.1)), None, None),
        (circle(45.0, -5.0, 10), 0.5, None),
        (circle(45.0, -5.0, 10), None, NOON_MS),
    ],
)
def test_an_impossible_closure_is_refused(
    house: House, ring: tuple[tuple[float, float], ...], factor: float | None, until_ms: int | None
) -> None:
    with pytest.raises(InvalidInput):
        house.closures.create(replace(order(), ring=ring, speed_factor=factor, until_ms=until_ms))


def test_a_slow_zone_needs_a_factor() -> None:
    with pytest.raises(InvalidInput, match="speed factor"):
        Closure("clo", ClosureKind.SLOW, circle(45.0, -5.0, 10), None, 0, None, 0)


def test_a_circle_leaves_none_of_its_area_out_and_its_stretch_on_a_road_is_its_width() -> None:
    route = straight_route(3_000)
    lat = (route.lat[0] + route.lat[1]) / 2
    ((begin, end),) = crossings(route, area(circle(lat, 7.4, 100)))
    assert 200 <= end - begin <= 203 and (begin + end) / 2 == pytest.approx(1_500, abs=2)
    assert crossings(route, area(circle(lat, 7.41, 100))) == []
