"""One trip at one moment, for those who ask about single trips."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from rumbo.domain.plan import Plan
from rumbo.domain.route import Route
from rumbo.domain.trip import TripState, WaitReason
from rumbo.motion.amend import NO_TIME, Change, Motion, compile_plan
from rumbo.motion.braking import Kinematics, moved, piece_at
from rumbo.motion.pack import headings_deg


@dataclass(frozen=True, slots=True)
class TripSnapshot:
    """A trip's true state. `end_ms` is when it ends as far as its plan now says, None while that is open."""

    state: TripState
    reason: WaitReason | None
    lat: float
    lon: float
    speed_mps: float
    heading_deg: float
    distance_m: float
    remaining_m: float
    progress: float
    eta_ms: int | None
    end_ms: int | None


def snapshot(plan: Plan, world_ms: int) -> TripSnapshot:
    """The state of a plan at `world_ms`, to the bit what `Fleet.states` gives."""
    return snapshot_of(plan, compile_plan(plan), world_ms)


def snapshot_of(plan: Plan, motion: Motion, world_ms: int) -> TripSnapshot:
    """The same, of a plan that is compiled already."""
    change = change_at(motion, world_ms)
    state = _kinematics(motion, max(world_ms - plan.start_ms, 0))
    lat, lon, heading = _place(motion.route, state.s_m)
    length = change.length_m
    end_ms = motion.end_ms if motion.reports else motion.changes[-1].at_ms
    return TripSnapshot(
        state=change.state, reason=change.reason, lat=lat, lon=lon,
        speed_mps=state.v_mps, heading_deg=heading, distance_m=state.s_m,
        remaining_m=max(length - state.s_m, 0.0), progress=min(state.s_m / length, 1.0),
        eta_ms=None if change.eta_ms == NO_TIME else change.eta_ms, end_ms=end_ms,
    )  # fmt: skip


def change_at(motion: Motion, world_ms: int) -> Change:
    """The state change in force; before the trip was created, its first."""
    at = bisect_right(motion.changes, world_ms, key=lambda change: change.at_ms)
    return motion.changes[max(at - 1, 0)]


def _kinematics(motion: Motion, at_ms: int) -> Kinematics:
    i = piece_at(motion.t_s, at_ms)
    last = i + 1 == len(motion.t_s)
    at_s = motion.t_s[i] if last else at_ms / 1000.0
    piece = (motion.t_s[i], motion.s_m[i], motion.v_mps[i], motion.a_mps2[i], motion.j_mps3[i])
    return moved(at_s, piece, motion.s_m[i if last else i + 1])


def _place(route: Route, s_m: float) -> tuple[float, float, float]:
    s_mm = s_m * 1000.0
    i = bisect_right(route.distance_m, int(s_mm), key=lambda d: round(d * 1000.0)) - 1
    i = min(max(i, 0), len(route.lat) - 2)
    begin, end = (round(d * 1000.0) for d in route.distance_m[i : i + 2])
    f = min(max((s_mm - begin) / (end - begin), 0.0), 1.0)
    lat1, lat2 = (round(value * 1e6) for value in route.lat[i : i + 2])
    lon1, lon2 = (round(value * 1e6) for value in route.lon[i : i + 2])
    step = lon2 - lon1
    step += -360_000_000 if step > 180_000_000 else 360_000_000 if step < -180_000_000 else 0
    lon = (lon1 + f * step) / 1e6
    lon += -360.0 if lon >= 180.0 else 360.0 if lon < -180.0 else 0.0
    ends = [np.array([v]) for v in (route.lat[i], route.lon[i], route.lat[i + 1], route.lon[i + 1])]
    return (lat1 + f * (lat2 - lat1)) / 1e6, lon, float(headings_deg(*ends)[0])
