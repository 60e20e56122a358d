"""The time zone that a region's clocks show, from the IANA time zone database."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from math import cos, radians

_ROW = re.compile(r"([A-Z]{2})\t([+-]\d{4,6})([+-]\d{5,7})\t(\S+)")


def timezone_of(country: str | None, lat: float, lon: float) -> str:
    """The zone of the country's city nearest to a point, such as Europe/Madrid.

    `country` is ISO 3166-1 alpha-2; where it is not known, or has no zone, it is the nautical zone of the longitude,
    without summer time.
    """
    cities = [row for row in _cities() if row[0] == country]
    if not cities:
        hours = round(lon / 15)  # POSIX counts the other way: Etc/GMT-1 is an hour east of Greenwich
        return f"Etc/GMT{-hours:+d}" if hours else "Etc/UTC"
    narrow = cos(radians(lat))
    return min(
        cities, key=lambda row: (row[1] - lat) ** 2 + (((row[2] - lon + 180) % 360 - 180) * narrow) ** 2
    )[3]


@cache
def _cities() -> list[tuple[str, float, float, str]]:
    """(country, latitude, longitude, zone) of every row of zone.tab."""
    text = files("tzdata.zoneinfo").joinpath("zone.tab").read_text("utf-8")
    return [(country, _degrees(lat), _degrees(lon), zone) for country, lat, lon, zone in _ROW.findall(text)]


def _degrees(text: str) -> float:
    """From ±DDMM, ±DDDMM, ±DDMMSS or ±DDDMMSS (ISO 6709)."""
    sign, digits = -1.0 if text[0] == "-" else 1.0, text[1:]
    whole = 2 if len(digits) in (4, 6) else 3
    rest = digits[whole:].ljust(4, "0")
    return sign * (int(digits[:whole]) + int(rest[:2]) / 60 + int(rest[2:]) / 3600)
