"""Figures of the motion room: ms a solve, µs a vehicle and report, realism. Run: python bench/motion.py"""

from __future__ import annotations

import random
import time
from math import cos, radians, sin

import numpy as np

from rumbo.domain.route import Control, ControlKind, Dwell, Polyline, RoadClass, Route, Span
from rumbo.domain.vehicle import VehicleClass
from rumbo.motion.profile import solve

CITY_SPEEDS = (8.3, 11.1, 13.9, 13.9)


def city_route(seed: int, length_m: float) -> Route:
    """A route as a dense hilly town has: short blocks, bends, noisy vertices, a control every few blocks."""
    rng = random.Random(seed)
    lat, lon, heading = 43.73 + rng.random() * 0.01, 7.41 + rng.random() * 0.01, rng.uniform(0, 360)
    line, spans, controls = Polyline(), [], []
    line.add(lat, lon)
    while line.distance_m[-1] < length_m:
        at = line.distance_m[-1]
        if not spans or at > spans[-1].start_m:
            speed = rng.choice(CITY_SPEEDS)
            spans.append(Span(at, speed, speed, len(spans), f"Street {len(spans)}", RoadClass.RESIDENTIAL,
                              tunnel=rng.random() < 0.05))
        if at > 0:
            kind = rng.choices((None, ControlKind.SIGNAL, ControlKind.CROSSING, ControlKind.GIVE_WAY,
                                ControlKind.STOP_SIGN), (62, 13, 20, 4, 1))[0]
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
    return Route(tuple(line.lat), tuple(line.lon), tuple(line.distance_m), tuple(spans), tuple(controls), dwells)


def timed(call, least_s: float = 0.5) -> float:  # type: ignore[no-untyped-def]
    """Best seconds of one call."""
    best, spent = float("inf"), 0.0
    while spent < least_s:
        t0 = time.perf_counter()
        call()
        took = time.perf_counter() - t0
        best, spent = min(best, took), spent + took
    return best


def main() -> None:
    route = city_route(1, 10_000)
    ms = timed(lambda: solve(route, VehicleClass.CAR, 7)) * 1000
    profile = solve(route, VehicleClass.CAR, 7)
    print(f"solve, 10 km city: {ms:.2f} ms; {len(route.lat)} vertices, {len(route.controls)} controls, "
          f"{len(profile.t_s)} pieces, {profile.duration_s:.0f} s, {len(profile.holds)} stops")


if __name__ == "__main__":
    main()
