"""The comparison as lines of a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rumbo.realism.bounds import BOUNDS, Bound, Judged, distance_figure, figures, judged
from rumbo.realism.compare import QUANTITIES, Summary, summary
from rumbo.realism.drives import Drives
from rumbo.realism.half import Half
from rumbo.realism.runs import Run
from rumbo.realism.trace import Trace, city
from rumbo.realism.yardstick import halves_apart


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of ours beside one half of the real drives."""

    runs: Sequence[Judged]
    half: Half
    real: Mapping[str, Summary]
    """Both halves, of city trips, and the published cycles."""
    halves: Mapping[str, float | None]
    """How far the two halves are from each other."""

    @property
    def met(self) -> bool:
        return all(run.met for run in self.runs)


def compared(runs: Sequence[Run], half: Half, drives: Drives, cycles: Mapping[str, Trace]) -> Comparison:
    """Raises NotFound where a run has too few city trips to judge."""
    real = {f"real, {which}": summary(city(drives.half(which))) for which in reversed(Half)}
    real |= {name.upper(): summary([trace]) for name, trace in cycles.items()}
    theirs = drives.half(half)
    return Comparison([judged(run, theirs) for run in runs], half, real, halves_apart(drives))


def as_text(found: Comparison) -> str:
    tables = (bound_rows(found), quantile_rows(found), drive_rows(found))
    blocks = ["\n".join(_aligned(rows)) for rows in tables]
    return "\n\n".join(
        [*blocks, f"real: the {found.half} half of the real drives; distances there: between the two halves."]
    )


def bound_rows(found: Comparison) -> list[list[str]]:
    """A head, then a line for each bound: what is asked, what real drives come to, and each run with a mark."""
    rows = [["", "asked", "real", *_ours(found)]]
    real = figures(found.real[f"real, {found.half}"])
    real |= {distance_figure(name): value for name, value in found.halves.items()}
    for number, bound in enumerate(BOUNDS):
        cells = [_marked(one, number) for one in found.runs]
        name = f"{bound.figure} {bound.unit}".rstrip()
        rows.append([name, asked(bound), _cell(real.get(bound.figure)), *cells])
    return rows


def quantile_rows(found: Comparison) -> list[list[str]]:
    """A head, then for each quantity the median, the 95th percentile and the greatest value, side by side."""
    sides = {f"real, {found.half}": found.real[f"real, {found.half}"]}
    sides |= _ours(found)
    rows = [["p50, p95, greatest", *sides]]
    for name, unit in QUANTITIES.items():
        cells = [
            "  ".join(f"{value:6.2f}" for value in side.quantiles[name]) or "-" for side in sides.values()
        ]
        rows.append([f"{name.replace('_', ' ')} {unit}", *cells])
    return rows


def drive_rows(found: Comparison) -> list[list[str]]:
    """A head, then the totals of each set of trips."""
    rows = [["city trips", "trips", "km", "mean km/h", "stopped", "stops/km", "RPA m/s²"]]
    for name, one in (_ours(found) | dict(found.real)).items():
        shares = (f"{value:.3f}" for value in (one.stop_share, one.stops_per_km, one.rpa_mps2))
        rows.append([name, f"{one.trips}", f"{one.km:.0f}", f"{one.mean_speed_kmh:.1f}", *shares])
    return rows


def _ours(found: Comparison) -> dict[str, Summary]:
    return {one.run.name: one.summary for one in found.runs}


def as_dict(found: Comparison) -> dict[str, Any]:
    return {
        "met": found.met,
        "against": found.half,
        "runs": [_run(one) for one in found.runs],
        "real": {name: asdict(one) for name, one in found.real.items()},
        "halves_apart": dict(found.halves),
    }


def asked(bound: Bound) -> str:
    return f"≤ {bound.most:g}" if bound.least == 0.0 else f"{bound.least:g} to {bound.most:g}"


def _run(one: Judged) -> dict[str, Any]:
    return {
        "name": one.run.name,
        "met": one.met,
        "trips": len(one.run.traces),
        "city": asdict(one.summary),
        "bounds": [
            {
                "figure": verdict.bound.figure,
                "unit": verdict.bound.unit,
                "least": verdict.bound.least,
                "most": verdict.bound.most,
                "value": verdict.value,
                "met": verdict.met,
            }
            for verdict in one.verdicts
        ],
    }


def _marked(one: Judged, number: int) -> str:
    verdict = one.verdicts[number]
    return f"{_cell(verdict.value)} {'✓' if verdict.met else '✗'}"


def _cell(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[k]) for row in rows) for k in range(len(rows[0]))]
    return [
        "  ".join(
            [row[0].ljust(widths[0]), *(cell.rjust(w) for cell, w in zip(row[1:], widths[1:], strict=True))]
        )
        for row in rows
    ]
