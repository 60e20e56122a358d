"""All that a fleet sends in an interval of world time, as columns ready for the codec."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rumbo.events.fields import POSITION, SCHEMA_VERSION, TRIP_STATE, EventType, FieldType
from rumbo.motion.arrays import Ints, rounded
from rumbo.motion.pack import REASONS, STATES
from rumbo.motion.rows import CHOICES, COLUMNS, NULL, scales
from rumbo.motion.sendings import Sendings, sendings

if TYPE_CHECKING:
    from rumbo.motion.fleet import Fleet

type Columns = Mapping[str, NDArray[Any]]

_STATE_TEXT = np.array([state.value for state in STATES], dtype=object)
_STATE_OR_NONE = np.array([*_STATE_TEXT, None], dtype=object)
_REASON_OR_NONE = np.array([*(reason.value for reason in REASONS), None], dtype=object)
_OF_ALL = ("emit_ms", "trip_index", "trip_id", "vehicle_id", "seq")
_SENT = {name: name for name in ("emit_ms", "true_ms", "faults", "copy", "spoil")} | {"trip_index": "trip"}
"""Columns that the event does not have -> what they are in Sendings."""
_IDS = {"trip_id": "trip_ids", "vehicle_id": "vehicle_ids"}
_FIELDS = {field.name: field for field in POSITION.fields}
_SCALES = scales()


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

    positions: Positions
    trip_states: Columns
    dropped: Columns


def emit(fleet: Fleet, after_ms: int, until_ms: int) -> Emission:
    """Every event with emission time in (after_ms, until_ms]; adjacent intervals add up to their union.

    Which reports a device makes and sends is told in `sendings`; a trip's k-th state change has seq k.
    """
    sent, dropped = sendings(fleet, after_ms, until_ms)
    lost = Positions(fleet, dropped)
    return Emission(
        Positions(fleet, sent),
        trip_states(fleet, after_ms, until_ms),
        {name: lost[name] for name in (*_OF_ALL, "schema_version", "event_time", "true_ms", "faults")},
    )


class Positions(Mapping[str, NDArray[Any]]):
    """The columns of position reports, each made when it is first asked for; see `rows` for what they are made of."""

    def __init__(self, fleet: Fleet, sent: Sendings) -> None:
        self.fleet, self.sent = fleet, sent
        self.rows = _rows(fleet, sent)
        """A row a sending, a column as `rows.COLUMNS` has."""
        self._made: dict[str, NDArray[Any]] = {}

    def __len__(self) -> int:
        return len(_SENT) + len(POSITION.fields)

    def __iter__(self) -> Iterator[str]:
        return iter((*_SENT, *POSITION.names))

    def __getitem__(self, name: str) -> NDArray[Any]:
        if name not in self._made:
            self._made[name] = self._column(name)
        return self._made[name]

    def _column(self, name: str) -> NDArray[Any]:
        fleet, sent = self.fleet, self.sent
        if name in _SENT:
            return np.asarray(getattr(sent, _SENT[name]))
        if name in _IDS:
            return np.asarray(getattr(fleet, _IDS[name])[sent.trip])
        values = self.rows[:, COLUMNS.index(name)]
        if name in CHOICES:
            return np.array(CHOICES[name], dtype=object)[values]
        if name == "road_name":
            return np.array([*fleet.store.shared.names.values, ""], dtype=object)[values]
        if _FIELDS[name].type is not FieldType.NUMBER:
            return values.copy()
        return np.where(values == NULL, np.nan, values / _SCALES[COLUMNS.index(name)])


def _rows(fleet: Fleet, sent: Sendings) -> Ints:
    from rumbo.motion.kernels.report import report

    shared, rows = fleet.store.shared, np.empty((len(sent.trip), len(COLUMNS)), dtype=np.int64)
    order = np.argsort(sent.trip, kind="stable")
    report(fleet.trips, fleet.store.tables, shared.engines, shared.receivers, _SCALES, sent, order, rows)
    return rows


def trip_states(fleet: Fleet, after_ms: int, until_ms: int) -> Columns:
    """The state changes of that interval alone."""
    tables = fleet.store.tables
    index, change = _changes(fleet, after_ms, until_ms)
    seq, times = change - fleet.trips["change"][index], tables.change_ms[change]
    truth = fleet.states(index, times)
    previous = np.where(seq > 0, tables.change_state[np.maximum(change - 1, 0)], len(STATES))
    return _rounded(TRIP_STATE, {
        **named(fleet, index, seq, times),
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


def named(fleet: Fleet, index: Ints, seq: Ints, emit_ms: Ints) -> dict[str, NDArray[Any]]:
    return {
        "emit_ms": emit_ms,
        "trip_index": index,
        "trip_id": fleet.trip_ids[index],
        "vehicle_id": fleet.vehicle_ids[index],
        "seq": seq,
    }


def _rounded(event: EventType, columns: dict[str, NDArray[Any]]) -> Columns:
    for field in event.fields:
        if field.decimals is not None:
            columns[field.name] = rounded(columns[field.name], field.decimals)
    return columns
