"""What /replay gives."""

from __future__ import annotations

from pydantic import BaseModel, Field

from rumbo.domain.trip import TripState
from rumbo.domain.vehicle import VehicleClass


class ReplayVehicleOut(BaseModel):
    """A vehicle's reports in the span: columns of equal length, in order of time, the newest of each step."""

    vehicle_id: str
    vehicle_class: VehicleClass
    time_ms: list[int] = Field(description="When it was recorded: ms since the Unix epoch, world time.")
    trip_id: list[str]
    state: list[TripState]
    lat: list[float]
    lon: list[float]
    speed_mps: list[float]
    heading_deg: list[float]
    distance_m: list[float]
    remaining_m: list[float]
    progress: list[float]


class ReplayOut(BaseModel):
    """What the devices reported, with their errors, as it lies in landing."""

    first: str
    last: str
    step_s: float
    vehicles: list[ReplayVehicleOut]


class MarkOut(BaseModel):
    """Something to jump to: a trip that began, ended or was stopped, or an alert."""

    at: str
    kind: str = Field(description="state or alert.")
    what: str = Field(description="The trip's new state, or the alert's rule.")
    vehicle_id: str
    trip_id: str
    lat: float | None
    lon: float | None


class MarksOut(BaseModel):
    items: list[MarkOut]
    truncated: bool = Field(description="Whether there are more; ask for a shorter span.")
    activity: list[int] = Field(
        description="How many vehicles reported in each of 288 equal parts of the span."
    )
