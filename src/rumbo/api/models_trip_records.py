"""What is known of one trip: its tracks, its events, what it came to, and what became of a report."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, Field

from rumbo.domain.trip import TripState


class TrackLayer(StrEnum):
    PLANNED = "planned"
    TRUTH = "truth"
    REPORTED = "reported"
    CLEANED = "cleaned"


class EventKind(StrEnum):
    STATE = "state"
    DRIVING = "driving"
    ALERT = "alert"
    REPORT = "report"


class TruthOut(BaseModel):
    """Columns in order of time: the trip's exact state, computed from its plan."""

    step_ms: int = Field(description="World time between two moments.")
    time_ms: list[int] = Field(description="World time, ms since the Unix epoch.")
    lat: list[float]
    lon: list[float]
    speed_mps: list[float]
    limit_mps: list[float | None] = Field(description="Posted limit; null where the map knows none.")
    distance_m: list[float]


class ReportsOut(BaseModel):
    """Columns in order of `seq`. Of more than 5,000 an even selection, the flagged ones among it."""

    rows: int = Field(description="So many there are.")
    seq: list[int]
    time_ms: list[int] = Field(description="The device's clock.")
    lat: list[float]
    lon: list[float]
    speed_mps: list[float | None]
    limit_mps: list[float | None]
    distance_m: list[float | None]
    flags: list[int] = Field(description="Bits, in the order of `flag_labels`; 0 in reported.")
    topics: list[str] = Field(description="What `topic` counts: a backfill has a topic of its own.")
    topic: list[int]
    partition: list[int]
    offset: list[int]


class TracksOut(BaseModel):
    """The layers asked for, null where there is nothing of one.

    A backfilled trip has no plan here; staging has a trip when its day is refined.
    """

    trip_id: str
    planned: TruthOut | None = Field(description="As first planned, up to its end.")
    truth: TruthOut | None = Field(description="What the vehicle did, up to now.")
    reported: ReportsOut | None = Field(description="landing/positions: each copy that came.")
    cleaned: ReportsOut | None = Field(description="staging/positions: each report once, flagged.")
    flag_labels: list[str]


class EventOut(BaseModel):
    """Something that happened on the trip."""

    at: str
    until: str | None = Field(description="When it was over; of a state: when the next one began.")
    kind: EventKind
    name: str = Field(description="The state, the kind of driving event, the alert's rule, or `flagged`.")
    reason: str | None
    flags: list[str] = Field(description="Of a flagged report: what is odd about it.")
    lat: float | None
    lon: float | None
    distance_m: float | None
    seq: int | None = Field(description="The report at which it begins.")
    value: float | None
    threshold: float | None
    unit: str
    road_name: str


class EventsOut(BaseModel):
    """In order of time."""

    trip_id: str
    items: list[EventOut]
    truncated: bool = Field(description="Whether there are more of a kind than are told (1,000).")


class FactsOut(BaseModel):
    """Plan against actual, as far as plan and lake tell. What nothing tells is null."""

    trip_id: str
    vehicle_id: str
    vehicle_name: str | None
    vehicle_class: str | None
    device_profile: str | None
    has_plan: bool = Field(
        description="Whether its plan is kept here; of a backfilled trip only the lake tells."
    )
    refined: bool = Field(description="Whether common/trip_facts has it.")
    state: TripState
    reason: str | None
    booked_at: str | None
    planned_begin_at: str | None
    begin_at: str | None
    planned_end_at: str | None
    end_at: str | None
    delay_s: float | None = Field(description="End less planned end; while it drives, what is expected now.")
    planned_distance_m: float | None
    distance_m: float | None
    moving_s: float | None
    stopped_s: float | None
    paused_s: float | None
    idle_s: float | None
    stops: int | None
    max_speed_mps: float | None
    energy_kwh: float | None
    co2_kg: float | None
    reroutes: int | None
    reports: int | None


class MadeOut(BaseModel):
    """Rows of a table that were made of the report."""

    table: str
    version: int | None
    rows: int
    key: dict[str, Any] = Field(description="What names the first of them.")
    of: list[str] = Field(description="The tables that it went through.")


class RecordOut(BaseModel):
    topic: str
    partition: int
    offset: int
    broker_time: str
    ingest_time: str
    payload: str = Field(description="The record's value, byte for byte.")


class ReportOut(BaseModel):
    """One report from Kafka to the last row made of it."""

    trip_id: str
    seq: int
    records: list[RecordOut] = Field(description="Each time that it came, the first first.")
    refined: dict[str, Any] | None = Field(description="Its row of staging/positions.")
    made: list[MadeOut]


class LakeTripOut(BaseModel):
    trip_id: str
    vehicle_id: str
    vehicle_name: str | None
    vehicle_class: str | None
    state: TripState
    reason: str | None
    booked_at: str
    begin_at: str | None
    end_at: str | None
    distance_m: float
    delay_s: float | None


class LakeTripsOut(BaseModel):
    """Trips of refined days, the latest first."""

    items: list[LakeTripOut]
    next_cursor: str | None
