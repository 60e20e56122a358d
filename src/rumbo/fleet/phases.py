"""What a trip comes to as it is planned now, and which trips are in a state at a moment."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_

from rumbo.domain.trip import TripState
from rumbo.fleet.tables import TRIPS

PLANNED, PAUSED, CANCELLED, FAILED = "planned", "paused", "cancelled", "failed"


def still_open(now_ms: int) -> ColumnElement[bool]:
    """Of trips that have not ended by then."""
    return or_(TRIPS.c.end_ms.is_(None), TRIPS.c.end_ms > now_ms)


def in_state(state: TripState, now_ms: int) -> ColumnElement[bool]:
    """Of trips in a state; for driving and waiting: of all that are under way."""
    phase, started = TRIPS.c.phase, TRIPS.c.start_ms <= now_ms
    match state:
        case TripState.SCHEDULED:
            return and_(phase != CANCELLED, TRIPS.c.start_ms > now_ms)
        case TripState.PAUSED:
            return phase == PAUSED
        case TripState.DRIVING | TripState.WAITING:
            return and_(phase.in_((PLANNED, FAILED)), started, TRIPS.c.end_ms > now_ms)
        case TripState.ARRIVED:
            return and_(phase == PLANNED, TRIPS.c.end_ms <= now_ms)
        case TripState.CANCELLED:
            return phase == CANCELLED
        case TripState.FAILED:
            return and_(phase == FAILED, TRIPS.c.end_ms <= now_ms)
