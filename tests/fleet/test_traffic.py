from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from rumbo.domain.route import RoadClass, Route, Span
from rumbo.domain.traffic import TrafficModel
from rumbo.domain.vehicle import CLASS_SPECS, Driver, VehicleClass
from rumbo.fleet.traffic import with_traffic
from rumbo.motion import solve
from support.trips import straight_route

CAR, MADRID = CLASS_SPECS[VehicleClass.CAR], ZoneInfo("Europe/Madrid")
USUAL = TrafficModel(day_variation=0.0)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def travelled(route: Route, start: str) -> Route:
    return with_traffic(route, CAR, 7, Driver.NORMAL, ms(start), MADRID, USUAL)


def duration_s(route: Route) -> float:
    return solve(route, CAR, 7).duration_s


def test_the_rush_hour_is_that_of_the_regions_clock_in_winter_and_summer() -> None:
    route = straight_route(5_000)
    winter, summer = (travelled(route, f"2026-{day}+00:00") for day in ("01-13T16:30", "07-14T15:30"))
    assert winter == summer and duration_s(winter) > 1.3 * duration_s(route)
    assert duration_s(travelled(route, "2026-01-13T02:30+00:00")) < 1.02 * duration_s(route)


def test_only_the_speeds_change() -> None:
    route = straight_route(5_000)
    slowed = travelled(route, "2026-01-13T17:30+00:00")
    assert (
        replace(slowed, spans=route.spans) == route and slowed.spans[0].speed_mps < route.spans[0].speed_mps
    )
    assert [replace(span, speed_mps=13.9) for span in slowed.spans] == list(route.spans)


def test_on_a_long_road_traffic_changes_on_the_way() -> None:
    route = straight_route(120_000, 20.0)
    speeds = [span.speed_mps for span in travelled(route, "2026-01-13T15:30+00:00").spans]
    assert len(speeds) > 8 and min(speeds) < 0.7 * 20.0, "it drives into the rush hour"
    assert speeds[-1] > speeds[4], "and out of it"


def test_later_roads_are_passed_later_because_the_ones_before_were_slow() -> None:
    first = straight_route(60_000, 20.0)
    spans = (replace(first.spans[0]), Span(59_000.0, 20.0, 20.0, 8, "Out", RoadClass.PRIMARY))
    route = replace(first, spans=spans)
    # At free flow the last road would be reached at 18:20, with the traffic on the way it is past 18:50.
    last = travelled(route, "2026-01-13T16:30+00:00").spans[-1].speed_mps / 20.0
    assert last > USUAL.factor(RoadClass.PRIMARY, datetime(2026, 1, 13, 18, 40, tzinfo=MADRID))


def test_a_bicycle_is_not_held_up() -> None:
    route, spec = straight_route(5_000, 5.0), CLASS_SPECS[VehicleClass.BICYCLE]
    assert with_traffic(route, spec, 7, Driver.NORMAL, ms("2026-01-13T16:30+00:00"), MADRID, USUAL) is route


def test_the_same_order_gives_the_same_route() -> None:
    route, day = straight_route(5_000), "2026-01-14T07:15+00:00"
    made = [with_traffic(route, CAR, 7, Driver.CALM, ms(day), MADRID, TrafficModel(seed=3)) for _ in range(2)]
    assert made[0] == made[1]
