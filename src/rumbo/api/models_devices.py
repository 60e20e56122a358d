"""What /device-profiles takes and gives."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, PlainValidator

from rumbo.api.fields import In, Seed, Waypoints
from rumbo.api.models import LineStringOut
from rumbo.domain.device import DeviceSpec
from rumbo.domain.vehicle import VehicleClass

PROFILE_NAME = r"^[a-z0-9][a-z0-9_-]{0,39}$"
ProfileName = Annotated[
    str, Field(strict=True, max_length=40, pattern=PROFILE_NAME, examples=["standard", "my-tracker"])
]
TripRef = Annotated[str, Field(strict=True, max_length=40, pattern=r"^trp_[0-9a-z][0-9a-z_-]{0,35}$")]


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError("a device is an object")  # noqa: TRY004 - pydantic makes an answer of it
    return value


DeviceIn = Annotated[dict[str, Any], PlainValidator(_object, json_schema_input_type=DeviceSpec)]
"""A device in plain values: the contract shows its shape, `events.plain` checks it and names what is wrong."""


class SampleIn(In):
    """The trip to try a device on: one there is, or a route of its own; of neither, a built-in one."""

    trip_id: TripRef | None = None
    waypoints: Waypoints | None = None
    vehicle_class: VehicleClass | None = None


class PreviewIn(In):
    """A device to try: described here, or a profile by name."""

    device: DeviceIn | None = None
    name: ProfileName | None = None
    sample: SampleIn = Field(default_factory=SampleIn)
    seed: Seed | None = Field(None, description="Other seeds, other luck. Default: the sample trip's, or 1.")
    payloads: Annotated[
        int, Field(strict=True, ge=0, le=50, description="So many payloads, and as many spoilt ones.")
    ] = 10


class ProfileOut(BaseModel):
    name: str
    ready_made: bool = Field(description="Ready-made ones stay as they are.")
    vehicles: int = Field(description="How many vehicles have it as theirs.")
    device: DeviceSpec


class ProfilesOut(BaseModel):
    items: list[ProfileOut]
    next_cursor: None


class SampleOut(BaseModel):
    kind: Literal["trip", "route", "built-in"]
    trip_id: str | None
    start_at: str
    distance_m: float
    duration_s: float
    seed: int
    cut: bool = Field(description="Whether only the beginning of a long trip was looked at.")


class CountsOut(BaseModel):
    recorded: int = Field(description="Reports that the device made; `seq` numbers them.")
    sent: int = Field(description="Records on Kafka, those sent twice counted twice.")
    dropped: int
    rejected: int = Field(description="Records that break the contract.")
    by_trigger: dict[str, int]
    by_fault: dict[str, int] = Field(description="Records, or dropped reports, with this label.")


class SpreadOut(BaseModel):
    """Percentiles, nearest rank; null where there is nothing to rank."""

    p50: float | None
    p90: float | None
    p95: float | None
    p99: float | None
    max: float | None


class ErrorsOut(SpreadOut):
    within_accuracy: float | None = Field(
        description="Share of fixes no further off than their stated accuracy; 0.68 is what it promises."
    )


class DelayBinOut(BaseModel):
    up_to_ms: int | None = Field(description="Null: any longer.")
    count: int


class DelaysOut(SpreadOut):
    histogram: list[DelayBinOut]


class FixesOut(BaseModel):
    """Sent reports as columns, in the order of sending; of very many an even selection."""

    seq: list[int]
    sent_after_ms: list[int] = Field(description="Since the trip's start.")
    delay_ms: list[int]
    lat: list[float]
    lon: list[float]
    true_lat: list[float]
    true_lon: list[float]
    accuracy_m: list[float]
    faults: list[int] = Field(description="Bits, in the order of `fault_labels`.")


class PayloadOut(BaseModel):
    seq: int
    sent_after_ms: int
    faults: list[str]
    text: str = Field(description="The record's bytes as text; bytes that are no UTF-8 as \\xNN.")


class PreviewOut(BaseModel):
    device: DeviceSpec
    sample: SampleOut
    counts: CountsOut
    delay_ms: DelaysOut
    error_m: ErrorsOut
    track: LineStringOut = Field(description="Where the vehicle truly drove.")
    fixes: FixesOut
    fault_labels: list[str]
    payloads: list[PayloadOut] = Field(description="The first records, and the first that are spoilt.")
