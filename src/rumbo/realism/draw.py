"""A comparison drawn: a real drive above one of ours, and the distributions of both."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rumbo.motion.arrays import Floats
from rumbo.realism.bounds import BOUNDS, Judged, distance_figure
from rumbo.realism.drives import Drives
from rumbo.realism.half import Half
from rumbo.realism.svg import Frame, axes, document, line, text
from rumbo.realism.trace import Trace, city, measured
from rumbo.realism.yardstick import ENOUGH

WIDTH = 1000
MARGIN = 40
KMH = 3.6
LEVELS = np.linspace(0.0, 1.0, 201)
FEW_LEVELS = LEVELS[::4]
INDENT, GUTTER = 38, 30
STRIP_H, STRIP_ROW = 92.0, 160.0
PANEL_H, PANEL_ROW = 180.0, 280.0
STRIP_KMH = 70.0
OURS = 3
"""Runs that have a colour."""


@dataclass(frozen=True, slots=True)
class Panel:
    quantity: str
    title: str
    unit: str
    most: float
    ticks: Sequence[float]
    scale: float = 1.0


PANELS = (
    Panel("speed", "Speed", "km/h", 80.0, (0, 20, 40, 60, 80), KMH),
    Panel("acceleration", "Acceleration", "m/s²", 2.0, (0, 0.5, 1, 1.5, 2)),
    Panel("deceleration", "Deceleration", "m/s²", 2.0, (0, 0.5, 1, 1.5, 2)),
    Panel("jerk", "Jerk, its size", "m/s³", 0.8, (0, 0.2, 0.4, 0.6, 0.8)),
    Panel("stop_duration", "Duration of a stop", "s", 90.0, (0, 30, 60, 90)),
    Panel("stops_per_km", "Stops a kilometre, by trip", "1/km", 4.0, (0, 1, 2, 3, 4)),
)


def drawn(runs: Sequence[Judged], drives: Drives, half: Half = Half.JUDGING) -> str:
    """The whole drawing as SVG, beside that half of the real drives.

    Raises ValueError where there is no run or more than have a colour.
    """
    if not 1 <= len(runs) <= OURS:
        raise ValueError(f"The drawing has room for 1 to {OURS} runs, not {len(runs)}.")
    real = city(drives.half(half))
    vehicles = [city(trips) for trips in drives.vehicles.values()]
    parts = [text(MARGIN, 42, "Real drives and ours", "heading")]
    y = 92.0
    parts += _strips(runs[0], real, y)
    y += 2 * STRIP_ROW + 6
    parts += [text(MARGIN, y, "Cumulative distributions over city trips", "title"), *_legend(runs, half, y)]
    width = (WIDTH - 2 * MARGIN - 2 * GUTTER) / 3
    for number, panel in enumerate(PANELS):
        row, column = divmod(number, 3)
        x = MARGIN + column * (width + GUTTER)
        frame = Frame(x + INDENT, y + 82 + row * PANEL_ROW, width - INDENT, PANEL_H, panel.most, 1.0)
        parts += _panel(panel, frame, runs, real, vehicles)
    height = round(y + 82 + 2 * PANEL_ROW - 36)
    return document(WIDTH, height, "Real drives and ours: speeds over time, and distributions", parts)


def _legend(runs: Sequence[Judged], half: Half, y: float) -> list[str]:
    entries = [("cdf real", f"real, {half} half"), ("one", "single real vehicles")]
    entries += [(f"cdf ours-{k}", f"ours, {judged.run.name}") for k, judged in enumerate(runs)]
    parts, x = [], float(WIDTH - MARGIN)
    for kind, words in reversed(entries):
        x -= 6.4 * len(words)
        parts += [f'<path class="{kind}" d="M{x - 26:.0f} {y - 4:g}h20"/>', text(round(x), y, words, "faint")]
        x -= 42.0
    return parts


def _strips(judged: Judged, trips: Sequence[Trace], y: float) -> list[str]:
    real = typical(trips)
    ours = nearest(city(judged.run.traces), real.length_m)
    minutes = max(len(real.speed_mps), len(ours.speed_mps)) / 60
    ticks = list(range(0, int(minutes) + 1, max(1, round(minutes / 10))))
    parts = []
    for trace, kind, words in ((real, "real", "A real drive"), (ours, "ours-0", "One of ours")):
        frame = Frame(MARGIN + INDENT, y + 16, WIDTH - 2 * MARGIN - INDENT, STRIP_H, minutes, STRIP_KMH)
        stops = len(measured([trace]).stop_duration)
        told = f"{trace.length_m / 1000:.1f} km, {stops} {'stop' if stops == 1 else 'stops'}"
        parts.append(text(MARGIN, y, words, "title"))
        parts.append(text(MARGIN + 112, y, told, "faint"))
        parts.append(text(WIDTH - MARGIN, y, "km/h over minutes", "faint end"))
        parts += axes(frame, ticks, [0, 30, 60], percent=False)
        speed = trace.speed_mps * KMH
        parts.append(line(frame, np.arange(len(speed)) / 60, speed, f"strip {kind}", closed=True))
        y += STRIP_ROW
    return parts


def typical(trips: Sequence[Trace]) -> Trace:
    """The trip of middle length of those without a gap that stop on the way: nobody has chosen it by its looks.

    Raises ValueError where there is none.
    """
    whole = [trip for trip in trips if len(trip.stretches) == 1 and measured([trip]).stop_duration.size]
    if not whole:
        raise ValueError("No trip without a gap stops on its way.")
    return sorted(whole, key=lambda trip: trip.length_m)[len(whole) // 2]


def nearest(trips: Sequence[Trace], length_m: float) -> Trace:
    return min(trips, key=lambda trip: abs(trip.length_m - length_m))


def _panel(
    panel: Panel,
    frame: Frame,
    runs: Sequence[Judged],
    real: Sequence[Trace],
    vehicles: Sequence[Sequence[Trace]],
) -> list[str]:
    x = frame.x - INDENT
    parts = [text(x, frame.y - 36, f"{panel.title}, {panel.unit}", "title"), *_distances(panel, frame, runs)]
    parts += axes(frame, panel.ticks, [0, 0.5, 1], percent=True)
    for trips in vehicles:
        samples = _samples(trips, panel)
        if samples.size >= ENOUGH[panel.quantity]:
            parts.append(_distribution(frame, samples, "one", FEW_LEVELS))
    parts.append(_distribution(frame, _samples(real, panel), "cdf real", LEVELS))
    for k, judged in enumerate(runs):
        samples = _samples(city(judged.run.traces), panel)
        parts.append(_distribution(frame, samples, f"cdf ours-{k}", LEVELS))
    return parts


def _distances(panel: Panel, frame: Frame, runs: Sequence[Judged]) -> list[str]:
    """The distance of each run and its mark, and at the right what is asked for."""
    x, y = frame.x - INDENT, frame.y - 15
    bound = next(bound for bound in BOUNDS if bound.figure == distance_figure(panel.quantity))
    parts = [
        text(x, y, "distance", "faint"),
        text(frame.x + frame.width, y, f"≤ {bound.most:g}", "faint end"),
    ]
    x += 62
    for k, judged in enumerate(runs):
        verdict = next(v for v in judged.verdicts if v.bound is bound)
        value = "-" if verdict.value is None else f"{verdict.value:.2f}"
        parts.append(f'<path class="cdf ours-{k}" d="M{x:g} {y - 4:g}h10"/>')
        mark, kind = ("✓", "good") if verdict.met else ("✗", "bad")
        parts.append(text(x + 14, y, f"{value} {mark}", kind))
        x += 66
    return parts


def _samples(trips: Sequence[Trace], panel: Panel) -> Floats:
    if not trips:
        return np.zeros(0)
    found: Floats = getattr(measured(trips), panel.quantity)
    return found * panel.scale


def _distribution(frame: Frame, samples: Floats, kind: str, levels: Floats) -> str:
    """The cumulative distribution of samples, from 0 at the left."""
    if not samples.size:
        return ""
    values = np.concatenate(((0.0,), np.quantile(samples, levels, method="inverted_cdf")))
    return line(frame, values, np.concatenate(((0.0,), levels)), kind)
