"""All that a fleet sends in an interval of world time, as columns ready for the codec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.device import Gnss
from rumbo.events.fields import POSITION, SCHEMA_VERSION, TRIP_STATE, EventType
from rumbo.motion.arrays import Floats, Ints, rounded
from rumbo.motion.device import Fix, Sight, observed
from rumbo.motion.noise import Hashes, mix_array
from rumbo.motion.pack import CLASSES, REASONS, ROADS, STATES
from rumbo.motion.states import States

if TYPE_CHECKING:
    from rumbo.motion.fleet import Fleet

type Columns = Mapping[str, NDArray[Any]]

_STATE_TEXT = np.array([state.value for state in STATES], dtype=object)
_STATE_OR_NONE = np.array([*_STATE_TEXT, None], dtype=object)
_REASON_OR_NONE = np.array([*(reason.value for reason in REASONS), None], dtype=object)
_CLASS_TEXT = np.array([name.value for name in CLASSES], dtype=object)
_ROAD_TEXT = np.array([road.value for road in ROADS], dtype=object)
_RANGE_M = np.array([600_000.0, 700_000.0, 900_000.0, 300_000.0, 350_000.0, 120_000.0])
_LEVEL_STREAM = np.uint64(0x5EED_1E7E1)
LEAST_LEVEL = 0.5
"""A trip starts with this share of fuel or charge to all of it, by its seed."""


@dataclass(frozen=True, slots=True)
class Emission:
    """Columns named like the fields in `events.fields`, in emission order: `emit_ms`, trip row, seq.

    Both also hold `emit_ms` (world time of sending, int64) and `trip_index` (row in the fleet, int64).
    Times are int64 ms with -1 for null, nullable numbers NaN, nullable texts None.
    """

    positions: Columns
    trip_states: Columns


def emit(fleet: Fleet, after_ms: int, until_ms: int) -> Emission:
    """Every event with emission time in (after_ms, until_ms]; adjacent intervals add up to their union.

    A trip reports at start + k · interval (seq k) to its end, and at the end itself; its k-th state
    change has seq k.
    """
    return Emission(
        _positions(fleet, *_reports(fleet, after_ms, until_ms)), _trip_states(fleet, after_ms, until_ms)
    )


def _reports(fleet: Fleet, after_ms: int, until_ms: int) -> tuple[Ints, Ints, Ints]:
    """Trip rows, seqs and times of the reports in the interval."""
    trips = fleet.trips
    start, end, interval = trips["start_ms"], trips["end_ms"], trips["interval_ms"]
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
    return index[order], seq[order], times[order]


def _positions(fleet: Fleet, index: Ints, seq: Ints, times: Ints) -> Columns:
    trips = fleet.trips
    truth = fleet.states(index, times)
    spans = fleet.store.tables.span[truth.span]
    into_m = truth.distance_m - fleet.store.tables.span_mm[truth.span] / 1000.0
    fix = _observed(fleet, index, times, truth, np.where(spans["tunnel"], np.maximum(into_m, 0.001), 0.0))
    vehicle_class = trips["vehicle_class"][index]
    used = truth.distance_m / _RANGE_M[vehicle_class]
    names = np.array([*fleet.store.shared.names.values, ""], dtype=object)
    return _rounded(POSITION, {
        **_common(fleet, index, seq, times),
        "vehicle_class": _CLASS_TEXT[vehicle_class],
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
        "energy_level": np.maximum(_start_level(trips["seed"][index]) - used, 0.0),
    })  # fmt: skip


def _trip_states(fleet: Fleet, after_ms: int, until_ms: int) -> Columns:
    tables = fleet.store.tables
    index, change = _changes(fleet, after_ms, until_ms)
    seq, times = change - fleet.trips["change"][index], tables.change_ms[change]
    truth = fleet.states(index, times)
    previous = np.where(seq > 0, tables.change_state[np.maximum(change - 1, 0)], len(STATES))
    return _rounded(TRIP_STATE, {
        **_common(fleet, index, seq, times),
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


def _common(fleet: Fleet, index: Ints, seq: Ints, times: Ints) -> dict[str, NDArray[Any]]:
    return {
        "emit_ms": times,
        "trip_index": index,
        "schema_version": np.full(len(index), SCHEMA_VERSION, dtype=np.int64),
        "trip_id": fleet.trip_ids[index],
        "vehicle_id": fleet.vehicle_ids[index],
        "seq": seq,
        "event_time": times,
    }


def _observed(fleet: Fleet, index: Ints, times: Ints, truth: States, tunnel_m: Floats) -> Fix:
    """Each device's view; devices of one profile at once."""
    trips, devices = fleet.trips, fleet.store.shared.devices.values
    sight = Sight(
        seed=trips["seed"][index], time_ms=times - trips["start_ms"][index], distance_m=truth.distance_m,
        lat=truth.lat, lon=truth.lon, speed_mps=truth.speed_mps, heading_deg=truth.heading_deg, tunnel_m=tunnel_m,
    )  # fmt: skip
    code = trips["device"][index]
    kinds = np.unique(code).tolist()
    if len(kinds) <= 1:
        return observed(devices[int(kinds[0])].gnss if kinds else Gnss(), sight)
    order = np.argsort(code, kind="stable")
    back = np.argsort(order, kind="stable")
    fixes = []
    for kind in kinds:
        rows = np.flatnonzero(code == kind)
        part = Sight(**{name: getattr(sight, name)[rows] for name in Sight.__dataclass_fields__})
        fixes.append(observed(devices[int(kind)].gnss, part))
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(fix, name) for fix in fixes])[back] for name in Fix.__dataclass_fields__
    }
    return Fix(**columns)


def _start_level(seed: Hashes) -> Floats:
    share = (mix_array(seed ^ _LEVEL_STREAM) >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return LEAST_LEVEL + (1.0 - LEAST_LEVEL) * share


def _rounded(event: EventType, columns: dict[str, NDArray[Any]]) -> Columns:
    for field in event.fields:
        if field.decimals is not None and field.name in columns:
            columns[field.name] = rounded(columns[field.name], field.decimals)
    if "heading_deg" in columns:
        heading = columns["heading_deg"]
        columns["heading_deg"] = np.where(heading >= 360.0, 0.0, heading)
    return columns
