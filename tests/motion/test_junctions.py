"""Junctions that the map does not control: where they are, whom they stop, and that everybody finds the same."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rumbo.domain.route import Control, ControlKind, Polyline, RoadClass, Route, Span
from rumbo.domain.trip import WaitReason
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.motion import solve
from rumbo.motion.controls import SETBACK_M, halts
from rumbo.motion.junctions import FLOW_PER_H, ROLLING_S, ROUND_GAP_S, exp
from rumbo.motion.signals import Programme

CAR = CLASS_SPECS[VehicleClass.CAR]
BLOCK_M = 200


def blocks(count: int, road: RoadClass, *, turn: bool = False, start: float = 43.7) -> Route:
    """Blocks of one road after the other, straight on or round a corner at each end."""
    line, spans = Polyline(), list[Span]()
    lat, lon = start, 7.4
    line.add(lat, lon)
    for i in range(count):
        spans.append(Span(line.distance_m[-1], 13.9, 13.9, i, f"Road {i}", road))
        for _ in range(BLOCK_M // 50):
            east = turn and i % 2
            lat, lon = lat + (0.0 if east else 50 / 111_195), lon + (50 / 80_400 if east else 0.0)
            line.add(lat, lon)
    return Route(tuple(line.lat), tuple(line.lon), tuple(line.distance_m), tuple(spans))


def stops_a_trip(route: Route, trips: int = 300) -> float:
    return sum(len(halts(route, seed).stops) for seed in range(trips)) / trips


def test_some_junctions_of_main_roads_have_a_light_that_every_trip_finds_in_the_same_place() -> None:
    route = blocks(200, RoadClass.PRIMARY)
    found = [light.at_m for light in halts(route, 1).lights]
    assert 45 <= len(found) <= 95
    assert [light.at_m for light in halts(route, 2).lights] == found
    ends = {round(span.start_m - SETBACK_M, 3) for span in route.spans}
    assert set(found) <= ends
    holds = solve(route, CAR, 1).holds
    assert len(holds) > 15 and {hold.reason for hold in holds} == {WaitReason.QUEUE}


@pytest.mark.parametrize("road", [RoadClass.MOTORWAY, RoadClass.TRUNK, RoadClass.SERVICE, RoadClass.UNKNOWN])
def test_nobody_stands_where_there_are_no_junctions(road: RoadClass) -> None:
    for turn in (False, True):
        found = halts(blocks(100, road, turn=turn), 1)
        assert not found.lights and not found.stops


def test_nobody_stands_in_a_tunnel_or_within_a_roundabout() -> None:
    route = blocks(100, RoadClass.PRIMARY, turn=True)
    tunnels = tuple(replace(span, tunnel=True) for span in route.spans)
    roundabouts = tuple(replace(span, roundabout=True) for span in route.spans)
    for spans in (tunnels, roundabouts):
        found = halts(replace(route, spans=spans), 1)
        assert not found.lights and not found.stops


def test_a_junction_that_the_map_controls_is_as_the_map_says() -> None:
    route = blocks(100, RoadClass.PRIMARY, turn=True)
    signs = tuple(
        Control(span.start_m - 20.0, ControlKind.SIGNAL, i) for i, span in enumerate(route.spans[1:])
    )
    found = halts(replace(route, controls=signs), 1)
    assert len(found.lights) == len(signs) and all(light.known for light in found.lights)
    assert not found.stops


def test_who_turns_into_a_road_yields_more_often_the_more_traffic_it_has() -> None:
    straight = stops_a_trip(blocks(50, RoadClass.RESIDENTIAL))
    minor = stops_a_trip(blocks(50, RoadClass.RESIDENTIAL, turn=True))
    greater = stops_a_trip(blocks(50, RoadClass.TERTIARY, turn=True))
    assert straight == 0.0 < minor < 0.5 * greater
    reasons = {
        stop.reason
        for seed in range(30)
        for stop in halts(blocks(9, RoadClass.TERTIARY, turn=True), seed).stops
    }
    assert reasons == {WaitReason.GIVE_WAY}


def test_who_enters_a_roundabout_waits_as_gaps_in_random_traffic_make_them() -> None:
    """Adams: without a gap at once are 1 - e^-qt; of these only who waits for longer than the rolling time stops."""
    route = blocks(2, RoadClass.PRIMARY)
    spans = (route.spans[0], replace(route.spans[1], roundabout=True))
    shares = []
    for k in range(40):  # places with their own traffic
        there = blocks(2, RoadClass.PRIMARY, start=43.0 + k * 0.01)
        stops = [halts(replace(there, spans=spans), seed).stops for seed in range(200)]
        assert all(stop[0].at_m == pytest.approx(BLOCK_M - SETBACK_M, abs=0.5) for stop in stops if stop)
        assert all(stop[0].wait_s >= ROLLING_S for stop in stops if stop)
        shares.append(sum(map(len, stops)) / 200)
    most = 1 - math.exp(-FLOW_PER_H[RoadClass.PRIMARY][1] / 3600 * ROUND_GAP_S)
    assert 0.1 < sum(shares) / len(shares) < most and max(shares) - min(shares) > 0.05


def test_those_who_cross_each_other_never_have_green_together() -> None:
    for key in range(200):
        north, east = Programme.of(key, 0), Programme.of(key, 1)
        assert north.cycle_ms == east.cycle_ms
        for t in range(0, north.cycle_ms, 500):
            assert north.red_left_s(0, t / 1000) > 0 or east.red_left_s(0, t / 1000) > 0


def test_e_to_the_x_is_that_of_the_library() -> None:
    assert all(exp(k / 100) == pytest.approx(math.exp(k / 100), rel=1e-9) for k in range(201))
