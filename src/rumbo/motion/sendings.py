"""Which reports are sent in an interval of world time: by the watch in closed form, all others from their scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from rumbo.domain.device import Fault
from rumbo.events.fields import TRIGGERS
from rumbo.motion.arrays import Ints, between

if TYPE_CHECKING:
    from rumbo.motion.fleet import Fleet

TIME, DISTANCE, TURN, IGNITION_ON, IGNITION_OFF, START, END, LOW_ENERGY = (
    TRIGGERS.index(name)
    for name in ("time", "distance", "turn", "ignition_on", "ignition_off", "start", "end", "low_energy")
)


class Sendings(NamedTuple):
    """One row a sending: of report `seq` of trip row `trip`, recorded at `true_ms`, sent at `emit_ms` (world time).

    `faults` are bits of Fault, `copy` is 1 for the second sending of a doubled report, `spoil` says how its bytes are
    spoilt (see wire; 0: not), `trigger` which rule made it (index into TRIGGERS), `fix_back_ms` how old its fix
    is, and `jump` the number of the teleport it is in (0: none).
    """

    trip: Ints
    seq: Ints
    true_ms: Ints
    emit_ms: Ints
    faults: Ints
    copy: Ints
    spoil: Ints
    trigger: Ints
    fix_back_ms: Ints
    jump: Ints

    def of(self, rows: Ints) -> Sendings:
        return Sendings(*(column[rows] for column in self))


def sendings(fleet: Fleet, after_ms: int, until_ms: int) -> tuple[Sendings, Sendings]:
    """What is sent in (after_ms, until_ms], in order of time, trip, seq, copy; and what would have been but is lost."""
    timed = _timed(fleet, after_ms, until_ms)
    if not fleet.scripted.size:
        return timed, timed.of(np.zeros(0, dtype=np.int64))
    found = _scripted(fleet, after_ms, until_ms)
    lost = (found.faults & int(Fault.DROPPED)) != 0
    kept = found.of(np.flatnonzero(~lost))
    if timed.trip.size:
        kept = Sendings(*(np.concatenate(both) for both in zip(timed, kept, strict=True)))
    return _ordered(kept), _ordered(found.of(np.flatnonzero(lost)))


def _ordered(some: Sendings) -> Sendings:
    return some.of(np.lexsort((some.copy, some.seq, some.trip, some.emit_ms)))


def _timed(fleet: Fleet, after_ms: int, until_ms: int) -> Sendings:
    """Reports at start + k · interval (seq k) up to the end, and at the end itself, sent at once."""
    trips = fleet.trips
    start, end, interval = trips["start_ms"], trips["timed_end_ms"], trips["interval_ms"]
    first = np.maximum((after_ms - start) // interval + 1, 0)
    stop = np.minimum(end, until_ms)
    after_last = np.maximum((stop - start) // interval + 1, first)
    odd = (end > after_ms) & (end <= until_ms) & (end >= start) & ((end - start) % interval != 0)
    counts = after_last - first + odd
    row = np.flatnonzero(counts)
    counts = counts[row]
    index = row.repeat(counts)
    seq = np.arange(int(counts.sum())) + (first[row] - (np.cumsum(counts) - counts)).repeat(counts)
    times = np.minimum(start[index] + seq * interval[index], end[index])
    order = np.argsort(times, kind="stable")
    index, seq, times = index[order], seq[order], times[order]
    trigger = np.where(times == end[index], END, np.where(seq == 0, START, TIME))
    none = np.zeros(len(index), dtype=np.int64)
    return Sendings(index, seq, times, times, none, none, none, trigger, none, none)


def _scripted(fleet: Fleet, after_ms: int, until_ms: int) -> Sendings:
    trips, script = fleet.trips, fleet.store.tables.script
    rows = fleet.scripted
    first, emit_ms = trips["script"][rows], script["emit_ms"]
    last = first + trips["scripts"][rows] - 1
    # `first - 1` stands for "none yet" and is never looked at.
    begin = between(first - 1, last, emit_ms, np.full(len(rows), after_ms)) + 1
    counts = between(begin - 1, last, emit_ms, np.full(len(rows), until_ms)) + 1 - begin
    at = np.arange(int(counts.sum())) + (begin - (np.cumsum(counts) - counts)).repeat(counts)
    found = script[at]
    columns = (found[name].astype(np.int64) for name in Sendings._fields if name != "trip")
    return Sendings(rows.repeat(counts), *columns)
