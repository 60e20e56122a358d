"""What a device reports of energy, one report at a time; the formulas are told in `motion.energy`.

An engine is a row of numbers in the order of `energy.Engine`.
"""

from __future__ import annotations

import math

from rumbo.motion.effort import DRIVELINE
from rumbo.motion.energy import SHIFTS, Engine
from rumbo.motion.kernels.jit import lean

(
    _INERTIA, _ROLLING, _DRAG, _TAKEN, _GIVEN, _IDLE_KW, _CAPACITY, _RETURNED, _MOST_KW, _IDLE_RPM, _SHIFT_RPM,
    _FIRST_MPS, _STEP,
) = range(len(Engine._fields))  # fmt: skip


@lean
def work_j(engine, v, a, j, u):
    """As `energy.work_j`."""
    h, half = j * 0.5, u * 0.5
    gained = (a + h * u) * u
    end, middle = v + gained, v + (a + h * half) * half
    rolled = v + 4.0 * middle + end
    blown = v * v * v + 4.0 * (middle * middle * middle) + end * end * end
    drag_j = (engine[_ROLLING] * rolled + engine[_DRAG] * blown) * (u * (1.0 / 6.0))
    return (0.5 * engine[_INERTIA]) * (gained * (v + end)) + drag_j


@lean
def spent_kwh(engine, piece, power, u, stands):
    """As `energy.spent_kwh`."""
    work = work_j(engine, piece[2], piece[3], piece[4], u)
    switch_s, switch_j = float(power.switch_s), float(power.switch_j)
    first = switch_j if u > max(switch_s, -switch_s - 1.0) else work
    rest = work - first
    on_s = min(u, switch_s) if stands else u
    spent = on_s * (engine[_IDLE_KW] * (1.0 / 3600.0))
    spent += (max(first, 0.0) + max(rest, 0.0)) * engine[_TAKEN]
    if engine[_GIVEN] != 0.0:
        spent += (min(first, 0.0) + min(rest, 0.0)) * engine[_GIVEN]
    return spent


@lean
def power_kw(engine, v, a):
    """As `Engine.power_kw`."""
    force_n = engine[_INERTIA] * a + engine[_ROLLING] + engine[_DRAG] * (v * v)
    wheels_kw = v * force_n * 1e-3
    share = 1.0 / DRIVELINE if wheels_kw > 0.0 else engine[_RETURNED]
    return min(max(wheels_kw * share, -engine[_MOST_KW]), engine[_MOST_KW])


@lean
def speed_rpm(engine, v):
    """As `Engine.speed_rpm`."""
    idle_rpm = engine[_IDLE_RPM]
    if math.isnan(idle_rpm):  # no engine
        return idle_rpm
    shift_mps = engine[_FIRST_MPS]
    for _ in range(SHIFTS):
        if v >= shift_mps:
            shift_mps *= engine[_STEP]
    return max(engine[_SHIFT_RPM] * (v / shift_mps), idle_rpm)


@lean
def ignition_at(piece, power, u):
    """Whether it is on `u` seconds into a piece, and whether the vehicle stands in it."""
    stands = piece[2] == 0.0 and piece[3] == 0.0 and piece[4] == 0.0
    return not stands or u < power.switch_s, stands


@lean
def tank_at(engine, level, piece, power, v, a, u):
    """Level, ignition, power, energy used and engine speed `u` seconds into a piece; `level` is that at the start."""
    on, stands = ignition_at(piece, power, u)
    full = engine[_CAPACITY]
    used = min(power.used_kwh + spent_kwh(engine, piece, power, u, stands), full * level)
    rpm = speed_rpm(engine, v) if on else engine[_IDLE_RPM] * 0.0
    return min(max(level - used / full, 0.0), 1.0), on, power_kw(engine, v, a), used, rpm
