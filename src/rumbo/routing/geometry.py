"""Lines given by a person: checked, read from GPX or GeoJSON, and made a `Route`."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from rumbo.domain.route import Dwell, Polyline, Route, Span
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, TooLarge, UnreadableFile
from rumbo.routing.assemble import CRUISE_MPS

MAX_BYTES = 2_000_000
MAX_POINTS = 50_000

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def route_from_points(
    points: Sequence[Point], vehicle_class: VehicleClass = VehicleClass.CAR, dwells: Sequence[Dwell] = ()
) -> Route:
    """A route along `points`, driven at the class's usual speed; `dwells` lie inside it, in order.

    Raises InvalidInput for a point that is not on Earth (the message and `field` name its index) or fewer
    than two different points, TooLarge for more than `MAX_POINTS`.
    """
    line = Polyline()
    for lat, lon in checked(points):
        line.add(lat, lon)
    return Route(
        lat=tuple(line.lat),
        lon=tuple(line.lon),
        distance_m=tuple(line.distance_m),
        spans=(Span(0.0, round(CRUISE_MPS[vehicle_class], 3)),),
        dwells=tuple(sorted(dwells, key=lambda dwell: dwell.at_m)),
        provider="geometry",
    )


def points_from_gpx(data: bytes) -> list[Point]:
    """The points of a GPX file's one track (its segments joined), or of its one route.

    Raises TooLarge beyond `MAX_BYTES` or `MAX_POINTS`, UnreadableFile for what is not GPX or declares a
    DTD or entities, InvalidInput for several tracks, none, or a point that is not on Earth.
    """
    root = _gpx_root(data)
    for line_tag, point_tag in (("trk", "trkpt"), ("rte", "rtept")):
        lines = [element for element in root if _local(element) == line_tag]
        if len(lines) > 1:
            raise InvalidInput(f"The GPX file holds {len(lines)} lines.", hint="Keep one track or route.")
        if lines:
            found = [element for element in lines[0].iter() if _local(element) == point_tag]
            return _line([(element.get("lat"), element.get("lon")) for element in found])
    raise InvalidInput(
        "The GPX file holds no track and no route.", hint="Export it as a track; waypoints alone are no line."
    )


def points_from_geojson(source: bytes | Mapping[str, Any]) -> list[Point]:
    """The points of the one line that a GeoJSON object is or holds.

    `source` is the file's bytes or the object itself: a LineString, a MultiLineString (joined in order), a
    Feature, or a FeatureCollection of one Feature.

    Raises TooLarge, UnreadableFile (not JSON) and InvalidInput as `points_from_gpx` does.
    """
    geometry = _line_geometry(_json(source) if isinstance(source, bytes) else source)
    coordinates: Any = geometry.get("coordinates")
    lines = coordinates if geometry["type"] == "MultiLineString" else [coordinates]
    if not _is_list(lines) or not all(_is_list(line) for line in lines):
        raise InvalidInput("The line's coordinates are not a list.", field="coordinates")
    positions = [position for line in lines for position in line]
    for index, position in enumerate(positions):
        if not _is_list(position) or len(position) < 2:
            raise InvalidInput(
                f"Point {index} is not a list of longitude and latitude.", field=f"coordinates/{index}"
            )
    numbers = [[None if isinstance(at, str) else at for at in position[:2]] for position in positions]
    return _line([(lat, lon) for lon, lat in numbers])


def _line(points: Sequence[tuple[Any, Any]]) -> list[Point]:
    """`points` checked. Raises InvalidInput as well where they are no line."""
    found = checked(points)
    if len(set(found)) < 2:
        raise InvalidInput(
            "The file's line has fewer than two different points.",
            hint="Export the whole track.",
            field="coordinates",
        )
    return found


def checked(points: Sequence[tuple[Any, Any]]) -> list[Point]:
    """`points` as numbers in range. Raises InvalidInput naming the first bad index, TooLarge for too many."""
    if len(points) > MAX_POINTS:
        raise TooLarge(
            f"A line of {len(points)} points is longer than {MAX_POINTS}.",
            hint="Simplify it, or split the trip.",
        )
    return [
        (
            _number(index, "latitude", lat, 90.0),
            _number(index, "longitude", lon, 180.0),
        )
        for index, (lat, lon) in enumerate(points)
    ]


def _number(index: int, what: str, value: Any, limit: float) -> float:
    try:
        number = float("nan") if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = float("nan")
    if isfinite(number) and -limit <= number <= limit:
        return number
    shown = repr(value)[:40]
    raise InvalidInput(
        f"Point {index}: {what} {shown} is not a number from {-limit:g} to {limit:g}.",
        hint="Degrees, WGS 84; GeoJSON puts longitude first.",
        field=f"coordinates/{index}",
    )


def _gpx_root(data: bytes) -> Element:
    _check_size(data)
    try:
        root: Element = ElementTree.fromstring(
            data, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
    except DefusedXmlException as exc:
        raise UnreadableFile(
            "The GPX file declares a DTD or entities, which is not accepted.", hint="Remove the DOCTYPE."
        ) from exc
    except (ParseError, ValueError, LookupError, RecursionError) as exc:
        raise UnreadableFile(
            "This is not a GPX file: its XML cannot be read.", hint="Export it again."
        ) from exc
    if _local(root) != "gpx":
        raise UnreadableFile("This is not a GPX file.", hint="Its outermost element should be <gpx>.")
    return root


def _local(element: Element) -> str:
    """An element's name without its namespace: GPX 1.0 and 1.1 differ only in that."""
    return str(element.tag).rpartition("}")[2]


def _json(data: bytes) -> Mapping[str, Any]:
    _check_size(data)
    try:
        found = json.loads(
            data.removeprefix(BOM_UTF8)
        )  # takes NaN, so that the check of points can name the index
    except (ValueError, RecursionError) as exc:
        raise UnreadableFile(
            "This is not a GeoJSON file: its JSON cannot be read.", hint="Export it again."
        ) from exc
    if not isinstance(found, dict):
        raise UnreadableFile("This is not a GeoJSON file.", hint="A GeoJSON file is one object.")
    return found


def _check_size(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise TooLarge(f"The file is larger than {MAX_BYTES} bytes.", hint="Simplify the line.")


def _line_geometry(obj: Mapping[str, Any]) -> Mapping[str, Any]:
    kind = obj.get("type")
    if kind == "FeatureCollection":
        features: Any = obj.get("features")
        found = [f for f in features if isinstance(f, Mapping)] if _is_list(features) else []
        if len(found) != 1:
            raise InvalidInput(f"The collection holds {len(found)} features.", hint="Keep one line.")
        obj = found[0]
        kind = obj.get("type")
    if kind == "Feature":
        inner = obj.get("geometry")
        obj = inner if isinstance(inner, Mapping) else {}
        kind = obj.get("type")
    if kind not in ("LineString", "MultiLineString"):
        raise InvalidInput(
            f"A line is wanted, not {str(kind)[:40]!r}.", hint="Send a GeoJSON LineString.", field="type"
        )
    return obj


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))
