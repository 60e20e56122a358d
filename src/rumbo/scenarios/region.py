"""A built region as the world of a scenario."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from rumbo.domain.route import Route
from rumbo.domain.traffic import TrafficModel
from rumbo.domain.vehicle import Driver, VehicleSpec
from rumbo.fleet.traffic import with_traffic
from rumbo.regions import Region, RegionControls, RegionSky, all_places
from rumbo.regions.timezone import timezone_of
from rumbo.routing.registry import Surroundings, open_provider
from rumbo.scenarios.planning import RoutedPlanning
from rumbo.scenarios.world import Planning, Point, World


def world_of(region: Region, planning: Planning) -> World:
    """The region's places by kind, its time zone, and how trips are planned in it."""
    places: dict[str, list[Point]] = {}
    for place in all_places(region):
        places.setdefault(place.kind, []).append((place.lat, place.lon))
    return World(region.name, _zone(region), region.center, region.bbox, places, planning)


@contextmanager
def planned_world(region: Region) -> Iterator[World]:
    """The region with its own roads and traffic, as the stack plans on it; its routing ends with the context."""
    zone, model = ZoneInfo(_zone(region)), TrafficModel()

    def traffic(route: Route, spec: VehicleSpec, seed: int, driver: Driver, start_ms: int) -> Route:
        return with_traffic(route, spec, seed, driver, start_ms, zone, model)

    provider = open_provider(
        "valhalla",
        Surroundings(
            region_name=region.name,
            bbox=region.bbox,
            controls=RegionControls(region),
            sky=RegionSky(region),
            valhalla_config=region.valhalla_config,
        ),
    )
    try:
        yield world_of(region, RoutedPlanning(provider, traffic))
    finally:
        provider.close()


def _zone(region: Region) -> str:
    return timezone_of(region.country, *region.center)
