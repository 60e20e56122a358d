"""What the REST interface takes and gives."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from rumbo.api.fields import (
    Alternatives,
    In,
    Latitude,
    Longitude,
    Waypoints,
    Word,
)
from rumbo.domain.vehicle import VehicleClass
from rumbo.routing.geometry import MAX_POINTS

Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
BBox = tuple[float, float, float, float]


def _on_earth(positions: list[list[float]]) -> list[list[float]]:
    for index, (lon, lat, *_height) in enumerate(positions):
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):
            raise ValueError(f"position {index} is not [longitude, latitude] on Earth")
    return positions


class LineStringIn(In):
    """GeoJSON LineString (RFC 7946): [longitude, latitude] pairs."""

    type: Literal["LineString"]
    coordinates: Annotated[
        list[Annotated[list[Number], Field(min_length=2, max_length=3)]],
        Field(
            min_length=2,
            max_length=MAX_POINTS,
            examples=[[[7.4213, 43.7346], [7.4286, 43.7402]]],
            fail_fast=True,  # the first bad point says it; to list 50,000 takes a second
        ),
        AfterValidator(_on_earth),
    ]


class RouteIn(In):
    """Where to go: by waypoints, or exactly along a geometry."""

    waypoints: Waypoints | None = None
    geometry: LineStringIn | None = None
    vehicle_class: VehicleClass = VehicleClass.CAR
    alternatives: Alternatives = 0
    provider: Word | None = None


class LineStringOut(BaseModel):
    type: Literal["LineString"]
    coordinates: list[tuple[float, float]]


class ControlOut(BaseModel):
    lat: float
    lon: float
    kind: str


class RouteOut(BaseModel):
    """A route. `duration_s` is that of the vehicle's own solved motion, stops included."""

    geometry: LineStringOut
    distance_m: float
    duration_s: float
    provider: str
    bbox: BBox
    controls: list[ControlOut]
    roads: list[str]


class RoutesOut(BaseModel):
    routes: list[RouteOut]


class VisitingOrderOut(BaseModel):
    """The quickest order in which to visit the points; the first and the last stay where they are."""

    order: list[int] = Field(description="Places of the given points, from 0, in the new order.")
    duration_s: float = Field(description="Of driving, without the stops' own time.")
    given_duration_s: float | None = Field(
        description="In the order given; null where that cannot be driven."
    )


class GeometryOut(BaseModel):
    geometry: LineStringOut


class WaypointOut(BaseModel):
    lat: Latitude
    lon: Longitude
    dwell_s: float


class PositionOut(BaseModel):
    lat: float
    lon: float
    speed_mps: float
    heading_deg: float


class PlaceOut(BaseModel):
    name: str
    kind: str
    lat: float
    lon: float


class PlacesOut(BaseModel):
    items: list[PlaceOut]


class CenterOut(BaseModel):
    lat: float
    lon: float


class RegionOut(BaseModel):
    name: str
    bbox: BBox
    center: CenterOut
    timezone: str = Field(description="Where clocks are read: a name of the IANA database.")
    attribution: str
    tiles: str


class RegionsOut(BaseModel):
    items: list[RegionOut]


class WorldOut(BaseModel):
    """World time and how fast it runs. `revision` counts the clock's changes; verbs may name the one they mean."""

    time: str
    rate: float = Field(description="World seconds a wall second; 0 while paused.")
    paused: bool
    revision: int
    behind_ms: int | None = Field(
        description="World time by which the slowest worker is behind; null: none drives."
    )
    behind_s: float | None = Field(
        description="The same in wall seconds at the present rate, or that before a pause."
    )


class PartOut(BaseModel):
    status: Literal["ok", "degraded"]
    detail: str


class HealthOut(BaseModel):
    status: Literal["ok", "degraded"]
    parts: dict[str, PartOut]
    version: str
    world: WorldOut | None


class TopicOut(BaseModel):
    end_offset: int
    landed: int
    lag: int


class StreamOut(BaseModel):
    rows_per_s: float
    last_batch_at: str | None
    batch_duration_ms: float | None
    rows_landed: dict[str, int]


class WorkerOut(BaseModel):
    world_ms: int | None
    behind_ms: int | None


class PipelineOut(BaseModel):
    topics: dict[str, TopicOut]
    stream: StreamOut
    world: WorldOut
    worker: WorkerOut


class FieldError(BaseModel):
    pointer: str
    detail: str


class ProblemOut(BaseModel):
    """RFC 9457 problem details; `hint` says what to do."""

    type: str = Field(examples=["urn:rumbo:problem:not-on-road"])
    title: str
    status: int
    detail: str
    instance: str
    hint: str
    errors: list[FieldError]
