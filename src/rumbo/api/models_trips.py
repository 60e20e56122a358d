"""What /trips takes and gives."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from rumbo.api.bulk import UNCHECKED
from rumbo.api.fields import Alternatives, Id, In, Seed, Time, Waypoints, Word
from rumbo.api.models import LineStringIn, PositionOut, RouteOut, WaypointOut
from rumbo.api.models_devices import DeviceIn, ProfileName, TripRef
from rumbo.domain.trip import TripState
from rumbo.domain.vehicle import Driver

MAX_AT_ONCE = 200


class TripIn(In):
    """A trip to plan. Without `start_at` it starts now; the same seed gives the same events."""

    vehicle_id: Id
    waypoints: Waypoints | None = None
    geometry: LineStringIn | None = None
    start_at: Time | None = Field(None, description="World time.", examples=["2026-03-05T07:30:00Z"])
    device_profile: ProfileName | None = Field(
        None, description="Ready-made or your own; left out: the vehicle's."
    )
    device: DeviceIn | None = Field(None, description="A device of this trip alone, instead of a profile.")
    driver: Driver | None = Field(None, description="Left out: the vehicle's.")
    seed: Seed | None = None
    alternative: Alternatives = 0
    provider: Word | None = None
    traffic: Annotated[bool, Field(strict=True, description="Whether roads are slower at busy hours.")] = True
    id: TripRef | None = Field(
        None,
        description="Your own id; left out, it gets one. The same order with the same id again is no second trip.",
    )


class TripsIn(In):
    trips: Annotated[
        list[Annotated[TripIn, UNCHECKED]],
        Field(min_length=1, max_length=MAX_AT_ONCE, description="Each stands or falls by itself."),
    ]


class TripOut(BaseModel):
    """A trip as it stands now. In lists `route.geometry` is simplified, `controls` and `roads` are empty."""

    id: str
    vehicle_id: str
    state: TripState
    start_at: str
    created_at: str
    ended_at: str | None
    seed: int
    device_profile: str = Field(description="The name of its device.")
    energy_start: float = Field(description="Fuel or charge at the start, as a share of full.")
    energy_end: float = Field(description="The same at its end, as planned now.")
    odometer_start_m: float = Field(description="What its vehicle had driven before.")
    waypoints: list[WaypointOut]
    route: RouteOut
    progress: float
    eta: str | None
    position: PositionOut | None
    revision: int
    settled: bool = Field(description="Whether the broker has settled when the newest decision takes effect.")


class TripsOut(BaseModel):
    items: list[TripOut]
    next_cursor: str | None
