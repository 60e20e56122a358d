"""From legs to smooth motion: a box filter over the speed bounds jerk.

Filtering v(t) with a box of length T keeps the distance of every leg and makes acceleration
(v(t) - v(t-T))/T, jerk at most (a + b)/T. The proofs are in docs/motion.md.
"""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Leg:
    """From a standstill to a standstill: places and speeds squared `w` at n nodes, and n-1 durations.

    Between two nodes acceleration is constant.
    """

    s_m: Floats
    w: Floats
    v_mps: Floats
    width_s: Floats

    @classmethod
    def of(cls, s_m: Floats, w: Floats) -> Leg:
        w = np.maximum(w, 0.0)  # rounding may leave a node a hair below a standstill
        v = np.sqrt(w)
        return cls(s_m, w, v, 2.0 * (s_m[1:] - s_m[:-1]) / (v[1:] + v[:-1]))


def joined(legs: Sequence[Leg], gaps_s: Sequence[float]) -> Run:
    """One run of legs; `gaps_s[k]` is how long it stands before leg k (0 only before the first); the last closes it."""
    width, grown, speed, slope = list[Floats](), list[Floats](), list[Floats](), list[Floats]()
    gap: list[bool] = []
    for leg, gap_s in zip(legs, gaps_s, strict=False):
        if gap_s > 0.0:
            for column, value in ((width, gap_s), (grown, 0.0), (speed, 0.0), (slope, 0.0)):
                column.append(np.array((value,)))
            gap.append(True)
        gap += [False] * len(leg.width_s)
        far = leg.s_m[1:] - leg.s_m[:-1]
        width.append(leg.width_s)
        grown.append(far)
        speed.append(leg.v_mps[:-1])
        slope.append((leg.w[1:] - leg.w[:-1]) * 0.5 / far)
    none = np.zeros(1)
    t_s, s_m = (np.concatenate((none, np.cumsum(np.concatenate(column)))) for column in (width, grown))
    return Run(
        t_s, s_m, np.concatenate((*speed, none)), np.concatenate((*slope, none)), np.array([*gap, True])
    )


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
