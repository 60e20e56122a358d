"""GPX 1.1 tracks: one `trk` a trip, with times, satellites and hdop, speed and course as Garmin's extension has them.

https://www.topografix.com/GPX/1/1/ and https://www8.garmin.com/xmlschemas/TrackPointExtensionv2.xsd: speed in m/s,
course in degrees. The order of elements is the schema's.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from math import isfinite
from typing import Any, BinaryIO
from xml.sax.saxutils import escape

import pyarrow as pa

COLUMNS = (
    "trip_id", "vehicle_id", "vehicle_class", "seq", "event_time", "lat", "lon", "speed_mps", "heading_deg",
    "satellites", "hdop",
)  # fmt: skip
_NEEDED = {"trip_id", "seq", "event_time", "lat", "lon"}
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Rumbo" xmlns="http://www.topografix.com/GPX/1/1"
 xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd
 http://www.garmin.com/xmlschemas/TrackPointExtension/v2 http://www8.garmin.com/xmlschemas/TrackPointExtensionv2.xsd">
"""
_COPYRIGHT = """ <metadata>
  <desc>{attribution}</desc>
  <copyright author="OpenStreetMap contributors"><license>https://opendatacommons.org/licenses/odbl/1-0/</license></copyright>
 </metadata>
"""


def fits(names: Collection[str]) -> bool:
    """Whether a table with such columns has tracks."""
    return set(names) >= _NEEDED


def write_gpx(batches: Iterable[pa.RecordBatch], out: BinaryIO, attribution: str = "") -> int:
    """Write rows that come in order of trip, then seq; a row without a place has no point. Returns the rows."""
    out.write((_HEAD + (_COPYRIGHT.format(attribution=_xml(attribution)) if attribution else "")).encode())
    trip, rows = None, 0
    for batch in batches:
        parts = []
        for row in batch.to_pylist():
            if row["trip_id"] != trip:
                parts.append((_END if trip is not None else "") + _begin(row))
                trip = row["trip_id"]
            parts.append(_point(row))
        rows += batch.num_rows
        out.write("".join(parts).encode())
    out.write(((_END if trip is not None else "") + "</gpx>\n").encode())
    return rows


_END = " </trkseg></trk>\n"


def _begin(row: dict[str, Any]) -> str:
    vehicle = f"<desc>{_xml(row['vehicle_id'])}</desc>" if row.get("vehicle_id") else ""
    kind = f"<type>{_xml(row['vehicle_class'])}</type>" if row.get("vehicle_class") else ""
    return f" <trk><name>{_xml(row['trip_id'])}</name>{vehicle}{kind}<trkseg>\n"


def _point(row: dict[str, Any]) -> str:
    lat, lon = row["lat"], row["lon"]
    if lat is None or lon is None or not (abs(lat) <= 90 and abs(lon) <= 180):
        return ""
    if lon == 180:
        lon = -180.0  # the schema has one name for that meridian
    inner = f"<time>{_time(row['event_time'])}</time>"
    if row.get("satellites") is not None:
        inner += f"<sat>{row['satellites']}</sat>"
    if _known(row.get("hdop")):
        inner += f"<hdop>{row['hdop']:.1f}</hdop>"
    more = ""
    if _known(row.get("speed_mps")):
        more += f"<gpxtpx:speed>{row['speed_mps']:.2f}</gpxtpx:speed>"
    if _known(row.get("heading_deg")):
        more += f"<gpxtpx:course>{round(row['heading_deg'], 1) % 360:.1f}</gpxtpx:course>"
    if more:
        inner += f"<extensions><gpxtpx:TrackPointExtension>{more}</gpxtpx:TrackPointExtension></extensions>"
    return f'  <trkpt lat="{lat:.7f}" lon="{lon:.7f}">{inner}</trkpt>\n'


def _known(value: float | None) -> bool:
    return value is not None and isfinite(value)


def _time(value: datetime) -> str:
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def _xml(text: str) -> str:
    return escape(_NOT_IN_XML.sub("\ufffd", text))
