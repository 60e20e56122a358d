"""Cuts a route's spans where the sky over them changes: between houses, in the open, in tunnels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter

import numpy as np

from rumbo.domain.route import Polyline, Span
from rumbo.routing.port import SkyIndex

SECTION_M = 50.0
"""The sky is looked up once in each stretch of about this length."""
NOTABLE = 0.15
"""A difference from the stretch so far that makes another span; less changes a fix by under a metre or two."""
GRAIN = 0.05


@dataclass(frozen=True, slots=True)
class _Section:
    span: int
    start_m: float
    middle_m: float


@dataclass(slots=True)
class _Run:
    """Sections that see about as much; of thousands only the sum is kept at hand."""

    start_m: float
    total: float = 0.0
    count: int = 0

    @property
    def mean(self) -> float:
        return self.total / self.count


def with_sky(spans: Sequence[Span], line: Polyline, index: SkyIndex) -> list[Span]:
    """`spans` (in order, the last to the end of `line`) with their sky view, cut where that changes notably."""
    sections = _sections(spans, line.distance_m[-1])
    known = [s for s in sections if spans[s.span].way_id is not None and not spans[s.span].tunnel]
    middles = np.array([s.middle_m for s in known])
    lat6, lon6 = (
        np.rint(np.interp(middles, line.distance_m, degrees) * 1e6).astype(np.int64).tolist()
        for degrees in (line.lat, line.lon)
    )
    views = index.sky_views([spans[s.span].way_id or 0 for s in known], lat6, lon6)
    seen = dict(zip(known, views, strict=True))
    out: list[Span] = []
    for number, some in groupby(sections, attrgetter("span")):
        span, stretch = spans[number], list(some)
        out += _cut(span, stretch, [0.0 if span.tunnel else seen.get(s, 1.0) for s in stretch])
    return out


def _sections(spans: Sequence[Span], length_m: float) -> list[_Section]:
    sections: list[_Section] = []
    ends = [*(span.start_m for span in spans[1:]), length_m]
    for number, (span, end_m) in enumerate(zip(spans, ends, strict=True)):
        n = max(1, round((end_m - span.start_m) / SECTION_M))
        step_m = (end_m - span.start_m) / n
        sections += [
            _Section(number, round(span.start_m + i * step_m, 3), span.start_m + (i + 0.5) * step_m)
            for i in range(n)
        ]
    return sections


def _cut(span: Span, sections: Sequence[_Section], views: Sequence[float]) -> list[Span]:
    """`span` in runs of sections that differ little from the mean of those before them in the run."""
    runs: list[_Run] = []
    for section, view in zip(sections, views, strict=True):
        if not runs or abs(view - runs[-1].mean) >= NOTABLE:
            runs.append(_Run(section.start_m))
        runs[-1].total += view
        runs[-1].count += 1
    return [
        replace(span, start_m=run.start_m, sky_view=round(round(run.mean / GRAIN) * GRAIN, 2)) for run in runs
    ]
