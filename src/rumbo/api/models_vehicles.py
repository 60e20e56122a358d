"""What /vehicles and /fleets take and give."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from rumbo.api.bulk import UNCHECKED
from rumbo.api.fields import In, Name, Word
from rumbo.domain.vehicle import (
    LIMIT_RANGES,
    SPEC_RANGES,
    Driver,
    EnergyKind,
    Ranges,
    VehicleClass,
    VehicleSpec,
)

MAX_AT_ONCE = 1_000
MAX_TAGS, MAX_TAG = 20, 40


def _no_semicolon(tag: str) -> str:
    if ";" in tag:
        raise ValueError("a tag holds no semicolon: lists of tags are divided by it")
    return tag


def _numbers(ranges: Ranges) -> dict[str, Any]:
    return {
        name: {"type": "number", "minimum": least, "maximum": most} for name, (least, most) in ranges.items()
    }


def _record(properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties, **more}


SPEC_SCHEMA = _record(
    {
        "energy": {"type": "string", "enum": [kind.value for kind in EnergyKind]},
        **_numbers(SPEC_RANGES),
        "limits": _record(_numbers(LIMIT_RANGES)),
    },
    description="What differs from its class's parameters. They are checked by the same ranges as a plan's.",
    examples=[{"mass_kg": 1800, "limits": {"max_speed_mps": 30}}],
)
Overrides = Annotated[dict[str, Any], WithJsonSchema(SPEC_SCHEMA)]
VehicleOwnId = Annotated[
    str,
    Field(
        strict=True,
        max_length=40,
        pattern=r"^veh_[0-9a-z][0-9a-z_-]{0,35}$",
        description="Your own id; left out, it gets one. The same order with the same id again is no second vehicle.",
    ),
]
Tag = Annotated[Name, Field(max_length=MAX_TAG, examples=["north"]), AfterValidator(_no_semicolon)]
Tags = Annotated[list[Tag], Field(max_length=MAX_TAGS, fail_fast=True)]
Share = Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)]


class VehicleIn(In):
    name: Name
    vehicle_class: VehicleClass = VehicleClass.CAR
    id: VehicleOwnId | None = None
    fleet: Name | None = Field(None, description="The group it belongs to.", examples=["couriers"])
    tags: Tags = Field([])
    spec: Overrides = Field({})
    driver: Driver = Driver.NORMAL
    device_profile: Word = Field(
        "standard", description="Of its trips that name none: ready-made, or your own."
    )
    energy_level: Share = Field(1.0, description="Share of full.")


class VehicleChange(In):
    """What to change; what is left out stays, and so does what is null, but for the fleet: null takes it out of it."""

    name: Name | None = None
    vehicle_class: VehicleClass | None = None
    fleet: Name | None = None
    tags: Tags | None = None
    spec: Overrides | None = Field(None, description="As a whole: {} makes it a usual one of its class.")
    driver: Driver | None = None
    device_profile: Word | None = None
    energy_level: Share | None = Field(None, description="Fills it up, or empties it.")


class VehiclesIn(In):
    """Each stands or falls by itself."""

    vehicles: Annotated[list[Annotated[VehicleIn, UNCHECKED]], Field(min_length=1, max_length=MAX_AT_ONCE)]


class VehicleOut(BaseModel):
    id: str
    name: str
    vehicle_class: VehicleClass
    fleet: str | None
    tags: list[str]
    spec: Overrides
    parameters: VehicleSpec = Field(description="In full: its class's, with its `spec` in their place.")
    driver: Driver
    device_profile: str
    energy_level: float = Field(description="Share of full, as last set by hand.")
    energy_left: float = Field(
        description="Share of full that its last trip leaves; while it drives: at that trip's end."
    )
    odometer_m: float = Field(description="As its last trip leaves it; while it drives: at that trip's end.")
    created_at: str
    current_trip_id: str | None


class VehiclesOut(BaseModel):
    items: list[VehicleOut]
    next_cursor: str | None


class ImportOut(BaseModel):
    """What an import did, or with `dry_run` would have done. All lines are made or none."""

    rows: int
    created: int
    known: int = Field(description="Vehicles that the same line had made before, or that are just so.")
    dry_run: bool


class FleetOut(BaseModel):
    name: str
    vehicles: int
    by_class: dict[VehicleClass, int]
    driving: int = Field(description="Vehicles that are on a trip now.")
    tags: list[str] = Field(description="All that its vehicles have, in order.")


class FleetsOut(BaseModel):
    items: list[FleetOut]
    next_cursor: str | None
