"""Feeds the live state: at the start from plans, then from the topics."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any

from rumbo.api.fields import to_text
from rumbo.api.live_state import LiveState
from rumbo.domain.vehicle import Vehicle
from rumbo.errors import RumboError
from rumbo.events.topics import CLOCK, POSITIONS, TRIP_STATES
from rumbo.fleet.orders import TripView
from rumbo.fleet.service import FleetService
from rumbo.fleet.world import WorldView
from rumbo.transport.port import Record, Tail

log = logging.getLogger(__name__)

TOPICS = (POSITIONS, TRIP_STATES, CLOCK)
POLL_S = 0.5
RETRY_S = 2.0


class Feed:
    """Follows the topics in one thread; opens the tail anew where it breaks."""

    def __init__(
        self, open_tail: Callable[[], Tail], state: LiveState, world: WorldView, fleet: FleetService
    ) -> None:
        self._open_tail = open_tail
        self._state = state
        self._world = world
        self._fleet = fleet

    def run(self, stop: threading.Event) -> None:
        """Feed until `stop` is set."""
        while not stop.is_set():
            try:
                self._follow(stop)
            except RumboError as exc:
                log.warning("The live feed starts again: %s", exc)
            except Exception:
                log.exception("The live feed starts again.")
            stop.wait(RETRY_S)

    def _follow(self, stop: threading.Event) -> None:
        tail = self._open_tail()
        try:
            self._world.refresh()  # what was appended before the tail began
            self._state.refill(
                [report(vehicle, trip) for vehicle, trip in self._fleet.newest_of_each_vehicle()]
            )
            while not stop.is_set():
                self.take(tail.poll(POLL_S))
        finally:
            tail.close()

    def take(self, records: list[Record]) -> None:
        """Take records of the three topics."""
        by_topic: dict[str, list[bytes]] = {POSITIONS: [], TRIP_STATES: []}
        for record in records:
            if record.topic == CLOCK:
                self._world.apply(record)
            elif record.value is not None:
                by_topic[record.topic].append(record.value)
        if by_topic[POSITIONS]:
            self._state.take_positions(by_topic[POSITIONS])
        if by_topic[TRIP_STATES]:
            self._state.take_trip_states(by_topic[TRIP_STATES])


def report(vehicle: Vehicle, view: TripView) -> dict[str, Any]:
    """What the vehicle's device would report now, without its noise: where its plan says it is."""
    row, now = view.row, view.snapshot
    driven_m = row.outlook.driven_m if now is None else now.distance_m
    return {
        "vehicle_id": vehicle.id,
        "vehicle_class": vehicle.vehicle_class.value,
        "trip_id": row.id,
        "state": view.state.value,
        "lat": row.outlook.end_lat if now is None else round(now.lat, 7),
        "lon": row.outlook.end_lon if now is None else round(now.lon, 7),
        "speed_mps": 0.0 if now is None else round(now.speed_mps, 2),
        "heading_deg": 0.0 if now is None else round(now.heading_deg, 1),
        "distance_m": round(driven_m, 1),
        "remaining_m": round(max(0.0, row.distance_m - driven_m), 1),
        "progress": round(view.progress, 4),
        "eta": to_text(view.eta_ms),
        "road_name": "",
        "speed_limit_mps": None,
        "event_time": to_text(view.ended_ms or row.start_ms),
        "final": view.ended_ms is not None,
    }
