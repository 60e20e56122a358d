"""What a trip truly did and will do: its plan evaluated along its whole life, and the changes of its state."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from rumbo.domain.plan import Plan
from rumbo.domain.trip import TripState, WaitReason
from rumbo.motion import Fleet, Motion, compile_plan
from rumbo.motion.amend import NO_TIME
from rumbo.motion.arrays import Floats, Ints
from rumbo.motion.snapshot import snapshot_of

LEAST_STEP_MS = 1_000
"""The truth is told this often, or less often where a trip would have too many moments."""


@dataclass(frozen=True, slots=True)
class TruthTrack:
    """Columns in order of time; `limit_mps` is NaN where the map knows none. `step_ms` lies between two moments."""

    step_ms: int
    time_ms: Ints
    lat: Floats
    lon: Floats
    speed_mps: Floats
    limit_mps: Floats
    distance_m: Floats


@dataclass(frozen=True, slots=True)
class StateChange:
    """From `at_ms` on the trip is in `state`, at this place."""

    at_ms: int
    state: TripState
    reason: WaitReason | None
    lat: float
    lon: float
    distance_m: float


def truth_track(plan: Plan, until_ms: int, most: int) -> TruthTrack | None:
    """Where the vehicle exactly was from its start up to a world time, at `most` moments and its changes of state.

    None where it had not started by then, or never did.
    """
    motion = compile_plan(plan)
    end_ms = until_ms if motion.end_ms is None else min(motion.end_ms, until_ms)
    if not motion.reports or plan.start_ms > end_ms:
        return None
    step_ms = max(LEAST_STEP_MS, -(-(end_ms - plan.start_ms) // most))
    changes = [change.at_ms for change in motion.changes if plan.start_ms <= change.at_ms <= end_ms]
    times = np.arange(plan.start_ms, end_ms, step_ms, dtype=np.int64)
    times = np.unique(np.concatenate((times, np.array([*changes, end_ms], dtype=np.int64))))
    states = Fleet.of([plan]).states(np.zeros(len(times), dtype=np.int64), times)
    limits = _limits(motion, states.distance_m)
    return TruthTrack(step_ms, times, states.lat, states.lon, states.speed_mps, limits, states.distance_m)


def as_first_planned(plan: Plan, until_ms: int, most: int) -> TruthTrack | None:
    """The same of the plan before anything was changed, up to its end."""
    return truth_track(replace(plan, amendments=()), until_ms, most)


def state_changes(plan: Plan, until_ms: int) -> list[StateChange]:
    """The changes of the trip's state up to a world time, in order."""
    motion = compile_plan(plan)
    found = []
    for change in motion.changes:
        if change.at_ms > until_ms:
            break
        at = snapshot_of(plan, motion, change.at_ms)
        found.append(StateChange(change.at_ms, change.state, change.reason, at.lat, at.lon, at.distance_m))
    return found


def planned_end_ms(plan: Plan) -> int | None:
    """When the trip was to end before anything was changed."""
    first = compile_plan(replace(plan, amendments=()))
    eta_ms = first.changes[0].eta_ms if first.changes else NO_TIME
    return first.end_ms if eta_ms == NO_TIME else eta_ms


def _limits(motion: Motion, distance_m: Floats) -> Floats:
    spans = motion.route.spans
    starts = np.array([span.start_m for span in spans])
    limits = np.array([np.nan if span.limit_mps is None else span.limit_mps for span in spans])
    return np.asarray(limits[np.searchsorted(starts, distance_m, side="right") - 1])
