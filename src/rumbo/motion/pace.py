"""The pace of a trip between its certain standstills: the greatest speeds at nodes, before any signal is asked.

Between two nodes w = v² is linear in distance, that is acceleration is constant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.motion.arrays import Floats
from rumbo.motion.effort import Effort
from rumbo.motion.noise import mix, mix_array

KNOT_M = 70.0
"""The driver's wish changes about this often."""
DEPTH = 0.14
"""Most that an ordinary wish lies below what is allowed, as a share of speed."""
DIP_SHARE, DIP_DEPTH = 0.16, 0.6
"""Share of knots at which others slow the vehicle down, and how much at most."""
CALM_MPS = 14.0
"""Above this speed wishes wander less: by the square of the ratio of speeds."""
APPROACH_M = (3.0, 10.0, 22.0, 40.0, 65.0)
"""Distances from a standstill at which the speed on the way to it, or from it, is followed."""
MERGE_M = 5e-4
"""Nodes closer together than this are one."""

_APPROACH = np.array(APPROACH_M)[:, None]
_WANDER = 11


@dataclass(frozen=True, slots=True)
class Pace:
    """Speeds squared, `w`, at the nodes `s_m`; linear between."""

    s_m: Floats
    w: Floats

    def at(self, s_m: Floats) -> Floats:
        i = np.minimum(np.searchsorted(self.s_m, s_m, side="right") - 1, len(self.s_m) - 2)
        begin, w = self.s_m[i], self.w[i]
        share = (s_m - begin) / (self.s_m[i + 1] - begin)
        return np.asarray(w + (self.w[i + 1] - w) * share)


def paced(
    cells: tuple[Floats, Floats], stands: Floats, up: Effort, down: Effort, seed: int, wander: float
) -> Pace:
    """The fastest pace within cells (edges, limits) that stands at `stands`, the first and last edge among them."""
    edges, limits = cells
    knots, wish = wishes(edges[0], edges[-1], seed, wander)
    s_m = _nodes(edges, knots, stands)
    last = len(limits) - 1
    before, behind = (edges.searchsorted(s_m + side, side="right") - 1 for side in (-MERGE_M, MERGE_M))
    cap = np.minimum(limits.take(np.maximum(before, 0)), limits.take(np.minimum(behind, last)))
    at_knot = np.minimum(s_m.searchsorted(knots), len(s_m) - 1)
    cap[at_knot] *= 1.0 - wish * calmed(cap[at_knot])
    cap *= cap
    stood = s_m.searchsorted(stands)
    cap[stood] = 0.0
    forward = np.minimum.accumulate(up.distance_m(cap) - s_m) + s_m
    backward = np.minimum.accumulate((down.distance_m(cap) + s_m)[::-1])[::-1] - s_m
    w = np.minimum(
        np.minimum(up.reached(np.maximum(forward, 0.0)), down.reached(np.maximum(backward, 0.0))), cap
    )
    w[stood] = 0.0
    return Pace(s_m, np.maximum(w, 0.0))  # rounding may leave a node a hair below a standstill


def _nodes(edges: Floats, knots: Floats, stands: Floats) -> Floats:
    """All places that matter, in order, at least MERGE_M apart; standstills and what lies midway stay what they are."""
    fixed = np.concatenate((stands, (stands[1:] + stands[:-1]) * 0.5))
    fixed.sort()
    approach = (stands[:-1] + _APPROACH, stands[1:] - _APPROACH)
    free = np.concatenate((edges, knots, approach[0].ravel(), approach[1].ravel()))
    free.sort()
    free = free[free.searchsorted(stands[0], side="right") : free.searchsorted(stands[-1])]
    kept = np.ones(len(free), dtype=np.bool_)
    kept[1:] = free[1:] - free[:-1] >= MERGE_M
    following = fixed.searchsorted(free)
    kept &= (fixed[following] - free >= MERGE_M) & (free - fixed[following - 1] >= MERGE_M)
    nodes = np.concatenate((fixed, free[kept]))
    nodes.sort()
    return nodes


def wishes(from_m: float, to_m: float, seed: int, wander: float) -> tuple[Floats, Floats]:
    """Knots strictly inside a stretch and how far below the allowed speed the driver wants to be there.

    Each knot is decided by the seed and its number, counted from the route's beginning.
    """
    number = np.arange(int(from_m / KNOT_M), int(to_m / KNOT_M) + 1, dtype=np.int64)
    z = mix_array(np.uint64(mix(seed ^ mix(_WANDER))) ^ number.astype(np.uint64))
    low = np.uint64(0xFFFFF)
    place, depth = (z & low) * 2.0**-20, ((z >> np.uint64(20)) & low) * 2.0**-20
    dip = ((z >> np.uint64(40)) & low) * 2.0**-20
    knots = np.rint((number + place * 0.8) * KNOT_M * 1000.0) / 1000.0
    deep = np.where(dip < DIP_SHARE, depth * DIP_DEPTH, depth * DEPTH) * wander
    inside = (knots > from_m) & (knots < to_m)
    return knots[inside], deep[inside]


def calmed(limit_mps: Floats) -> Floats:
    """Share of a wish that is left at a speed."""
    share = CALM_MPS / np.maximum(limit_mps, CALM_MPS)
    return share * share
