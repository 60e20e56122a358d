"""The tank of a trip: what its pieces use, and when it is empty, low, or switched off."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.plan import Plan, Profile
from rumbo.domain.trip import WaitReason
from rumbo.domain.vehicle import VehicleSpec
from rumbo.motion.arrays import Bools, Floats, Ints
from rumbo.motion.energy import Engine, Moves, Switch, peak_s, spent_kwh, switches

if TYPE_CHECKING:
    from rumbo.motion.amend import Motion
    from rumbo.motion.pack import Tables

OFF_AFTER_S = 60.0
"""In a dwell or a pause the driver switches off after standing this long; never at a light or in a queue."""
HALF_MS = 0.0005
"""The ignition is off at the end, to the millisecond, whatever 32 bits make of it."""
LOW = 0.15
"""Below this share of full a vehicle tells that its energy is low."""
_CHUNK = 32
"""Trips at a time."""

POWER = np.dtype([("used_kwh", np.float64), ("switch_s", np.float32), ("switch_j", np.float32)])
"""Of a piece: what was used before it, and its `Switch`."""


class Course:
    """Pieces of a trip or a profile, with what they use. `rests` are the standing pieces of dwells and pauses."""

    def __init__(
        self, engine: Engine, columns: Sequence[Sequence[float]], rests: Sequence[int], end_s: float
    ) -> None:
        t, v, a, j = (np.array(column, dtype=np.float64) for column in columns)
        self.engine, self.t_s, self.move = engine, t, Moves(v, a, j)
        self.stands = self.move.stand
        self.length_s = np.maximum(np.append(t[1:], end_s) - t, 0.0)
        switch = switches(engine, self.move)
        self.switch = Switch(np.where(self.stands, _off_s(t, rests, end_s), switch.s), switch.j)
        each = spent_kwh(engine, self.move, self.switch, self.length_s, self.stands)
        self.used_kwh = np.concatenate(((0.0,), np.cumsum(each)))
        """Before each piece, and in all."""

    @classmethod
    def of_profile(cls, engine: Engine, profile: Profile) -> Course:
        columns = (profile.t_s, profile.v_mps, profile.a_mps2, profile.j_mps3)
        return cls(engine, columns, rests_of(profile, profile.duration_s), profile.duration_s)

    @classmethod
    def of_motion(cls, engine: Engine, motion: Motion, end_s: float) -> Course:
        """Up to `end_s`, or to where nothing more is used once the vehicle stands."""
        columns = (motion.t_s, motion.v_mps, motion.a_mps2, motion.j_mps3)
        return cls(engine, columns, motion.rests, min(end_s, motion.t_s[-1] + OFF_AFTER_S))

    def first_over(self, limit_kwh: float) -> int | None:
        """The first whole millisecond at which more than that has been used."""
        top_s = peak_s(self.move, self.switch, self.length_s)
        peaks = self.used_kwh[:-1] + spent_kwh(self.engine, self.move, self.switch, top_s, self.stands)
        over = np.flatnonzero(peaks > limit_kwh)
        if not over.size:
            return None
        i = int(over[0])
        begin_s = float(self.t_s[i])
        low, high = ceil(begin_s * 1000.0), ceil((begin_s + float(top_s[i])) * 1000.0)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._used(i, middle) > limit_kwh else (middle + 1, high)
        return low

    def _used(self, i: int, at_ms: int) -> float:
        one = slice(i, i + 1)
        u = np.maximum(np.array([at_ms / 1000.0]) - self.t_s[one], 0.0)
        move, switch = Moves(*(c[one] for c in self.move)), Switch(*(c[one] for c in self.switch))
        return float(self.used_kwh[i] + spent_kwh(self.engine, move, switch, u, self.stands[one])[0])


def rests_of(profile: Profile, until_s: float) -> list[int]:
    """The pieces of a profile's dwells that begin before `until_s`."""
    t_s, found = profile.t_s, list[int]()
    for hold in profile.holds:
        if hold.reason is WaitReason.DWELL:
            end_s = min(hold.end_s, until_s)
            found += range(bisect_left(t_s, hold.start_s), bisect_left(t_s, end_s))
    return found


def _off_s(t_s: Floats, rests: Sequence[int], end_s: float) -> Floats:
    """When the ignition goes off in standing pieces, in seconds from their beginning, one rest going on in the next."""
    off = np.full(len(t_s), np.inf)
    before, off_s = -2, np.inf
    for i in rests:
        off_s = off_s if before == i - 1 else float(t_s[i]) + OFF_AFTER_S
        off[i], before = max(off_s - float(t_s[i]), 0.0), i
    off[-1] = min(off[-1], max(end_s - float(t_s[-1]) - HALF_MS, 0.0))
    return off.astype(np.float32).astype(np.float64)


def powers(
    motions: Sequence[Motion], ends_s: Sequence[float], piece: Floats, engines: Floats, codes: Ints
) -> NDArray[Any]:
    """The pieces' POWER rows of many trips with the engines of rows `codes`: what `Course` says, in fewer steps.

    `piece` is their piece table.
    """
    parts, first = [np.zeros(0, dtype=POWER)], 0
    for i in range(0, len(motions), _CHUNK):
        some = motions[i : i + _CHUNK]
        counts = np.array([len(motion.t_s) for motion in some], dtype=np.int64)
        rows = piece[first : first + int(counts.sum())]
        first += len(rows)
        parts.append(_powers(some, ends_s[i : i + _CHUNK], rows, counts, engines, codes[i : i + _CHUNK]))
    return np.concatenate(parts)


def _powers(
    motions: Sequence[Motion],
    ends_s: Sequence[float],
    piece: Floats,
    counts: Ints,
    engines: Floats,
    codes: Ints,
) -> NDArray[Any]:
    ends = np.cumsum(counts).tolist()
    t, _, v, a, j, _ = piece.T.copy()
    engine, move = engines_of(engines, codes.repeat(counts)), Moves(v, a, j)
    stands, switch = move.stand, switches(engine, move)
    bounds = list(zip([0, *ends], ends, strict=False))
    off_s = [
        _off_s(t[i:k], motion.rests, end_s)
        for (i, k), motion, end_s in zip(bounds, motions, ends_s, strict=True)
    ]
    switch = Switch(np.where(stands, np.concatenate(off_s), switch.s), switch.j)
    length_s = np.append(t[1:], 0.0) - t
    length_s[np.array(ends) - 1] = 0.0
    each = spent_kwh(engine, move, switch, length_s, stands)
    rows = np.zeros(len(t), dtype=POWER)
    rows["switch_s"], rows["switch_j"] = switch
    used = np.zeros(len(t))
    for i, k in bounds:
        each[i : k - 1].cumsum(out=used[i + 1 : k])
    rows["used_kwh"] = used
    return rows


def engines_of(engines: Floats, code: Ints) -> Engine:
    """The engines of rows: as plain numbers where they are all the same."""
    if len(code) and (code == code[0]).all():
        return Engine(*engines[code[0]].tolist())
    return Engine(*engines.T.take(code, axis=1))


def low_after(spec: VehicleSpec, motion: Motion, end_s: float, level: float, used_kwh: float) -> int | None:
    """Trip time in ms at which the level first falls below LOW, of a motion whose last piece starts with `used_kwh`."""
    limit_kwh = (level - LOW) * spec.capacity_kwh
    if limit_kwh < 0.0 or used_kwh + OFF_AFTER_S * spec.power_kw / 3600.0 < limit_kwh:
        return None
    return Course.of_motion(Engine.of(spec), motion, end_s).first_over(limit_kwh)


@dataclass(frozen=True, slots=True)
class Tank:
    """What a trip has to spend, for the question when it is empty."""

    spec: VehicleSpec
    start_kwh: float

    def empty_after(self, motion: Motion, offset_s: float, profile: Profile) -> int | None:
        """When nothing is left on a profile that begins at trip time `offset_s`, after `motion`: profile time in ms."""
        if _surely_enough(self.spec, profile, offset_s, self.start_kwh):
            return None
        engine = Engine.of(self.spec)
        used_kwh = 0.0
        if motion.t_s:
            used_kwh = float(Course.of_motion(engine, motion, offset_s).used_kwh[-1])
        return Course.of_profile(engine, profile).first_over(self.start_kwh - used_kwh)


def _surely_enough(spec: VehicleSpec, profile: Profile, offset_s: float, spare_kwh: float) -> bool:
    """A quick look: what the greatest force at the greatest speed would use all the time."""
    engine, v = Engine.of(spec), max(profile.v_mps, default=0.0) + 1.0
    force_n = engine.inertia_kg * spec.limits.acceleration_mps2 + engine.rolling_n + engine.drag * (v * v)
    most_kw = force_n * v * engine.taken * 3600.0 + engine.idle_kw
    return bool(most_kw * (offset_s + profile.duration_s) / 3600.0 < spare_kwh)


def ignition_on(trips: NDArray[Any], tables: Tables, index: Ints, true_ms: Ints, piece: Ints) -> Bools:
    """Whether the ignition of the trips with rows `index` is on at true times, in these pieces."""
    from rumbo.motion.kernels.report import ignition

    on = np.empty(len(index), dtype=np.bool_)
    ignition(trips, tables, index, true_ms, piece, on)
    return on


RESERVE = 0.10
"""A vehicle leaves with this share more than it needs, or is filled up first."""


def departure_level(level: float, need: float) -> float:
    """The level to leave with, shares of full: filled up before where less than the reserve would be left."""
    return level if level - need >= RESERVE else 1.0


def energy_at_end(plan: Plan, motion: Motion) -> float:
    """The level that the vehicle is left with when the trip ends, as its compiled plan now stands."""
    end_s = inf if motion.end_ms is None else (motion.end_ms - plan.start_ms) / 1000.0
    if not motion.reports:
        return plan.energy_start
    used_kwh = float(Course.of_motion(Engine.of(plan.spec), motion, end_s).used_kwh[-1])
    return min(max(plan.energy_start - used_kwh / plan.spec.capacity_kwh, 0.0), 1.0)
