"""The comparison as lines of a table and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rumbo.realism.bounds import BOUNDS, Bound, Judged, distance_figure, figures
from rumbo.realism.compare import Summary, summary
from rumbo.realism.drives import Drives
from rumbo.realism.trace import Trace, city
from rumbo.realism.yardstick import halves_apart


@dataclass(frozen=True, slots=True)
class Comparison:
    """Runs of ours beside the real drives."""

    runs: Sequence[Judged]
    real: Mapping[str, Summary]
    """The judging half, the fitting half (city trips both), and the published cycles."""
    halves: Mapping[str, float | None]
    """How far the two halves are from each other."""

    @property
    def met(self) -> bool:
        return all(run.met for run in self.runs)


def compared(runs: Sequence[Judged], drives: Drives, cycles: Mapping[str, Trace]) -> Comparison:
    real = {"judging": summary(city(drives.judging)), "fitting": summary(city(drives.fitting))}
    real |= {name: summary([trace]) for name, trace in cycles.items()}
    return Comparison(runs, real, halves_apart(drives))


def as_text(found: Comparison) -> str:
    """One line a bound: what real drives come to, then each run with a mark."""
    rows = [["", "bound", "real", *(judged.run.name for judged in found.runs)]]
    real = figures(found.real["judging"]) | {
        distance_figure(name): value for name, value in found.halves.items()
    }
    for number, bound in enumerate(BOUNDS):
        cells = [_marked(judged, number) for judged in found.runs]
        rows.append(
            [f"{bound.figure} {bound.unit}".rstrip(), asked(bound), _cell(real.get(bound.figure)), *cells]
        )
    lines = _aligned(rows)
    lines.append("")
    lines += _aligned(_drives_table(found))
    lines.append("")
    lines.append(
        "real: the half of the real drives that judges; distances: between the two halves of the real drives."
    )
    return "\n".join(lines)


def as_dict(found: Comparison) -> dict[str, Any]:
    return {
        "met": found.met,
        "runs": [_run(judged) for judged in found.runs],
        "real": {name: asdict(one) for name, one in found.real.items()},
        "halves_apart": dict(found.halves),
    }


def asked(bound: Bound) -> str:
    return f"≤ {bound.most:g}" if bound.least == 0.0 else f"{bound.least:g} to {bound.most:g}"


def _run(judged: Judged) -> dict[str, Any]:
    return {
        "name": judged.run.name,
        "met": judged.met,
        "trips": len(judged.run.traces),
        "city": asdict(judged.summary),
        "bounds": [
            {
                "figure": verdict.bound.figure,
                "unit": verdict.bound.unit,
                "least": verdict.bound.least,
                "most": verdict.bound.most,
                "value": verdict.value,
                "met": verdict.met,
            }
            for verdict in judged.verdicts
        ],
    }


def _drives_table(found: Comparison) -> list[list[str]]:
    rows = [["city trips", "trips", "km", "mean km/h", "stopped", "stops/km", "RPA m/s²"]]
    named = {judged.run.name: judged.summary for judged in found.runs} | {
        f"real, {name}" if name in {"judging", "fitting"} else f"cycle {name}": one
        for name, one in found.real.items()
    }
    for name, one in named.items():
        row = (one.mean_speed_kmh, one.stop_share, one.stops_per_km, one.rpa_mps2)
        rows.append([name, f"{one.trips}", f"{one.km:.0f}", f"{row[0]:.1f}", *(f"{v:.3f}" for v in row[1:])])
    return rows


def _marked(judged: Judged, number: int) -> str:
    verdict = judged.verdicts[number]
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
