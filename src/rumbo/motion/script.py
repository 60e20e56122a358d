"""Scripts: every sending of a device whose reports no closed form tells, worked out trip by trip.

A script is a causal, pure function of the plan: what is sent up to a moment depends on the motion up to that moment, on
counters and on the seed, so no later amendment can contradict it. Trips that are over are written to their last
sending; of one that stands open (paused) the script is written some way ahead and, when that is used up, further.
Nothing is written before the trip starts, so what is planned for later takes no room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.device import DeviceSpec, Fault
from rumbo.motion.arrays import Ints
from rumbo.motion.faults import Marks, marks
from rumbo.motion.link import NOT_YET_MS, Sent, sent
from rumbo.motion.pack import FOREVER_MS, NEVER_MS, SCRIPT, Tables
from rumbo.motion.power import OFF_AFTER_S, ignition_on
from rumbo.motion.reporting import Life, Look, Recorded, Seen, recorded
from rumbo.motion.sendings import END, LOW_ENERGY, START
from rumbo.motion.states import evaluate

OFF_AFTER_MS = round(OFF_AFTER_S * 1000.0) + 1
AHEAD_MS = 600_000
"""An open trip's script is first written this far beyond its last change."""

type Trips = NDArray[Any]


def mark_scripted(trips: Trips, devices: Sequence[DeviceSpec]) -> None:
    """Say in the rows of packed trips which of them need a script. It is written when the first report is due."""
    plain = np.array([device.is_plain for device in devices], dtype=np.bool_)
    some = np.flatnonzero(~plain[trips["device"]])
    reports = trips["end_ms"][some] > NEVER_MS
    trips["timed_end_ms"][some] = NEVER_MS
    trips["script_ms"][some] = np.where(reports, trips["start_ms"][some] - 1, FOREVER_MS)
    trips["sent_ms"][some] = np.where(reports, FOREVER_MS, NEVER_MS)


def written_until(
    trips: Trips, tables: Tables, devices: Sequence[DeviceSpec], i: int, until_ms: int
) -> NDArray[Any]:
    """The script of trip row `i`, whole or, of an open trip, at least up to world time `until_ms`; fills its columns.

    An open one is written half as far again as it was, so that writing on seldom is what it costs.
    """
    trip = trips[i]
    start_ms, end_ms, seed = int(trip["start_ms"]), int(trip["end_ms"]), int(trip["seed"])
    is_end, still_ms = end_ms < FOREVER_MS, _still_ms(trip, tables)
    written_ms = int(trip["script_ms"]) - start_ms
    until_ms = max(until_ms, start_ms + max(still_ms + AHEAD_MS, written_ms * 3 // 2))
    device = devices[int(trip["device"])]
    life = Life((end_ms if is_end else until_ms) - start_ms, is_end, still_ms)
    look = _looking(trips, tables, i, start_ms)
    spans = tables.span[trip["span"] : trip["span"] + trip["spans"]]
    watch_tunnels = device.link.lost_in_tunnels and bool(spans["dark"].any())
    reports = recorded(device.reporting, life, look, watch_tunnels=watch_tunnels)
    _tell_low(reports, int(trip["low_ms"]) - start_ms)
    on_link = sent(device.link, seed, reports.at_ms, reports.tunnels)
    script = _assembled(reports, on_link, marks(device.faults, seed, reports.at_ms), start_ms)
    script = script[script["emit_ms"] <= (NOT_YET_MS if is_end else until_ms)]
    trips["scripts"][i] = len(script)
    trips["script_ms"][i] = FOREVER_MS if is_end else until_ms
    trips["sent_ms"][i] = script["emit_ms"].max(initial=NEVER_MS) if is_end else FOREVER_MS
    return script


def _tell_low(reports: Recorded, low_ms: int) -> None:
    """Name the low energy as the reason of the first report that sees it, unless the trip begins or ends there."""
    first = int(np.searchsorted(reports.at_ms, low_ms))
    if first < len(reports.at_ms) and reports.trigger[first] not in (START, END):
        reports.trigger[first] = LOW_ENERGY


def _still_ms(trip: Any, tables: Tables) -> int:
    """Trip time of the last piece of motion or change of state, whichever comes later, and of the ignition after it."""
    last_change = tables.change_ms[trip["change"] + trip["changes"] - 1]
    return max(int(trip["last_piece_ms"]) + OFF_AFTER_MS, int(last_change - trip["start_ms"]), 0)


def _looking(trips: Trips, tables: Tables, i: int, start_ms: int) -> Look:
    def look(at_ms: Ints) -> Seen:
        index, world_ms = np.full(len(at_ms), i), at_ms + start_ms
        truth = evaluate(trips, tables, index, world_ms)
        dark = tables.span["dark"][truth.span]
        on = ignition_on(trips, tables, index, world_ms, truth.piece)
        return Seen(on, truth.distance_m, truth.speed_mps, truth.heading_deg, dark)

    return look


def _assembled(reports: Recorded, on_link: Sent, marked: Marks, start_ms: int) -> NDArray[Any]:
    """All sendings in order, with their labels."""
    faults = marked.faults | np.where(on_link.stored, int(Fault.STORED), 0)
    faults |= np.where(on_link.dropped, int(Fault.DROPPED), 0)
    lost = (faults & int(Fault.DROPPED)) != 0
    faults = np.where(lost, faults & int(Fault.DROPPED | Fault.CLOCK), faults)
    emit_ms = on_link.at_ms + np.where(lost, 0, marked.late_ms)
    rows = np.zeros(len(faults), dtype=SCRIPT)
    rows["emit_ms"] = np.minimum(emit_ms, NOT_YET_MS)
    rows["true_ms"] = reports.at_ms
    rows["seq"] = np.arange(len(rows))
    rows["faults"] = faults
    rows["trigger"] = reports.trigger
    rows["spoil"] = np.where(lost, 0, marked.spoil)
    rows["fix_back_ms"], rows["jump"] = marked.fix_back_ms, marked.jump
    twice = np.flatnonzero(faults & int(Fault.DOUBLED))
    if twice.size:
        copies = rows[twice]
        copies["emit_ms"] += marked.copy_ms[twice]
        copies["copy"] = 1
        rows = np.concatenate((rows, copies))
    rows = rows[np.lexsort((rows["copy"], rows["seq"], rows["emit_ms"]))]
    _label_order(rows)
    rows["emit_ms"] += start_ms
    rows["true_ms"] += start_ms
    return rows


def _label_order(rows: NDArray[Any]) -> None:
    """A sending is out of order where one of a later report went before it."""
    went = np.flatnonzero((rows["faults"] & int(Fault.DROPPED)) == 0)
    if went.size:
        seq = rows["seq"][went]
        behind = went[seq < np.maximum.accumulate(seq)]
        rows["faults"][behind] |= int(Fault.OUT_OF_ORDER)
