"""From an OpenStreetMap extract to a region: road graph, base map, place search, road controls."""

from rumbo.regions.build import build_region
from rumbo.regions.controls import RegionControls
from rumbo.regions.places import Place, all_places, search_places
from rumbo.regions.region import Region, list_regions, open_region
from rumbo.regions.road_edges import RoadEdges
from rumbo.regions.road_shapes import road_shapes
from rumbo.regions.roads import index_roads
from rumbo.regions.sky import RegionSky

__all__ = [
    "Place",
    "Region",
    "RegionControls",
    "RegionSky",
    "RoadEdges",
    "all_places",
    "build_region",
    "index_roads",
    "list_regions",
    "open_region",
    "road_shapes",
    "search_places",
]
