"""What else goes wrong with reports on their way: late, doubled, dropped, spoilt ones, and episodes of bad fixes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rumbo.domain.device import Fault, Faults
from rumbo.motion.arrays import Bools, Floats, Ints
from rumbo.motion.chance import drawn, episodes
from rumbo.motion.noise import uniform
from rumbo.motion.spoil import KINDS, MALFORMED_KINDS

(_LATE, _LATE_MS, _DOUBLED, _DOUBLED_MS, _DROPPED, _MALFORMED, _BREAKING, _KIND, _FROZEN, _TELEPORT) = range(
    50, 60
)
_JUMPS = 65_535


@dataclass(frozen=True, slots=True)
class Marks:
    """Per report: its labels as bits of Fault, by how many ms it is late, its copy later still, and how it is spoilt.

    `fix_back_ms` is the age of a frozen fix, `jump` the number of the teleport.
    """

    faults: Ints
    late_ms: Ints
    copy_ms: Ints
    spoil: Ints
    fix_back_ms: Ints
    jump: Ints


def marks(faults: Faults, seed: int, at_ms: Ints) -> Marks:
    """What happens to the reports recorded at `at_ms` (ms of trip time, one a seq from 0)."""
    draw = _Draw(seed, len(at_ms))
    bits = np.zeros(len(at_ms), dtype=np.int64)
    late, doubled = draw.some(_LATE, faults.late_share), draw.some(_DOUBLED, faults.doubled_share)
    malformed = draw.some(_MALFORMED, faults.malformed_share)
    breaking = draw.some(_BREAKING, faults.breaking_share) & ~malformed
    fix_back_ms, jump = _frozen(faults, seed, at_ms), _jumps(faults, seed, at_ms)
    off_clock = off_clock_ms(at_ms, faults.clock_skew_ms, faults.clock_drift_ppm) != 0
    for flag, rows in (
        (Fault.LATE, late), (Fault.DOUBLED, doubled), (Fault.MALFORMED, malformed), (Fault.BREAKING, breaking),
        (Fault.DROPPED, draw.some(_DROPPED, faults.dropped_share)), (Fault.CLOCK, off_clock),
        (Fault.FROZEN, fix_back_ms > 0), (Fault.TELEPORT, jump > 0),
    ):  # fmt: skip
        bits |= np.where(rows, int(flag), 0)
    kind = draw.chance(_KIND) if malformed.any() or breaking.any() else np.zeros(len(at_ms))
    torn = 1 + np.floor(kind * MALFORMED_KINDS).astype(np.int64)
    broken = 1 + MALFORMED_KINDS + np.floor(kind * (len(KINDS) - MALFORMED_KINDS)).astype(np.int64)
    return Marks(
        faults=bits,
        late_ms=np.where(late, draw.whole(_LATE_MS, faults.late_ms, late), 0),
        copy_ms=draw.whole(_DOUBLED_MS, faults.doubled_ms, doubled),
        spoil=np.where(malformed, torn, np.where(breaking, broken, 0)),
        fix_back_ms=fix_back_ms,
        jump=jump,
    )


@dataclass(frozen=True, slots=True)
class _Draw:
    seed: int
    count: int

    def chance(self, stream: int) -> Floats:
        return uniform(np.array([self.seed], dtype=np.uint64), stream, np.arange(self.count))

    def some(self, stream: int, share: float) -> Bools:
        if share <= 0.0:
            return np.zeros(self.count, dtype=np.bool_)
        return np.asarray(self.chance(stream) < share)

    def whole(self, stream: int, table: tuple[tuple[float, float], ...], where: Bools) -> Ints:
        if not where.any():
            return np.zeros(self.count, dtype=np.int64)
        return np.rint(drawn(table, self.chance(stream))).astype(np.int64)


def _frozen(faults: Faults, seed: int, at_ms: Ints) -> Ints:
    """How long ago the fix was made that stands still; 0 where it does not."""
    since, _ = _within(seed, _FROZEN, faults.frozen_per_hour, faults.frozen_s, at_ms)
    return np.maximum(since, 0)


def _jumps(faults: Faults, seed: int, at_ms: Ints) -> Ints:
    since, number = _within(seed, _TELEPORT, faults.teleport_per_hour, faults.teleport_s, at_ms)
    return np.where(since >= 0, number % _JUMPS + 1, 0)


def _within(seed: int, stream: int, per_hour: float, length_s: float, at_ms: Ints) -> tuple[Ints, Ints]:
    """How long ago the episode began that a report is in (-1: in none), and the episode's number."""
    length_ms = round(length_s * 1000.0)
    last_ms = int(at_ms[-1]) if len(at_ms) else 0
    begins = np.array([-1, *episodes(seed, stream, per_hour, length_ms, last_ms)], dtype=np.int64)
    number = np.searchsorted(begins, at_ms, side="right") - 1
    since = at_ms - begins[number]
    return np.where((number > 0) & (since < length_ms), since, -1), number


def off_clock_ms(since_ms: Ints, skew_ms: Ints | int, drift_ppm: Floats | float) -> Ints:
    """How far a clock is off `since_ms` after the trip's start."""
    return skew_ms + np.rint(since_ms * drift_ppm / 1e6).astype(np.int64)
