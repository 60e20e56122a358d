"""A built region as the world of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from rumbo.domain.route import Route
from rumbo.domain.traffic import TrafficModel
from rumbo.domain.vehicle import Driver, VehicleSpec
from rumbo.fleet.traffic import with_traffic
from rumbo.regions import Region, all_places
from rumbo.regions.surroundings import surroundings_of
from rumbo.routing.registry import open_provider
from rumbo.scenarios.plane import Point
from rumbo.scenarios.planning import RoutedPlanning
from rumbo.scenarios.world import Planning, World


def world_of(region: Region, planning: Planning) -> World:
    """The region's places by kind, its time zone, and how trips are planned in it."""
    places: dict[str, list[Point]] = {}
    for place in all_places(region):
        places.setdefault(place.kind, []).append((place.lat, place.lon))
    return World(region.name, region.timezone, region.center, region.bbox, places, planning)


@contextmanager
def planned_world(region: Region) -> Iterator[World]:
    """The region with its own roads and traffic, as the stack plans on it; its routing ends with the context."""
    zone, model = ZoneInfo(region.timezone), TrafficModel()

    def traffic(route: Route, spec: VehicleSpec, seed: int, driver: Driver, start_ms: int) -> Route:
        return with_traffic(route, spec, seed, driver, start_ms, zone, model)

    provider = open_provider("valhalla", surroundings_of(region))
    try:
        yield world_of(region, RoutedPlanning(provider, traffic))
    finally:
        provider.close()
