"""Reads a leg of OSRM's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import isfinite
from typing import Any

from rumbo.domain.route import RoadClass, Span
from rumbo.routing.assemble import Leg, Piece, road_speed_mps

ROUNDABOUTS = {"roundabout", "rotary", "roundabout turn"}
"""Manoeuvres that begin a step which goes round a roundabout."""

RUN_S = 5.0
"""Shortest stretch to take a speed from. OSRM rounds a segment's time to 0.1 s, so one segment's speed is noise."""

GRAIN_MPS = 0.5
"""Speeds are rounded to this, for the same reason; neighbours that become equal are one span."""


def read_leg(leg: Mapping[str, Any]) -> Leg:
    """Vertices and roads of one leg.

    A leg's line is its steps' lines end to end; annotations hold a value for each segment between two map
    nodes. Where both agree on the number of segments, speeds come from the annotations (which leave out the
    time lost in turns), else they are the steps' means. Raises KeyError, TypeError, ValueError,
    OverflowError where the shape is not OSRM's.
    """
    lat: list[float] = []
    lon: list[float] = []
    pieces: list[Piece] = []
    for step in leg["steps"]:
        points = [(float(p[0]), float(p[1])) for p in step["geometry"]["coordinates"]]
        skip = 1 if lat and points and points[0] == (lon[-1], lat[-1]) else 0
        first = len(lat) - skip
        lon += [p[0] for p in points[skip:]]
        lat += [p[1] for p in points[skip:]]
        if len(points) > 1 and step["maneuver"]["type"] != "arrive":
            pieces += [Piece(first + vertex, span) for vertex, span in _step_spans(step, points)]
    if not lat or not all(isfinite(degrees) for degrees in (*lat, *lon)):
        raise ValueError("a leg without a line")
    if not pieces:
        pieces.append(Piece(0, Span(0.0, road_speed_mps(0.0, None))))
    pieces[0] = replace(pieces[0], first=0)
    annotation = leg.get("annotation") or {}
    metres = [float(value) for value in annotation.get("distance") or ()]
    seconds = [float(value) for value in annotation.get("duration") or ()]
    # The arrival step repeats the last vertex, so the line may have one more than the segments' ends.
    if not metres or len(metres) != len(seconds) or len(lat) - len(metres) not in (1, 2):
        return Leg(lat, lon, pieces)
    return Leg(lat, lon, _with_speeds(pieces, metres, seconds))


def _corners(
    step: Mapping[str, Any], points: Sequence[tuple[float, float]]
) -> list[tuple[int, frozenset[str]]]:
    """Vertices of the step at which intersections lie, with the road's classes from there on."""
    corners: list[tuple[int, frozenset[str]]] = []
    vertex = 0
    for crossing in step.get("intersections") or ():
        place = (float(crossing["location"][0]), float(crossing["location"][1]))
        while vertex < len(points) and points[vertex] != place:
            vertex += 1
        if vertex == len(points):
            break
        corners.append((vertex, frozenset(crossing.get("classes") or ())))
    return corners


def _step_spans(step: Mapping[str, Any], points: Sequence[tuple[float, float]]) -> list[tuple[int, Span]]:
    seconds, metres = float(step["duration"]), float(step["distance"])
    span = Span(
        start_m=0.0,
        speed_mps=road_speed_mps(metres / seconds if seconds > 0 else 0.0, None),
        name=str(step.get("name") or step.get("ref") or ""),
        roundabout=step["maneuver"]["type"] in ROUNDABOUTS,
    )
    corners = _corners(step, points)
    starts = corners if corners and corners[0][0] == 0 else [(0, frozenset[str]()), *corners]
    return [
        (
            vertex,
            replace(
                span,
                tunnel="tunnel" in classes,
                road_class=RoadClass.MOTORWAY if "motorway" in classes else RoadClass.UNKNOWN,
            ),
        )
        for vertex, classes in starts
    ]


def _with_speeds(pieces: Sequence[Piece], metres: Sequence[float], seconds: Sequence[float]) -> list[Piece]:
    """`pieces` cut into runs of at least RUN_S of driving, each with its mean speed."""
    roads = [piece for i, piece in enumerate(pieces) if i == 0 or piece.span != pieces[i - 1].span]
    ends = [*(road.first for road in roads[1:]), len(metres)]
    out: list[Piece] = []
    for road, end in zip(roads, ends, strict=True):
        runs: list[tuple[int, float, float]] = []
        for segment in range(road.first, end):
            if not runs or runs[-1][2] >= RUN_S:
                runs.append((segment, 0.0, 0.0))
            first, run_m, run_s = runs[-1]
            runs[-1] = first, run_m + metres[segment], run_s + seconds[segment]
        for first, run_m, run_s in runs:
            speed_mps = round(run_m / run_s / GRAIN_MPS) * GRAIN_MPS if run_s > 0 else road.span.speed_mps
            out.append(Piece(first, replace(road.span, speed_mps=road_speed_mps(speed_mps, None))))
    return out
