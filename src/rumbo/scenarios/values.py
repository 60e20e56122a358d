"""The words and numbers of scenario files: times of day, lengths of time, shares, points."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rumbo.domain.route import Waypoint

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
_UNITS = {"s": 1, "min": 60, "h": 3_600, "d": 86_400}
_LENGTH = r"^[0-9]{1,6}(\.[0-9]{1,3})? ?(s|min|h|d)$"
_TIME = r"^([0-4][0-9]):[0-5][0-9](:[0-5][0-9])?$"


class Record(BaseModel):
    """A mapping in the file; a key that it does not have is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$", examples=["vans"])]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Kind = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_:-]{0,39}$", examples=["home", "work", "restaurant"])]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Weight = Annotated[float, Field(gt=0.0, le=1_000_000.0)]
Length = Annotated[
    str,
    Field(pattern=_LENGTH, description="A length of time: 30s, 10min, 2h, 7d.", examples=["10min"]),
]
TimeOfDay = Annotated[
    str,
    Field(
        pattern=_TIME,
        description="Local time, HH:MM; one o'clock at night after the day is 25:00.",
        examples=["06:30"],
    ),
]
Rule = Annotated[
    str,
    Field(
        min_length=5,
        max_length=300,
        description="Days by an RFC 5545 recurrence rule.",
        examples=["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"],
    ),
]


class Window(Record):
    """A stretch of the day."""

    since: TimeOfDay = Field(alias="from")
    until: TimeOfDay


class Range(Record):
    """Lengths of time, drawn evenly."""

    least: Length
    most: Length


class Spot(Record):
    """A point, degrees WGS 84."""

    lat: Annotated[float, Field(ge=-90.0, le=90.0)]
    lon: Annotated[float, Field(ge=-180.0, le=180.0)]

    @property
    def waypoint(self) -> Waypoint:
        return Waypoint(self.lat, self.lon)


Kinds = Annotated[tuple[Kind, ...], Field(min_length=1, max_length=20)]


def length_ms(text: str) -> int:
    """`10min` -> 600000."""
    number, unit = re.findall(r"[0-9.]+|[a-z]+", text)
    return round(float(number) * _UNITS[unit] * 1000)


def time_ms(text: str) -> int:
    """`25:30` -> ms after the day's midnight."""
    parts = [int(part) for part in text.split(":")]
    return ((parts[0] * 60 + parts[1]) * 60 + sum(parts[2:])) * 1000
