from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pyarrow as pa

from rumbo.domain.route import Route, RouteRequest, Waypoint
from rumbo.motion import Fleet
from rumbo.regions import Region, RegionControls, RoadEdges, search_places
from rumbo.routing.port import NoControls
from rumbo.routing.valhalla import ValhallaProvider
from support.trips import plan_of


def test_the_demo_region_is_where_it_should_be(monaco_region: Region) -> None:
    assert monaco_region.country == "MC"
    assert not monaco_region.drives_on_left
    assert monaco_region.contains(*monaco_region.center)


def test_the_demo_region_finds_its_casino(monaco_region: Region) -> None:
    found = search_places(monaco_region, "casino monte", limit=3)
    assert any(abs(place.lat - 43.7394) < 0.001 and abs(place.lon - 7.4286) < 0.001 for place in found)


def test_the_demo_region_has_streets_between_houses_and_tunnels(monaco_region: Region) -> None:
    with closing(sqlite3.connect(monaco_region.sky_db)) as db:
        blobs = [blob for (blob,) in db.execute("SELECT sections FROM sky")]
    percents = b"".join(blob[8::9] for blob in blobs)
    assert sum(percent == 0 for percent in percents) > 100
    assert sum(0 < percent < 60 for percent in percents) > 300


def test_the_demo_region_has_controls(monaco_region: Region) -> None:
    assert len(RegionControls(monaco_region)) > 300


def test_reports_of_driven_trips_are_on_the_road_that_was_driven(monaco_region: Region) -> None:
    places = [Waypoint(43.7331, 7.4180), Waypoint(43.7396, 7.4273), Waypoint(43.7466, 7.4345)]
    pairs = [tuple(places[i] for i in pair) for pair in ((0, 1), (1, 2), (2, 0))]
    with closing(
        ValhallaProvider(monaco_region.valhalla_config, monaco_region.bbox, NoControls())
    ) as provider:
        routes = [provider.routes(RouteRequest(pair))[0] for pair in pairs]
    fleet = Fleet.of([plan_of(route, seed, trip_id=f"trp_{seed}") for seed, route in enumerate(routes)])
    reports = fleet.emit(0, 2**62).positions
    of = reports["trip_index"]
    truth = fleet.states(of, reports["true_ms"])
    spans = [_span(routes[i], at_m) for i, at_m in zip(of.tolist(), truth.distance_m.tolist(), strict=True)]
    edges = RoadEdges.of([monaco_region])
    assert edges is not None
    told = [pa.array([span[at] for span in spans]) for at in (1, 2)]

    road = {span.way_id: span.name or span.way_id for route in routes for span in route.spans}

    def right(lat: np.ndarray, lon: np.ndarray, heading: np.ndarray) -> float:
        found = edges(pa.array(lat), pa.array(lon), pa.array(heading), pa.array(heading), *told).to_pylist()
        ways = [None if edge is None else int(edge.split(":")[0]) for edge in found]
        return sum(road.get(way) == road[span[0]] for way, span in zip(ways, spans, strict=True)) / len(spans)

    assert len(spans) > 300
    assert right(truth.lat, truth.lon, truth.heading_deg) > 0.99
    assert right(reports["lat"], reports["lon"], reports["heading_deg"]) > 0.95, "with a receiver's errors"


def _span(route: Route, at_m: float) -> tuple[int | None, str, str]:
    """Way, name and class of the road at a distance."""
    span = [span for span in route.spans if span.start_m <= at_m + 1e-6][-1]
    return span.way_id, span.name, span.road_class.value
