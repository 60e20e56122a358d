"""The newest report of every vehicle, as columns: what the live socket shows.

A *slot* is a vehicle's place in the columns for the life of the process. Every change takes the next
*version*, so what is new for somebody who knows version v is `changed > v`.
"""

from __future__ import annotations

import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from rumbo.api.live_rows import STATE_CODES, Rows, parsed, rows_of_payloads, rows_of_reports
from rumbo.events.timetext import time_us

BBox = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

WORLD: BBox = (-180.0, -90.0, 180.0, 90.0)
HEADER = struct.Struct("<BBHIddddd")
MAX_TRIP_EVENTS = 2_000
"""State changes kept for clients that have not taken them yet; of one trip the newest counts."""

REPORT_FIELDS = (
    "vehicle_id", "vehicle_class", "trip_id", "state", "lat", "lon", "speed_mps", "heading_deg", "distance_m",
    "remaining_m", "progress", "eta", "road_name", "speed_limit_mps", "event_time",
)  # fmt: skip
TRIP_FIELDS = (
    "trip_id", "vehicle_id", "state", "previous_state", "reason", "event_time", "lat", "lon", "distance_m",
    "remaining_m", "eta",
)  # fmt: skip
_UNITS = 2**24 - 1
_AFTER_ALL = 2**62

Names = Callable[[Sequence[str]], Mapping[str, tuple[str, str]]]
"""Vehicle ids -> (name, class) of those there are."""


class LiveState:
    """Thread-safe: one thread feeds it, the event loop reads it."""

    def __init__(self, names: Names, capacity: int = 64) -> None:
        self._find_names = names
        self._lock = threading.RLock()
        self._slots: dict[str, int] = {}
        self._reports: list[bytes | dict[str, Any]] = []
        """By slot, the newest event as it came; parsed once somebody asks."""
        self._trips: list[bytes] = []
        self._order: list[tuple[int, int]] = []
        """By slot, number in its trip and time of the newest event."""
        self._names: list[str] = []
        self.version = 0
        self._trip_events: OrderedDict[str, tuple[int, bytes]] = OrderedDict()
        self._removed: OrderedDict[int, int] = OrderedDict()
        self.on_change: Callable[[], None] = lambda: None
        self._place = np.zeros((4, capacity))
        """Longitude and latitude, now and before."""
        self._codes = np.zeros((3, capacity), dtype=np.uint32)
        """State, heading in 256ths of a turn, speed in quarters of a metre a second."""
        self._changed: NDArray[np.int64] = np.zeros(capacity, dtype=np.int64)
        self._introduced: NDArray[np.int64] = np.zeros(capacity, dtype=np.int64)
        """Version at which a slot last changed what its introduction says: vehicle, name, trip."""

    # Feeding

    def take_positions(self, payloads: Sequence[bytes]) -> None:
        """Take position events in their order on the topic; of each vehicle the newest counts."""
        for rows in rows_of_payloads(payloads):
            self._take(rows)

    def take_trip_states(self, payloads: Iterable[bytes]) -> None:
        """Take trip-state events in their order on the topic."""
        events = list(parsed(payloads, ("seq",)))
        if not events:
            return
        with self._lock:
            self.version += 1
            for event in events:
                self._take_trip_state(event)
            while len(self._trip_events) > MAX_TRIP_EVENTS:
                self._trip_events.popitem(last=False)
        self.on_change()

    def refill(self, reports: Sequence[dict[str, Any]]) -> None:
        """Reports computed from plans, with `final` beside the fields of a report.

        A final one stands above all reports of its trip, another below them: the device's own word is preferred.
        """
        numbered = [{**report, "seq": _AFTER_ALL if report["final"] else -1} for report in reports]
        if numbered:
            self._take(rows_of_reports(numbered))

    def rename(self, vehicle_id: str, name: str, vehicle_class: str) -> None:
        with self._lock:
            slot = self._slots.get(vehicle_id)
            if slot is None:
                return
            self.version += 1
            self._names[slot] = name
            self._report(slot)["vehicle_class"] = vehicle_class
            self._changed[slot] = self._introduced[slot] = self.version
        self.on_change()

    def remove(self, vehicle_id: str) -> None:
        """Forget a deleted vehicle; its slot is not used again."""
        with self._lock:
            slot = self._slots.pop(vehicle_id, None)
            if slot is None:
                return
            self.version += 1
            self._place[:, slot] = np.nan  # nowhere: in no view
            self._removed[slot] = self.version
            while len(self._removed) > MAX_TRIP_EVENTS:
                self._removed.popitem(last=False)
        self.on_change()

    # Reading

    def snapshot(self, bbox: BBox) -> tuple[int, list[dict[str, Any]]]:
        """The version, and the newest report of every vehicle in the view."""
        with self._lock:
            return self.version, [
                self._introduction(int(slot)) for slot in np.flatnonzero(self._in_view(bbox))
            ]

    def introductions(self, bbox: BBox, since: int, met: NDArray[np.int64]) -> list[dict[str, Any]]:
        """Vehicles in the view that changed since and that `met` (version by slot) has not met as they are."""
        with self._lock:
            n = len(self._reports)
            known = np.zeros(n, dtype=np.int64)
            known[: len(met)] = met[:n]
            fresh = self._in_view(bbox) & (self._changed[:n] > since) & (self._introduced[:n] > known)
            return [self._introduction(int(slot)) for slot in np.flatnonzero(fresh)]

    def frame(self, bbox: BBox, since: int, world_ms: float) -> bytes | None:
        """The binary frame of all that moved since, in the view or just out of it; None where nothing did."""
        with self._lock:
            n = len(self._reports)
            lon, lat, lon_before, lat_before = self._place[:, :n]
            seen = inside(lon, lat, bbox) | inside(lon_before, lat_before, bbox)
            slots = np.flatnonzero((self._changed[:n] > since) & seen & ~np.isnan(lon))
            if not len(slots):
                return None
            return encode_frame(slots, lon[slots], lat[slots], self._codes[:, slots], world_ms)

    def trip_events(self, since: int) -> list[bytes]:
        """State changes since, oldest first: JSON, ready to send."""
        with self._lock:
            return [body for version, body in self._trip_events.values() if version > since]

    def removed(self, since: int) -> list[int]:
        """Slots of vehicles deleted since."""
        with self._lock:
            return [slot for slot, version in self._removed.items() if version > since]

    def details(self, vehicle_ids: Iterable[str], since: int) -> list[dict[str, Any]]:
        """The last reports of these vehicles, where they changed since."""
        with self._lock:
            slots = [self._slots[key] for key in vehicle_ids if key in self._slots]
            return [self._introduction(slot) for slot in slots if self._changed[slot] > since]

    # Inside; all called with the lock held

    def _take(self, rows: Rows) -> None:
        with self._lock:
            unknown = [key for key in rows.vehicle_ids if key not in self._slots]
        names = self._find_names(unknown) if unknown else {}
        with self._lock:
            self.version += 1
            newest = self._accept(rows, names)
            if newest:
                self._fill(rows, np.fromiter(newest, np.int64), np.fromiter(newest.values(), np.int64))
        if newest:
            self.on_change()

    def _accept(self, rows: Rows, names: Mapping[str, tuple[str, str]]) -> dict[int, int]:
        """Slots of vehicles with news, and the number of the newest of their reports."""
        newest: dict[int, int] = {}
        trips, order = self._trips, self._order
        for row, (vehicle_id, trip, seq, time) in enumerate(
            zip(rows.vehicle_ids, rows.trip_ids, rows.seqs, rows.times_us, strict=True)
        ):
            slot = self._slots.get(vehicle_id)
            if slot is None:
                if vehicle_id not in names:
                    continue  # a vehicle that was deleted, or is none of ours
                slot = self._new_slot(vehicle_id, names[vehicle_id][0])
                self._place[:2, slot] = rows.places[:, row]
            elif trips[slot] == trip:
                if seq <= order[slot][0]:
                    continue
            elif time < order[slot][1]:
                continue
            if trips[slot] != trip:
                trips[slot] = trip
                self._introduced[slot] = self.version
            order[slot] = seq, time
            newest[slot] = row
        return newest

    def _fill(self, rows: Rows, slots: NDArray[np.int64], taken: NDArray[np.int64]) -> None:
        """Bring the columns of these slots up to date with the reports of these numbers."""
        for slot, row in zip(slots.tolist(), taken.tolist(), strict=True):
            self._reports[slot] = rows.reports[row]
        self._place[2:, slots] = self._place[:2, slots]
        self._place[:2, slots] = rows.places[:, taken]
        self._codes[:, slots] = rows.codes[:, taken]
        self._changed[slots] = self.version

    def _report(self, slot: int) -> dict[str, Any]:
        report = self._reports[slot]
        if isinstance(report, bytes):
            report = self._reports[slot] = orjson.loads(report)
        return report

    def _take_trip_state(self, event: dict[str, Any]) -> None:
        body = orjson.dumps({"type": "trip"} | {field: event.get(field) for field in TRIP_FIELDS})
        self._trip_events[event["trip_id"]] = (self.version, body)
        self._trip_events.move_to_end(event["trip_id"])
        slot = self._slots.get(event["vehicle_id"])
        if slot is None:
            return
        is_newer = time_us(event["event_time"]) >= self._order[slot][1]
        if self._trips[slot] == event["trip_id"].encode() and is_newer:
            self._report(slot).update(state=event["state"], eta=event.get("eta"))
            self._codes[0, slot] = STATE_CODES.get(event["state"], 0)
            self._changed[slot] = self.version

    def _new_slot(self, vehicle_id: str, name: str) -> int:
        slot = len(self._reports)
        if slot == len(self._changed):
            self._place = np.concatenate((self._place, np.zeros_like(self._place)), axis=1)
            self._codes = np.concatenate((self._codes, np.zeros_like(self._codes)), axis=1)
            self._changed = np.concatenate((self._changed, np.zeros_like(self._changed)))
            self._introduced = np.concatenate((self._introduced, np.zeros_like(self._introduced)))
        self._slots[vehicle_id] = slot
        self._reports.append({})
        self._trips.append(b"")
        self._order.append((0, 0))
        self._names.append(name)
        return slot

    def _introduction(self, slot: int) -> dict[str, Any]:
        report = self._report(slot)
        return {"slot": slot, "name": self._names[slot]} | {
            field: report.get(field) for field in REPORT_FIELDS
        }

    def _in_view(self, bbox: BBox) -> NDArray[np.bool_]:
        n = len(self._reports)
        return inside(self._place[0, :n], self._place[1, :n], bbox)


def inside(lon: NDArray[np.float64], lat: NDArray[np.float64], bbox: BBox) -> NDArray[np.bool_]:
    """Which points lie in a box; one whose west is east of its east crosses the antimeridian."""
    west, south, east, north = bbox
    across = (lon >= west) & (lon <= east) if west <= east else (lon >= west) | (lon <= east)
    return across & (lat >= south) & (lat <= north)


def encode_frame(
    slots: NDArray[np.int64], lon: NDArray[np.float64], lat: NDArray[np.float64], codes: NDArray[np.uint32],
    world_ms: float,
) -> bytes:  # fmt: skip
    """The frame: a header of 48 bytes, then three little-endian u32 a vehicle (see docs/api.md).

    Positions are whole steps of a 2²⁴th of the frame's extent.
    """
    lon0, lat0 = float(lon.min()), float(lat.min())
    dlon = max(float(lon.max()) - lon0, 1e-6) / _UNITS
    dlat = max(float(lat.max()) - lat0, 1e-6) / _UNITS
    state, heading, speed = codes
    words = np.empty((len(slots), 3), dtype="<u4")
    words[:, 0] = slots.astype(np.uint32) | state << np.uint32(24)
    words[:, 1] = np.rint((lon - lon0) / dlon).astype(np.uint32) | heading << np.uint32(24)
    words[:, 2] = np.rint((lat - lat0) / dlat).astype(np.uint32) | speed << np.uint32(24)
    return HEADER.pack(1, 0, 0, len(slots), world_ms, lon0, lat0, dlon, dlat) + words.tobytes()
