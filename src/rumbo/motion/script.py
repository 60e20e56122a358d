"""Scripts: every sending of a device whose reports no closed form tells, worked out trip by trip.

A script is a causal, pure function of the plan: what is sent up to a moment depends on the motion up to that moment, on
counters and on the seed, so no later amendment can contradict it. Trips that are over are written to their last
sending; of one that stands open (paused) the script is written some way ahead and, when that is used up, further.
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
from rumbo.motion.reporting import Life, Look, Recorded, Seen, recorded
from rumbo.motion.states import evaluate

AHEAD_MS = 600_000
"""An open trip's script is first written this far beyond its last change."""

type Trips = NDArray[Any]


def write_scripts(trips: Trips, tables: Tables, devices: Sequence[DeviceSpec]) -> NDArray[Any]:
    """The scripts of all trips that need one, one after the other; fills the trips' columns about them."""
    scripted = np.flatnonzero(
        ~np.array([device.is_plain for device in devices], dtype=np.bool_)[trips["device"]]
    )
    trips["timed_end_ms"][scripted] = NEVER_MS
    trips["script_ms"][scripted] = FOREVER_MS
    scripts = [np.zeros(0, dtype=SCRIPT)]
    written = 0
    for i in scripted.tolist():
        if trips["end_ms"][i] == NEVER_MS:
            continue
        until_ms = _still_ms(trips[i], tables) + int(trips["start_ms"][i]) + AHEAD_MS
        script = written_until(trips, tables, devices, i, until_ms)
        trips["script"][i], written = written, written + len(script)
        scripts.append(script)
    return np.concatenate(scripts)


def written_until(
    trips: Trips, tables: Tables, devices: Sequence[DeviceSpec], i: int, until_ms: int
) -> NDArray[Any]:
    """The script of trip row `i`, whole or, of an open trip, up to world time `until_ms`; fills its columns."""
    trip = trips[i]
    start_ms, end_ms, seed = int(trip["start_ms"]), int(trip["end_ms"]), int(trip["seed"])
    is_end = end_ms < FOREVER_MS
    device = devices[int(trip["device"])]
    life = Life((end_ms if is_end else until_ms) - start_ms, is_end, _still_ms(trip, tables))
    look = _looking(trips, tables, i, start_ms)
    spans = tables.span[trip["span"] : trip["span"] + trip["spans"]]
    watch_tunnels = device.link.lost_in_tunnels and bool(spans["dark"].any())
    reports = recorded(device.reporting, life, look, watch_tunnels=watch_tunnels)
    on_link = sent(device.link, seed, reports.at_ms, reports.tunnels)
    script = _assembled(reports, on_link, marks(device.faults, seed, reports.at_ms), start_ms)
    script = script[script["emit_ms"] <= (NOT_YET_MS if is_end else until_ms)]
    trips["scripts"][i] = len(script)
    trips["script_ms"][i] = FOREVER_MS if is_end else until_ms
    trips["sent_ms"][i] = script["emit_ms"].max(initial=NEVER_MS)
    return script


def _still_ms(trip: Any, tables: Tables) -> int:
    """Trip time of the last piece of motion or change of state, whichever comes later."""
    last_change = tables.change_ms[trip["change"] + trip["changes"] - 1]
    return max(int(trip["last_piece_ms"]), int(last_change - trip["start_ms"]), 0)


def _looking(trips: Trips, tables: Tables, i: int, start_ms: int) -> Look:
    def look(at_ms: Ints) -> Seen:
        truth = evaluate(trips, tables, np.full(len(at_ms), i), at_ms + start_ms)
        dark = tables.span["dark"][truth.span]
        return Seen(truth.state, truth.distance_m, truth.speed_mps, truth.heading_deg, dark)

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
