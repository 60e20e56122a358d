"""Street canyons: the share of sky along every road, read from the extract, looked up by way and place."""

from __future__ import annotations

import logging
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import closing
from itertools import pairwise
from math import cos, floor, hypot, radians
from pathlib import Path

import numpy as np
import osmium
from numpy.typing import NDArray

from rumbo.regions.canyons import REACH_M, building_height_m, deck_m, roof_over, sky_views
from rumbo.regions.extract import Tags, line_of
from rumbo.regions.region import Region
from rumbo.regions.source import VEHICLE_HIGHWAYS

log = logging.getLogger(__name__)

SECTION_M = 50.0
"""A road's sky is told for stretches of at most this."""
OPEN = 0.95
"""From here on the sky counts as open, and stretches of road that are open throughout are not kept."""

_CELL_DEG = 0.05
"""Mesh of the grid that bounds memory: one cell's houses are held at a time. About 5 km."""
_HELD_ROWS = 500_000
_M_PER_DEG = 111_195.0
_ROAD = np.dtype(
    [("way", "i8"), ("lat6", "i4"), ("lon6", "i4"), ("x", "f4", 2), ("y", "f4", 2), ("up", "f4"), ("roof", "f4")]
)  # fmt: skip
_KEPT = np.dtype([("lat6", "<i4"), ("lon6", "<i4"), ("percent", "u1")])
type _Cell = tuple[int, int]
type _Line = Sequence[tuple[float, float]]


class SkyReader:
    """A Sink that collects roads and houses; `finish` writes to `path` how much sky the roads see.

    What it collects goes to a file in `work` cell by cell, so that a country needs no more memory than
    its densest cell.
    """

    def __init__(self, path: Path, work: Path) -> None:
        self._path = path
        self._scratch = sqlite3.connect(work / "sky.scratch")
        self._scratch.execute("PRAGMA synchronous = OFF")
        self._scratch.execute("PRAGMA journal_mode = OFF")
        self._scratch.execute("CREATE TABLE part (row INTEGER, col INTEGER, kind TEXT, rows BLOB)")
        self._roads: dict[_Cell, list[tuple[object, ...]]] = defaultdict(list)
        self._walls: dict[_Cell, list[tuple[float, ...]]] = defaultdict(list)
        self._held = 0

    def node(self, node: osmium.osm.Node, tags: Tags) -> None:
        pass

    def way(self, way: osmium.osm.Way, tags: Tags) -> None:
        if tags.get("highway") not in VEHICLE_HIGHWAYS:
            return
        roof = roof_over(tags)
        up = deck_m(tags)
        for lon, lat, (first, last) in _sections(line_of(way)):
            cell = floor(lat / _CELL_DEG), floor(lon / _CELL_DEG)
            (x1, y1), (x2, y2) = _local(cell, first), _local(cell, last)
            row = (
                way.id,
                round(lat * 1e6),
                round(lon * 1e6),
                (x1, x2),
                (y1, y2),
                up,
                -1 if roof is None else roof,
            )
            self._roads[cell].append(row)
            self._hold(1)

    def area(self, area: osmium.osm.Area, tags: Tags) -> None:
        if "building" not in tags and "building:part" not in tags:
            return
        for outer in area.outer_rings():
            ring = [(node.lon, node.lat) for node in outer if node.location.valid()]
            if len(ring) < 4:
                continue
            height_m = building_height_m(tags, _footprint_m2(ring))
            if height_m is not None:
                for cell in _cells_near(ring):
                    corners = [_local(cell, point) for point in ring]
                    pairs = pairwise(corners)
                    self._walls[cell] += [(*a, *b, height_m) for a, b in pairs if a != b]
                    self._hold(len(ring))

    def finish(self) -> int:
        """Write the database, return how many stretches it holds."""
        self._spill()
        self._scratch.execute("CREATE INDEX by_cell ON part (row, col, kind)")
        kept = 0
        with closing(sqlite3.connect(self._path)) as db, db:
            db.execute(
                "CREATE TABLE sky (way_id INTEGER, part INTEGER, sections BLOB NOT NULL,"
                " PRIMARY KEY (way_id, part)) WITHOUT ROWID"
            )
            cells = self._scratch.execute("SELECT DISTINCT row, col FROM part WHERE kind = 'road'")
            for number, cell in enumerate(cells.fetchall()):
                roads = np.frombuffer(self._rows(cell, "road"), dtype=_ROAD)
                walls = np.frombuffer(self._rows(cell, "wall"), dtype="f4").reshape(-1, 5)
                rows = list(_kept(roads, _seen(roads, walls.astype(np.float64))))
                db.executemany(
                    "INSERT INTO sky VALUES (?, ?, ?)", [(way, number, blob) for way, blob in rows]
                )
                kept += sum(len(blob) for _, blob in rows) // _KEPT.itemsize
        return kept

    def close(self) -> None:
        self._scratch.close()

    def _hold(self, rows: int) -> None:
        self._held += rows
        if self._held >= _HELD_ROWS:
            self._spill()

    def _spill(self) -> None:
        parts = [(*cell, "road", np.array(rows, dtype=_ROAD).tobytes()) for cell, rows in self._roads.items()]
        parts += [(*cell, "wall", np.array(rows, dtype="f4").tobytes()) for cell, rows in self._walls.items()]
        self._scratch.executemany("INSERT INTO part VALUES (?, ?, ?, ?)", parts)
        self._roads.clear()
        self._walls.clear()
        self._held = 0

    def _rows(self, cell: _Cell, kind: str) -> bytes:
        query = "SELECT rows FROM part WHERE row = ? AND col = ? AND kind = ?"
        return b"".join(rows for (rows,) in self._scratch.execute(query, (*cell, kind)))


class RegionSky:
    """The sky along a region's roads, for any number of threads. Satisfies `rumbo.routing.port.SkyIndex`."""

    def __init__(self, region: Region) -> None:
        self._path = region.sky_db if region.sky_db.exists() else None
        if self._path is None:
            log.warning(
                "The region %s was built before street canyons were read, so every street is under the open sky:"
                " build it again with `rumbo region add`",
                region.name,
            )

    def sky_views(self, way_ids: Sequence[int], lat6: Sequence[int], lon6: Sequence[int]) -> Sequence[float]:
        """See `rumbo.routing.port.SkyIndex`: the nearest stretch of the same way counts."""
        asked = np.asarray(way_ids, dtype=np.int64)
        lat, lon = np.asarray(lat6, dtype=np.float64), np.asarray(lon6, dtype=np.float64)
        views = np.ones(len(asked))
        for way_id, sections in self._sections(np.unique(asked).tolist()).items():
            rows = np.flatnonzero(asked == way_id)
            north_m = (lat[rows, None] - sections["lat6"]) * (_M_PER_DEG / 1e6)
            east_m = (
                (lon[rows, None] - sections["lon6"])
                * (_M_PER_DEG / 1e6)
                * np.cos(np.radians(lat[rows, None] / 1e6))
            )
            distance_m = np.hypot(north_m, east_m)
            nearest = distance_m.argmin(axis=1)
            near = distance_m[np.arange(len(rows)), nearest] <= SECTION_M
            views[rows[near]] = sections["percent"][nearest[near]] / 100
        found: list[float] = views.tolist()
        return found

    def _sections(self, way_ids: list[int]) -> dict[int, NDArray[np.void]]:
        if self._path is None or not way_ids:
            return {}
        found: dict[int, bytes] = {}
        # Opening takes 0.1 ms and makes it safe for threads.
        with closing(sqlite3.connect(f"{self._path.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
            for way_id in way_ids:
                rows = db.execute("SELECT sections FROM sky WHERE way_id = ?", (way_id,)).fetchall()
                if rows:
                    found[way_id] = b"".join(blob for (blob,) in rows)
        return {way_id: np.frombuffer(blob, dtype=_KEPT) for way_id, blob in found.items()}


def _sections(line: _Line) -> Iterable[tuple[float, float, _Line]]:
    """Stretches of equal length: middle (lon, lat), and the points at a quarter and three quarters of it."""
    if len(line) < 2:
        return
    scale = cos(radians(line[0][1]))
    at = [0.0]
    for a, b in pairwise(line):
        at.append(at[-1] + hypot((b[0] - a[0]) * scale, b[1] - a[1]) * _M_PER_DEG)
    n = max(1, round(at[-1] / SECTION_M))
    asked = (np.arange(4 * n) + 0.0)[None, :] * (at[-1] / (4 * n))
    lon, lat = (np.interp(asked[0], at, [p[axis] for p in line]) for axis in (0, 1))
    for i in range(0, 4 * n, 4):
        yield lon[i + 2], lat[i + 2], ((lon[i + 1], lat[i + 1]), (lon[i + 3], lat[i + 3]))


def _local(cell: _Cell, point: tuple[float, float]) -> tuple[float, float]:
    """Metres east and north of the cell's south-west corner."""
    scale = cos(radians((cell[0] + 0.5) * _CELL_DEG))
    return (point[0] - cell[1] * _CELL_DEG) * scale * _M_PER_DEG, (
        point[1] - cell[0] * _CELL_DEG
    ) * _M_PER_DEG


def _cells_near(ring: _Line) -> Iterable[_Cell]:
    """The cells whose roads may see a house with this outline."""
    lons, lats = [p[0] for p in ring], [p[1] for p in ring]
    north = REACH_M / _M_PER_DEG
    east = north / max(cos(radians(lats[0])), 0.01)
    for row in range(floor((min(lats) - north) / _CELL_DEG), floor((max(lats) + north) / _CELL_DEG) + 1):
        for col in range(floor((min(lons) - east) / _CELL_DEG), floor((max(lons) + east) / _CELL_DEG) + 1):
            yield row, col


def _footprint_m2(ring: _Line) -> float:
    scale = cos(radians(ring[0][1]))
    x0, y0 = ring[0]
    twice = sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in pairwise(ring))
    return abs(twice) / 2 * scale * _M_PER_DEG**2


def _seen(roads: NDArray[np.void], walls: NDArray[np.float64]) -> NDArray[np.float64]:
    """The sky of each stretch: the mean of its two points; what is under a roof sees what that leaves."""
    views = [
        sky_views(
            np.stack((roads["x"][:, i], roads["y"][:, i]), axis=1).astype(np.float64), roads["up"], walls
        )
        for i in (0, 1)
    ]
    return np.where(roads["roof"] >= 0, roads["roof"], (views[0] + views[1]) / 2)


def _kept(roads: NDArray[np.void], views: NDArray[np.float64]) -> Iterable[tuple[int, bytes]]:
    """Way id and stretches of each way that is not under the open sky throughout."""
    order = np.argsort(roads["way"], kind="stable")
    ways, first = np.unique(roads["way"][order], return_index=True)
    for way_id, rows in zip(ways.tolist(), np.split(order, first[1:]), strict=True):
        if (views[rows] < OPEN).any():
            kept = np.zeros(len(rows), dtype=_KEPT)
            kept["lat6"], kept["lon6"] = roads["lat6"][rows], roads["lon6"][rows]
            kept["percent"] = np.rint(views[rows] * 100)
            yield way_id, kept.tobytes()
