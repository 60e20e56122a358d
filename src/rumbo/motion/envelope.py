"""How fast a trip may go at each place: roads and curves, as limits that are constant over sections.

`sections` gives the limits as they are; `envelope` widens each so that a motion that is box-filtered
afterwards (see smoothing) still keeps every one of them, and lays them over each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.domain.route import Route
from rumbo.domain.vehicle import Driver, Limits
from rumbo.motion.arrays import M_PER_DEG, Bools, Floats, Ints, cos_deg, unwrapped
from rumbo.motion.effort import LEAST_SPEED_MPS, MANNERS
from rumbo.motion.noise import two_chances

LEGAL_SHARE = 0.97
"""Nobody drives to the last decimal of the limit."""
LEAST_CURVE_MPS = 2.5
"""Walking the vehicle round a sharp vertex: no corner stops it."""
CURVE_STEP_MPS = 0.5
"""Curve speeds are floored to this step, so that neighbouring vertices of a curve share one limit."""
CHORDS_M = (15.0, 30.0, 60.0)
"""Half lengths at which a turn is measured, see `curve_sections`."""
CUT_M = 2.5
"""How far a driver's line may leave the mapped one: half a lane, and about what mappers allow themselves."""
BUMP_S = 3.0
"""A faster stretch between two slower ones is not used when it is over within this time."""

_DRIVER = 3


@dataclass(frozen=True, slots=True)
class Sections:
    """Limits `limit_mps` that hold from `start_m` to `end_m`; sections may overlap, the least counts."""

    start_m: Floats
    end_m: Floats
    limit_mps: Floats


def sections(route: Route, limits: Limits, seed: int, driver: Driver = Driver.NORMAL) -> Sections:
    """All limits of a trip: one section a span, one a vertex where the curve is slower than the road."""
    roads = _road_sections(route, limits, seed, driver)
    inner = np.array(route.distance_m[1:-1])
    road_mps = roads.limit_mps[np.searchsorted(roads.start_m, inner, side="right") - 1]
    curves = curve_sections(route, limits.lateral_mps2 * MANNERS[driver].lateral, road_mps)
    return Sections(
        np.concatenate((roads.start_m, curves.start_m)),
        np.concatenate((roads.end_m, curves.end_m)),
        np.concatenate((roads.limit_mps, curves.limit_mps)),
    )


def _road_sections(route: Route, limits: Limits, seed: int, driver: Driver) -> Sections:
    least, most = MANNERS[driver].pace
    share = least + (most - least) * two_chances(seed, _DRIVER)[0]
    speeds = [
        min(limits.max_speed_mps, s.speed_mps * share, LEGAL_SHARE * (s.limit_mps or s.speed_mps))
        for s in route.spans
    ]
    start_m = np.array([s.start_m for s in route.spans])
    end_m = np.append(start_m[1:], max(route.length_m, start_m[-1]))
    return Sections(start_m, end_m, np.maximum(np.array(speeds), LEAST_SPEED_MPS))


def curve_sections(route: Route, lateral_mps2: float, road_mps: Floats) -> Sections:
    """Curve speeds √(lateral · r) at the inner vertices where they are below the road's, `road_mps`.

    The turn θ at a vertex is measured between two chords of half length h along the line, before and
    after it; an arc that touches both has r = h / (2 tan θ/2) and leaves the line by h/2 · tan θ/4.
    h starts at 15 m (a corner of 90° gives 7.5 m) and doubles as long as the wider arc stays within
    2.5 m of the line and the line within 2.5 m of the chords: a wide bend mapped with few vertices is not
    taken for a row of corners, a roundabout not for a straight line. The limit holds over the arc.
    """
    s, lat = np.array(route.distance_m), np.array(route.lat)
    line = (s, lat, unwrapped(np.array(route.lon)))
    to_end = np.minimum(s, s[-1] - s)
    speed, half = np.full(len(s), np.inf), np.zeros(len(s))
    todo = np.arange(1, len(s) - 1)
    narrower: Floats | None = None
    for h in CHORDS_M:
        chords = _chords(line, todo, h)
        reach = np.minimum(h, to_end[todo])
        tan_half = _tan_half_turn(*chords)
        fits = np.sqrt(lateral_mps2 * reach / (2.0 * np.maximum(tan_half, 1e-6)))
        if narrower is not None:
            cut = 0.5 * reach * tan_half / (1.0 + np.sqrt(1.0 + tan_half * tan_half))
            good = (cut <= CUT_M) & _near(narrower, chords) & (fits > speed[todo])
            todo, fits, chords = todo[good], fits[good], chords[..., good]
        speed[todo], half[todo] = fits, h * 0.5
        slow = fits < road_mps[todo - 1]
        todo, narrower = todo[slow], chords[..., slow]
    speed = np.maximum(np.floor(speed / CURVE_STEP_MPS) * CURVE_STEP_MPS, LEAST_CURVE_MPS)
    slow = np.flatnonzero(speed[1:-1] < road_mps) + 1
    start_m, end_m = s[slow] - half[slow], s[slow] + half[slow]
    return Sections(np.maximum(start_m, 0.0), np.minimum(end_m, s[-1]), speed[slow])


def _chords(line: tuple[Floats, Floats, Floats], todo: Ints, h: float) -> Floats:
    """Metres east (row 0) and north (row 1) from vertices to the points of the line `h` before and after each.

    Shape (2, 2, n): axis, before or after, vertex.
    """
    s, lat, lon = line
    here = s[todo]
    at = np.concatenate((here - h, here + h))
    at = np.minimum(np.maximum(at, 0.0), s[-1])
    i = np.minimum(s.searchsorted(at, side="right") - 1, len(s) - 2)
    begin = s.take(i)
    f = (at - begin) / (s.take(i + 1) - begin)
    out = np.empty((2, 2, len(todo)))
    for axis, values in ((0, lon), (1, lat)):
        first = values.take(i)
        out[axis] = (first + f * (values.take(i + 1) - first)).reshape(2, -1) - values.take(todo)
    out[0] *= M_PER_DEG * cos_deg(lat.take(todo))
    out[1] *= M_PER_DEG
    return out


def _tan_half_turn(x: Floats, y: Floats) -> Floats:
    """Give tan θ/2 of the turn from the chord that comes in to the one that goes out."""
    squares = x * x + y * y
    lengths = np.maximum(np.sqrt(squares[0] * squares[1]), 1e-9)
    cosine = -(x[0] * x[1] + y[0] * y[1]) / lengths
    cosine = np.minimum(np.maximum(cosine, -1.0), 1.0)
    return np.asarray(np.sqrt((1.0 - cosine) / np.maximum(1.0 + cosine, 1e-12)))


def _near(point: Floats, chord: Floats) -> Bools:
    """Whether both points lie within CUT_M of the lines from the vertex along its two chords."""
    x, y = chord
    across = point[0] * y - point[1] * x
    close = across * across <= (CUT_M * CUT_M) * (x * x + y * y)
    return np.asarray(close[0] & close[1])


def envelope(found: Sections, smoothing_s: float, from_m: float, to_m: float) -> tuple[Floats, Floats]:
    """Cells (edges of length n+1, limits of length n) from `from_m` to `to_m`, for the unfiltered motion.

    A section of limit l reaches l·T/2 further on both sides (proof in docs/motion.md).
    """
    reach = found.limit_mps * (smoothing_s * 0.5)
    start_m = np.minimum(np.maximum(found.start_m - reach, from_m), to_m)
    end_m = np.minimum(np.maximum(found.end_m + reach, from_m), to_m)
    edges = np.unique(np.concatenate((start_m, end_m, (from_m, to_m))))
    cells = np.full(len(edges) - 1, np.inf)
    order = np.argsort(-found.limit_mps, kind="stable")
    first = np.searchsorted(edges, start_m)[order].tolist()
    last = np.searchsorted(edges, end_m)[order].tolist()
    for i, j, limit in zip(first, last, found.limit_mps[order].tolist(), strict=True):
        cells[i:j] = limit
    for _ in range(2):
        edges, cells = _joined(edges, cells)
        cells = _without_bumps(edges, cells)
    return _joined(edges, cells)


def _joined(edges: Floats, cells: Floats) -> tuple[Floats, Floats]:
    keep = np.flatnonzero(cells[1:] != cells[:-1]) + 1
    return np.concatenate((edges[:1], edges[keep], edges[-1:])), np.concatenate((cells[:1], cells[keep]))


def _without_bumps(edges: Floats, cells: Floats) -> Floats:
    """Lower short cells that stand above both neighbours: nobody speeds up for a moment."""
    if len(cells) < 3:
        return cells
    beside = np.maximum(cells[:-2], cells[2:])
    short = (edges[2:-1] - edges[1:-2]) < BUMP_S * cells[1:-1]
    lowered = np.where(short & (beside < cells[1:-1]), beside, cells[1:-1])
    return np.concatenate((cells[:1], lowered, cells[-1:]))
