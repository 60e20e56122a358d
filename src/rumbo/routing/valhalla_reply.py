"""Reads what Valhalla answers: shapes and edge attributes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from rumbo.domain.route import RoadClass, Span, haversine_m
from rumbo.routing.assemble import Leg, Piece, road_speed_mps

ATTRIBUTES = [
    "edge.way_id",
    "edge.names",
    "edge.speed",
    "edge.speed_limit",
    "edge.road_class",
    "edge.tunnel",
    "edge.roundabout",
    "edge.begin_shape_index",
    "edge.end_shape_index",
    "shape",
]
"""What to ask `trace_attributes` for."""

Point = tuple[int, int]
"""Latitude and longitude in millionths of a degree."""


def read_leg(leg: Mapping[str, Any], trace: Mapping[str, Any]) -> Leg:
    """A leg of `route` with the edges that `trace_attributes` found along its shape.

    The trace's own shape may differ from the route's by 10⁻⁶° at its ends, and where it was snapped
    rather than walked, by more; then edges are placed by their share of the length. Without edges the
    whole leg has the leg's mean speed.
    """
    shape = decode_polyline(leg["shape"])
    lat, lon = [p[0] / 1e6 for p in shape], [p[1] / 1e6 for p in shape]
    edges = trace.get("edges") or []
    if not edges:
        return Leg(lat, lon, [Piece(0, _mean_span(leg["summary"]))])
    begins = [int(edge.get("begin_shape_index", 0)) for edge in edges]
    traced = decode_polyline(trace["shape"]) if trace.get("shape") != leg["shape"] else shape
    if not _same_shape(shape, traced):
        begins = _placed_by_length(begins, traced, shape)
    begins[0] = 0
    pieces: list[Piece] = []
    for first, edge in zip(begins, edges, strict=True):
        span = _span(edge)
        if not pieces or pieces[-1].span != span:
            pieces.append(Piece(first, span))
    return Leg(lat, lon, pieces)


def decode_polyline(text: str) -> list[Point]:
    """Vertices of an encoded polyline with 6 decimals (Google's format, precision 10⁻⁶)."""
    points: list[Point] = []
    value = shift = 0
    pending: list[int] = []
    lat = lon = 0
    for byte in text.encode("ascii"):
        chunk = byte - 63
        value |= (chunk & 0x1F) << shift
        shift += 5
        if chunk >= 0x20:
            continue
        pending.append(~(value >> 1) if value & 1 else value >> 1)
        value = shift = 0
        if len(pending) == 2:
            lat, lon = lat + pending[0], lon + pending[1]
            points.append((lat, lon))
            pending.clear()
    return points


def _span(edge: Mapping[str, Any]) -> Span:
    limit_mps = _limit_mps(edge.get("speed_limit"))
    names = edge.get("names") or [""]
    return Span(
        start_m=0.0,
        speed_mps=road_speed_mps(float(edge.get("speed", 0)) / 3.6, limit_mps),
        limit_mps=limit_mps,
        way_id=edge.get("way_id"),
        name=str(names[0]),
        road_class=_road_class(edge.get("road_class", "")),
        tunnel=bool(edge.get("tunnel")),
        roundabout=bool(edge.get("roundabout")),
    )


def _limit_mps(limit_kmh: Any) -> float | None:
    """Valhalla gives km/h, "unlimited", or nothing."""
    if isinstance(limit_kmh, (int, float)) and limit_kmh > 0:
        return round(limit_kmh / 3.6, 3)
    return None


def _road_class(name: str) -> RoadClass:
    if name == "service_other":
        return RoadClass.SERVICE
    return RoadClass(name) if name in RoadClass else RoadClass.UNKNOWN


def _mean_span(summary: Mapping[str, Any]) -> Span:
    seconds = float(summary.get("time") or 0)
    metres = float(summary.get("length") or 0) * 1000
    return Span(0.0, road_speed_mps(metres / seconds if seconds > 0 else 0.0, None))


def _same_shape(a: Sequence[Point], b: Sequence[Point]) -> bool:
    if a is b:
        return True
    near = 3
    return len(a) == len(b) and all(
        abs(p[0] - q[0]) <= near and abs(p[1] - q[1]) <= near for p, q in zip(a, b, strict=True)
    )


def _placed_by_length(begins: Sequence[int], traced: Sequence[Point], shape: Sequence[Point]) -> list[int]:
    """For each vertex index into `traced`, the index into `shape` at the same share of the length."""
    theirs, ours = _cumulative_m(traced), _cumulative_m(shape)
    scale = ours[-1] / theirs[-1] if theirs[-1] > 0 else 0.0
    placed: list[int] = []
    vertex = 0
    for begin in begins:
        at_m = theirs[min(begin, len(theirs) - 1)] * scale
        while vertex + 1 < len(ours) and abs(ours[vertex + 1] - at_m) <= abs(ours[vertex] - at_m):
            vertex += 1
        placed.append(vertex)
    return placed


def _cumulative_m(points: Sequence[Point]) -> list[float]:
    total, out = 0.0, [0.0]
    for (lat1, lon1), (lat2, lon2) in pairwise(points):
        total += haversine_m(lat1 / 1e6, lon1 / 1e6, lat2 / 1e6, lon2 / 1e6)
        out.append(total)
    return out
