"""Place search: names in an SQLite full-text index, found by prefix and whatever the accents."""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from contextlib import closing
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians
from pathlib import Path

import osmium

from rumbo.regions.extract import Inside, Tags, line_of
from rumbo.regions.naming import search_names
from rumbo.regions.region import Region

MAX_LIMIT = 100
_CANDIDATES = 400
_MAX_WORDS = 8
_CELL_DEG = 0.03
"""Namesakes of one kind within such a cell (about 3 km) are one place: a street is many ways."""

_WEIGHTS = {
    "country": 100, "state": 95, "province": 94, "region": 93, "city": 90, "county": 85, "town": 80,
    "island": 75, "village": 70, "municipality": 70, "borough": 66, "suburb": 65, "quarter": 62,
    "neighbourhood": 60, "hamlet": 58, "aerodrome": 57, "locality": 50, "station": 55, "hospital": 48, "university": 48,
    "stadium": 48, "attraction": 46, "museum": 46, "square": 45, "street": 44, "stop_position": 20,
    "platform": 20, "address": 5,
}  # fmt: skip
_OTHER_WEIGHT = 30
_KIND_KEYS = (
    "amenity", "shop", "tourism", "leisure", "historic", "railway", "aeroway", "office", "natural", "man_made",
    "public_transport", "craft", "building",
)  # fmt: skip

_SCHEMA = """
CREATE TABLE found (name TEXT, other TEXT, kind TEXT, lat REAL, lon REAL, size REAL);
"""
# Of namesakes in a cell the largest stands for all: SQLite takes the bare columns from the row of max().
_INDEX = """
CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, lat REAL NOT NULL,
    lon REAL NOT NULL, weight INTEGER NOT NULL);
CREATE TEMP TABLE chosen AS
    SELECT name, other, kind, lat, lon, max(size) AS size FROM found
    GROUP BY name, kind, cell_of(lat), cell_of(lon)
    ORDER BY name, kind, lat, lon;
INSERT INTO place (id, name, kind, lat, lon, weight)
    SELECT rowid, name, kind, round(lat, 6), round(lon, 6), weight_of(kind) FROM chosen;
CREATE VIRTUAL TABLE words USING fts5 (name, other, content='', prefix='1 2 3',
    tokenize="unicode61 remove_diacritics 2");
INSERT INTO words (rowid, name, other) SELECT rowid, name, other FROM chosen;
DROP TABLE chosen;
DROP TABLE found;
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A named place, degrees WGS 84. `kind` is OpenStreetMap's value, `street` or `address`."""

    name: str
    kind: str
    lat: float
    lon: float


class PlaceIndex:
    """A Sink that collects named things; `finish` makes the index at `path`."""

    def __init__(self, path: Path, inside: Inside) -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" + _SCHEMA)
        self._inside = inside

    def node(self, node: osmium.osm.Node, tags: Tags) -> None:
        self._add(tags, node.lat, node.lon, 0.0)

    def way(self, way: osmium.osm.Way, tags: Tags) -> None:
        if "name" not in tags or "highway" not in tags:
            return
        line = line_of(way)
        if line:
            lon, lat = line[len(line) // 2]
            length = sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(line))
            self._insert(tags, tags["name"], "street", lat, lon, length)

    def area(self, area: osmium.osm.Area, tags: Tags) -> None:
        if "highway" in tags and area.from_way():
            return  # read as a way already
        if "name" not in tags and "addr:housenumber" not in tags:
            return
        if found := self._inside(area):
            self._add(tags, *found)

    def finish(self) -> int:
        """Build the index, close the database, return how many places it holds."""
        self._db.create_function("cell_of", 1, lambda degrees: int(degrees // _CELL_DEG))
        self._db.create_function("weight_of", 1, lambda kind: _WEIGHTS.get(kind, _OTHER_WEIGHT))
        self._db.executescript("BEGIN;" + _INDEX + "COMMIT; VACUUM;")
        count: int = self._db.execute("SELECT count(*) FROM place").fetchone()[0]
        self._db.close()
        return count

    def close(self) -> None:
        self._db.close()

    def _add(self, tags: Tags, lat: float, lon: float, size: float) -> None:
        kind = _kind(tags)
        if "name" in tags and kind:
            self._insert(tags, tags["name"], kind, lat, lon, size)
        number, street = (
            tags.get("addr:housenumber"),
            tags.get("addr:street") or tags.get("addr:place"),
        )
        if number and street:
            self._insert({}, f"{street} {number}", "address", lat, lon, 0.0)

    def _insert(self, tags: Tags, name: str, kind: str, lat: float, lon: float, size: float) -> None:
        other = " · ".join(search_names(tags))
        self._db.execute(
            "INSERT INTO found VALUES (?, ?, ?, ?, ?, ?)",
            (name, other, kind, lat, lon, size),
        )


def _kind(tags: Tags) -> str:
    if "place" in tags:
        return tags["place"]
    for key in _KIND_KEYS:
        value = tags.get(key, "no")
        if value != "no":
            return key if value == "yes" else value
    if tags.get("boundary") == "administrative":
        return {"2": "country", "4": "state", "6": "county", "8": "municipality"}.get(
            tags.get("admin_level", ""), ""
        )
    return ""


def search_places(
    region: Region, text: str, limit: int = 10, near: tuple[float, float] | None = None
) -> list[Place]:
    """At most `limit` (1 to 100) places whose name has all words of `text`, each as a prefix; best first.

    Case, accents and punctuation don't matter. First come names that are the text, then those that start
    with it, then by importance; among equals the nearest to `near` (latitude, longitude). [] where `text`
    holds no word. Safe to call from any thread: each call opens the file for itself.
    """
    words = _fold(text).split()[:_MAX_WORDS]
    if not words:
        return []
    query = " ".join(f'"{word}"*' for word in words)
    limit = min(max(limit, 1), MAX_LIMIT)
    with closing(sqlite3.connect(f"{region.places_db.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        rows = db.execute(
            "SELECT place.name, kind, lat, lon, weight FROM words JOIN place ON place.id = words.rowid"
            " WHERE words MATCH ? ORDER BY weight DESC, length(place.name), place.id LIMIT ?",
            (query, _CANDIDATES),
        ).fetchall()
    wanted = " ".join(words)

    def order(
        row: tuple[str, str, float, float, int],
    ) -> tuple[int, float, float, int, str]:
        name = _fold(row[0])
        match = 0 if name == wanted else 1 if name.startswith(wanted) else 2
        return match, -row[4], _distance(near, row[2], row[3]), len(name), name

    return [Place(name, kind, lat, lon) for name, kind, lat, lon, _ in sorted(rows, key=order)[:limit]]


def all_places(region: Region) -> list[Place]:
    """Every place of a region, in an order that is always the same."""
    with closing(sqlite3.connect(f"{region.places_db.as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        rows = db.execute("SELECT name, kind, lat, lon FROM place ORDER BY name, kind, lat, lon").fetchall()
    return [Place(*row) for row in rows]


def _distance(near: tuple[float, float] | None, lat: float, lon: float) -> float:
    """Degrees of latitude, on the plane: enough to say which is nearer."""
    return 0.0 if near is None else hypot(lat - near[0], (lon - near[1]) * cos(radians(near[0])))


def _fold(text: str) -> str:
    """Lower-case words without accents and punctuation: nothing of it can be full-text syntax."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", plain.casefold()))
