"""Figures of the motion room: ms a solve, µs a vehicle and a report, realism.

Run: python -m bench.motion [vehicles] [monaco]; with `monaco` also 300 random trips on the demo region.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from math import cos, radians, sin
from pathlib import Path

import numpy as np

from rumbo.domain.device_profiles import IDEAL, STANDARD
from rumbo.domain.plan import Plan
from rumbo.domain.route import Control, ControlKind, Dwell, Polyline, RoadClass, Route, Span
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.motion import Fleet, snapshot, solve

T0_MS = 1_790_000_000_000
CITY_SPEEDS = (8.3, 11.1, 13.9, 13.9)


def city_route(seed: int, length_m: float) -> Route:
    """A route as a dense hilly town has: short blocks, bends, noisy vertices, a control every few blocks."""
    rng = random.Random(seed)
    lat, lon, heading = 43.73 + rng.random() * 0.01, 7.41 + rng.random() * 0.01, rng.uniform(0, 360)
    line = Polyline()
    spans: list[Span] = []
    controls: list[Control] = []
    line.add(lat, lon)
    while line.distance_m[-1] < length_m:
        at = line.distance_m[-1]
        if not spans or at > spans[-1].start_m:
            speed = rng.choice(CITY_SPEEDS)
            spans.append(
                Span(
                    at,
                    speed,
                    speed,
                    len(spans),
                    f"Street {len(spans)}",
                    RoadClass.RESIDENTIAL,
                    tunnel=rng.random() < 0.05,
                )
            )
        if at > 0:
            kind = rng.choices(
                (None, ControlKind.SIGNAL, ControlKind.CROSSING, ControlKind.GIVE_WAY, ControlKind.STOP_SIGN),
                (62, 13, 20, 4, 1),
            )[0]
            if kind:
                controls.append(Control(at, kind, rng.getrandbits(40)))
        heading += rng.choices((0, 90, -90), (70, 15, 15))[0]
        bend = rng.choice((0, 0, 0, 0.4, -0.4)) * rng.random()
        for _ in range(rng.randint(3, 9)):
            step = rng.uniform(5, 35)
            heading += bend * step
            east = step * sin(radians(heading)) + rng.gauss(0, 0.4)
            north = step * cos(radians(heading)) + rng.gauss(0, 0.4)
            lat, lon = lat + north / 111_195, lon + east / (111_195 * cos(radians(lat)))
            line.add(lat, lon)
    end = line.distance_m[-1]
    controls = [c for c in controls if c.at_m < end]
    spans = [s for s in spans if s.start_m < end]
    dwells = (Dwell(end * 0.5, 30.0),) if seed % 10 == 0 else ()
    return Route(
        tuple(line.lat), tuple(line.lon), tuple(line.distance_m), tuple(spans), tuple(controls), dwells
    )


def timed(call: Callable[[], object], least_s: float = 0.5) -> float:
    """Best CPU seconds of one call: other programs on the machine don't count."""
    best, spent = float("inf"), 0.0
    while spent < least_s:
        begin = time.process_time()
        call()
        took = time.process_time() - begin
        best, spent = min(best, took), spent + took
    return best


def city_plan(seed: int, length_m: float) -> Plan:
    route = city_route(seed, length_m)
    car = CLASS_SPECS[VehicleClass.CAR]
    profile = solve(route, car, seed)
    return Plan(
        f"trp_{seed}",
        f"veh_{seed}",
        VehicleClass.CAR,
        CLASS_SPECS[VehicleClass.CAR],
        seed,
        STANDARD,
        T0_MS,
        T0_MS,
        route,
        profile,
    )


def realism(plans: list[Plan]) -> None:
    """Compare with the figures of 241 real drives (CMAP subset of fastsim 2.1.5)."""
    fleet = Fleet.of([replace(plan, device=IDEAL) for plan in plans])
    rows = fleet.emit(0, 1 << 50).positions
    a = rows["acceleration_mps2"]
    km = sum(plan.route.length_m for plan in plans) / 1000
    waits = np.array([h.end_s - h.start_s for plan in plans for h in plan.profile.holds])
    pooled = [waits.sum() / sum(p.profile.duration_s for p in plans), len(waits) / km]
    stops_km = [len(p.profile.holds) / p.route.length_m * 1000 for p in plans]
    shares = [sum(h.end_s - h.start_s for h in p.profile.holds) / p.profile.duration_s for p in plans]
    hours = sum(plan.profile.duration_s for plan in plans) / 3600
    print(
        f"realism of {len(plans)} trips, {km:.0f} km: mean {km / hours:.1f} km/h, "
        f"stopped {pooled[0]:.3f} of all time, {pooled[1]:.2f} stops a km; by trip "
        f"stops/km p50 {np.quantile(stops_km, 0.5):.2f} p90 {np.quantile(stops_km, 0.9):.2f}, "
        f"stop share p50 {np.quantile(shares, 0.5):.3f} p90 {np.quantile(shares, 0.9):.3f}, "
        f"stop p50 {np.quantile(waits, 0.5):.0f} s mean {waits.mean():.0f} p90 {np.quantile(waits, 0.9):.0f}"
    )
    up, down = a[a > 0.05], -a[a < -0.05]
    jerks = np.diff(a)[np.diff(rows["trip_index"][np.argsort(rows["trip_index"], kind="stable")]) == 0]
    print(
        f"acceleration p50 {np.quantile(up, 0.5):.2f} p95 {np.quantile(up, 0.95):.2f} max {up.max():.2f}, "
        f"deceleration p50 {np.quantile(down, 0.5):.2f} p95 {np.quantile(down, 0.95):.2f} max {down.max():.2f}"
    )
    order = np.lexsort((rows["seq"], rows["trip_index"]))
    jerks = np.abs(np.diff(a[order])[np.diff(rows["trip_index"][order]) == 0])
    print(f"|jerk| over 1 s p95 {np.quantile(jerks, 0.95):.2f}")


def main() -> None:
    numbers = [int(word) for word in sys.argv[1:] if word.isdigit()]
    vehicles = numbers[0] if numbers else 100_000
    plan = city_plan(1, 10_000)
    ms = timed(lambda: solve(plan.route, CLASS_SPECS[VehicleClass.CAR], 7)) * 1000
    print(
        f"solve, 10 km city: {ms:.2f} ms; {len(plan.route.lat)} vertices, {len(plan.route.controls)} controls, "
        f"{len(plan.profile.t_s)} pieces, {len(plan.profile.holds)} stops"
    )
    print(f"snapshot: {timed(lambda: snapshot(plan, T0_MS + 500_000)) * 1e6:.0f} µs")

    plans = [city_plan(seed, 2_000 + 40 * (seed % 100)) for seed in range(200)]
    realism(plans)
    if "monaco" in sys.argv:
        from bench.roads import demo_region, plans_on, random_routes

        with tempfile.TemporaryDirectory() as scratch:
            routes = random_routes(demo_region(None, Path(scratch)), 300, 2, seed=2026)
        realism(list(plans_on(routes, 300, spread_ms=86_400_000)))
    many = [
        replace(plans[i % 200], trip_id=f"t{i}", vehicle_id=f"v{i}", start_ms=T0_MS + i * 3)
        for i in range(vehicles)
    ]
    begin = time.process_time()
    fleet = Fleet.of(many)
    print(f"pack: {(time.process_time() - begin) / vehicles * 1e6:.0f} µs a plan")
    index = np.arange(vehicles)
    at = np.full(vehicles, T0_MS + 300_000)
    print(f"states of {vehicles}: {timed(lambda: fleet.states(index, at)) / vehicles * 1e6:.3f} µs a vehicle")
    now = T0_MS + 300_000
    reports = len(fleet.emit(now, now + 1000).positions["seq"])
    took = timed(lambda: fleet.emit(now, now + 1000))
    print(f"emit of 1 s: {reports} reports, {took / reports * 1e6:.2f} µs a report")
    print(f"emit of 1 ms: {timed(lambda: fleet.emit(now, now + 1)) * 1e3:.2f} ms")
    one = [many[5]]
    print(f"with one plan changed: {timed(lambda: fleet.with_plans(one)) * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
