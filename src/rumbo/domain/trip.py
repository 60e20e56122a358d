"""The states of a trip and the moves between them."""

from __future__ import annotations

from enum import StrEnum


class TripState(StrEnum):
    SCHEDULED = "scheduled"
    DRIVING = "driving"
    WAITING = "waiting"
    PAUSED = "paused"
    ARRIVED = "arrived"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_final(self) -> bool:
        return self in FINAL_STATES


FINAL_STATES = frozenset({TripState.ARRIVED, TripState.CANCELLED, TripState.FAILED})


class WaitReason(StrEnum):
    """Why a vehicle stands in state `waiting`; the last two: why a trip changed without waiting."""

    DWELL = "dwell"
    SIGNAL = "signal"
    QUEUE = "queue"
    STOP_SIGN = "stop_sign"
    GIVE_WAY = "give_way"
    CROSSING = "crossing"
    REROUTED = "rerouted"
    """Goes on driving, on another route."""
    OUT_OF_ENERGY = "out_of_energy"
    """Failed: nothing left to drive with."""
