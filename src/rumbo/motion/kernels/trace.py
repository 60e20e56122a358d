"""The exact states of trips at times one after the other: the numbers of `truth.evaluate`, but nothing is searched for.

The piece, the vertex and the change in force are those of the time before, or a step or two on.
"""

from __future__ import annotations

import math

from rumbo.motion.kernels.jit import kernel
from rumbo.motion.kernels.truth import HALF_TURN, TURN, advanced, moved, piece_at, wrapped


@kernel
def trace(trips, tables, vehicles, index, first_ms, counts, step_ms, out):
    """States of trip `index[k]` at `counts[k]` times from `first_ms[k]`, one by one, into columns `out`."""
    row = 0
    for k in range(len(index)):
        names = (index[k], vehicles[index[k]])
        row = trace_one(trips[index[k]], names, tables, first_ms[k], counts[k], step_ms, out, row)


@kernel
def vertex_at(trip, starts, at, whole_mm):
    """The row of the vertex in force, from one that was near; distance may fall back by what rounding takes."""
    at = advanced(at, trip.vertex + trip.vertices - 2, starts, whole_mm)
    while at > trip.vertex and starts[at] > whole_mm:
        at -= 1
    return at


@kernel
def trace_one(trip, names, tables, at_ms, count, step_ms, out, row):
    """One trip's rows from `row` on, none before its start. Returns where the next trip's begin."""
    starts, last_change = tables.vertex_mm, trip.change + trip.changes - 1
    last_piece, last_span = trip.piece + trip.pieces - 1, trip.span + trip.spans - 1
    piece = piece_at(trip, tables, min(at_ms - trip.start_ms, trip.last_piece_ms))
    change, at, span = trip.change + tables.piece_change[piece], -1, trip.span
    first_span = span
    lat, lon, north, east, begin_mm, length_mm, heading = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for i in range(row, row + count):
        trip_ms = min(at_ms - trip.start_ms, trip.last_piece_ms)
        piece = advanced(piece, last_piece, tables.piece_ms, trip_ms)
        change = advanced(change, last_change, tables.change_ms, at_ms)
        s, v, a = moved(tables.piece[piece], trip_ms)
        s_mm = s * 1000.0
        whole_mm = min(math.floor(s_mm), trip.length_mm)
        vertex = vertex_at(trip, starts, max(at, trip.vertex), whole_mm)
        if vertex != at:
            at, here, there = vertex, tables.vertex[vertex], tables.vertex[vertex + 1]
            lat, lon, heading = float(here[0]), float(here[1]), here[2] / 10.0
            north, east = float(there[0] - here[0]), float(there[1]) - float(here[1])
            if east > HALF_TURN:
                east -= TURN
            elif east < -HALF_TURN:
                east += TURN
            begin_mm, length_mm = float(starts[at]), float(starts[at + 1] - starts[at])
            span, first_span = trip.span + here[3], trip.span + here[3]
        f = min(max((s_mm - begin_mm) / length_mm, 0.0), 1.0)
        span = advanced(
            span if tables.span_mm[span] <= whole_mm else first_span, last_span, tables.span_mm, whole_mm
        )
        out.time[i], out.trip_id[i], out.vehicle_id[i] = at_ms, names[0], names[1]
        out.vehicle_class[i], out.state[i] = trip.vehicle_class, tables.change_state[change]
        out.road_name[i] = tables.span[span].name
        out.lat[i], out.lon[i] = (lat + f * north) / 1e6, wrapped((lon + f * east) / 1e6)
        out.heading_deg[i], out.speed_mps[i] = heading, v
        out.acceleration_mps2[i], out.distance_m[i] = a, s
        at_ms += step_ms
    return row + count
