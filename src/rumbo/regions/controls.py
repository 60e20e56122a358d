"""Signals, signs and crossings: read from the extract, looked up by a route's vertices."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from math import atan2, cos, degrees, hypot, radians
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from rumbo.domain.route import ControlKind
from rumbo.regions.extract import Tags
from rumbo.regions.region import Region
from rumbo.regions.source import VEHICLE_HIGHWAYS
from rumbo.routing.port import Standing

_BOTH_WAYS = -1
_KINDS = tuple(ControlKind)
_FORWARD_ONLY = ("yes", "1", "true")
_ROUND = ("roundabout", "circular")


def control_kind(tags: Tags) -> ControlKind | None:
    """What a node's tags ask a driver to heed. A pedestrian crossing with lights is a signal."""
    highway, crossing = tags.get("highway"), tags.get("crossing")
    if highway == "traffic_signals":
        return ControlKind.SIGNAL
    if highway == "crossing":
        if crossing == "no":
            return None
        lights = crossing == "traffic_signals" or tags.get("crossing:signals") == "yes"
        return ControlKind.SIGNAL if lights else ControlKind.CROSSING
    if tags.get("railway") == "level_crossing":
        return ControlKind.LEVEL_CROSSING
    return {"stop": ControlKind.STOP_SIGN, "give_way": ControlKind.GIVE_WAY}.get(highway or "")


@dataclass(slots=True)
class _Node:
    lat: float
    lon: float
    kind: ControlKind
    direction: str | None
    """`forward` or `backward` along its way, `both`, or None where the map does not say."""
    heading: int = _BOTH_WAYS
    on_road: bool = False


@dataclass(frozen=True, slots=True)
class _Approach:
    """A sign inside a way and the ways on from it: node ids with distances (degrees) before and after."""

    node: int
    heading: int
    before: list[tuple[int, float]]
    after: list[tuple[int, float]]


class ControlReader:
    """A Sink that collects the controls on roads; `finish` writes them to `path`.

    A sign stands for one direction of travel: the one that its `direction` tag names, else the one
    towards the nearer junction (OpenStreetMap wiki, "Tag:highway=stop").
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._nodes: dict[int, _Node] = {}
        self._approaches: list[_Approach] = []
        self._seen, self._joined = osmium.index.IdSet(), osmium.index.IdSet()

    def node(self, node: osmium.osm.Node, tags: Tags) -> None:
        kind = control_kind(tags)
        if kind is not None:
            direction = tags.get("traffic_signals:direction") or tags.get("direction")
            self._nodes[node.id] = _Node(node.lat, node.lon, kind, direction)

    def way(self, way: osmium.osm.Way, tags: Tags) -> None:
        if tags.get("highway") not in VEHICLE_HIGHWAYS:
            return
        refs = [node.ref for node in way.nodes]
        for ref in refs:
            if ref in self._seen:
                self._joined.set(ref)
            else:
                self._seen.set(ref)
        for at, ref in enumerate(refs):
            if (control := self._nodes.get(ref)) is not None:
                control.on_road = True
                self._direct(way, tags, at, control)

    def area(self, area: osmium.osm.Area, tags: Tags) -> None:
        pass

    def finish(self) -> int:
        """Write the database, return how many controls it holds."""
        for approach in self._approaches:
            if approach.node not in self._joined:
                ahead, behind = (
                    self._junction_m(approach.after),
                    self._junction_m(approach.before),
                )
                turned = (approach.heading + 180) % 360
                self._nodes[approach.node].heading = approach.heading if ahead <= behind else turned
        rows = sorted(
            (round(n.lat * 1e6), round(n.lon * 1e6), n.kind.value, n.heading, node_id)
            for node_id, n in self._nodes.items()
            if n.on_road
        )
        with closing(sqlite3.connect(self._path)) as db, db:
            db.execute(
                "CREATE TABLE control (lat6 INTEGER NOT NULL, lon6 INTEGER NOT NULL, kind TEXT NOT NULL,"
                " heading INTEGER NOT NULL, node_id INTEGER PRIMARY KEY)"
            )
            db.executemany("INSERT INTO control VALUES (?, ?, ?, ?, ?)", rows)
        return len(rows)

    def close(self) -> None:
        pass

    def _direct(self, way: osmium.osm.Way, tags: Tags, at: int, control: _Node) -> None:
        sign = control.kind in (ControlKind.STOP_SIGN, ControlKind.GIVE_WAY)
        if control.direction not in ("forward", "backward") and (not sign or control.direction == "both"):
            return
        nodes = way.nodes
        points = [(n.lat, n.lon) if n.location.valid() else None for n in nodes]
        before, here = points[at - 1] if at else None, points[at]
        after = points[at + 1] if at + 1 < len(points) else None
        pair = (before, here) if before else (here, after)
        if pair[0] is None or pair[1] is None:
            return
        heading = round(bearing(*pair[0], *pair[1])) % 360
        oneway = tags.get("oneway")
        if control.direction in ("forward", "backward"):
            control.heading = heading if control.direction == "forward" else (heading + 180) % 360
        elif oneway in _FORWARD_ONLY or tags.get("junction") in _ROUND:
            control.heading = heading
        elif oneway == "-1":
            control.heading = (heading + 180) % 360
        elif 0 < at < len(points) - 1:
            refs = [n.ref for n in nodes]
            backwards = _walk(refs[at::-1], points[at::-1])
            self._approaches.append(_Approach(refs[at], heading, backwards, _walk(refs[at:], points[at:])))

    def _junction_m(self, walk: list[tuple[int, float]]) -> float:
        return next((distance for ref, distance in walk if ref in self._joined), float("inf"))


def _walk(refs: list[int], points: Sequence[tuple[float, float] | None]) -> list[tuple[int, float]]:
    walked, total, last = [], 0.0, points[0]
    for ref, point in zip(refs[1:], points[1:], strict=True):
        if point is not None and last is not None:
            total += hypot(point[0] - last[0], (point[1] - last[1]) * cos(radians(point[0])))
            last = point
        walked.append((ref, total))
    return walked


def bearing(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Heading in degrees from north, clockwise, between two points close together."""
    return degrees(atan2((lon2 - lon1) * cos(radians((lat1 + lat2) / 2)), lat2 - lat1)) % 360


class RegionControls:
    """A region's controls in memory (32 bytes each), for any number of threads.

    Satisfies `rumbo.routing.port.ControlIndex`.
    """

    def __init__(self, region: Region) -> None:
        with closing(sqlite3.connect(f"{region.controls_db.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            rows = db.execute("SELECT lat6, lon6, kind, heading, node_id FROM control").fetchall()
        rank = {kind.value: at for at, kind in enumerate(_KINDS)}
        # Of two controls in one place the stricter, first in ControlKind, counts: it sorts first.
        rows = sorted((_key(lat, lon), rank[kind], heading, node) for lat, lon, kind, heading, node in rows)
        columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
        self._key: NDArray[np.int64] = columns[:, 0]
        self._kind: NDArray[np.int64] = columns[:, 1]
        self._heading: NDArray[np.int64] = columns[:, 2]
        self._node_id: NDArray[np.int64] = columns[:, 3]

    def __len__(self) -> int:
        return len(self._key)

    def controls_at(self, lat6: Sequence[int], lon6: Sequence[int]) -> dict[int, Standing]:
        """Index of a vertex -> control that a driver heeds there, for a route's vertices in driving order.

        `lat6`, `lon6`: microdegrees. A vertex matches a node up to one microdegree away in each axis, for
        routers round differently. Controls that face the other direction of travel are left out.
        """
        lat, lon = np.asarray(lat6, dtype=np.int64), np.asarray(lon6, dtype=np.int64)
        found: dict[int, Standing] = {}
        if not len(self._key) or not len(lat):
            return found
        for dlat, dlon in _NEIGHBOURS:
            keys = (lat + dlat + 90_000_000) * 400_000_000 + (lon + dlon + 180_000_000)
            at = np.minimum(np.searchsorted(self._key, keys), len(self._key) - 1)
            for vertex in np.flatnonzero(self._key[at] == keys).tolist():
                if vertex not in found and self._faces(int(self._heading[at[vertex]]), vertex, lat, lon):
                    row = at[vertex]
                    found[vertex] = Standing(_KINDS[int(self._kind[row])], int(self._node_id[row]))
        return dict(sorted(found.items()))

    @staticmethod
    def _faces(heading: int, vertex: int, lat: NDArray[np.int64], lon: NDArray[np.int64]) -> bool:
        if heading == _BOTH_WAYS or len(lat) < 2:
            return True
        a, b = (vertex - 1, vertex) if vertex else (0, 1)
        driven = bearing(lat[a] / 1e6, lon[a] / 1e6, lat[b] / 1e6, lon[b] / 1e6)
        return abs((driven - heading + 180) % 360 - 180) <= 90


_NEIGHBOURS = sorted(
    ((dlat, dlon) for dlat in (-1, 0, 1) for dlon in (-1, 0, 1)),
    key=lambda d: abs(d[0]) + abs(d[1]),
)


def _key(lat6: int, lon6: int) -> int:
    return (lat6 + 90_000_000) * 400_000_000 + (lon6 + 180_000_000)
