"""All that a fleet sends in an interval of world time, as columns ready for the codec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rumbo.events.fields import POSITION, SCHEMA_VERSION, TRIGGERS, TRIP_STATE, EventType
from rumbo.motion.arrays import Ints, rounded
from rumbo.motion.fixes import clock_ms, fixes
from rumbo.motion.pack import CLASSES, NEVER_MS, REASONS, ROADS, STATES
from rumbo.motion.power import energy_columns, tells_low
from rumbo.motion.sendings import LOW_ENERGY, TIME, Sendings, sendings

if TYPE_CHECKING:
    from rumbo.motion.fleet import Fleet

type Columns = Mapping[str, NDArray[Any]]

_STATE_TEXT = np.array([state.value for state in STATES], dtype=object)
_STATE_OR_NONE = np.array([*_STATE_TEXT, None], dtype=object)
_REASON_OR_NONE = np.array([*(reason.value for reason in REASONS), None], dtype=object)
_CLASS_TEXT = np.array([name.value for name in CLASSES], dtype=object)
_ROAD_TEXT = np.array([road.value for road in ROADS], dtype=object)
_TRIGGER_TEXT = np.array(TRIGGERS, dtype=object)


@dataclass(frozen=True, slots=True)
class Emission:
    """Columns named like the fields in `events.fields`.

    Times are int64 ms with -1 for null, nullable numbers NaN, nullable texts None. All hold `emit_ms` (world time of
    sending) and `trip_index` (row in the fleet), int64.

    `positions` has one row a sending, in order of `emit_ms`, trip row, seq and `copy` (1 for the second sending of a
    doubled report), with `true_ms` (world time of the record; `event_time` is by the device's clock), `faults` (bits
    of `Fault`) and `spoil` (how `wire` spoils the bytes). `dropped` has a row for each report that a fault kept
    from being sent, at the time at which it would have been: trip_id, vehicle_id, seq, event_time, true_ms, faults.
    `trip_states` come from dispatch and are never faulty; in order of emit_ms, trip row, seq.
    """

    positions: Columns
    trip_states: Columns
    dropped: Columns


def emit(fleet: Fleet, after_ms: int, until_ms: int) -> Emission:
    """Every event with emission time in (after_ms, until_ms]; adjacent intervals add up to their union.

    Which reports a device makes and sends is told in `sendings`; a trip's k-th state change has seq k.
    """
    sent, dropped = sendings(fleet, after_ms, until_ms)
    return Emission(
        _positions(fleet, sent),
        trip_states(fleet, after_ms, until_ms),
        _common(fleet, dropped) | {"true_ms": dropped.true_ms, "faults": dropped.faults},
    )


def _positions(fleet: Fleet, sent: Sendings) -> Columns:
    trips, index = fleet.trips, sent.index
    truth = fleet.states(index, sent.true_ms)
    spans = fleet.store.tables.span[truth.span]
    fix = fixes(fleet, sent, truth)
    low = (
        tells_low(fleet, index, sent.true_ms)
        & (sent.trigger == TIME)
        & (trips["script_ms"][index] == NEVER_MS)
    )
    names = np.array([*fleet.store.shared.names.values, ""], dtype=object)
    return _rounded(POSITION, {
        **_common(fleet, sent),
        "true_ms": sent.true_ms,
        "faults": sent.faults,
        "copy": sent.copy,
        "spoil": sent.spoil,
        "vehicle_class": _CLASS_TEXT[trips["vehicle_class"][index]],
        "state": _STATE_TEXT[truth.state],
        "lat": fix.lat,
        "lon": fix.lon,
        "speed_mps": fix.speed_mps,
        "heading_deg": fix.heading_deg,
        "acceleration_mps2": truth.acceleration_mps2,
        "distance_m": truth.distance_m,
        "odometer_m": trips["odometer_start_m"][index] + truth.distance_m,
        "remaining_m": truth.remaining_m,
        "progress": truth.progress,
        "eta": truth.eta_ms,
        "road_name": names[spans["name"]],
        "road_class": _ROAD_TEXT[spans["road"]],
        "speed_limit_mps": spans["limit_mps"],
        "accuracy_m": fix.accuracy_m,
        "hdop": fix.hdop,
        "satellites": fix.satellites,
        **energy_columns(fleet, index, sent.true_ms, truth),
        "trigger": _TRIGGER_TEXT[np.where(low, LOW_ENERGY, sent.trigger)],
    })  # fmt: skip


def trip_states(fleet: Fleet, after_ms: int, until_ms: int) -> Columns:
    """The state changes of that interval alone."""
    tables = fleet.store.tables
    index, change = _changes(fleet, after_ms, until_ms)
    seq, times = change - fleet.trips["change"][index], tables.change_ms[change]
    truth = fleet.states(index, times)
    previous = np.where(seq > 0, tables.change_state[np.maximum(change - 1, 0)], len(STATES))
    return _rounded(TRIP_STATE, {
        **_named(fleet, index, seq, times),
        "schema_version": np.full(len(index), SCHEMA_VERSION, dtype=np.int64),
        "event_time": times,
        "state": _STATE_TEXT[tables.change_state[change]],
        "previous_state": _STATE_OR_NONE[previous],
        "reason": _REASON_OR_NONE[tables.change_reason[change]],
        "lat": truth.lat,
        "lon": truth.lon,
        "distance_m": truth.distance_m,
        "remaining_m": truth.remaining_m,
        "eta": tables.change_eta[change],
    })  # fmt: skip


def _changes(fleet: Fleet, after_ms: int, until_ms: int) -> tuple[Ints, Ints]:
    """Trip rows and change rows in the interval, in order.

    Looks through the whole table, which is quick, and asks only of what it found whose it is: rows that
    a newer plan replaced belong to nobody.
    """
    times, first = fleet.store.tables.change_ms, fleet.trips["change"]
    change = np.flatnonzero((times > after_ms) & (times <= until_ms))
    if not change.size or not first.size:
        nothing = np.zeros(0, dtype=np.int64)
        return nothing, nothing
    by_row = np.argsort(first, kind="stable")
    index = by_row[np.maximum(np.searchsorted(first[by_row], change, side="right") - 1, 0)]
    owned = (change >= first[index]) & (change < first[index] + fleet.trips["changes"][index])
    index, change = index[owned], change[owned]
    order = np.lexsort((change, index, times[change]))
    return index[order], change[order]


def _common(fleet: Fleet, sent: Sendings) -> dict[str, NDArray[Any]]:
    """What sent and dropped reports have in common; times by the device's clock."""
    devices = fleet.store.shared.devices.values
    code = fleet.trips["device"][sent.index]
    versions = np.array([device.schema_version for device in devices] or [SCHEMA_VERSION], dtype=np.int64)
    return {
        **_named(fleet, sent.index, sent.seq, sent.emit_ms),
        "schema_version": versions[code],
        "event_time": clock_ms(fleet, sent) if fleet.scripted.size else sent.true_ms,
    }


def _named(fleet: Fleet, index: Ints, seq: Ints, emit_ms: Ints) -> dict[str, NDArray[Any]]:
    return {
        "emit_ms": emit_ms,
        "trip_index": index,
        "trip_id": fleet.trip_ids[index],
        "vehicle_id": fleet.vehicle_ids[index],
        "seq": seq,
    }


def _rounded(event: EventType, columns: dict[str, NDArray[Any]]) -> Columns:
    for field in event.fields:
        if field.decimals is not None and field.name in columns:
            columns[field.name] = rounded(columns[field.name], field.decimals)
    if "heading_deg" in columns:
        heading = columns["heading_deg"]
        columns["heading_deg"] = np.where(heading >= 360.0, 0.0, heading)
    return columns
