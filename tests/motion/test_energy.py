"""Energy: what driving costs, whether the ignition is on, and what happens when the tank is empty."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rumbo.domain.device import DeviceSpec, Reporting
from rumbo.domain.plan import AmendmentKind, Plan, Profile
from rumbo.domain.route import Control, ControlKind, Dwell, Route
from rumbo.domain.trip import TripState, WaitReason
from rumbo.domain.vehicle import CLASS_SPECS, EnergyKind, VehicleClass, VehicleSpec, spec_of
from rumbo.errors import InvalidInput
from rumbo.motion import Fleet, compile_plan, solve
from rumbo.motion.energy import Engine
from rumbo.motion.power import LOW, Course, departure_level, energy_at_end
from rumbo.motion.wire import payloads
from support.trips import START_MS, amended, amended_plans, plan_of, straight_route

FOREVER = 1 << 50
ELECTRIC_CAR = spec_of(VehicleClass.CAR, {"energy": "electric", "mass_kg": 1800, "capacity_kwh": 60})
PER_LITRE = {EnergyKind.PETROL: 8.9, EnergyKind.DIESEL: 10.0}


def with_spec(plan: Plan, spec: VehicleSpec, level: float = 1.0) -> Plan:
    profile = solve(plan.route, spec, plan.seed, driver=plan.driver, start_ms=plan.start_ms)
    return replace(plan, spec=spec, profile=profile, energy_start=level)


def used_kwh(spec: VehicleSpec, profile: Profile) -> float:
    return float(Course.of_profile(Engine.of(spec), profile).used_kwh[-1])


def thirsty(plan: Plan, share: float, level: float = 1.0) -> Plan:
    """With a tank that holds a share of what the trip needs."""
    need_kwh = used_kwh(plan.spec, plan.profile)
    return with_spec(plan, replace(plan.spec, capacity_kwh=max(need_kwh * share / level, 0.1)), level)


def reports(plan: Plan) -> dict[str, np.ndarray]:
    return dict(Fleet.of([plan]).emit(0, FOREVER).positions)


def sent(plan: Plan, until_ms: int) -> list[bytes]:
    emission = Fleet.of([plan]).emit(0, until_ms)
    return [value for values in payloads(emission).values() for value in values]


@examples(max_examples=60, deadline=None)
@given(amended_plans(), st.booleans())
def test_what_a_piece_uses_is_the_integral_of_power(plan: Plan, electric: bool) -> None:
    spec = replace(plan.spec, energy=EnergyKind.ELECTRIC) if electric else plan.spec
    engine, steps = Engine.of(spec), 400
    course = Course.of_motion(engine, compile_plan(plan), float("inf"))
    u = (np.arange(steps) + 0.5) / steps * course.length_s[:, None]
    v, a, j = (column[:, None] for column in course.move)
    watts = (v + (a + j * u / 2) * u) * engine.force_n(v + (a + j * u / 2) * u, a + j * u)
    drawn = np.maximum(watts, 0) * engine.taken + np.minimum(watts, 0) * engine.given
    on_s = np.where(course.stands, np.minimum(course.length_s, course.switch.s), course.length_s)
    summed = drawn.mean(axis=1) * course.length_s + on_s * engine.idle_kw / 3600
    np.testing.assert_allclose(np.diff(course.used_kwh), summed, rtol=6e-3, atol=2e-5)


@examples(max_examples=30, deadline=None)
@given(amended_plans())
def test_a_tank_never_fills_by_itself(plan: Plan) -> None:
    if plan.spec.energy is EnergyKind.ELECTRIC:
        plan = replace(plan, spec=replace(plan.spec, energy=EnergyKind.DIESEL))
    fleet, end_ms = Fleet.of([plan]), min(compile_plan(plan).end_ms or FOREVER, START_MS + 300_000)
    rows = fleet.emit(0, end_ms).positions
    assert (np.diff(rows["energy_used_kwh"]) >= 0).all() and (np.diff(rows["energy_level"]) <= 0).all()
    assert (rows["power_kw"] >= 0).all() and rows["power_kw"].max(initial=0.0) <= plan.spec.power_kw


@examples(max_examples=40, deadline=None)
@given(st.lists(amended_plans(), min_size=1, max_size=4))
def test_a_piece_uses_the_same_to_the_bit_alone_and_among_others(plans: list[Plan]) -> None:
    plans = [replace(plan, trip_id=f"trp_{i}") for i, plan in enumerate(plans)]
    fleet = Fleet.of(plans)
    for i, plan in enumerate(plans):
        motion = compile_plan(plan)
        end_s = float("inf") if motion.end_ms is None else (motion.end_ms - plan.start_ms) / 1000
        alone = Course.of_motion(Engine.of(plan.spec), motion, end_s)
        first, count = (int(fleet.trips[name][i]) for name in ("piece", "pieces"))
        packed = fleet.store.tables.power["used_kwh"][first : first + count]
        assert packed.tolist() == alone.used_kwh[:-1].tolist()


@examples(max_examples=60, deadline=None)
@given(amended_plans(), st.floats(0.05, 0.95), st.floats(0.1, 1.0))
def test_nothing_sent_is_contradicted_when_a_tank_runs_dry(plan: Plan, share: float, level: float) -> None:
    plan = thirsty(plan, share, level)
    motion = compile_plan(plan)
    final = motion.changes[-1]
    if final.state is TripState.FAILED:
        assert final.reason is WaitReason.OUT_OF_ENERGY and motion.end_ms is not None
    if not plan.amendments:
        return
    before, at_ms = replace(plan, amendments=plan.amendments[:-1]), plan.amendments[-1].at_ms
    until_ms = min(at_ms - 1, START_MS + 120_000)
    assert sent(before, until_ms) == sent(plan, until_ms)


def test_an_empty_vehicle_brakes_to_a_stand_and_its_trip_has_failed() -> None:
    plan = thirsty(plan_of(straight_route(3000)), 0.5)
    motion, rows = compile_plan(plan), reports(plan)
    assert motion.changes[-1].state is TripState.FAILED and motion.end_ms is not None
    at_ms = motion.changes[-1].at_ms
    assert at_ms < motion.end_ms < at_ms + 20_000
    assert rows["speed_mps"][-1] == 0.0 and rows["energy_level"][-1] == 0.0
    assert rows["energy_level"][rows["true_ms"] < at_ms].min() < 0.02
    assert 800 < rows["distance_m"][-1] < 2500
    useless = amended(
        plan, ("pause", (at_ms - START_MS) / 1000 + 1), ("cancel", (at_ms - START_MS) / 1000 + 2)
    )
    assert compile_plan(useless).changes == motion.changes
    assert energy_at_end(plan, motion) == 0.0


def test_a_trip_that_starts_with_nothing_fails_at_once() -> None:
    plan = replace(plan_of(straight_route(3000)), energy_start=0.0)
    changes = compile_plan(plan).changes
    assert [c.state.value for c in changes] == ["scheduled", "driving", "failed"]
    assert changes[-1].at_ms - START_MS < 100


@pytest.mark.parametrize("rules", [Reporting(), Reporting(interval_ms=5_000, distance_m=80.0)])
def test_the_first_report_that_sees_the_energy_low_says_so(rules: Reporting) -> None:
    plan = replace(thirsty(plan_of(straight_route(3000)), 1.05), device=DeviceSpec("d", rules))
    rows = reports(plan)
    low = np.flatnonzero(rows["trigger"] == "low_energy")
    assert len(low) == 1
    assert rows["energy_level"][low[0]] < LOW <= rows["energy_level"][low[0] - 1]
    full = replace(plan_of(straight_route(3000)), device=DeviceSpec("d", rules))
    assert "low_energy" not in reports(full)["trigger"]


def test_the_ignition_goes_off_in_a_long_dwell_and_stays_off_in_a_pause_of_it() -> None:
    plan = plan_of(straight_route(2000, dwells=(Dwell(1000.0, 300.0),)))
    hold = plan.profile.holds[0]
    on_again = reports(plan)
    since = (on_again["true_ms"] - START_MS) / 1000
    off = on_again["ignition"] == "off"
    assert off[:-1].sum() == pytest.approx(240, abs=1) and off[-1]
    assert since[off][0] == pytest.approx(hold.start_s + 60, abs=1)
    assert (on_again["engine_speed_rpm"][off] == 0).all() and (
        on_again["engine_speed_rpm"][~off] >= 800
    ).all()
    paused = amended(plan, ("pause", hold.start_s + 100), ("resume", hold.start_s + 200))
    rows = reports(paused)
    off = rows["ignition"] == "off"
    between = rows["true_ms"][off][:-1]
    assert (np.diff(between) == 1000).all(), "off without a break until it drives on"
    assert len(between) == pytest.approx(340, abs=2)


@pytest.mark.parametrize("seed", range(40))
def test_the_ignition_is_off_in_the_last_report_and_only_there(seed: int) -> None:
    rows = reports(plan_of(straight_route(600 + 7 * seed), seed))
    assert set(rows["ignition"][:-1]) == {"on"} and rows["ignition"][-1] == "off"
    stopped = reports(amended(plan_of(straight_route(900), seed), ("pause", 40), ("cancel", 61.5 + seed / 7)))
    assert set(stopped["ignition"][:-1]) == {"on"} and stopped["ignition"][-1] == "off"


def test_the_engine_runs_on_at_a_red_light() -> None:
    controls = tuple(Control(k * 150.0, ControlKind.SIGNAL, k) for k in range(2, 18))
    rows = reports(plan_of(straight_route(3000, controls=controls), 5))
    assert (rows["state"] == "waiting").sum() > 20
    assert (rows["ignition"][:-1] == "on").all()


def town() -> Route:
    """A stop each 500 m."""
    controls = tuple(Control(k * 500.0, ControlKind.STOP_SIGN, k) for k in range(1, 20))
    return straight_route(10_000, controls=controls)


BANDS = {  # in town and on a motorway, litres of fuel or kWh a 100 km; sources in docs/energy.md
    "car": ((5.5, 9.0), (5.5, 7.5)),
    "van": ((7.5, 11.0), (8.0, 10.5)),
    "truck": ((24.0, 40.0), (22.0, 29.0)),
    "bus": ((100.0, 170.0), (100.0, 170.0)),
    "motorcycle": ((2.3, 4.5), (3.5, 5.5)),
    "bicycle": ((1.8, 4.0), (1.8, 4.0)),
    "electric": ((12.0, 20.0), (18.0, 25.0)),
}


@pytest.mark.parametrize("name", BANDS)
def test_consumption_is_that_of_real_vehicles(name: str) -> None:
    spec = ELECTRIC_CAR if name == "electric" else CLASS_SPECS[VehicleClass(name)]
    for route, (least, most) in zip((town(), straight_route(50_000, 36.1)), BANDS[name], strict=True):
        profile = solve(route, spec, 3)
        kwh = used_kwh(spec, profile) / route.length_m * 100_000
        assert least < kwh / PER_LITRE.get(spec.energy, 1.0) < most


def test_an_electric_car_gets_energy_back_while_braking() -> None:
    rows = reports(with_spec(plan_of(town()), ELECTRIC_CAR))
    assert (np.diff(rows["energy_used_kwh"]) < 0).any() and (rows["power_kw"] < -5).any()
    assert np.isnan(rows["engine_speed_rpm"]).all()


def test_a_vehicle_is_filled_up_where_it_would_not_arrive_with_a_reserve() -> None:
    assert departure_level(0.5, 0.3) == 0.5
    assert departure_level(0.35, 0.3) == 1.0


def test_the_level_at_the_end_is_that_of_the_last_report() -> None:
    plan = replace(plan_of(town()), energy_start=0.7)
    assert energy_at_end(plan, compile_plan(plan)) == pytest.approx(
        reports(plan)["energy_level"][-1], abs=1e-4
    )
    never = plan.amended(AmendmentKind.CANCEL, START_MS - 5)
    assert energy_at_end(never, compile_plan(never)) == 0.7


@pytest.mark.parametrize(
    ("overrides", "field", "hint"),
    [
        ({"mass_kg": 5}, "mass_kg", "40 to 60000"),
        ({"mass_kg": True}, "mass_kg", "40 to 60000"),
        ({"limits": {"max_speed_mps": float("nan")}}, "limits/max_speed_mps", "1.5 to 80"),
        ({"limits": {"warp": 9}}, "limits/warp", "max_speed_mps"),
        ({"limits": 3}, "limits", "max_speed_mps"),
        ({"colour": "red"}, "colour", "mass_kg"),
        ({"energy": "steam"}, "energy", "petrol"),
        ({"energy": ["petrol"]}, "energy", "petrol"),
    ],
)
def test_a_wrong_parameter_is_named_with_what_is_possible(
    overrides: dict[str, object], field: str, hint: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        spec_of(VehicleClass.CAR, overrides)
    assert wrong.value.field == field and hint in wrong.value.hint


def test_a_vehicles_own_parameters_stand_in_for_its_classs() -> None:
    spec = spec_of(VehicleClass.VAN, {"mass_kg": 1800, "limits": {"max_speed_mps": 30}})
    van = CLASS_SPECS[VehicleClass.VAN]
    assert spec == replace(van, mass_kg=1800.0, limits=replace(van.limits, max_speed_mps=30.0))
    assert spec_of(VehicleClass.VAN) == van
