"""What /closures takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from rumbo.api.fields import In, Latitude, Longitude, Time
from rumbo.domain.closure import (
    MAX_CORNERS,
    MAX_RADIUS_M,
    MIN_FACTOR,
    MIN_RADIUS_M,
    ClosureKind,
    circle,
)
from rumbo.domain.route import Ring
from rumbo.errors import InvalidInput

_Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_Position = Annotated[list[_Number], Field(min_length=2, max_length=3)]
_RING = [[7.42, 43.735], [7.422, 43.735], [7.422, 43.737], [7.42, 43.735]]


class PolygonIn(In):
    """GeoJSON Polygon (RFC 7946) with one ring, closed: its last position is its first."""

    type: Literal["Polygon"]
    coordinates: Annotated[
        list[Annotated[list[_Position], Field(min_length=4, max_length=MAX_CORNERS + 1, fail_fast=True)]],
        Field(min_length=1, max_length=1, examples=[[_RING]]),
    ]


class CircleIn(In):
    lat: Latitude
    lon: Longitude
    radius_m: Annotated[float, Field(strict=True, ge=MIN_RADIUS_M, le=MAX_RADIUS_M, allow_inf_nan=False)]


def ring_of(geometry: PolygonIn | CircleIn) -> Ring:
    """The corners that a geometry means. Raises InvalidInput for a ring that is not closed."""
    if isinstance(geometry, CircleIn):
        return circle(geometry.lat, geometry.lon, geometry.radius_m)
    (positions,) = geometry.coordinates
    corners = tuple((at[1], at[0]) for at in positions)
    if corners[0] != corners[-1]:
        raise InvalidInput(
            "A polygon's last position is its first.", hint="Close the ring.", field="geometry/coordinates/0"
        )
    return corners[:-1]


class ClosureIn(In):
    """An area that nobody enters (closed) or in which all are slower (slow), in [from, until) of world time."""

    kind: ClosureKind
    geometry: PolygonIn | CircleIn
    speed_factor: Annotated[float, Field(strict=True, ge=MIN_FACTOR, lt=1, allow_inf_nan=False)] | None = (
        Field(None, description="Of a slow zone: share of the usual speed.")
    )
    from_: Time | None = Field(None, alias="from", description="World time; default: now.")
    until: Time | None = Field(None, description="World time; default: until it is deleted.")


class OtherWayOut(BaseModel):
    trip_id: str
    reason: str


class EffectOut(BaseModel):
    """What has become of the trips that were under way or planned. `done` once none waits to be looked at."""

    done: bool
    waiting: int
    rerouted: int
    unaffected: int
    no_other_way: int
    trips_without_other_way: list[OtherWayOut] = Field(
        description="They go on through it; at most 100, not in lists."
    )


class ClosureOut(BaseModel):
    id: str
    kind: ClosureKind
    geometry: dict[str, Any]
    ring: list[tuple[float, float]] = Field(
        description="Its corners, [longitude, latitude], closed: for drawing."
    )
    speed_factor: float | None
    from_: str = Field(alias="from")
    until: str | None
    created_at: str
    effect: EffectOut


class ClosuresOut(BaseModel):
    items: list[ClosureOut]
    next_cursor: str | None
