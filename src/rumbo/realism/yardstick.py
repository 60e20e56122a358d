"""How far real drives lie from real drives: the measure of how near ours can be asked to come."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from rumbo.realism.compare import QUANTITIES, distances
from rumbo.realism.distances import ks_distance
from rumbo.realism.drives import Drives
from rumbo.realism.half import Half
from rumbo.realism.trace import city, measured

ENOUGH: Mapping[str, int] = {
    "speed": 100,
    "acceleration": 100,
    "deceleration": 100,
    "jerk": 100,
    "stop_duration": 10,
    "stops_per_km": 5,
}
"""Samples that a vehicle must have of a quantity: with fewer its distance would be great by chance alone."""


def vehicles_apart(drives: Drives) -> dict[str, list[float]]:
    """For each quantity, how far each vehicle is from all the others taken together, nearest first; city trips."""
    trips = {name: city(traces) for name, traces in drives.vehicles.items()}
    found: dict[str, list[float]] = {name: [] for name in QUANTITIES}
    for name, mine in trips.items():
        if not mine:
            continue
        one = measured(mine)
        rest = measured([trace for other, traces in trips.items() if other != name for trace in traces])
        for quantity, enough in ENOUGH.items():
            samples = getattr(one, quantity)
            if len(samples) >= enough:
                found[quantity].append(ks_distance(samples, getattr(rest, quantity)))
    return {name: sorted(values) for name, values in found.items()}


def halves_apart(drives: Drives) -> dict[str, float | None]:
    """How far the half that may be fitted to is from the half that judges; city trips."""
    return distances(*(measured(city(drives.half(which))) for which in Half))


def unusual(apart: Mapping[str, list[float]]) -> dict[str, float]:
    """The distance that nine of ten real vehicles keep to, in each quantity."""
    return {name: float(np.quantile(values, 0.9)) for name, values in apart.items()}
