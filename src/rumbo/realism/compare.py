"""Two sets of drives side by side: the same figures of both, and how far apart their distributions are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from rumbo.motion.arrays import Floats
from rumbo.realism.distances import ks_distance
from rumbo.realism.trace import Measures, Trace, measured

QUANTITIES: Mapping[str, str] = {
    "speed": "m/s",
    "acceleration": "m/s²",
    "deceleration": "m/s²",
    "jerk": "m/s³",
    "stop_duration": "s",
    "stops_per_km": "1/km",
}
"""What distributions are compared of, with units. Each is explained at `Measures`."""
SHARES = (0.5, 0.95, 1.0)


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures of some trips, taken together."""

    trips: int
    km: float
    mean_speed_kmh: float
    """Over the time between the first and the last movement of each trip."""
    stop_share: float
    stops_per_km: float
    rpa_mps2: float
    """Relative positive acceleration: the integral of speed times positive acceleration over the way."""
    quantiles: Mapping[str, tuple[float, ...]]
    """Of each quantity the median, the 95th percentile and the greatest; empty where it has no sample."""


def summary(traces: Sequence[Trace]) -> Summary:
    """Raises ValueError where there are no trips."""
    found = measured(traces)
    driven_s = float(sum(len(stretch) for trace in traces for stretch in trace.driven()))
    way_m = sum(trace.length_m for trace in traces)
    return Summary(
        trips=len(traces),
        km=way_m / 1000,
        mean_speed_kmh=3.6 * way_m / driven_s,
        stop_share=float(found.stop_duration.sum()) / driven_s,
        stops_per_km=1000 * len(found.stop_duration) / way_m,
        rpa_mps2=sum(_gained(trace) for trace in traces) / way_m,
        quantiles={name: _quantiles(getattr(found, name)) for name in QUANTITIES},
    )


def distances(ours: Measures, theirs: Measures) -> dict[str, float | None]:
    """The distance in each quantity; None where a side has no sample of it."""
    pairs = {name: (getattr(ours, name), getattr(theirs, name)) for name in QUANTITIES}
    return {name: ks_distance(*pair) if all(s.size for s in pair) else None for name, pair in pairs.items()}


def _gained(trace: Trace) -> float:
    """The sum over seconds of speed times positive acceleration, m²/s²: half the gain of v² of each second."""
    return float(sum(np.maximum(np.diff(stretch**2), 0.0).sum() / 2 for stretch in trace.stretches))


def _quantiles(values: Floats) -> tuple[float, ...]:
    return tuple(np.quantile(values, SHARES).tolist()) if values.size else ()
