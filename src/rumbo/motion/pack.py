"""Packs compiled plans into flat columns: one row a trip, with offsets into rows of pieces, vertices, spans.

Tables of a batch are built for all its trips at once. Lookups within a trip start from two small
tables, `time_lut` and `place_lut`: bucket -> row in force at the bucket's start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from math import inf
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rumbo.domain.plan import Plan
from rumbo.domain.route import RoadClass, Route, Span
from rumbo.domain.trip import TripState, WaitReason
from rumbo.domain.vehicle import VehicleClass
from rumbo.events.codec import json_strings
from rumbo.motion.amend import Motion, compile_plan
from rumbo.motion.arrays import Floats, Ints
from rumbo.motion.lookup import in_force, lut_of, starts_of
from rumbo.motion.power import low_after, powers
from rumbo.motion.rows import WORD
from rumbo.motion.shared import Numbered, Shared
from rumbo.motion.sky import shade

STATES = tuple(TripState)
REASONS = tuple(WaitReason)
CLASSES = tuple(VehicleClass)
ROADS = tuple(RoadClass)
_STATE_CODE = {state: code for code, state in enumerate(STATES)}
_REASON_CODE: dict[WaitReason | None, int] = {reason: code for code, reason in enumerate(REASONS)} | {
    None: -1
}
_CLASS_CODE = {name: code for code, name in enumerate(CLASSES)}
_ROAD_CODE = {name: code for code, name in enumerate(ROADS)}

FOREVER_MS = 1 << 60
"""End of a trip that is open."""
NEVER_MS = -(1 << 60)
"""End of the reports of a trip that makes none."""
_TRIP_BITS = 40
_MASK64 = (1 << 64) - 1

TRIP = np.dtype(
    [
        *((name, np.int64) for name in ("start_ms", "end_ms", "interval_ms", "last_piece_ms", "length_mm")),
        *((name, np.int64) for name in ("piece", "pieces", "time_lut", "time_buckets", "time_shift")),
        *((name, np.int64) for name in ("vertex", "vertices", "place_lut", "place_buckets", "place_shift")),
        *((name, np.int64) for name in ("span", "spans", "change", "changes")),
        *((name, np.int64) for name in ("script", "scripts", "script_ms", "sent_ms", "timed_end_ms")),
        *((name, np.int64) for name in ("text", "texts", "trip_text", "vehicle_text", "key_text")),
        ("seed", np.uint64),
        ("length_m", np.float64),
        ("odometer_start_m", np.float64),
        ("energy_start", np.float64),
        *((name, np.int64) for name in ("vehicle_class", "device", "engine", "low_ms")),
    ]
)
"""One trip. `piece` … `script` are the first rows in their tables, the plurals how many there are.

`timed_end_ms` is the end of reports at fixed intervals (NEVER_MS where a script tells them all), `script_ms` the world
time up to which the script is written (NEVER_MS where there is none), `sent_ms` that of its last sending. `low_ms` is
when the energy first falls below `power.LOW` (FOREVER_MS: never). `text` has so many bytes of the trip's id and of the
vehicle's as JSON strings, and of the vehicle's as it is.
"""

SHARED = {
    "piece": ("pieces", "piece", "piece_ms", "piece_change", "power"),
    "vertex": ("vertices", "vertex", "vertex_mm"),
    "span": ("spans", "span", "span_mm"),
    "change": ("changes", "change_ms", "change_eta", "change_m", "change_state", "change_reason"),
    "script": ("scripts", "script"),
    "text": ("texts", "text"),
    "time_lut": ("time_buckets", "time_lut"),
    "place_lut": ("place_buckets", "place_lut"),
}
"""A trip's offset column -> its column with the number of rows, and the tables that the offset points into."""

SPAN = np.dtype(
    [
        ("name", np.int64),
        ("road", np.int64),
        ("limit_mps", np.float64),
        *((name, np.bool_) for name in ("dark", "shaded")),
        *((name, np.float64) for name in ("canyon", "canyon_in", "lost_in")),
    ]
)

SCRIPT = np.dtype(
    [
        *((name, np.int64) for name in ("emit_ms", "true_ms")),
        *((name, np.uint32) for name in ("seq", "fix_back_ms")),
        *((name, np.uint16) for name in ("faults", "jump")),
        *((name, np.uint8) for name in ("copy", "spoil", "trigger")),
    ]
)
"""One sending of a device whose reports no closed form tells (`script`), in order of emission."""


class Tables(NamedTuple):
    """Rows of all trips. Appending never changes earlier rows, so fleets may share tables.

    `piece` holds t, s, v, a, j and the distance at the piece's end; `vertex` latitude and longitude in
    1e-6 degrees, the heading of the segment that starts there in 0.1 degrees, and the span in force.
    """

    piece: Floats
    piece_ms: Ints
    piece_change: NDArray[np.int32]
    power: NDArray[Any]
    vertex: NDArray[np.int32]
    vertex_mm: Ints
    span: NDArray[Any]
    span_mm: Ints
    change_ms: Ints
    change_eta: Ints
    change_m: Floats
    """Length of the route that is followed from the change on."""
    change_state: Ints
    change_reason: Ints
    script: NDArray[Any]
    text: NDArray[np.uint8]
    time_lut: NDArray[np.int32]
    place_lut: NDArray[np.int32]


def pack(plans: Sequence[Plan], shared: Shared) -> tuple[NDArray[Any], Tables]:
    """Rows of trips and tables for a batch of plans, offsets counted from the batch's own beginning."""
    motions = [compile_plan(plan) for plan in plans]
    trips = _trip_rows(plans, motions, shared)
    number = np.arange(len(plans), dtype=np.int64) << _TRIP_BITS
    piece, piece_ms = _pieces(motions)
    changes = [change for motion in motions for change in motion.changes]
    change_ms = _ints(change.at_ms for change in changes)
    routes = [motion.route for motion in motions]
    vertex, vertex_mm = _vertices(routes)
    spans = [span for route in routes for span in route.spans]
    span_mm = np.rint(_floats([[span.start_m for span in spans]]) * 1000.0).astype(np.int64)

    since_ms = np.maximum(change_ms - trips["start_ms"].repeat(trips["changes"]), 0)
    piece_change = in_force(number, trips, ("change", "changes", since_ms), ("pieces", piece_ms))
    vertex[:, 3] = in_force(number, trips, ("span", "spans", span_mm), ("vertices", vertex_mm))
    ends = trips["piece"] + trips["pieces"] - 1
    trips["last_piece_ms"] = piece_ms[ends]
    time_lut = lut_of(trips, "time", piece_ms, ends, "piece", "pieces", number)
    power = _power(plans, motions, trips, piece, shared)
    ends = trips["vertex"] + trips["vertices"] - 1
    place_lut = lut_of(trips, "place", vertex_mm, ends, "vertex", "vertices", number)
    return trips, Tables(
        piece=piece, piece_ms=piece_ms, piece_change=piece_change, power=power,
        vertex=vertex, vertex_mm=vertex_mm,
        span=_spans(spans, shared.names), span_mm=span_mm,
        change_ms=change_ms,
        change_eta=_ints(change.eta_ms for change in changes),
        change_m=np.array([change.length_m for change in changes], dtype=np.float64),
        change_state=_ints(_STATE_CODE[change.state] for change in changes),
        change_reason=_ints(_REASON_CODE[change.reason] for change in changes),
        script=np.zeros(0, dtype=SCRIPT),
        text=_texts(plans, trips),
        time_lut=time_lut, place_lut=place_lut,
    )  # fmt: skip


def _trip_rows(plans: Sequence[Plan], motions: Sequence[Motion], shared: Shared) -> NDArray[Any]:
    trips = np.zeros(len(plans), dtype=TRIP)

    def put(name: str, value: Callable[[Plan], object]) -> None:
        trips[name] = np.array([value(plan) for plan in plans], dtype=trips.dtype[name])

    put("start_ms", lambda plan: plan.start_ms)
    put("interval_ms", lambda plan: plan.device.reporting.interval_ms)
    put("device", lambda plan: shared.devices.number(plan.device))
    trips["length_m"] = [motion.route.length_m for motion in motions]
    put("seed", lambda plan: plan.seed & _MASK64)
    put("engine", lambda plan: shared.specs.number(plan.spec))
    put("energy_start", lambda plan: plan.energy_start)
    put("odometer_start_m", lambda plan: plan.odometer_start_m)
    put("vehicle_class", lambda plan: _CLASS_CODE[plan.vehicle_class])
    trips["vertices"] = [len(motion.route.lat) for motion in motions]
    trips["spans"] = [len(motion.route.spans) for motion in motions]
    trips["length_mm"] = np.rint(trips["length_m"] * 1000.0).astype(np.int64)
    trips["end_ms"] = trips["timed_end_ms"] = [_end_ms(motion) for motion in motions]
    trips["script_ms"] = trips["sent_ms"] = NEVER_MS
    trips["pieces"] = [len(motion.t_s) for motion in motions]
    trips["changes"] = [len(motion.changes) for motion in motions]
    for name in ("piece", "vertex", "span", "change"):
        trips[name] = starts_of(trips["vertices" if name == "vertex" else name + "s"])
    return trips


def _end_ms(motion: Motion) -> int:
    if not motion.reports:
        return NEVER_MS
    return FOREVER_MS if motion.end_ms is None else motion.end_ms


def _power(
    plans: Sequence[Plan], motions: Sequence[Motion], trips: NDArray[Any], piece: Floats, shared: Shared
) -> NDArray[Any]:
    """What pieces use; also fills `low_ms`."""
    ends_s = [
        inf if motion.end_ms is None else (motion.end_ms - plan.start_ms) / 1000.0
        for plan, motion in zip(plans, motions, strict=True)
    ]
    power = powers(motions, ends_s, piece, shared.engines, trips["engine"])
    trips["low_ms"] = FOREVER_MS
    used_kwh = power["used_kwh"][trips["piece"] + trips["pieces"] - 1].tolist()
    for i, (plan, motion) in enumerate(zip(plans, motions, strict=True)):
        low_ms = low_after(plan.spec, motion, ends_s[i], plan.energy_start, used_kwh[i])
        if low_ms is not None:
            trips["low_ms"][i] = plan.start_ms + low_ms
    return power


def _pieces(motions: Sequence[Motion]) -> tuple[Floats, Ints]:
    columns = [
        _floats(motion.t_s for motion in motions),
        _floats(motion.s_m for motion in motions),
        _floats(motion.v_mps for motion in motions),
        _floats(motion.a_mps2 for motion in motions),
        _floats(motion.j_mps3 for motion in motions),
    ]
    t_s, s_m = columns[:2]
    ends = np.cumsum(np.array([len(motion.t_s) for motion in motions], dtype=np.int64)) - 1
    s_end = np.append(s_m, 0.0)[1:]
    s_end[ends] = s_m[ends]
    return np.stack((*columns, s_end), axis=1), np.ceil(t_s * 1000.0 - 1e-6).astype(np.int64)


def _vertices(routes: Sequence[Route]) -> tuple[NDArray[np.int32], Ints]:
    lat = _floats(route.lat for route in routes)
    lon = _floats(route.lon for route in routes)
    vertex_mm = np.rint(_floats(route.distance_m for route in routes) * 1000.0).astype(np.int64)
    vertex = np.zeros((len(lat), 4), dtype=np.int32)
    vertex[:, 0] = np.rint(lat * 1e6)
    vertex[:, 1] = np.rint(lon * 1e6)
    vertex[:-1, 2] = np.rint(headings_deg(lat[:-1], lon[:-1], lat[1:], lon[1:]) * 10.0)
    ends = np.cumsum(np.array([len(route.lat) for route in routes], dtype=np.int64)) - 1
    vertex[ends, 2] = vertex[ends - 1, 2]
    return vertex, vertex_mm


def headings_deg(lat1: Floats, lon1: Floats, lat2: Floats, lon2: Floats) -> Floats:
    """Initial great-circle bearings in degrees from north, [0, 360), in steps of 0.1.

    The only trigonometry on the way to an event: the step hides what libm does to the last bits.
    """
    p1, p2, dlon = np.radians(lat1), np.radians(lat2), np.radians(lon2 - lon1)
    y = np.sin(dlon) * np.cos(p2)
    x = np.cos(p1) * np.sin(p2) - np.sin(p1) * np.cos(p2) * np.cos(dlon)
    tenths = np.rint(np.degrees(np.arctan2(y, x)) * 10.0)
    return np.where(tenths < 0, tenths + 3600.0, np.where(tenths >= 3600.0, 0.0, tenths)) / 10.0 + 0.0


def _spans(spans: Sequence[Span], names: Numbered[str]) -> NDArray[Any]:
    rows = np.zeros(len(spans), dtype=SPAN)
    rows["name"] = [names.number(span.name) for span in spans]
    rows["road"] = [_ROAD_CODE[span.road_class] for span in spans]
    rows["limit_mps"] = [np.nan if span.limit_mps is None else span.limit_mps for span in spans]
    shade(rows, spans)
    return rows


def _texts(plans: Sequence[Plan], trips: NDArray[Any]) -> NDArray[np.uint8]:
    """The ids, with a word to spare behind each trip's; fills the columns of their lengths."""
    trip_ids = json_strings([plan.trip_id for plan in plans])
    vehicle_ids = json_strings([plan.vehicle_id for plan in plans])
    keys = [plan.vehicle_id.encode() for plan in plans]
    for name, texts in (("trip_text", trip_ids), ("vehicle_text", vehicle_ids), ("key_text", keys)):
        trips[name] = [len(text) for text in texts]
    trips["texts"] = trips["trip_text"] + trips["vehicle_text"] + trips["key_text"] + WORD
    trips["text"] = starts_of(trips["texts"])
    padded = zip(trip_ids, vehicle_ids, keys, repeat(bytes(WORD)))
    # Of a bytearray, which may be written to: kernels are compiled for arrays of one kind.
    return np.frombuffer(bytearray(b"".join(chain.from_iterable(padded))), dtype=np.uint8)


def _floats(columns: Iterable[Sequence[float]]) -> Floats:
    return np.fromiter(chain.from_iterable(columns), np.float64)


def _ints(values: Iterable[int]) -> Ints:
    return np.fromiter(values, np.int64)
