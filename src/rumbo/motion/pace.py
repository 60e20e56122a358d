"""The pace of a trip between its certain standstills: the greatest speeds at nodes, before any signal is asked.

Between two nodes w = v² is linear in distance, that is acceleration is constant.
"""

from __future__ import annotations

from collections.abc import Sequence
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
UNREST_MPS2 = 0.25
"""Nobody holds a speed exactly: the acceleration with which it swings to and fro (Wiedemann 1974; the parameter CC7
of Wiedemann 1999 in PTV Vissim, whose default this is)."""
UNREST_M = 70.0
"""Length of a swing, up or down: 5 s in town. Of 28 to 70 m what came nearest to the fitting half's jerk."""
UNREST_SHARE = 0.1
"""Most of the speed squared, about 5 % of speed, that a swing takes."""
ROLL_MPS = 1.2
"""At a stop sign through which the driver rolls; smoothed it becomes 2 to 2.5 m/s, a quick walk."""
APPROACH_M = (3.0, 10.0, 22.0, 40.0, 65.0)
"""Distances from a standstill at which the speed on the way to it, or from it, is followed."""
MERGE_M = 5e-4
"""Nodes closer together than this are one."""

_APPROACH = np.array(APPROACH_M)[:, None]
_WANDER, _UNREST = 11, 12


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
    cells: tuple[Floats, Floats],
    stands: Floats,
    rolls: Floats,
    up: Effort,
    down: Effort,
    seed: int,
    wander: float,
) -> Pace:
    """The fastest pace within cells (edges, limits) that stands at `stands`, the first and last edge among them.

    At `rolls` it is no faster than ROLL_MPS.
    """
    edges, limits = cells
    knots, wish = wishes(edges[0], edges[-1], seed, wander)
    s_m = _nodes((edges, knots, rolls), stands)
    last = len(limits) - 1
    before, behind = (edges.searchsorted(s_m + side, side="right") - 1 for side in (-MERGE_M, MERGE_M))
    cap = np.minimum(limits.take(np.maximum(before, 0)), limits.take(np.minimum(behind, last)))
    at_knot = np.minimum(s_m.searchsorted(knots), len(s_m) - 1)
    cap[at_knot] *= 1.0 - wish * calmed(cap[at_knot])
    cap *= cap
    cap -= swing(s_m, seed) * np.minimum(cap * UNREST_SHARE, 2.0 * UNREST_MPS2 * UNREST_M) * wander
    at_roll = np.minimum(s_m.searchsorted(rolls), len(s_m) - 1)
    cap[at_roll] = np.minimum(cap[at_roll], ROLL_MPS * ROLL_MPS)
    stood = s_m.searchsorted(stands)
    cap[stood] = 0.0
    forward = np.minimum.accumulate(up.distance_m(cap) - s_m) + s_m
    backward = np.minimum.accumulate((down.distance_m(cap) + s_m)[::-1])[::-1] - s_m
    w = np.minimum(
        np.minimum(up.reached(np.maximum(forward, 0.0)), down.reached(np.maximum(backward, 0.0))), cap
    )
    w[stood] = 0.0
    return Pace(s_m, np.maximum(w, 0.0))  # rounding may leave a node a hair below a standstill


def _nodes(places: Sequence[Floats], stands: Floats) -> Floats:
    """All places that matter, in order, at least MERGE_M apart; standstills and what lies midway stay what they are."""
    fixed = np.concatenate((stands, (stands[1:] + stands[:-1]) * 0.5))
    fixed.sort()
    approach = (stands[:-1] + _APPROACH, stands[1:] - _APPROACH)
    free = np.concatenate((*places, approach[0].ravel(), approach[1].ravel()))
    free.sort()
    free = free[free.searchsorted(stands[0], side="right") : free.searchsorted(stands[-1])]
    kept = np.ones(len(free), dtype=np.bool_)
    kept[1:] = free[1:] - free[:-1] >= MERGE_M
    following = fixed.searchsorted(free)
    kept &= (fixed[following] - free >= MERGE_M) & (free - fixed[following - 1] >= MERGE_M)
    nodes = np.concatenate((fixed, free[kept]))
    nodes.sort()
    return _filled(nodes)


def _filled(nodes: Floats) -> Floats:
    """With a node for each end of a swing that has no other node near."""
    ends = np.arange(int(nodes[0] / UNREST_M) + 1, int(nodes[-1] / UNREST_M) + 1) * UNREST_M
    following = nodes.searchsorted(ends)
    near_m = np.minimum(nodes.take(following, mode="clip") - ends, ends - nodes[following - 1])
    nodes = np.concatenate((nodes, ends[near_m > UNREST_M * 0.3]))
    nodes.sort()
    return nodes


def swing(s_m: Floats, seed: int) -> Floats:
    """How far below what it could be the speed has swung, from 0 to 1: linear between random values every UNREST_M.

    `s_m` rises; a place's value is decided by the seed and the place, counted from the route's beginning.
    """
    along = s_m * (1.0 / UNREST_M)
    number = along.astype(np.int64)
    first = int(number[0])
    lattice = np.arange(first, int(number[-1]) + 2, dtype=np.uint64)
    value = (mix_array(np.uint64(mix(seed ^ mix(_UNREST))) ^ lattice) >> np.uint64(11)) * 2.0**-53
    here = number - first
    begin = value.take(here)
    return np.asarray(begin + (value.take(here + 1) - begin) * (along - number))


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
