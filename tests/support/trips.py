"""Routes and plans for tests of motion: a fixed one, and strategies that draw every kind."""

from __future__ import annotations

from math import cos, radians, sin

from hypothesis import strategies as st

from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.plan import Amendment, AmendmentKind, Plan
from rumbo.domain.route import Control, ControlKind, Dwell, Polyline, RoadClass, Route, Span
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.motion import solve

START_MS = 1_790_000_000_000
CLASSES = st.sampled_from(VehicleClass)
SEEDS = st.integers(0, 2**63)


def straight_route(
    length_m: float,
    speed_mps: float = 13.9,
    controls: tuple[Control, ...] = (),
    dwells: tuple[Dwell, ...] = (),
    *,
    tunnel: bool = False,
) -> Route:
    """Due north from a harbour, one road."""
    lats = (43.7, round(43.7 + length_m / 111_195.08, 6))
    span = Span(0.0, speed_mps, speed_mps, 7, "Quai", RoadClass.PRIMARY, tunnel=tunnel)
    return Route(lats, (7.4, 7.4), (0.0, float(length_m)), (span,), controls, dwells)


def plan_of(
    route: Route,
    seed: int = 1,
    *,
    vehicle_class: VehicleClass = VehicleClass.CAR,
    device: str = "standard",
    trip_id: str = "trp_1",
    start_ms: int = START_MS,
) -> Plan:
    return Plan(
        trip_id=trip_id,
        vehicle_id=trip_id.replace("trp", "veh"),
        vehicle_class=vehicle_class,
        seed=seed,
        device=DEVICE_PROFILES[device],
        created_ms=start_ms - 10_000,
        start_ms=start_ms,
        route=route,
        spec=CLASS_SPECS[vehicle_class],
        profile=solve(route, CLASS_SPECS[vehicle_class], seed, start_ms=start_ms),
        odometer_start_m=1234.5,
    )


def _within(fractions: list[float], length_m: float) -> list[float]:
    """Places strictly inside a route, in order, to the millimetre."""
    places = sorted({round(f * length_m, 3) for f in fractions})
    return [at for at in places if 0.0 < at < length_m]


def _line(steps: list[tuple[float, float]]) -> Polyline:
    line = Polyline()
    lat, lon, heading = 43.7, 7.4, 0.0
    line.add(lat, lon)
    for step_m, turn_deg in steps:
        heading += turn_deg
        lat += step_m * cos(radians(heading)) / 111_195
        lon += step_m * sin(radians(heading)) / (111_195 * cos(radians(lat)))
        line.add(lat, lon)
    return line


@st.composite
def routes(draw: st.DrawFn) -> Route:
    """From 5 m with two points to some 20 km; straight or curled up; free or full of controls."""
    turn = draw(st.sampled_from((0.0, 5.0, 40.0, 175.0)))
    step = draw(st.sampled_from((6.0, 40.0, 700.0)))
    count = draw(st.integers(1, 30))
    steps = st.tuples(st.floats(5.0, step), st.floats(-turn, turn))
    line = _line(draw(st.lists(steps, min_size=count, max_size=count)))
    length = line.distance_m[-1]
    fraction = st.floats(0.001, 0.999)
    speeds = st.floats(0.5, 40.0)
    limits = st.none() | speeds
    starts = [0.0, *_within(draw(st.lists(fraction, max_size=8)), length)]
    spans = tuple(
        Span(at, draw(speeds), draw(limits), i, f"Road {i}", RoadClass.TERTIARY, tunnel=draw(st.booleans()))
        for i, at in enumerate(starts)
    )
    kinds, nodes = st.sampled_from(ControlKind), st.none() | st.integers(1, 5)
    places = _within(draw(st.lists(fraction, max_size=12)), length)
    controls = tuple(Control(at, draw(kinds), draw(nodes)) for at in places)
    waits = st.sampled_from((0.0, 0.5, 30.0, 4000.0))
    dwells = tuple(Dwell(at, draw(waits)) for at in _within(draw(st.lists(fraction, max_size=3)), length))
    return Route(tuple(line.lat), tuple(line.lon), tuple(line.distance_m), spans, controls, dwells)


@st.composite
def amended_plans(draw: st.DrawFn, trip_id: str = "trp_1") -> Plan:
    """A plan with up to six amendments of any kind at any time, in time order."""
    device = draw(st.sampled_from(("ideal", "standard")))
    route, seed, kind = draw(routes()), draw(SEEDS), draw(CLASSES)
    plan = plan_of(route, seed, vehicle_class=kind, device=device, trip_id=trip_id)
    late_ms = int(plan.profile.duration_s * 1200) + 5000
    times = sorted(draw(st.lists(st.integers(-15_000, late_ms), max_size=6)))
    verbs = st.sampled_from((AmendmentKind.PAUSE, AmendmentKind.RESUME, AmendmentKind.PAUSE,
                             AmendmentKind.RESUME, AmendmentKind.CANCEL))  # fmt: skip
    for at_ms in times:
        plan = plan.amended(draw(verbs), plan.start_ms + at_ms)
    return plan


def amended(plan: Plan, *decisions: tuple[str, float]) -> Plan:
    """With decisions like ("pause", 12.5): kind and seconds after the start."""
    made = tuple(Amendment(AmendmentKind(k), plan.start_ms + round(s * 1000)) for k, s in decisions)
    return Plan(
        **{name: getattr(plan, name) for name in Plan.__slots__ if name != "amendments"}, amendments=made
    )
