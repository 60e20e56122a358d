"""State inside a profile, and the jerk-limited stop from any state of motion."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from rumbo.domain.plan import Profile
from rumbo.domain.vehicle import Limits

type Piece = tuple[float, float, float, float, float]
"""t, s, v, a, j at the start of a piece of constant jerk."""


@dataclass(frozen=True, slots=True)
class Kinematics:
    s_m: float
    v_mps: float
    a_mps2: float


def due_ms(t_s: float) -> int:
    """The first whole millisecond at which something that happens at `t_s` has happened.

    A nanosecond of slack keeps a whole number of milliseconds what it is, whatever t_s · 1000 rounds to.
    """
    return ceil(t_s * 1000.0 - 1e-6)


def piece_at(t_s: Sequence[float], at_ms: int) -> int:
    """Index of the piece in force `at_ms` whole milliseconds after 0 (0 before that)."""
    key: Callable[[float], int] = due_ms
    return max(bisect_right(t_s, at_ms, key=key) - 1, 0)


def moved(t_s: float, piece: Piece, end_m: float) -> Kinematics:
    """The state at `t_s` within a piece; distance stays within the piece's, speed is never negative.

    The operations and their order are those of `fleet.kinematics`, so both give the same bits.
    """
    t0, s, v, a, j = piece
    u = max(t_s - t0, 0.0)
    half, sixth = u * 0.5, u * (1.0 / 3.0)
    s_now = s + (v + (a + j * sixth) * half) * u
    v_now = v + (a + j * half) * u
    return Kinematics(min(max(s_now, s), end_m), max(v_now, 0.0), a + j * u)


def state_at(profile: Profile, at_ms: int, end_m: float) -> Kinematics:
    """The state of a profile `at_ms` after its start; at and after its end a standstill at `end_m`."""
    if at_ms >= due_ms(profile.duration_s):
        return Kinematics(end_m, 0.0, 0.0)
    i = piece_at(profile.t_s, at_ms)
    s_end = profile.s_m[i + 1] if i + 1 < len(profile.s_m) else end_m
    piece = (profile.t_s[i], profile.s_m[i], profile.v_mps[i], profile.a_mps2[i], profile.j_mps3[i])
    return moved(at_ms / 1000.0, piece, s_end)


def stopping(state: Kinematics, t_s: float, limits: Limits) -> tuple[list[Piece], float, float]:
    """Pieces from a state at `t_s` to a standstill; also the time and place of the standstill.

    Acceleration ramps with the class's jerk J to -p, stays, and ramps back to 0 as speed reaches 0, where
    p = min(b, sqrt(J v + a²/2)): the least time within b and J. Where the state brakes so hard that
    no ramp of jerk J ends at v = 0, the one ramp needed is sharper than J.
    """
    jerk, v, a = limits.jerk_mps3, max(state.v_mps, 0.0), state.a_mps2
    if v <= 1e-9:
        return [], t_s, state.s_m
    steps: list[tuple[float, float]]
    if a < 0.0 and v * jerk * 2.0 <= a * a:
        steps = [(-2.0 * v / a, a * a / (2.0 * v))]
    else:
        peak = min(max(limits.braking_mps2, -a), sqrt(jerk * v + a * a * 0.5))
        steady = max(v + a * a / (2.0 * jerk) - peak * peak / jerk, 0.0) / peak
        steps = [((a + peak) / jerk, -jerk), (steady, 0.0), (peak / jerk, jerk)]
    pieces: list[Piece] = []
    s = state.s_m
    for width, j in steps:
        if width <= 1e-9:
            continue
        pieces.append((t_s, s, v, a, j))
        s = s + (v + (a + j * (width * (1.0 / 3.0))) * (width * 0.5)) * width
        v, a, t_s = max(v + (a + j * (width * 0.5)) * width, 0.0), a + j * width, t_s + width
    return pieces, t_s, s
