"""The solver: what the docs prove, tried on every kind of route."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rumbo.domain.plan import Profile
from rumbo.domain.route import Control, ControlKind, Dwell, Route
from rumbo.domain.trip import WaitReason
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.errors import InvalidInput
from rumbo.motion import preview, solve
from rumbo.motion.arrays import Floats
from rumbo.motion.controls import SIGN_S, halts
from rumbo.motion.envelope import sections
from rumbo.motion.pace import ROLL_MPS, UNREST_M, swing
from rumbo.motion.signals import Programme
from support.trips import CLASSES, SEEDS, routes, straight_route

AT_LIGHTS = {WaitReason.SIGNAL, WaitReason.QUEUE}


def sampled(profile: Profile, per_piece: int = 12) -> tuple[Floats, Floats, Floats, Floats]:
    """t, s, v, a at points of all pieces, both ends included."""
    t0 = np.array(profile.t_s)
    width = np.diff(np.append(t0, profile.duration_s))
    u = width[:, None] * np.linspace(0.0, 1.0, per_piece)
    s, v, a, j = (np.array(c)[:, None] for c in (profile.s_m, profile.v_mps, profile.a_mps2, profile.j_mps3))
    return (
        (t0[:, None] + u).ravel(),
        (s + v * u + a * u**2 / 2 + j * u**3 / 6).ravel(),
        (v + a * u + j * u**2 / 2).ravel(),
        (a + j * u).ravel(),
    )


@examples(max_examples=150)
@given(routes(), CLASSES, SEEDS)
def test_pieces_join_without_a_jump_in_distance_speed_or_acceleration(
    route: Route, kind: VehicleClass, seed: int
) -> None:
    profile = solve(route, CLASS_SPECS[kind], seed)
    t, s, v, a = (column.reshape(-1, 12) for column in sampled(profile))
    assert t[0, 0] == 0.0 and s[0, 0] == 0.0 and v[0, 0] == 0.0
    assert (np.diff(np.array(profile.t_s)) > 0).all() and profile.duration_s > profile.t_s[-1]
    np.testing.assert_allclose(s[1:, 0], s[:-1, -1], atol=1e-6)
    np.testing.assert_allclose(v[1:, 0], v[:-1, -1], atol=1e-6)
    np.testing.assert_allclose(a[1:, 0], a[:-1, -1], atol=1e-6)
    assert abs(s[-1, -1] - route.length_m) < 1e-6 and abs(v[-1, -1]) < 1e-6


@examples(max_examples=40)
@given(routes(), CLASSES, SEEDS)
def test_the_integral_of_speed_is_the_distance(route: Route, kind: VehicleClass, seed: int) -> None:
    t, s, v, _ = sampled(solve(route, CLASS_SPECS[kind], seed), per_piece=200)
    driven = np.concatenate(((0.0,), np.cumsum((v[1:] + v[:-1]) / 2 * np.diff(t))))
    np.testing.assert_allclose(driven, s, atol=1e-2, rtol=1e-5)


@examples(max_examples=250)
@given(routes(), CLASSES, SEEDS)
def test_every_limit_of_road_curve_and_vehicle_holds_at_every_moment(
    route: Route, kind: VehicleClass, seed: int
) -> None:
    limits, profile = CLASS_SPECS[kind].limits, solve(route, CLASS_SPECS[kind], seed)
    _, s, v, a = sampled(profile)
    assert v.min() > -1e-9 and v.max() <= limits.max_speed_mps + 1e-6
    assert a.max() <= limits.acceleration_mps2 + 1e-6 and a.min() >= -limits.braking_mps2 - 1e-6
    assert max(map(abs, profile.j_mps3)) <= limits.jerk_mps3 + 1e-6
    found = sections(route, limits, seed)
    for start, end, limit in zip(found.start_m, found.end_m, found.limit_mps, strict=True):
        inside = v[(s >= start) & (s <= end)]
        assert inside.max(initial=0.0) <= limit + 1e-6


@examples(max_examples=100)
@given(routes(), CLASSES, SEEDS)
def test_holds_are_true_standstills_where_the_trip_stops(route: Route, kind: VehicleClass, seed: int) -> None:
    profile, wanted = solve(route, CLASS_SPECS[kind], seed), halts(route, seed)
    certain = [hold for hold in profile.holds if hold.reason not in AT_LIGHTS]
    assert [(h.at_m, h.reason) for h in certain] == [(w.at_m, w.reason) for w in wanted.stops]
    places = {stop.at_m for stop in wanted.stops} | {light.at_m for light in wanted.lights}
    assert {h.at_m for h in profile.holds} <= places
    for hold in profile.holds:
        i = profile.t_s.index(hold.start_s)
        assert profile.t_s[i + 1] == hold.end_s
        assert (profile.s_m[i], profile.v_mps[i], profile.a_mps2[i], profile.j_mps3[i]) == (
            hold.at_m,
            0,
            0,
            0,
        )
    for hold, stop in zip(certain, wanted.stops, strict=True):
        assert hold.end_s - hold.start_s == pytest.approx(stop.wait_s, abs=1e-6)
    assert list(profile.s_m) == sorted(profile.s_m)


@examples(max_examples=150)
@given(routes(), CLASSES, SEEDS, st.integers(0, 200_000))
def test_nobody_leaves_or_passes_a_light_while_it_is_red(
    route: Route, kind: VehicleClass, seed: int, start_ms: int
) -> None:
    """Within half a second: the time at which a light is passed is known that well while driving is decided."""
    profile = solve(route, CLASS_SPECS[kind], seed, start_ms=start_ms)
    held = {hold.at_m: hold for hold in profile.holds}
    t, s, _, _ = sampled(profile)
    for light in halts(route, seed).lights:
        goes_s = held[light.at_m].end_s if light.at_m in held else float(np.interp(light.at_m, s, t))
        programme = light.programme
        since_s = programme.since_red_s(start_ms, goes_s)
        assert since_s * 1000 > programme.red_ms - 500 or since_s < 0.5


@examples(max_examples=60)
@given(routes(), CLASSES, SEEDS)
def test_the_same_seed_gives_the_same_profile(route: Route, kind: VehicleClass, seed: int) -> None:
    assert solve(route, CLASS_SPECS[kind], seed) == solve(route, CLASS_SPECS[kind], seed)
    assert preview(route, CLASS_SPECS[kind], seed) == solve(route, CLASS_SPECS[kind], seed).duration_s


@examples(max_examples=60)
@given(routes(), CLASSES, SEEDS)
def test_solving_the_rest_keeps_the_decisions_ahead(route: Route, kind: VehicleClass, seed: int) -> None:
    from_m = route.length_m * 0.4
    rest = solve(route, CLASS_SPECS[kind], seed, from_m)
    assert rest.s_m[0] == from_m
    whole = solve(route, CLASS_SPECS[kind], seed)
    ahead = [h for h in whole.holds if h.at_m > from_m + 1.0 and h.reason not in AT_LIGHTS]
    kept = [h for h in rest.holds if h.at_m > from_m + 1.0 and h.reason not in AT_LIGHTS]
    assert [(h.at_m, h.reason) for h in kept] == [(h.at_m, h.reason) for h in ahead]
    for a, b in zip(kept, ahead, strict=True):
        assert a.end_s - a.start_s == pytest.approx(b.end_s - b.start_s, abs=1e-6)


def test_a_dwell_left_over_begins_the_profile() -> None:
    profile = solve(straight_route(500), CLASS_SPECS[VehicleClass.BUS], 3, 100.0, hold_s=12.5)
    assert profile.holds[0].start_s == 0.0 and profile.holds[0].end_s == 12.5
    assert profile.holds[0].reason is WaitReason.DWELL and profile.holds[0].at_m == 100.0
    _, s, v, _ = sampled(profile)
    assert v[s <= 100.0].max() == 0.0


def test_a_right_angle_is_taken_at_town_speed_and_a_straight_line_is_not_slowed() -> None:
    corner = Route(
        (43.7, 43.702, 43.702), (7.4, 7.4, 7.402767), (0.0, 222.39, 444.78), straight_route(10).spans
    )
    limits = CLASS_SPECS[VehicleClass.CAR].limits
    assert 3.5 <= sections(corner, limits, 1).limit_mps.min() <= 6.0
    assert sections(straight_route(900), limits, 1).limit_mps.min() > 12.0


def test_a_wide_bend_mapped_with_few_vertices_is_not_a_row_of_corners() -> None:
    """A circle of 300 m radius with a vertex every 40 m: v = sqrt(2.5 · 300) = 27 m/s."""
    angle = np.arange(0, np.pi, 40 / 300)
    lat = 43.7 + 300 * np.sin(angle) / 111_195.08
    lon = 7.4 + 300 * (1 - np.cos(angle)) / (111_195.08 * np.cos(np.radians(43.7)))
    at = np.round(np.arange(len(angle)) * 40.0, 3)
    span = straight_route(10, speed_mps=40.0).spans
    route = Route(tuple(lat.round(6)), tuple(lon.round(6)), tuple(at), span)
    slowest = sections(route, CLASS_SPECS[VehicleClass.CAR].limits, 1).limit_mps.min()
    assert 20.0 <= slowest <= 29.0


def test_six_in_ten_signals_stop_the_trip_and_the_waits_are_those_of_real_traffic() -> None:
    signals = tuple(Control(200.0 * k, ControlKind.SIGNAL, k) for k in range(1, 500))
    profile = solve(straight_route(100_000, controls=signals), CLASS_SPECS[VehicleClass.CAR], 5)
    waits = sorted(hold.end_s - hold.start_s for hold in profile.holds)
    assert 240 <= len(waits) <= 330
    assert 15 <= sum(waits) / len(waits) <= 32 and 35 <= waits[int(0.9 * len(waits))] <= 60


def test_who_finds_nobody_at_a_stop_sign_stops_or_rolls_through_at_walking_speed() -> None:
    signs = tuple(Control(200.0 * k, ControlKind.STOP_SIGN, k) for k in range(1, 500))
    route = straight_route(100_000, controls=signs)
    found = halts(route, 5)
    assert len(found.stops) + len(found.rolls_m) == len(signs)
    assert 0.1 < len(found.rolls_m) / len(signs) < 0.44  # of those with nobody in sight 44 % roll
    assert all(stop.wait_s >= SIGN_S[0] for stop in found.stops)
    _, s, v, _ = sampled(solve(route, CLASS_SPECS[VehicleClass.CAR], 5))
    at_signs = np.interp(found.rolls_m, s, v)
    assert at_signs.min() > 1.5 and at_signs.max() < ROLL_MPS + 1.3  # the filter rounds the dip off


def test_nobody_holds_a_speed_and_nobody_swings_wildly() -> None:
    profile = solve(straight_route(20_000), CLASS_SPECS[VehicleClass.CAR], 3)
    _, s, v, a = sampled(profile)
    cruising = (s > 300.0) & (s < 19_700.0)
    assert np.mean(np.abs(a[cruising]) < 0.01) < 0.2
    assert v[cruising].std() / v[cruising].mean() < 0.15


@given(SEEDS, st.floats(0.0, 5_000.0))
def test_a_swing_is_decided_by_the_place_and_no_steeper_than_it_may(seed: int, from_m: float) -> None:
    s_m = np.arange(0.0, 6_000.0, 3.7)
    whole = swing(s_m, seed)
    assert whole.min() >= 0.0 and whole.max() <= 1.0 and np.ptp(whole) > 0.5
    assert np.abs(np.diff(whole)).max() <= 3.7 / UNREST_M + 1e-9
    rest = s_m >= from_m
    assert (swing(s_m[rest], seed) == whole[rest]).all()


def test_vehicles_at_the_same_light_see_the_same_phase_wherever_they_come_from() -> None:
    one = straight_route(900, controls=(Control(450.0, ControlKind.SIGNAL, 77),))
    other = straight_route(2000, controls=(Control(1300.0, ControlKind.SIGNAL, 77),))
    keys = {light.key for route in (one, other) for light in halts(route, 3).lights}
    assert len(keys) == 1
    red_ends = set()
    programme = Programme.of(keys.pop())
    for route, seed in ((one, 1), (other, 2)):
        for start_ms in range(0, programme.cycle_ms, 1000):
            for hold in solve(route, CLASS_SPECS[VehicleClass.CAR], seed, start_ms=start_ms).holds:
                assert programme.red_left_s(start_ms, hold.end_s) == 0.0
                red_ends.add(hold.reason)
    assert red_ends == AT_LIGHTS


def test_a_light_without_a_node_is_known_by_its_place() -> None:
    by_place = straight_route(900, controls=(Control(450.0, ControlKind.SIGNAL),))
    (light,) = halts(by_place, 1).lights
    assert light.key < 0 and halts(by_place, 2).lights[0].key == light.key


def test_controls_of_one_junction_stop_once_and_none_stops_beside_a_dwell() -> None:
    signs = tuple(Control(at, ControlKind.STOP_SIGN) for at in (300.0, 310.0, 325.0, 505.0))
    route = straight_route(900, controls=signs, dwells=(Dwell(500.0, 60.0),))
    assert [stop.at_m for stop in halts(route, 1).stops] == [295.0, 500.0]


@pytest.mark.parametrize("from_m", [-1.0, 500.0, 900.0, float("nan")])
def test_a_start_off_the_route_is_refused(from_m: float) -> None:
    with pytest.raises(InvalidInput, match="not on the route"):
        solve(straight_route(500), CLASS_SPECS[VehicleClass.CAR], 1, from_m)


def test_a_route_across_a_continent_is_solved() -> None:
    profile = solve(straight_route(3_000_000, speed_mps=36.0), CLASS_SPECS[VehicleClass.TRUCK], 1)
    assert profile.duration_s > 3_000_000 / 25
