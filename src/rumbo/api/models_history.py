"""What /history gives."""

from __future__ import annotations

from pydantic import BaseModel, Field

from rumbo.domain.trip import TripState
from rumbo.domain.vehicle import VehicleClass


class PastVehicleOut(BaseModel):
    vehicle_id: str
    name: str
    vehicle_class: VehicleClass
    trip_id: str
    state: TripState
    lat: float
    lon: float
    speed_mps: float
    heading_deg: float
    distance_m: float
    remaining_m: float
    progress: float


class HistoryOut(BaseModel):
    """True states, without the devices' errors. A vehicle that does not drive stands where its last trip ended."""

    at: str
    vehicles: list[PastVehicleOut]
    truncated: bool = Field(description="Whether there are more than `limit`.")
