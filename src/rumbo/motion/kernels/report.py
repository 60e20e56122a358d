"""Reports of devices as whole numbers: what they see of the truth, a row a sending, a column as `rows.COLUMNS` has."""

from __future__ import annotations

import math

import numpy as np

from rumbo.domain.device import Fault
from rumbo.motion.arrays import M_PER_DEG
from rumbo.motion.kernels.engine import ignition_at, tank_at
from rumbo.motion.kernels.jit import lean
from rumbo.motion.kernels.noise import gauss, mixed
from rumbo.motion.kernels.receiver import cos_deg, fix_at, shade_at
from rumbo.motion.kernels.truth import change_at, moved, piece_at, place_at, wrapped
from rumbo.motion.noise import mix
from rumbo.motion.pack import NEVER_MS
from rumbo.motion.rows import COLUMNS, NULL
from rumbo.motion.sendings import LOW_ENERGY, TIME

_JUMP_STREAM = np.uint64(mix(40))
_CLOCK = int(Fault.CLOCK)
_OFF, _ON = 0, 1
(
    _VERSION, _SEQ, _TIME, _CLASS, _STATE, _LAT, _LON, _SPEED, _HEADING, _ACCELERATION, _DISTANCE, _ODOMETER,
    _REMAINING, _PROGRESS, _ETA, _NAME, _ROAD, _LIMIT, _ACCURACY, _HDOP, _SATELLITES, _LEVEL, _TRIGGER, _IGNITION,
    _POWER, _USED, _RPM,
) = (
    COLUMNS.index(name)
    for name in (
        "schema_version", "seq", "event_time", "vehicle_class", "state", "lat", "lon", "speed_mps", "heading_deg",
        "acceleration_mps2", "distance_m", "odometer_m", "remaining_m", "progress", "eta", "road_name", "road_class",
        "speed_limit_mps", "accuracy_m", "hdop", "satellites", "energy_level", "trigger", "ignition", "power_kw",
        "energy_used_kwh", "engine_speed_rpm",
    )
)  # fmt: skip


@lean
def fixed(value, scale):
    """Rounded half to even, in units of the last decimal kept."""
    return NULL if math.isnan(value) else np.int64(np.rint(value * scale))


@lean
def thrown(seed, jump, far_m, lat, lon):
    """A place `far_m` away, in a direction that each teleport draws for itself."""
    keyed = mixed(seed ^ _JUMP_STREAM)
    north, east = gauss(keyed, 2 * jump), gauss(keyed, 2 * jump + 1)
    share = far_m / max(math.sqrt(north * north + east * east), 1e-9)
    there = min(max(lat + north * share / M_PER_DEG, -90.0), 90.0)
    # Whole turns around the earth are taken off: far away, and near a pole, that may be many.
    lon = lon + east * share / (M_PER_DEG * cos_deg(lat))
    return there, wrapped(lon - 360.0 * math.floor((lon + 180.0) / 360.0))


@lean
def seen_at(trip, tables, device, world_ms):
    """The fix of a device without faults, made at that time."""
    at_ms = min(max(world_ms - trip.start_ms, 0), trip.last_piece_ms)
    s, v, _ = moved(tables.piece[piece_at(trip, tables, at_ms)], at_ms)
    lat, lon, heading, span = place_at(trip, tables, s)
    return fix_of(trip, tables, device, world_ms, (s, lat, lon, v, heading), span)


@lean
def fix_of(trip, tables, device, world_ms, truth, span):
    shade = tables.span[span]
    dark, lost, canyon = False, 0.0, 0.0
    if shade.shaded:
        lost, canyon = shade_at(shade, truth[0] - tables.span_mm[span] / 1000.0)
        dark = shade.dark
    return fix_at(device, trip.seed, world_ms - trip.start_ms, truth, dark, lost, canyon)


@lean
def device_ms(device, trip, faults, true_ms):
    """The time by the device's clock: skewed by a constant, and more with every hour of the trip."""
    if faults & _CLOCK == 0:
        return true_ms
    drift_ms = np.rint((true_ms - trip.start_ms) * device.clock_drift_ppm / 1e6)
    return true_ms + device.clock_skew_ms + np.int64(drift_ms)


@lean
def report(trips, tables, engines, devices, scale, sent, order, rows):
    """Fill `rows` for the sendings `sent`; `scale` holds ten to the power of each column's decimals.

    They are worked out in this order: trip by trip, what one report needs is still at hand for the next.
    """
    for i in order:
        trip, true_ms = trips[sent.trip[i]], sent.true_ms[i]
        device, row = devices[trip.device], rows[i]
        at_ms = min(max(true_ms - trip.start_ms, 0), trip.last_piece_ms)
        at = piece_at(trip, tables, at_ms)
        piece, power = tables.piece[at], tables.power[at]
        s, v, a = moved(piece, at_ms)
        lat, lon, heading, span = place_at(trip, tables, s)
        road = tables.span[span]
        change = change_at(trip, tables, at, true_ms)
        length = tables.change_m[change]

        if sent.fix_back_ms[i]:
            fix = seen_at(trip, tables, device, true_ms - sent.fix_back_ms[i])
        else:
            fix = fix_of(trip, tables, device, true_ms, (s, lat, lon, v, heading), span)
        lat, lon = fix[0], fix[1]
        if sent.jump[i]:
            lat, lon = thrown(trip.seed, sent.jump[i], device.teleport_m, lat, lon)
        u = max(max(true_ms - trip.start_ms, 0) / 1000.0 - piece[0], 0.0)
        engine = engines[trip.engine]
        level, on, kw, used, rpm = tank_at(engine, trip.energy_start, piece, power, v, a, u)
        since_low = true_ms - trip.low_ms
        tells_low = 0 <= since_low < trip.interval_ms and trip.script_ms == NEVER_MS

        row[_VERSION], row[_SEQ] = device.schema_version, sent.seq[i]
        row[_TIME], row[_ETA] = device_ms(device, trip, sent.faults[i], true_ms), tables.change_eta[change]
        row[_CLASS], row[_STATE] = trip.vehicle_class, tables.change_state[change]
        row[_NAME], row[_ROAD], row[_LIMIT] = road.name, road.road, fixed(road.limit_mps, scale[_LIMIT])
        row[_LAT], row[_LON] = fixed(lat, scale[_LAT]), fixed(lon, scale[_LON])
        tenths = fixed(fix[3], scale[_HEADING])
        row[_SPEED] = fixed(fix[2], scale[_SPEED])
        row[_HEADING] = 0 if tenths >= 360 * scale[_HEADING] else tenths
        row[_ACCURACY], row[_HDOP] = fixed(fix[4], scale[_ACCURACY]), fixed(fix[5], scale[_HDOP])
        row[_SATELLITES] = np.int64(fix[6])
        row[_ACCELERATION], row[_DISTANCE] = fixed(a, scale[_ACCELERATION]), fixed(s, scale[_DISTANCE])
        row[_ODOMETER] = fixed(trip.odometer_start_m + s, scale[_ODOMETER])
        row[_REMAINING] = fixed(max(length - s, 0.0), scale[_REMAINING])
        row[_PROGRESS] = fixed(min(s / length, 1.0), scale[_PROGRESS])
        row[_LEVEL], row[_USED] = fixed(level, scale[_LEVEL]), fixed(used, scale[_USED])
        row[_POWER], row[_RPM] = fixed(kw, scale[_POWER]), fixed(rpm, scale[_RPM])
        row[_IGNITION] = _ON if on else _OFF
        row[_TRIGGER] = LOW_ENERGY if tells_low and sent.trigger[i] == TIME else sent.trigger[i]


@lean
def ignition(trips, tables, index, true_ms, pieces, on):
    """Whether it is on at true times, in these pieces; as `power.ignition_on`."""
    for i in range(len(index)):
        piece = tables.piece[pieces[i]]
        since_s = max(true_ms[i] - trips[index[i]].start_ms, 0) / 1000.0
        on[i], _ = ignition_at(piece, tables.power[pieces[i]], max(since_s - piece[0], 0.0))
