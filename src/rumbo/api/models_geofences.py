"""What /geofences takes and gives."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from rumbo.api.fields import In, Name
from rumbo.api.models_closures import CircleIn, PolygonIn
from rumbo.domain.alert_rules import Severity


class GeofenceIn(In):
    """An area whose entries and exits raise alerts, from a moment after the request on."""

    name: Name
    geometry: PolygonIn | CircleIn
    entry: bool = Field(True, description="Whether to tell that a vehicle comes in.")
    exit: bool = Field(True, description="Whether to tell that a vehicle goes out.")
    severity: Severity = Severity.INFO


class GeofenceOut(BaseModel):
    """An area that alerts are found by. Those of the rules' file have no id, and cannot be changed here."""

    id: str | None
    source: Literal["map", "file"]
    name: str
    ring: list[tuple[float, float]] = Field(description="Its corners, [longitude, latitude], closed.")
    entry: bool
    exit: bool
    severity: Severity
    from_: str | None = Field(
        alias="from", description="World time: reports from then on are held against it. Null: all are."
    )


class GeofencesOut(BaseModel):
    """Those of the rules' file first, then the drawn ones in the order in which they were drawn."""

    items: list[GeofenceOut]
