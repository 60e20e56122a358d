"""What a scenario comes to: orders of trips, each with all that decides its events."""

from __future__ import annotations

from dataclasses import dataclass

from rumbo.domain.route import Waypoint
from rumbo.scenarios.fleets import FleetVehicle


@dataclass(frozen=True, slots=True)
class Order:
    """One trip to plan. `start_ms` is world time; `ends_ms` and `length_m` are as planned without closures."""

    trip_id: str
    vehicle: FleetVehicle
    start_ms: int
    waypoints: tuple[Waypoint, ...]
    seed: int
    purpose: str
    """What it is for: `commute`, `tour`, `line`, `ride`, `return`, `visit`, `loop`."""
    geometry: tuple[tuple[float, float], ...] = ()
    """Where not empty: exactly along these points (latitude, longitude) instead of by roads."""
    ends_ms: int = 0
    length_m: float = 0.0
