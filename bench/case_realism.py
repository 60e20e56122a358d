"""How near our drives come to real ones, as a share of what is asked for.

Seeded trips in a made-up town and on the demo region's roads, each run with its own seed. `ours` is the greatest of
the six distances (Kolmogorov and Smirnov's, to the half of the real drives that judges), each divided by its bound;
`theirs` is 1, what nine of ten real vehicles keep to. `misses` counts runs by what they missed, of all bounds.
Needs the real drives: `python -m tools.drives`. docs/realism.md says what is compared and how.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.common import Result
from bench.roads import demo_region
from rumbo.realism.bounds import Judged, judged
from rumbo.realism.drives import read_drives
from rumbo.realism.half import Half
from rumbo.realism.runs import Run, region_run, town_run
from rumbo.realism.trace import Trace
from rumbo.stack.checkout import cache_dir

TRIPS = 200


def main(runs: int, data_dir: Path | None, as_json: bool) -> None:
    """One line for each place."""
    real = read_drives(cache_dir() / "drives").half(Half.JUDGING)
    with tempfile.TemporaryDirectory(prefix="rumbo-realism-") as folder:
        region = demo_region(data_dir, Path(folder))
        places: dict[str, Callable[[int], Run]] = {
            "town": lambda seed: town_run(TRIPS, seed),
            region.name: lambda seed: region_run(region, TRIPS, seed),
        }
        for name, drive in places.items():
            _place(name, drive, range(1, runs + 1), real).show(as_json)


def _place(name: str, drive: Callable[[int], Run], seeds: Sequence[int], real: Sequence[Trace]) -> Result:
    found = [judged(drive(seed), real) for seed in seeds]
    rows = [{"ours": max(shares(one).values()), "theirs": 1.0} | shares(one) for one in found]
    misses = Counter(verdict.bound.figure for one in found for verdict in one.verdicts if not verdict.met)
    details = {"place": name, "trips": TRIPS, "misses": dict(misses)}
    return Result("realism", "share of bound", rows, 1.0, lower_is_better=True, details=details)


def shares(one: Judged) -> dict[str, float]:
    """Each distance over its bound, by quantity; a distance that could not be taken counts as the greatest there is."""
    return {
        verdict.bound.figure: round((1.0 if verdict.value is None else verdict.value) / verdict.bound.most, 3)
        for verdict in one.verdicts
        if verdict.bound.figure.endswith(" distance")
    }
