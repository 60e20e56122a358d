"""What a run is held to, in one table, and the verdict on each line of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rumbo.errors import NotFound
from rumbo.realism.compare import Summary, distances, summary
from rumbo.realism.runs import Run
from rumbo.realism.trace import Trace, city, measured

LEAST_TRIPS = 20
"""City trips without which nothing can be said on stops."""
HAIR = 1e-9
"""What rounding may add to a share of exactly 1."""


@dataclass(frozen=True, slots=True)
class Bound:
    """A figure of a run must lie from `least` to `most`."""

    figure: str
    unit: str
    least: float
    most: float
    reason: str


UNUSUAL = "nine of ten real vehicles are no further from all the others"
BOUNDS: Sequence[Bound] = (
    Bound("acceleration p95", "m/s²", 0.0, 1.7, "real drives 1.4, with some room"),
    Bound("acceleration, share of limit", "", 0.0, 1.0, "the class's limit, at every second"),
    Bound("deceleration p95", "m/s²", 0.0, 1.9, "real drives 1.6, with some room"),
    Bound("braking, share of limit", "", 0.0, 1.0, "the class's limit, at every second"),
    Bound("jerk p95", "m/s³", 0.0, 1.2, "what US06 comes to, the hardest of the published cycles"),
    Bound("stop share", "", 0.08, 0.25, "UDDS 0.18, the halves of the real drives 0.15 and 0.16"),
    Bound("stops a km", "1/km", 0.5, 2.0, "UDDS 1.4, the halves of the real drives 0.8 and 1.0"),
    Bound("speed distance", "", 0.0, 0.33, UNUSUAL),
    Bound("acceleration distance", "", 0.0, 0.21, UNUSUAL),
    Bound("deceleration distance", "", 0.0, 0.17, UNUSUAL),
    Bound("jerk distance", "", 0.0, 0.23, UNUSUAL),
    Bound("stop duration distance", "", 0.0, 0.22, UNUSUAL),
    Bound("stops per km distance", "", 0.0, 0.46, UNUSUAL),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    bound: Bound
    value: float | None
    """None where the run has no sample: then the bound is missed."""

    @property
    def met(self) -> bool:
        return self.value is not None and self.bound.least <= self.value <= self.bound.most + HAIR


@dataclass(frozen=True, slots=True)
class Judged:
    """A run, the figures of its city trips, and a verdict for each of BOUNDS, in their order."""

    run: Run
    summary: Summary
    verdicts: Sequence[Verdict]

    @property
    def met(self) -> bool:
        return all(verdict.met for verdict in self.verdicts)


def distance_figure(quantity: str) -> str:
    return f"{quantity.replace('_', ' ')} distance"


def judged(run: Run, real: Sequence[Trace]) -> Judged:
    """Hold a run against real drives. Raises NotFound where it has too few city trips to judge."""
    trips = city(run.traces)
    if len(trips) < LEAST_TRIPS:
        raise NotFound(
            f"{run.name} has {len(trips)} city trips of {len(run.traces)}; {LEAST_TRIPS} are needed.",
            hint="A city trip is at least 1 km long and hardly ever faster than 65 km/h. Try more --trips.",
        )
    found = summary(trips)
    values = figures(found) | {
        "acceleration, share of limit": run.acceleration_share,
        "braking, share of limit": run.braking_share,
    }
    apart = distances(measured(trips), measured(city(real)))
    values |= {distance_figure(name): value for name, value in apart.items()}
    return Judged(run, found, [Verdict(bound, values[bound.figure]) for bound in BOUNDS])


def figures(found: Summary) -> dict[str, float | None]:
    """Those figures of the bounds that any drives have, real ones too."""
    p95 = {name: values[1] if values else None for name, values in found.quantiles.items()}
    return {
        "acceleration p95": p95["acceleration"],
        "deceleration p95": p95["deceleration"],
        "jerk p95": p95["jerk"],
        "stop share": found.stop_share,
        "stops a km": found.stops_per_km,
    }
