"""The events' fields, written once: name, type, unit, range and meaning.

Everything else is derived from these tables: the codec's column order, JSON Schema, AsyncAPI, the
TypeScript types, the Spark schema, the contract check in the stream and the lake's columns.

Versions of an event type stand side by side: each adds fields at the end and changes nothing before them, so one
table of fields holds them all. The sender chooses; whoever reads takes every version that is declared here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rumbo.domain.alert_rules import AlertRule, Severity
from rumbo.domain.route import RoadClass
from rumbo.domain.trip import TripState, WaitReason
from rumbo.domain.vehicle import VehicleClass

SCHEMA_VERSION = 1
"""The first version of every event type, and the only one of trip states."""


class FieldType(StrEnum):
    STRING = "string"
    INTEGER = "integer"
    """64-bit."""
    NUMBER = "number"
    """IEEE 754 double, printed as the shortest decimal that reads back the same."""
    TIMESTAMP = "timestamp"
    """RFC 3339 with milliseconds and Z: 2026-03-05T07:30:00.000Z."""


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    type: FieldType
    description: str
    unit: str = ""
    nullable: bool = False
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str, ...] = ()
    decimals: int | None = None
    """Decimals kept of a number; rounding happens before encoding."""
    since: int = 1
    """The first version of the event type that has the field."""
    vss: str = ""
    """The signal that it is in COVESA's Vehicle Signal Specification, in its own units; `A | B`: by powertrain."""


@dataclass(frozen=True, slots=True)
class EventType:
    """One kind of event: `name` is singular, `key` the field whose value keys the Kafka record."""

    name: str
    topic: str
    key: str
    description: str
    fields: tuple[Field, ...]
    """Of all versions; later versions' fields stand behind earlier ones'."""
    versions: tuple[int, ...] = (SCHEMA_VERSION,)
    """In ascending order."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

    def fields_of(self, version: int) -> tuple[Field, ...]:
        """The fields of one version, in order. Raises ValueError for a version that is not declared."""
        if version not in self.versions:
            raise ValueError(f"{self.name} has no version {version}")
        return tuple(field for field in self.fields if field.since <= version)

    def always(self, field: Field) -> bool:
        """Whether every version has a value in the field."""
        return field.since <= self.versions[0] and not field.nullable


def _text(name: str, description: str, **more: object) -> Field:
    return Field(name, FieldType.STRING, description, **more)  # type: ignore[arg-type]  # checked by Field


def _number(name: str, unit: str, decimals: int, description: str, **more: object) -> Field:
    return Field(name, FieldType.NUMBER, description, unit=unit, decimals=decimals, **more)  # type: ignore[arg-type]


def _integer(name: str, description: str, **more: object) -> Field:
    return Field(name, FieldType.INTEGER, description, **more)  # type: ignore[arg-type]


_COMMON = (
    _integer("schema_version", "Version of this contract.", minimum=1),
    _text("trip_id", "The trip."),
    _text("vehicle_id", "The vehicle."),
    _integer("seq", "Number of the event within its trip and topic: 0, 1, 2 … without a gap.", minimum=0),
    Field(
        "event_time",
        FieldType.TIMESTAMP,
        "When the device recorded it, by the device's clock.",
        vss="Vehicle.CurrentLocation.Timestamp",
    ),
)

_PLACE = (
    _number(
        "lat", "deg", 7, "Latitude, WGS 84.", minimum=-90, maximum=90, vss="Vehicle.CurrentLocation.Latitude"
    ),
    _number(
        "lon",
        "deg",
        7,
        "Longitude, WGS 84.",
        minimum=-180,
        maximum=180,
        vss="Vehicle.CurrentLocation.Longitude",
    ),
)

_STATES = tuple(state.value for state in TripState)

TRIGGERS = ("time", "distance", "turn", "ignition_on", "ignition_off", "low_energy", "start", "end")

_POWERTRAIN = "Vehicle.Powertrain"
_VERSION_2 = (
    _text("trigger", "Which rule of the device made it report.", values=TRIGGERS, since=2),
    _text(
        "ignition",
        "Whether the ignition is on.",
        values=("on", "off"),
        since=2,
        vss="Vehicle.LowVoltageSystemState",
    ),
    _number(
        "power_kw",
        "kW",
        2,
        "Traction power at the engine or motor; negative while recuperating.",
        since=2,
        minimum=-5_000,
        maximum=5_000,
        vss=f"{_POWERTRAIN}.CombustionEngine.Power | {_POWERTRAIN}.ElectricMotor.Power",
    ),
    _number(
        "energy_used_kwh", "kWh", 4, "Energy used since the trip's start, less what was recuperated.", since=2
    ),
    _number(
        "engine_speed_rpm",
        "rpm",
        0,
        "Speed of the combustion engine; null where there is none.",
        since=2,
        nullable=True,
        minimum=0,
        maximum=20_000,
        vss=f"{_POWERTRAIN}.CombustionEngine.Speed",
    ),
)

POSITION = EventType(
    "position",
    "rumbo.positions",
    "vehicle_id",
    "One report of a vehicle's device.",
    (
        *_COMMON,
        _text("vehicle_class", "Class of the vehicle.", values=tuple(c.value for c in VehicleClass)),
        _text("state", "State of the trip at that moment.", values=_STATES),
        *_PLACE,
        _number("speed_mps", "m/s", 2, "Speed over ground.", minimum=0, maximum=150, vss="Vehicle.Speed"),
        _number(
            "heading_deg",
            "deg",
            1,
            "Course over ground, clockwise from north.",
            minimum=0,
            maximum=360,
            vss="Vehicle.CurrentLocation.Heading",
        ),
        _number(
            "acceleration_mps2",
            "m/s²",
            2,
            "Longitudinal acceleration.",
            minimum=-50,
            maximum=50,
            vss="Vehicle.Acceleration.Longitudinal",
        ),
        _number(
            "distance_m",
            "m",
            1,
            "Distance driven on this trip.",
            minimum=0,
            vss="Vehicle.TraveledDistanceSinceStart",
        ),
        _number(
            "odometer_m",
            "m",
            1,
            "Distance driven by the vehicle in its life.",
            minimum=0,
            vss="Vehicle.TraveledDistance",
        ),
        _number("remaining_m", "m", 1, "Distance to the destination.", minimum=0),
        _number("progress", "1", 4, "Share of the route driven.", minimum=0, maximum=1),
        Field("eta", FieldType.TIMESTAMP, "Expected arrival; null while paused.", nullable=True),
        _text("road_name", "Name or number of the road; empty where it has none."),
        _text("road_class", "Class of the road.", values=tuple(c.value for c in RoadClass)),
        _number("speed_limit_mps", "m/s", 2, "Speed limit of the road.", nullable=True, minimum=0),
        _number(
            "accuracy_m",
            "m",
            1,
            "Radius in which the true position lies with 68 %.",
            minimum=0,
            vss="Vehicle.CurrentLocation.HorizontalAccuracy",
        ),
        _number("hdop", "1", 1, "Horizontal dilution of precision.", minimum=0),
        _integer("satellites", "Satellites used for the fix.", minimum=0, maximum=64),
        _number(
            "energy_level",
            "1",
            4,
            "Fuel or charge left, as a share of full.",
            minimum=0,
            maximum=1,
            vss=f"{_POWERTRAIN}.FuelSystem.RelativeLevel | {_POWERTRAIN}.TractionBattery.StateOfCharge.Current",
        ),
        *_VERSION_2,
    ),
    versions=(1, 2),
)

TRIP_STATE = EventType(
    "trip_state",
    "rumbo.trip-states",
    "trip_id",
    "One change of a trip's state.",
    (
        *_COMMON,
        _text("state", "The state entered.", values=_STATES),
        _text("previous_state", "The state left; null for the first.", nullable=True, values=_STATES),
        _text(
            "reason",
            "Why the vehicle waits, was rerouted or failed; null otherwise.",
            nullable=True,
            values=tuple(reason.value for reason in WaitReason),
        ),
        *_PLACE,
        _number("distance_m", "m", 1, "Distance driven on this trip.", minimum=0),
        _number("remaining_m", "m", 1, "Distance to the destination.", minimum=0),
        Field("eta", FieldType.TIMESTAMP, "Expected arrival; null where there is none.", nullable=True),
    ),
)

ALERT = EventType(
    "alert",
    "rumbo.alerts",
    "vehicle_id",
    "What the stream found in a trip's reports by one of its rules.",
    (
        _COMMON[0],
        _text("alert_id", "The alert: follows from the rule, the trip and the report at which it begins."),
        _text("trip_id", "The trip."),
        _text("vehicle_id", "The vehicle."),
        Field(
            "event_time",
            FieldType.TIMESTAMP,
            "When it was certain, by the device's clock.",
        ),
        _text("rule", "Which rule raised it.", values=tuple(rule.value for rule in AlertRule)),
        _text("severity", "How much it matters.", values=tuple(severity.value for severity in Severity)),
        Field("begin_time", FieldType.TIMESTAMP, "Time of the first report that caused it."),
        _integer("first_seq", "Number of that report in its trip.", minimum=0),
        _integer("last_seq", "Number of the last report that caused it.", minimum=0),
        _number("value", "by unit", 3, "What was found: the greatest, or how long.", nullable=True),
        _number("threshold", "by unit", 3, "What had to be passed.", nullable=True),
        _text("unit", "Unit of value and threshold; empty without.", values=("", "m/s", "m/s²", "s")),
        *_PLACE,
        _text("road_name", "Road of the last report; empty where it has none."),
        _text("geofence", "Name of the area; null where it is not about one.", nullable=True),
        _text("rules_version", "Version of the rules that raised it."),
    ),
)
"""Found by the stream, not sent by a device: no plan says that it must exist."""

EMITTED_TYPES = (POSITION, TRIP_STATE)
"""What devices send: all of it follows from the plans."""
EVENT_TYPES = (*EMITTED_TYPES, ALERT)
"""All that lands."""
