"""From limits to motion: the fastest run with bounded acceleration, then a box filter that bounds jerk.

The proofs are in docs/motion.md. In short, with w = v²: a limit on acceleration is a bound on the slope
of w over distance, so the fastest run is a lower envelope of straight cones, found with two running
minima. Filtering v(t) with a box of length T keeps the distance of every leg and makes acceleration
(v(t) - v(t-T))/T, jerk at most (a + b)/T.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.motion.arrays import Bools, Floats, Ints

_TINY_S = 1e-9
"""Pieces shorter than this are rounding."""


@dataclass(frozen=True, slots=True)
class Run:
    """Speed over time as pieces of constant acceleration: `t_s`, `v_mps`, `a_mps2` at each start.

    `gap` marks the pieces during which the vehicle stands between legs.
    """

    t_s: Floats
    s_m: Floats
    v_mps: Floats
    a_mps2: Floats
    gap: Bools


def fastest_run(
    edges: Floats, cells: Floats, stands: Ints, gaps_s: Floats, accel: float, brake: float
) -> Run:
    """The fastest run over cells of limit `cells`, standing at the node indices `stands`.

    `edges` has one node more than `cells`; `stands` holds the first and the last node and all halts
    between. `gaps_s[k]` is how long it stands at `stands[k]` (for the first: before moving).
    """
    cap = np.empty(len(edges))
    w_cell = cells * cells
    cap[1:-1] = np.minimum(w_cell[1:], w_cell[:-1])
    cap[stands] = 0.0
    up, down = (2.0 * accel) * edges, (2.0 * brake) * edges
    forward = np.minimum.accumulate(cap - up) + up
    backward = np.minimum.accumulate((cap + down)[::-1])[::-1] - down
    w = np.maximum(np.minimum(np.minimum(forward, backward), cap), 0.0)
    w[stands] = 0.0

    w0, w1, length = w[:-1], w[1:], edges[1:] - edges[:-1]
    peak = (2.0 * accel * brake * length + brake * w0 + accel * w1) / (accel + brake)
    peak = np.maximum(np.minimum(peak, w_cell), np.maximum(w0, w1))
    v, vp = np.sqrt(w), np.sqrt(peak)
    rising = (vp - v[:-1]) / accel
    falling = (vp - v[1:]) / brake
    flat = np.maximum(length - (peak - w0) / (2.0 * accel) - (peak - w1) / (2.0 * brake), 0.0) / vp

    n = len(cells)
    width = np.zeros((n, 4))
    width[stands[:-1], 0] = gaps_s[:-1]
    width[:, 1], width[:, 2], width[:, 3] = rising, flat, falling
    speed = np.zeros((n, 4))
    speed[:, 1], speed[:, 2], speed[:, 3] = v[:-1], vp, vp
    slope = np.zeros((n, 4))
    slope[:, 1], slope[:, 3] = accel, -brake
    return _packed(width.ravel(), speed.ravel(), slope.ravel(), gaps_s[-1])


def _packed(width: Floats, speed: Floats, slope: Floats, last_gap_s: float) -> Run:
    keep = width > _TINY_S
    gap = np.zeros(len(width), dtype=bool)
    gap[0::4] = True
    width = np.append(width[keep], last_gap_s)
    speed, slope = np.append(speed[keep], 0.0), np.append(slope[keep], 0.0)
    t_s = np.concatenate(((0.0,), np.cumsum(width)[:-1]))
    grown = speed * width + slope * (width * width) * 0.5
    s_m = np.concatenate(((0.0,), np.cumsum(grown)[:-1]))
    return Run(t_s, s_m, speed, slope, np.append(gap[keep], True))


def box_filtered(run: Run, box_s: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Columns t, v, a, j of the run averaged over the last `box_s` seconds; all gaps last at least that.

    Breakpoints are those of the run and the same `box_s` later.
    """
    t_s = np.unique(np.concatenate((run.t_s, run.t_s + box_s)))
    t_s = t_s[np.concatenate(((True,), np.diff(t_s) > 1e-7))]
    now_s, now_v, _ = _at(run, t_s)
    ago_s, ago_v, _ = _at(run, t_s - box_s)
    middle = np.append((t_s[:-1] + t_s[1:]) * 0.5, t_s[-1] + 1.0)
    slope = _slope_at(run, middle) - _slope_at(run, middle - box_s)
    return t_s, np.maximum((now_s - ago_s) / box_s, 0.0), (now_v - ago_v) / box_s, slope / box_s


def _index(run: Run, t_s: Floats) -> Ints:
    return np.maximum(np.searchsorted(run.t_s, t_s, side="right") - 1, 0)


def _at(run: Run, t_s: Floats) -> tuple[Floats, Floats, Floats]:
    i = _index(run, t_s)
    u = np.maximum(t_s - run.t_s[i], 0.0)
    a = run.a_mps2[i]
    return run.s_m[i] + run.v_mps[i] * u + a * (u * u) * 0.5, run.v_mps[i] + a * u, a


def _slope_at(run: Run, t_s: Floats) -> Floats:
    return np.where(t_s < 0.0, 0.0, run.a_mps2[_index(run, t_s)])
