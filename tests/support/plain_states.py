"""The exact state of trips by whole columns of numpy: what the kernels must equal to the bit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from rumbo.motion import States
from rumbo.motion.arrays import Floats, Ints, between, wrapped
from rumbo.motion.pack import Tables


def evaluate(trips: NDArray[Any], tables: Tables, index: Ints, world_ms: Ints) -> States:
    since = world_ms - trips["start_ms"][index]
    at_ms = np.minimum(np.maximum(since, 0), trips["last_piece_ms"][index])
    piece = _found(trips, tables.time_lut, index, at_ms, "time", "piece", tables.piece_ms)
    s, v, a = kinematics(at_ms, tables.piece.take(piece, axis=0))
    lat, lon, heading, span = _place(trips, tables, index, s)

    first = trips["change"][index]
    begun = np.where(since < 0, first, first + tables.piece_change[piece])
    change = advance(begun, first + trips["changes"][index] - 1, tables.change_ms, world_ms)
    length = tables.change_m[change]
    return States(
        state=tables.change_state[change],
        reason=tables.change_reason[change],
        change=change - first,
        eta_ms=tables.change_eta[change],
        distance_m=s, speed_mps=v, acceleration_mps2=a,
        lat=lat, lon=lon, heading_deg=heading,
        span=span,
        remaining_m=np.maximum(length - s, 0.0),
        progress=np.minimum(s / length, 1.0),
        piece=piece,
    )  # fmt: skip


def kinematics(at_ms: Ints, rows: Floats) -> tuple[Floats, Floats, Floats]:
    """Distance, speed and acceleration at `at_ms` in pieces; the operations of `braking.moved`."""
    s, v, a, j = rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 4]
    u = np.maximum(at_ms / 1000.0 - rows[:, 0], 0.0)
    half, sixth = u * 0.5, u * (1.0 / 3.0)
    s_now = s + (v + (a + j * sixth) * half) * u
    v_now = v + (a + j * half) * u
    return np.minimum(np.maximum(s_now, s), rows[:, 5]), np.maximum(v_now, 0.0), a + j * u


def _found(
    trips: NDArray[Any], lut: NDArray[np.int32], index: Ints, value: Ints, name: str, rows: str, starts: Ints
) -> Ints:
    """The row in force: between those of the bucket's two ends."""
    bucket = trips[name + "_lut"][index] + (value >> trips[name + "_shift"][index])
    first = trips[rows][index]
    return between(first + lut[bucket], first + lut[bucket + 1], starts, value)


def _place(
    trips: NDArray[Any], tables: Tables, index: Ints, s: Floats
) -> tuple[Floats, Floats, Floats, Ints]:
    """Latitude, longitude, heading and span row at distance `s` along each route."""
    s_mm = s * 1000.0
    whole_mm = np.minimum(np.floor(s_mm).astype(np.int64), trips["length_mm"][index])
    vertex = _found(trips, tables.place_lut, index, whole_mm, "place", "vertex", tables.vertex_mm)
    vertex = np.minimum(vertex, trips["vertex"][index] + trips["vertices"][index] - 2)
    here, there = tables.vertex.take(vertex, axis=0), tables.vertex.take(vertex + 1, axis=0)
    begin = tables.vertex_mm.take(vertex)
    f = (s_mm - begin) / (tables.vertex_mm.take(vertex + 1) - begin)
    f = np.minimum(np.maximum(f, 0.0), 1.0)
    lat = (here[:, 0] + f * (there[:, 0] - here[:, 0])) / 1e6
    lon1 = here[:, 1].astype(np.float64)
    step = there[:, 1] - lon1
    if (np.abs(step) > 180e6).any():
        step = np.where(step > 180e6, step - 360e6, np.where(step < -180e6, step + 360e6, step))
    lon = wrapped((lon1 + f * step) / 1e6)
    first = trips["span"][index]
    last = first + trips["spans"][index] - 1
    return lat, lon, here[:, 2] / 10.0, advance(first + here[:, 3], last, tables.span_mm, whole_mm)


def advance(at: Ints, last: Ints, starts: Ints, value: Ints) -> Ints:
    """For each i the greatest k from `at[i]` to `last[i]` with `starts[k] <= value[i]`, by single steps.

    Right where the answer is near: rows that are done leave the loop.
    """
    at = at.copy()
    todo = np.flatnonzero(at < last)
    while todo.size:
        following = at[todo] + 1
        todo = todo[starts[following] <= value[todo]]
        at[todo] += 1
        todo = todo[at[todo] < last[todo]]
    return at
