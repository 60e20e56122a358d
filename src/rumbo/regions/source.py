"""The extract a region is built from: whether it can be read, where it lies, which country it is."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import osmium

from rumbo.errors import InvalidInput, UnreadableFile

VEHICLE_HIGHWAYS = frozenset(
    base + link
    for base in ("motorway", "trunk", "primary", "secondary", "tertiary")
    for link in ("", "_link")
) | {"unclassified", "residential", "living_street", "service", "road"}
"""`highway` values that a motor vehicle may use unless another tag forbids it."""

_WORLDWIDE_DEG2 = 20_000.0
"""A header box larger than this (a third of the world) was inherited from a planet file and says nothing."""


@dataclass(frozen=True, slots=True)
class Source:
    """What reading the file told. `bbox` is west, south, east, north in degrees."""

    path: Path
    bytes: int
    sha256: str
    bbox: tuple[float, float, float, float]
    country: str | None
    """ISO 3166-1 alpha-2 of the country that most of the data names; None where none does."""
    time: str | None
    roads: int


def read_source(path: Path) -> Source:
    """Read the file through.

    Raises UnreadableFile when it is missing, empty, damaged, not OpenStreetMap data in PBF, or without a
    single road for motor vehicles; InvalidInput when its box crosses the antimeridian.
    """
    size, sha256 = _digest(path)
    try:
        roads, country, header = _scan(path)
        if not roads:
            raise UnreadableFile(
                f"{path.name} has no road that a vehicle can use.",
                hint="Use an extract with roads in it.",
            )
        bbox = _header_box(header) or _node_box(path)
    except (RuntimeError, ValueError) as exc:
        raise UnreadableFile(
            f"{path.name} is not a readable OpenStreetMap extract ({exc}).",
            hint="Fetch the .osm.pbf again and compare its size and checksum.",
        ) from exc
    if bbox[2] - bbox[0] > 180:
        raise InvalidInput(
            f"{path.name} reaches over the antimeridian.",
            hint="Cut the extract at longitude 180 and build two regions.",
        )
    time = header.get("osmosis_replication_timestamp") or header.get("timestamp") or None
    return Source(path, size, sha256, bbox, country, time, roads)


def _digest(path: Path) -> tuple[int, str]:
    try:
        with path.open("rb") as file:
            start = file.read(64)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        size = path.stat().st_size
    except OSError as exc:
        raise UnreadableFile(
            f"{path} cannot be read ({exc.strerror}).",
            hint="Name an existing .osm.pbf file.",
        ) from exc
    if b"OSMHeader" not in start:
        raise UnreadableFile(
            f"{path.name} is {'no OpenStreetMap PBF file' if size else 'empty'}.",
            hint="Rumbo builds regions from .osm.pbf extracts.",
        )
    return size, sha256


def _scan(path: Path) -> tuple[int, str | None, osmium.io.Header]:
    """Roads, the country and the file's header; reads every block, so damage anywhere shows here."""
    votes: Counter[str] = Counter()
    roads = 0
    processor = osmium.FileProcessor(str(path))
    keys = osmium.filter.KeyFilter("highway", "addr:country", "ISO3166-1", "ISO3166-1:alpha2", "ISO3166-2")
    for thing in processor.with_filter(keys):
        tags = thing.tags
        if isinstance(thing, osmium.osm.Way) and tags.get("highway") in VEHICLE_HIGHWAYS:
            roads += 1
        if "addr:country" in tags:
            votes[tags["addr:country"].upper()] += 1
        elif isinstance(thing, osmium.osm.Relation) and "highway" not in tags:
            code = tags.get("ISO3166-1:alpha2") or tags.get("ISO3166-1") or tags.get("ISO3166-2") or ""
            votes[code[:2].upper()] += 1
    known = [(n, code) for code, n in votes.items() if len(code) == 2 and code.isascii() and code.isalpha()]
    return roads, max(known)[1] if known else None, processor.header


def _header_box(header: osmium.io.Header) -> tuple[float, float, float, float] | None:
    box = header.box()
    if not box.valid() or box.size() > _WORLDWIDE_DEG2 or box.size() == 0:
        return None
    low, high = box.bottom_left, box.top_right
    return low.lon, low.lat, high.lon, high.lat


def _node_box(path: Path) -> tuple[float, float, float, float]:
    west, south, east, north = 180.0, 90.0, -180.0, -90.0
    nodes = (
        thing
        for thing in osmium.FileProcessor(str(path), osmium.osm.NODE)
        if isinstance(thing, osmium.osm.Node)
    )
    for node in nodes:
        lat, lon = node.location.lat, node.location.lon
        west, east = min(west, lon), max(east, lon)
        south, north = min(south, lat), max(north, lat)
    if west > east:
        raise ValueError("no node in it has a place")
    return west, south, east, north
