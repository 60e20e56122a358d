"""One streaming pass over an extract that hands each object, with its geometry, to those who want it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import osmium
import psutil
import shapely

Tags = Mapping[str, str]
Point = tuple[float, float, float]

_BYTES_A_NODE_IN_FILE = 8
"""Lower bound of a node's share of a .osm.pbf, ways and relations included (Geofabrik extracts: 10 to 14)."""
_BYTES_A_NODE_IN_MEMORY = 16
_AREA_KEYS = (
    "building", "building:part", "landuse", "natural", "leisure", "water", "waterway", "amenity", "tourism",
    "boundary", "aeroway", "man_made", "highway", "shop", "historic", "office", "railway", "place", "area:highway",
    "addr:housenumber",
)  # fmt: skip


class Sink(Protocol):
    """Takes what it wants of every object; objects are only valid during the call."""

    def node(self, node: osmium.osm.Node, tags: Tags) -> None:
        """A node with at least one tag."""

    def way(self, way: osmium.osm.Way, tags: Tags) -> None:
        """A way, closed or not, tagged or not, whose nodes carry locations."""

    def area(self, area: osmium.osm.Area, tags: Tags) -> None:
        """A closed way or a multipolygon relation."""


class Inside:
    """A point inside an area; remembers the last, for several sinks ask for the same one after another."""

    def __init__(self) -> None:
        self._wkb = osmium.geom.WKBFactory()
        self._last: tuple[int, Point | None] = (0, None)

    def __call__(self, area: osmium.osm.Area) -> Point | None:
        """(latitude, longitude, length of the outline in degrees); None where the area does not close."""
        if self._last[0] != area.id:
            self._last = (area.id, self._find(area))
        return self._last[1]

    def _find(self, area: osmium.osm.Area) -> Point | None:
        try:
            shape = shapely.from_wkb(self._wkb.create_multipolygon(area))
            inside = shape.point_on_surface()
            return inside.y, inside.x, shape.length
        except (RuntimeError, shapely.errors.GEOSException):
            return None


def read_features(pbf: Path, sinks: Sequence[Sink], work: Path) -> None:
    """Feed every tagged node, every way and every area of `pbf` to all `sinks`, in the file's order."""
    untagged_nodes = osmium.filter.EmptyTagFilter()
    untagged_nodes.enable_for(osmium.osm.NODE)
    processor = (
        osmium.FileProcessor(str(pbf))
        .with_locations(location_index(pbf.stat().st_size, work, psutil.virtual_memory().available))
        .with_areas(osmium.filter.KeyFilter(*_AREA_KEYS))
        .with_filter(untagged_nodes)
    )
    for thing in processor:
        tags = {tag.k: tag.v for tag in thing.tags}
        for sink in sinks:
            if isinstance(thing, osmium.osm.Node):
                sink.node(thing, tags)
            elif isinstance(thing, osmium.osm.Way):
                sink.way(thing, tags)
            elif isinstance(thing, osmium.osm.Area):
                sink.area(thing, tags)


def location_index(pbf_bytes: int, work: Path, free_bytes: int) -> str:
    """The osmium index for node locations: in memory where a quarter of `free_bytes` holds it, else in a file."""
    need = pbf_bytes // _BYTES_A_NODE_IN_FILE * _BYTES_A_NODE_IN_MEMORY
    return "flex_mem" if need <= free_bytes // 4 else f"sparse_file_array,{work / 'nodes.index'}"


def line_of(way: osmium.osm.Way) -> list[tuple[float, float]]:
    """(lon, lat) of the way's nodes, without those that the extract lacks and those that repeat."""
    line: list[tuple[float, float]] = []
    for node in way.nodes:
        if node.location.valid():
            point = (node.lon, node.lat)
            if not line or line[-1] != point:
                line.append(point)
    return line
