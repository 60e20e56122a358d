"""A built region as the world of a scenario."""

from __future__ import annotations

from rumbo.regions import Region, all_places
from rumbo.regions.timezone import timezone_of
from rumbo.scenarios.world import Planning, Point, World


def world_of(region: Region, planning: Planning) -> World:
    """The region's places by kind, its time zone, and how trips are planned in it."""
    places: dict[str, list[Point]] = {}
    for place in all_places(region):
        places.setdefault(place.kind, []).append((place.lat, place.lon))
    zone = timezone_of(region.country, *region.center)
    return World(region.name, zone, region.center, region.bbox, places, planning)
