"""Real trips on the demo region's roads, for benchmarks that need them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import osmium

from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import STANDARD
from rumbo.domain.plan import Plan
from rumbo.domain.route import Route, RouteRequest, Waypoint
from rumbo.domain.vehicle import CLASS_SPECS, VehicleClass
from rumbo.errors import RumboError
from rumbo.motion import solve
from rumbo.regions import Region, RegionControls, RegionSky, build_region, list_regions
from rumbo.routing.valhalla import ValhallaProvider
from rumbo.stack.checkout import demo_extracts

T0_MS = 1_790_000_000_000
CAR = CLASS_SPECS[VehicleClass.CAR]
CITY_ROADS = {"primary", "secondary", "tertiary", "unclassified", "residential"}


def demo_pbf() -> Path:
    return demo_extracts()[0].path


def demo_region(data_dir: Path | None, scratch: Path) -> Region:
    """The demo region of that data folder, else one built in `scratch`."""
    demo = demo_extracts()[0]
    folder = (data_dir or scratch) / "regions"
    built = [region for region in list_regions(folder) if region.name == demo.name]
    return built[0] if built else build_region(demo.name, demo.path, folder, demo.country)


def random_routes(region: Region, count: int, waypoints: int, seed: int) -> list[Route]:
    """Routes of a car through so many places on the region's roads, drawn by the seed."""
    rng = random.Random(seed)
    places = _road_places(demo_pbf())
    routes: list[Route] = []
    controls, sky = RegionControls(region), RegionSky(region)
    with closing(ValhallaProvider(region.valhalla_config, region.bbox, controls, sky=sky)) as provider:
        while len(routes) < count:
            points = tuple(Waypoint(*rng.choice(places)) for _ in range(waypoints))
            try:
                routes += provider.routes(RouteRequest(points))
            except RumboError:
                continue  # a place that cannot be reached from here
    return routes


def plans_on(
    routes: Sequence[Route], count: int, device: DeviceSpec = STANDARD, spread_ms: int = 0
) -> Iterator[Plan]:
    """Plans of so many vehicles: each its own seed and so its own motion, starting evenly over `spread_ms`."""
    for n in range(count):
        route = routes[n % len(routes)]
        start_ms = T0_MS + n * spread_ms // count
        profile = solve(route, CAR, n, start_ms=start_ms)
        plan = Plan(
            f"trp_{n:08}", f"veh_{n:08}", VehicleClass.CAR, CAR, n, device, T0_MS, start_ms, route, profile
        )
        yield replace(plan, odometer_start_m=1000.0 * n)


def _road_places(pbf: Path) -> list[tuple[float, float]]:
    """Latitude and longitude of the middle node of every city road."""
    ways = osmium.FileProcessor(str(pbf)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    places = []
    for way in ways:
        if isinstance(way, osmium.osm.Way) and way.tags.get("highway") in CITY_ROADS:
            middle = way.nodes[len(way.nodes) // 2]
            if middle.location.valid():
                places.append((middle.lat, middle.lon))
    return places
