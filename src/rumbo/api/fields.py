"""Field types of the contract: numbers are numbers, finite and in range; every text has a length."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from rumbo.domain.route import MAX_DWELL_S, MAX_WAYPOINTS
from rumbo.fleet.ids import MAX_SEED
from rumbo.fleet.rules import time_text

MAX_NAME = 80
_MAX_FIELDS = 50
_INVISIBLE = frozenset({"Cf", "Mn", "Me", "Zs"})
_FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They turn the direction of what is written around a name (UTS 55)."""
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.]\d{1,9})?)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class In(BaseModel):
    """What a client sends; a field that we do not know is an error, not a silent nothing."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _few_fields(cls, value: object) -> object:
        """One error for a heap of unknown fields: to list them all takes seconds."""
        if isinstance(value, dict) and len(value) > _MAX_FIELDS:
            raise ValueError(f"{len(value)} fields are more than there are")
        return value


def _clean_name(text: str) -> str:
    text = unicodedata.normalize("NFC", text).strip()
    kinds = {unicodedata.category(char) for char in text}
    if kinds & _FORBIDDEN or _TURNING & set(text):
        raise ValueError("a name holds no control characters, line breaks or marks that turn the text around")
    if kinds <= _INVISIBLE:
        raise ValueError("a name needs at least one visible character")
    if len(text) > MAX_NAME:  # composing may also lengthen
        raise ValueError(f"a name has at most {MAX_NAME} characters")
    return text


def _time_text_only(value: object) -> object:
    if not isinstance(value, str) or not _RFC_3339.fullmatch(value):
        raise ValueError("a time is RFC 3339 text with a zone, such as 2026-03-05T07:30:00Z")
    return value


def _in_range(value: datetime) -> datetime:
    if not 1970 <= value.year <= 2999:
        raise ValueError("the year must be 1970 to 2999")
    return value.astimezone(UTC)


Name = Annotated[
    str, Field(strict=True, max_length=MAX_NAME, examples=["Van 7"]), AfterValidator(_clean_name)
]
Id = Annotated[str, Field(strict=True, max_length=40, pattern=r"^[a-z]{3}_[0-9a-z][0-9a-z_-]{0,35}$")]
Latitude = Annotated[float, Field(strict=True, ge=-90, le=90, allow_inf_nan=False, examples=[43.7402])]
Longitude = Annotated[float, Field(strict=True, ge=-180, le=180, allow_inf_nan=False, examples=[7.4286])]
DwellS = Annotated[float, Field(strict=True, ge=0, le=MAX_DWELL_S, allow_inf_nan=False)]
Seed = Annotated[int, Field(strict=True, ge=0, le=MAX_SEED)]
Word = Annotated[str, Field(strict=True, max_length=40, pattern=r"^[a-z][a-z0-9_-]*$")]
Alternatives = Annotated[int, Field(strict=True, ge=0, le=3)]
Time = Annotated[
    AwareDatetime, BeforeValidator(_time_text_only, json_schema_input_type=str), AfterValidator(_in_range)
]


class WaypointIn(In):
    lat: Latitude
    lon: Longitude
    dwell_s: DwellS = Field(0.0, description="Seconds to stand here; only at points between first and last.")


Waypoints = Annotated[list[WaypointIn], Field(min_length=2, max_length=MAX_WAYPOINTS)]


def to_ms(at: datetime) -> int:
    """Whole ms since the Unix epoch, rounded down."""
    return (at - datetime.fromtimestamp(0, UTC)) // _MS


def to_text(ms: int | None) -> str | None:
    """RFC 3339 in UTC, None for none."""
    return None if ms is None else time_text(ms)


_MS = datetime.fromtimestamp(0.001, UTC) - datetime.fromtimestamp(0, UTC)
