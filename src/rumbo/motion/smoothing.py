"""From legs to smooth motion: a box filter over the speed bounds jerk.

Filtering v(t) with a box of length T keeps the distance of every leg and makes acceleration
(v(t) - v(t-T))/T, jerk at most (a + b)/T. The proofs are in docs/motion.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.motion.arrays import Bools, Floats, Ints


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


def joined(s_m: Floats, w: Floats, gaps_s: Floats) -> Run:
    """A run along n nodes with speeds squared `w`: between two nodes acceleration is constant.

    Where a place repeats the vehicle stands, `gaps_s` long, gap by gap; it stands after the last node too.
    """
    far = s_m[1:] - s_m[:-1]
    gap = far == 0.0
    v = np.sqrt(np.maximum(w, 0.0))  # rounding may leave a node a hair below a standstill
    with np.errstate(divide="ignore", invalid="ignore"):
        width, slope = 2.0 * far / (v[1:] + v[:-1]), (w[1:] - w[:-1]) * 0.5 / far
    width[gap], slope[gap] = gaps_s, 0.0
    t_s = np.concatenate(((0.0,), width.cumsum()))
    return Run(t_s, s_m - s_m[0], v, np.append(slope, 0.0), np.append(gap, True))


def box_filtered(run: Run, box_s: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Columns t, v, a, j of the run averaged over the last `box_s` seconds; all gaps last at least that.

    Breakpoints are those of the run and the same `box_s` later.
    """
    t_s = np.sort(np.concatenate((run.t_s, run.t_s + box_s)), kind="stable")
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
