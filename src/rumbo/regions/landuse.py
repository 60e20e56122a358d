"""What the ground is used for, from OpenStreetMap's tags to the basemap's layer `landuse` (see schema)."""

from __future__ import annotations

from rumbo.regions.extract import Tags
from rumbo.regions.schema import Feature

_LANDUSE: dict[str, dict[str, tuple[str, int]]] = {
    "landuse": {
        "forest": ("forest", 8),
        "grass": ("grass", 13),
        "meadow": ("grassland", 11),
        "cemetery": ("cemetery", 12),
        "allotments": ("allotments", 12),
        "village_green": ("village_green", 13),
        "recreation_ground": ("park", 12),
        "industrial": ("industrial", 10),
        "railway": ("industrial", 12),
        "port": ("industrial", 11),
        "military": ("military", 10),
        "residential": ("residential", 9),
        "commercial": ("commercial", 11),
        "retail": ("commercial", 11),
        "farmland": ("farmland", 9),
        "orchard": ("orchard", 11),
        "vineyard": ("farmland", 11),
        "quarry": ("quarry", 11),
    },
    "natural": {
        "wood": ("wood", 8),
        "scrub": ("scrub", 10),
        "heath": ("scrub", 10),
        "grassland": ("grassland", 10),
        "beach": ("beach", 12),
        "sand": ("sand", 11),
        "glacier": ("glacier", 6),
        "bare_rock": ("barren", 10),
        "wetland": ("wetland", 10),
    },
    "leisure": {
        "park": ("park", 11),
        "garden": ("park", 13),
        "golf_course": ("golf_course", 11),
        "nature_reserve": ("nature_reserve", 8),
        "playground": ("playground", 14),
        "pitch": ("pitch", 13),
        "stadium": ("stadium", 12),
        "track": ("pitch", 13),
    },
    "boundary": {
        "national_park": ("national_park", 7),
        "protected_area": ("protected_area", 9),
    },
    "amenity": {
        "hospital": ("hospital", 12),
        "school": ("school", 13),
        "kindergarten": ("school", 14),
        "university": ("university", 12),
        "college": ("college", 13),
        "parking": ("other", 14),
    },
    "tourism": {"zoo": ("zoo", 12), "theme_park": ("zoo", 12)},
    "aeroway": {
        "aerodrome": ("aerodrome", 9),
        "runway": ("runway", 10),
        "taxiway": ("taxiway", 12),
    },
    "man_made": {
        "pier": ("pier", 12),
        "bridge": ("pedestrian", 13),
        "breakwater": ("pier", 12),
    },
    "highway": {"pedestrian": ("pedestrian", 13), "footway": ("pedestrian", 13)},
    "waterway": {"dam": ("dam", 12)},
}


def landuse(tags: Tags) -> Feature | None:
    """What the ground is used for: polygons in layer `landuse`."""
    for key, kinds in _LANDUSE.items():
        found = kinds.get(tags.get(key, ""))
        if found is not None:
            return Feature("landuse", found[0], found[1])
    return None
