"""The exact state of one trip at one time; the numbers of `motion.states.States`."""

from __future__ import annotations

import math

import numpy as np

from rumbo.motion.kernels.jit import lean

HALF_TURN, TURN = 180_000_000.0, 360_000_000.0
"""In 1e-6 degrees."""


@lean
def between(low, high, starts, value):
    """The greatest k in [low, high] with starts[k] <= value; low is known to do."""
    while low < high:
        middle = (low + high + 1) >> 1
        if starts[middle] <= value:
            low = middle
        else:
            high = middle - 1
    return low


@lean
def advanced(at, last, starts, value):
    """The same by single steps, where the answer is near."""
    while at < last and starts[at + 1] <= value:
        at += 1
    return at


@lean
def piece_at(trip, tables, at_ms):
    """The row of the piece in force at trip time `at_ms`."""
    bucket = trip.time_lut + (at_ms >> trip.time_shift)
    lut = tables.time_lut
    return between(trip.piece + lut[bucket], trip.piece + lut[bucket + 1], tables.piece_ms, at_ms)


@lean
def moved(piece, at_ms):
    """Distance, speed and acceleration in a piece; the operations of `braking.moved`."""
    s, v, a, j = piece[1], piece[2], piece[3], piece[4]
    u = max(at_ms / 1000.0 - piece[0], 0.0)
    half, sixth = u * 0.5, u * (1.0 / 3.0)
    s_now = s + (v + (a + j * sixth) * half) * u
    v_now = v + (a + j * half) * u
    return min(max(s_now, s), piece[5]), max(v_now, 0.0), a + j * u


@lean
def place_at(trip, tables, s):
    """Latitude, longitude, heading and span row at distance `s` along the route."""
    s_mm = s * 1000.0
    whole_mm = min(np.int64(math.floor(s_mm)), trip.length_mm)
    bucket, lut = trip.place_lut + (whole_mm >> trip.place_shift), tables.place_lut
    starts = tables.vertex_mm
    at = between(trip.vertex + lut[bucket], trip.vertex + lut[bucket + 1], starts, whole_mm)
    at = min(at, trip.vertex + trip.vertices - 2)
    here, there = tables.vertex[at], tables.vertex[at + 1]
    f = min(max((s_mm - starts[at]) / (starts[at + 1] - starts[at]), 0.0), 1.0)
    lat = (here[0] + f * (there[0] - here[0])) / 1e6
    step = float(there[1]) - float(here[1])
    if step > HALF_TURN:
        step -= TURN
    elif step < -HALF_TURN:
        step += TURN
    lon = wrapped((here[1] + f * step) / 1e6)
    span = advanced(trip.span + here[3], trip.span + trip.spans - 1, tables.span_mm, whole_mm)
    return lat, lon, here[2] / 10.0, span


@lean
def wrapped(lon):
    """In [-180, 180), of what is out by one turn at most."""
    if lon >= 180.0:
        return lon - 360.0
    if lon < -180.0:
        return lon + 360.0
    return lon


@lean
def change_at(trip, tables, piece, world_ms):
    """The row of the state change in force."""
    first = trip.change
    begun = first if world_ms < trip.start_ms else first + tables.piece_change[piece]
    return advanced(begun, first + trip.changes - 1, tables.change_ms, world_ms)


@lean
def evaluate(trips, tables, index, world_ms, floats, whole):
    """States of rows `index` at `world_ms` into `floats` and `whole`, a column a row; see `states.evaluate`."""
    for i in range(len(index)):
        trip = trips[index[i]]
        at_ms = min(max(world_ms[i] - trip.start_ms, 0), trip.last_piece_ms)
        piece = piece_at(trip, tables, at_ms)
        s, v, a = moved(tables.piece[piece], at_ms)
        lat, lon, heading, span = place_at(trip, tables, s)
        change = change_at(trip, tables, piece, world_ms[i])
        length = tables.change_m[change]
        floats[0, i], floats[1, i], floats[2, i] = s, v, a
        floats[3, i], floats[4, i], floats[5, i] = lat, lon, heading
        floats[6, i], floats[7, i] = max(length - s, 0.0), min(s / length, 1.0)
        whole[0, i], whole[1, i] = tables.change_state[change], tables.change_reason[change]
        whole[2, i], whole[3, i] = change - trip.change, tables.change_eta[change]
        whole[4, i], whole[5, i] = span, piece
