"""Position reports by whole columns of numpy: what the kernels must equal to the bit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.events.fields import POSITION, SCHEMA_VERSION, TRIGGERS, EventType
from rumbo.motion import Fleet, States
from rumbo.motion.arrays import Bools, Floats, Ints, rounded
from rumbo.motion.emit import named
from rumbo.motion.energy import Moves, Switch, spent_kwh
from rumbo.motion.pack import CLASSES, NEVER_MS, ROADS, STATES, Tables
from rumbo.motion.power import engines_of
from rumbo.motion.sendings import LOW_ENERGY, TIME, Sendings
from support.plain_fixes import clock_ms, fixes
from support.plain_states import evaluate

type Columns = Mapping[str, NDArray[Any]]

_IGNITION = np.array(["off", "on"], dtype=object)
_STATE_TEXT = np.array([state.value for state in STATES], dtype=object)
_CLASS_TEXT = np.array([name.value for name in CLASSES], dtype=object)
_ROAD_TEXT = np.array([road.value for road in ROADS], dtype=object)
_TRIGGER_TEXT = np.array(TRIGGERS, dtype=object)


def positions(fleet: Fleet, sent: Sendings) -> Columns:
    trips, index = fleet.trips, sent.trip
    truth = evaluate(trips, fleet.store.tables, index, sent.true_ms)
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


def _common(fleet: Fleet, sent: Sendings) -> dict[str, NDArray[Any]]:
    """What sent and dropped reports have in common; times by the device's clock."""
    devices = fleet.store.shared.devices.values
    code = fleet.trips["device"][sent.trip]
    versions = np.array([device.schema_version for device in devices] or [SCHEMA_VERSION], dtype=np.int64)
    return {
        **named(fleet, sent.trip, sent.seq, sent.emit_ms),
        "schema_version": versions[code],
        "event_time": clock_ms(fleet, sent) if fleet.scripted.size else sent.true_ms,
    }


def _rounded(event: EventType, columns: dict[str, NDArray[Any]]) -> Columns:
    for field in event.fields:
        if field.decimals is not None and field.name in columns:
            columns[field.name] = rounded(columns[field.name], field.decimals)
    if "heading_deg" in columns:
        heading = columns["heading_deg"]
        columns["heading_deg"] = np.where(heading >= 360.0, 0.0, heading)
    return columns


def ignition_on(trips: NDArray[Any], tables: Tables, index: Ints, true_ms: Ints, piece: Ints) -> Bools:
    """Whether the ignition of the trips with rows `index` is on at true times, in these pieces."""
    rows = tables.piece.take(piece, axis=0)
    stands = (rows[:, 2] == 0.0) & (rows[:, 3] == 0.0) & (rows[:, 4] == 0.0)
    u = np.maximum(np.maximum(true_ms - trips["start_ms"][index], 0) / 1000.0 - rows[:, 0], 0.0)
    return np.asarray(~stands | (u < tables.power["switch_s"][piece]))


def energy_columns(fleet: Fleet, index: Ints, true_ms: Ints, truth: States) -> Mapping[str, NDArray[Any]]:
    """What devices report of energy and ignition at true times unrounded."""
    return _energy_columns(fleet, index, true_ms, truth.piece, truth.speed_mps, truth.acceleration_mps2)


def _energy_columns(
    fleet: Fleet, index: Ints, true_ms: Ints, piece: Ints, v: Floats, a: Floats
) -> dict[str, NDArray[Any]]:
    trips, tables = fleet.trips, fleet.store.tables
    engine = engines_of(fleet.store.shared.engines, trips["engine"][index])
    rows, power = tables.piece.take(piece, axis=0).T.copy(), tables.power.take(piece)
    u = np.maximum(np.maximum(true_ms - trips["start_ms"][index], 0) / 1000.0 - rows[0], 0.0)
    move = Moves(rows[2], rows[3], rows[4])
    stands = move.stand
    switch = Switch(power["switch_s"].astype(np.float64), power["switch_j"].astype(np.float64))
    on = ~stands | (u < switch.s)
    full, level = engine.capacity_kwh, trips["energy_start"][index]
    used = np.minimum(power["used_kwh"] + spent_kwh(engine, move, switch, u, stands), full * level)
    return {
        "energy_level": np.minimum(np.maximum(level - used / full, 0.0), 1.0),
        "ignition": _IGNITION[on.astype(np.int64)],
        "power_kw": engine.power_kw(v, a),
        "energy_used_kwh": used,
        "engine_speed_rpm": np.where(on, engine.speed_rpm(v), engine.idle_rpm * 0.0),
    }


def tells_low(fleet: Fleet, index: Ints, true_ms: Ints) -> Bools:
    """Which reports by the watch are the first to see the energy low."""
    since = true_ms - fleet.trips["low_ms"][index]
    return np.asarray((since >= 0) & (since < fleet.trips["interval_ms"][index]))
