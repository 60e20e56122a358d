"""Land and sea from the coastline: OpenStreetMap draws it with land on the left and water on the right."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, Point, Polygon
from shapely.geometry.base import BaseGeometry

_ON_EDGE_DEG = 1e-9
_ASIDE_DEG = 1e-6
"""How far beside the coastline a face is asked for: 0.1 m."""


def land_and_sea(
    coastline: Sequence[Sequence[tuple[float, float]]],
    box: tuple[float, float, float, float],
) -> tuple[list[Polygon], list[Polygon]]:
    """Land and sea faces of `box` (west, south, east, north) cut by `coastline` ((lon, lat) vertices).

    Without a coastline inside the box all of it is land. Where the coastline ends inside the box, as it
    does in a clipped extract, it is carried on to the nearest edge.
    """
    frame = shapely.box(*box)
    lines = _inside(coastline, box)
    if not lines:
        return [frame], []
    carried = [link for line in lines for link in _links_to_edge(line, frame, box)]
    noded = shapely.unary_union([frame.exterior, *lines, *carried])
    faces = [face for face in shapely.get_parts(shapely.polygonize([noded])) if face.area > 0]
    balance = _votes(lines, faces)
    land = [face for face, vote in zip(faces, balance, strict=True) if vote <= 0]
    sea = [face for face, vote in zip(faces, balance, strict=True) if vote > 0]
    return land, sea


def _inside(
    coastline: Sequence[Sequence[tuple[float, float]]],
    box: tuple[float, float, float, float],
) -> list[LineString]:
    ways = [LineString(way) for way in coastline if len(way) > 1]
    if not ways:
        return []
    merged = shapely.line_merge(shapely.MultiLineString(ways), directed=True)
    parts = shapely.get_parts(shapely.clip_by_rect(merged, *box))
    return [part for part in parts if part.geom_type == "LineString" and part.length > 0]


def _links_to_edge(
    line: LineString, frame: Polygon, box: tuple[float, float, float, float]
) -> list[LineString]:
    if line.is_ring:
        return []
    links = []
    for lon, lat in (line.coords[0], line.coords[-1]):
        if frame.exterior.distance(Point(lon, lat)) > _ON_EDGE_DEG:
            links.append(LineString([(lon, lat), _nearest_on_edge(lon, lat, box)]))
    return links


def _nearest_on_edge(lon: float, lat: float, box: tuple[float, float, float, float]) -> tuple[float, float]:
    west, south, east, north = box
    return min(
        [
            (lon - west, (west, lat)),
            (east - lon, (east, lat)),
            (lat - south, (lon, south)),
            (north - lat, (lon, north)),
        ]
    )[1]


def _votes(lines: Sequence[LineString], faces: Sequence[BaseGeometry]) -> NDArray[np.float64]:
    """Length of coastline that has a face on its right (sea) minus that on its left (land), per face."""
    vertices = [np.asarray(line.coords) for line in lines]
    start = np.concatenate([v[:-1] for v in vertices])
    along = np.concatenate([np.diff(v, axis=0) for v in vertices])
    length = np.hypot(along[:, 0], along[:, 1])
    start, along, length = start[length > 0], along[length > 0], length[length > 0]
    right = np.column_stack([along[:, 1], -along[:, 0]]) / length[:, None] * _ASIDE_DEG
    middle = start + along / 2
    tree = shapely.STRtree(faces)
    balance = np.zeros(len(faces))
    for side, sign in ((middle + right, 1.0), (middle - right, -1.0)):
        point, face = tree.query(shapely.points(side), predicate="within")
        np.add.at(balance, face, sign * length[point])
    return balance
