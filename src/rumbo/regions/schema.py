"""From OpenStreetMap's tags to the layers and properties of the Protomaps basemap, in the subset its style draws.

Every function takes an object's tags and says what it is on the map, or None. The names are those that
the filters of `@protomaps/basemaps` 5 ask for (its `base_layers.ts`); the zooms are ours.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from typing import Any

from rumbo.regions.extract import Tags
from rumbo.regions.naming import label_names

MAX_ZOOM = 14


@dataclass(frozen=True, slots=True)
class Feature:
    """One thing on the map, without its geometry. `min_zoom` is the first zoom whose tiles hold it."""

    layer: str
    kind: str
    min_zoom: int
    properties: dict[str, Any] = field(default_factory=dict)

    def all_properties(self) -> dict[str, Any]:
        # The style shows a place from its min_zoom on, also beyond the last zoom that has tiles.
        shown = self.properties.get("min_zoom", self.min_zoom)
        return {"kind": self.kind, "min_zoom": shown} | self.properties


_ROADS = {
    "motorway": ("highway", 4),
    "trunk": ("major_road", 6),
    "primary": ("major_road", 7),
    "secondary": ("major_road", 9),
    "tertiary": ("major_road", 10),
    "unclassified": ("minor_road", 12),
    "residential": ("minor_road", 12),
    "living_street": ("minor_road", 12),
    "road": ("minor_road", 12),
    "service": ("minor_road", 13),
    "pedestrian": ("path", 13),
    "track": ("path", 13),
    "footway": ("path", 13),
    "cycleway": ("path", 13),
    "bridleway": ("path", 13),
    "path": ("path", 13),
    "steps": ("path", 13),
}
_RAILS = {
    "rail": 8,
    "light_rail": 11,
    "subway": 12,
    "tram": 13,
    "narrow_gauge": 10,
    "funicular": 13,
    "monorail": 12,
}
_WATERWAYS = {"river": 9, "canal": 11, "stream": 13, "drain": 14, "ditch": 14}


def road(tags: Tags) -> Feature | None:
    """Roads, paths, rails, runways and piers: lines in layer `roads`."""
    highway = tags.get("highway", "")
    base = highway.removesuffix("_link")
    properties: dict[str, Any] = label_names(tags)
    if base in _ROADS:
        kind, zoom = _ROADS[base]
        properties["kind_detail"] = base
        if base != highway:
            properties["is_link"] = True
            zoom = max(zoom, 10)
        if ref := tags.get("ref"):
            properties["shield_text"] = ref.split(";")[0].strip()
            properties["network"] = "other"
    elif tags.get("railway") in _RAILS:
        kind, zoom = "rail", _RAILS[tags["railway"]]
        if tags.get("service"):
            zoom = 13
        properties["kind_detail"] = tags["railway"]
    elif tags.get("aeroway") in ("runway", "taxiway"):
        kind, zoom = "aeroway", 10
        properties["kind_detail"] = tags["aeroway"]
    elif tags.get("man_made") == "pier":
        kind, zoom = "path", 13
        properties["kind_detail"] = "pier"
    elif tags.get("route") == "ferry":
        kind, zoom = "ferry", 10
    else:
        return None
    return Feature("roads", kind, zoom, properties | _passage(tags))


def _passage(tags: Tags) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if tags.get("tunnel", "no") != "no" or tags.get("covered") == "yes":
        found["is_tunnel"] = True
    elif tags.get("bridge", "no") != "no":
        found["is_bridge"] = True
    if tags.get("oneway") in ("yes", "1", "true") or tags.get("junction") in (
        "roundabout",
        "circular",
    ):
        found["oneway"] = "yes"
    return found


def waterway(tags: Tags) -> Feature | None:
    """Rivers and streams: lines in layer `water`."""
    kind = tags.get("waterway", "")
    if kind not in _WATERWAYS or tags.get("tunnel", "no") != "no":
        return None
    drawn = "stream" if kind in ("drain", "ditch") else kind
    return Feature("water", drawn, _WATERWAYS[kind], label_names(tags) | {"kind_detail": kind})


def water_area(tags: Tags) -> Feature | None:
    """Lakes, river banks, docks, reservoirs, pools: polygons in layer `water`."""
    if tags.get("natural") == "water" or tags.get("landuse") in ("reservoir", "basin"):
        detail = tags.get("water") or tags.get("landuse", "water")
        kind = {
            "lake": "lake",
            "river": "river",
            "reservoir": "lake",
            "pond": "water",
        }.get(detail, "water")
        return Feature(
            "water",
            kind,
            7 if kind != "water" else 10,
            label_names(tags) | {"kind_detail": detail},
        )
    if tags.get("waterway") in ("riverbank", "dock", "boatyard"):
        return Feature("water", "water", 8, label_names(tags) | {"kind_detail": tags["waterway"]})
    if tags.get("leisure") == "swimming_pool":
        return Feature("water", "swimming_pool", 14)
    return None


def building(tags: Tags) -> Feature | None:
    """Buildings and their parts: polygons in layer `buildings`, `height` in m where the map tells."""
    for key, kind in (("building", "building"), ("building:part", "building_part")):
        if tags.get(key, "no") != "no":
            height = _metres(tags)
            return Feature("buildings", kind, 13, {} if height is None else {"height": height})
    return None


def _metres(tags: Tags) -> float | None:
    for key, unit_m in (("height", 1.0), ("building:levels", 3.0)):
        try:
            value = float(tags.get(key, "").removesuffix("m").strip()) * unit_m
        except ValueError:
            continue
        if 0 < value < 1000:
            return round(value, 1)
    return None


def address(tags: Tags) -> Feature | None:
    """House numbers: points in layer `buildings`."""
    number = tags.get("addr:housenumber")
    return Feature("buildings", "address", MAX_ZOOM, {"addr_housenumber": number}) if number else None


_BOUNDARIES = {
    2: ("country", 0),
    3: ("region", 5),
    4: ("region", 5),
    6: ("county", 8),
    8: ("locality", 11),
}


def boundary(admin_level: int) -> Feature | None:
    """A stretch of border of the highest area it bounds: lines in layer `boundaries`."""
    if admin_level not in _BOUNDARIES:
        return None
    kind, zoom = _BOUNDARIES[admin_level]
    return Feature("boundaries", kind, zoom, {"kind_detail": admin_level})


_PLACES = {
    "country": ("country", 2),
    "state": ("region", 5),
    "province": ("region", 6),
    "city": ("locality", 6),
    "town": ("locality", 8),
    "village": ("locality", 10),
    "hamlet": ("locality", 12),
    "borough": ("macrohood", 11),
    "suburb": ("neighbourhood", 12),
    "quarter": ("neighbourhood", 12),
    "neighbourhood": ("neighbourhood", 13),
}
_RANKS = (
    200,
    1e3,
    2e3,
    5e3,
    1e4,
    2e4,
    5e4,
    1e5,
    2e5,
    5e5,
    1e6,
    2e6,
    5e6,
    1e7,
    2e7,
    5e7,
    1e8,
    1e9,
)


def place(tags: Tags) -> Feature | None:
    """Settlements and their quarters: points in layer `places`; islands label layer `earth`."""
    names = label_names(tags)
    kind = tags.get("place", "")
    if not names:
        return None
    if kind in ("island", "islet"):
        return Feature("earth", "island", 10 if kind == "island" else 13, names)
    if kind not in _PLACES:
        return None
    drawn, zoom = _PLACES[kind]
    population = tags.get("population", "").replace(" ", "")
    people = int(population) if population.isdecimal() else 0
    rank = bisect_right(_RANKS, people)
    properties: dict[str, Any] = {
        "kind_detail": kind,
        "population": people,
        "population_rank": rank,
        "sort_key": zoom * 100 - rank,
    }
    if tags.get("capital") == "yes":
        zoom = min(zoom, 4)
        properties["capital"] = "yes"
    return Feature("places", drawn, zoom, names | properties)
