"""Traffic on a route: the speeds at which a trip finds its roads when it passes them.

It is resolved when the trip is planned and stands in the plan's route, so a trip stays a pure function of its plan.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from rumbo.domain.plan import Profile
from rumbo.domain.route import Route, Span
from rumbo.domain.traffic import CONGESTION, TrafficModel
from rumbo.domain.vehicle import Driver, EnergyKind, VehicleSpec
from rumbo.motion import solve

PIECE_S = 900.0
"""A road on which a trip is for longer is cut: traffic changes on the way."""
MAX_PIECES = 672
"""A week of quarters of an hour on one road: a plan must not grow with how slow somebody is."""
SLOWEST_MPS = 2.0


def with_traffic(
    route: Route,
    spec: VehicleSpec,
    seed: int,
    driver: Driver,
    start_ms: int,
    zone: ZoneInfo,
    model: TrafficModel,
) -> Route:
    """The same route with the speeds of traffic at the times at which a trip that starts at `start_ms` passes.

    Times come from the motion at free flow, stretched by the traffic met so far. Only spans change. Who rides by own
    power is not held up by traffic.
    """
    if spec.energy is EnergyKind.HUMAN or not any(span.road_class in CONGESTION for span in route.spans):
        return route
    profile = solve(route, spec, seed, driver=driver, start_ms=start_ms)
    spans: list[Span] = []
    at_s = 0.0
    for span, end_m, free_s in _passages(route, profile):
        local = datetime.fromtimestamp((start_ms + round(at_s * 1000)) / 1000, zone)
        pieces = 1
        if span.road_class in CONGESTION:
            pieces = min(max(1, ceil(free_s / model.factor(span.road_class, local) / PIECE_S)), MAX_PIECES)
        for i in range(pieces):
            local = datetime.fromtimestamp((start_ms + round(at_s * 1000)) / 1000, zone)
            factor = model.factor(span.road_class, local)
            speed = round(max(span.speed_mps * factor, min(SLOWEST_MPS, span.speed_mps)), 3)
            start_m = round(span.start_m + (end_m - span.start_m) * i / pieces, 3)
            if not spans or spans[-1].start_m < start_m:
                spans.append(replace(span, start_m=start_m, speed_mps=speed))
            at_s += free_s / pieces / factor
    return replace(route, spans=tuple(spans))


def _passages(route: Route, profile: Profile) -> list[tuple[Span, float, float]]:
    """(span, where it ends, seconds that the profile spends on it) along a route."""
    edges_m = [span.start_m for span in route.spans] + [route.length_m]
    at_s = np.interp(edges_m, (*profile.s_m, route.length_m), (*profile.t_s, profile.duration_s)).tolist()
    return [(span, edges_m[i + 1], max(0.0, at_s[i + 1] - at_s[i])) for i, span in enumerate(route.spans)]
