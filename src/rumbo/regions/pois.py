"""Points of interest on the base map: which kinds, and from which zoom."""

from __future__ import annotations

from rumbo.regions.extract import Tags
from rumbo.regions.naming import label_names
from rumbo.regions.schema import MAX_ZOOM, Feature

_KINDS: dict[str, dict[str, int]] = {
    "aeroway": {"aerodrome": 10},
    "railway": {"station": 13, "halt": 14},
    "amenity": {
        "ferry_terminal": 13,
        "university": 14,
        "college": 15,
        "library": 15,
        "school": 15,
        "theatre": 15,
        "townhall": 15,
        "hospital": 13,
        "post_office": 16,
        "restaurant": 17,
        "fast_food": 17,
        "cafe": 17,
        "bar": 17,
        "toilets": 17,
        "drinking_water": 17,
        "bench": 18,
    },
    "shop": {
        "supermarket": 16,
        "convenience": 17,
        "books": 17,
        "beauty": 17,
        "electronics": 17,
        "clothes": 17,
    },
    "tourism": {"attraction": 14, "museum": 14, "zoo": 13, "artwork": 17},
    "leisure": {"park": 14, "garden": 16, "marina": 14, "stadium": 13},
    "natural": {"beach": 14, "peak": 12},
    "landuse": {"forest": 13},
    "highway": {"bus_stop": 17},
}
_UNNAMED = frozenset({"toilets", "drinking_water", "bench", "bus_stop"})


def poi(tags: Tags) -> Feature | None:
    """The point of interest that `tags` describe; None without a name, save for those that need none."""
    for key, kinds in _KINDS.items():
        value = tags.get(key, "")
        if value in kinds:
            names = label_names(tags)
            if not names and value not in _UNNAMED:
                return None
            shown = kinds[value]
            kind = "station" if value == "halt" else value
            return Feature("pois", kind, min(shown, MAX_ZOOM), names | {"min_zoom": shown})
    return None
