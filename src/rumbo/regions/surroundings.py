"""What a built region gives to routing providers."""

from __future__ import annotations

from rumbo.regions.controls import RegionControls
from rumbo.regions.region import Region
from rumbo.regions.sky import RegionSky
from rumbo.routing.registry import Surroundings


def surroundings_of(region: Region, osrm_url: str = "") -> Surroundings:
    """The region's roads, signals and sky, and the OSRM server that may route in it."""
    return Surroundings(
        region_name=region.name,
        bbox=region.bbox,
        controls=RegionControls(region),
        sky=RegionSky(region),
        valhalla_config=region.valhalla_config,
        osrm_url=osrm_url,
    )
