"""Trips as they stand at a moment of world time."""

from __future__ import annotations

from rumbo.domain.plan import Plan
from rumbo.domain.trip import TripState
from rumbo.fleet.orders import TripView
from rumbo.fleet.phases import CANCELLED, FAILED
from rumbo.fleet.trips import TripRow
from rumbo.motion import snapshot

_ENDS = {CANCELLED: TripState.CANCELLED, FAILED: TripState.FAILED}


def full_view(row: TripRow, plan: Plan, now_ms: int) -> TripView:
    """The trip with its plan and exact state."""
    now = snapshot(plan, now_ms)
    end_ms = row.outlook.end_ms
    # A cancelled vehicle still brakes for a few seconds; its trip ends where it stands.
    ended_ms = end_ms if now.state.is_final and end_ms is not None and end_ms <= now_ms else None
    return TripView(row, now.state, now.progress, now.eta_ms, ended_ms, plan, now)


def is_under_way(row: TripRow, now_ms: int) -> bool:
    """Whether only the plan can say how the trip stands."""
    end_ms = row.outlook.end_ms
    return row.start_ms <= now_ms and (end_ms is None or end_ms > now_ms)


def brief_view(row: TripRow, now_ms: int) -> TripView:
    """The trip by its columns alone; for trips that are not under way."""
    end_ms, cancelled = row.outlook.end_ms, row.outlook.phase == CANCELLED
    if end_ms is not None and end_ms <= now_ms:
        state = _ENDS.get(row.outlook.phase, TripState.ARRIVED)
        return TripView(row, state, 1.0 if state is TripState.ARRIVED else _share(row), None, end_ms)
    return TripView(row, TripState.SCHEDULED, 0.0, None if cancelled else end_ms, None)


def _share(row: TripRow) -> float:
    return round(min(1.0, row.outlook.driven_m / row.distance_m), 4)
