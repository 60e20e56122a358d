"""What every routing provider promises, asked of each of them."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from typing import Any

import pytest

from rumbo.domain.route import Route, RouteRequest, Waypoint, haversine_m
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import CannotStart, InvalidInput, OutsideRegion
from rumbo.regions.region import Region
from rumbo.routing.checks import SNAP_LIMIT_M
from rumbo.routing.port import RoutingProvider
from rumbo.routing.registry import PROVIDERS, Surroundings, open_provider

A, B, C = Waypoint(43.7331, 7.4180), Waypoint(43.7396, 7.4273), Waypoint(43.7272, 7.4147)


def _between(a: list[float], b: list[float], parts: int) -> list[list[float]]:
    return [[round(p + (q - p) * i / parts, 6) for p, q in zip(a, b, strict=True)] for i in range(parts + 1)]


def _osrm_step(points: list[list[float]], name: str, kind: str) -> dict[str, Any]:
    metres = sum(haversine_m(p[1], p[0], q[1], q[0]) for p, q in pairwise(points))
    return {
        "geometry": {"type": "LineString", "coordinates": points},
        "name": name,
        "mode": "driving",
        "driving_side": "right",
        "maneuver": {"type": kind, "location": points[0], "bearing_before": 0, "bearing_after": 0},
        "intersections": [{"location": points[0], "bearings": [0], "entry": [True]}],
        "distance": round(metres, 1),
        "duration": round(metres / 11.0, 1),
        "weight": round(metres / 11.0, 1),
    }


def _osrm_leg(a: list[float], b: list[float]) -> dict[str, Any]:
    line = _between(a, b, 8)
    steps = [
        _osrm_step(line[:5], "Rue Un", "depart"),
        _osrm_step(line[4:], "Rue Deux", "turn"),
        _osrm_step([line[-1], line[-1]], "Rue Deux", "arrive"),
    ]
    return {
        "steps": steps,
        "summary": "",
        "distance": sum(s["distance"] for s in steps),
        "duration": sum(s["duration"] for s in steps),
        "annotation": {
            "distance": [110.0] * 8,
            "duration": [10.0] * 8,
            "nodes": list(range(100, 109)),
            "datasources": [0] * 8,
        },
    }


class _OsrmHandler(BaseHTTPRequestHandler):
    """Answers in the shape of OSRM 5.27; roads lie on a grid of 10⁻³ degrees."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        asked = [[float(v) for v in pair.split(",")] for pair in path.rpartition("/")[2].split(";")]
        snapped = [[round(v, 3) for v in point] for point in asked]
        legs = [_osrm_leg(a, b) for a, b in pairwise(snapped)]
        waypoints = [{"location": p, "name": "", "distance": 1.0} for p in snapped]
        body = json.dumps({"code": "Ok", "routes": [{"legs": legs}], "waypoints": waypoints}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def _fake_osrm() -> Iterator[str]:
    for port in random.Random(0).sample(range(20_000, 32_000), 200):
        try:
            server = ThreadingHTTPServer(("127.0.0.1", port), _OsrmHandler)
            break
        except OSError:
            continue
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module", params=sorted(PROVIDERS))
def opener(request: pytest.FixtureRequest, monaco_region: Region) -> Iterator[Callable[[], RoutingProvider]]:
    with _fake_osrm() if request.param == "osrm" else nullcontext("") as url:
        given = Surroundings(
            region_name=monaco_region.name,
            bbox=monaco_region.bbox,
            valhalla_config=monaco_region.valhalla_config,
            osrm_url=url,
            processes=1,
        )
        yield lambda: open_provider(request.param, given)


@pytest.fixture(scope="module")
def provider(opener: Callable[[], RoutingProvider]) -> Iterator[RoutingProvider]:
    with closing(opener()) as provider:
        yield provider


def _route(provider: RoutingProvider, *waypoints: Waypoint, **options: Any) -> Route:
    return provider.routes(RouteRequest(waypoints, **options))[0]


def _away_m(route: Route, vertex: int, point: Waypoint) -> float:
    return haversine_m(route.lat[vertex], route.lon[vertex], point.lat, point.lon)


def test_a_route_starts_and_ends_near_its_waypoints(provider: RoutingProvider) -> None:
    route = _route(provider, A, B)
    assert _away_m(route, 0, A) <= SNAP_LIMIT_M
    assert _away_m(route, -1, B) <= SNAP_LIMIT_M


def test_a_route_names_the_provider_that_made_it(provider: RoutingProvider) -> None:
    assert _route(provider, A, B).provider == provider.name


def test_distance_is_the_running_sum_of_great_circle_steps(provider: RoutingProvider) -> None:
    route = _route(provider, A, B, C)
    total = 0.0
    for i in range(1, len(route.lat)):
        total += haversine_m(route.lat[i - 1], route.lon[i - 1], route.lat[i], route.lon[i])
        assert route.distance_m[i] == pytest.approx(total, abs=0.001 * i)
    assert route.length_m >= haversine_m(A.lat, A.lon, B.lat, B.lon) - 2 * SNAP_LIMIT_M


def test_a_line_has_no_gap_where_its_legs_meet(provider: RoutingProvider) -> None:
    whole = _route(provider, A, B, C)
    parts = _route(provider, A, B).length_m + _route(provider, B, C).length_m
    assert whole.length_m == pytest.approx(parts, rel=0.05)


def test_spans_cover_the_route_with_drivable_speeds(provider: RoutingProvider) -> None:
    route = _route(provider, A, B)
    assert route.spans[0].start_m == 0
    assert route.spans[-1].start_m < route.length_m
    for span in route.spans:
        assert 1 <= span.speed_mps <= 50
        assert span.limit_mps is None or span.speed_mps <= span.limit_mps


def test_vertices_have_six_decimals(provider: RoutingProvider) -> None:
    route = _route(provider, A, B)
    assert all(value == round(value, 6) for value in route.lat + route.lon)


@pytest.mark.parametrize("vehicle_class", VehicleClass)
def test_every_class_of_vehicle_has_a_route(provider: RoutingProvider, vehicle_class: VehicleClass) -> None:
    assert _route(provider, A, B, vehicle_class=vehicle_class).length_m > 500


def test_a_dwell_lies_where_the_route_passes_its_waypoint(provider: RoutingProvider) -> None:
    route = _route(provider, A, Waypoint(B.lat, B.lon, 90), C)
    (dwell,) = route.dwells
    vertex = route.distance_m.index(dwell.at_m)
    assert dwell.dwell_s == 90
    assert _away_m(route, vertex, B) <= SNAP_LIMIT_M


def test_a_waypoint_without_dwell_is_passed_without_stopping(provider: RoutingProvider) -> None:
    assert _route(provider, A, B, C).dwells == ()


def test_a_dwell_at_the_ends_has_no_effect(provider: RoutingProvider) -> None:
    ends = Waypoint(A.lat, A.lon, 60), Waypoint(B.lat, B.lon, 60)
    assert _route(provider, *ends) == _route(provider, A, B)


def test_a_round_trip_comes_back_to_where_it_began(provider: RoutingProvider) -> None:
    route = _route(provider, A, B, A)
    assert haversine_m(route.lat[0], route.lon[0], route.lat[-1], route.lon[-1]) < SNAP_LIMIT_M
    assert route.length_m > 2 * haversine_m(A.lat, A.lon, B.lat, B.lon) - 4 * SNAP_LIMIT_M


def test_fifty_waypoints_make_a_route(provider: RoutingProvider) -> None:
    many = [A if i % 2 else B for i in range(50)]
    assert _route(provider, *many).length_m > 49 * haversine_m(A.lat, A.lon, B.lat, B.lon) * 0.7


def test_the_same_request_has_the_same_answer(provider: RoutingProvider) -> None:
    assert _route(provider, A, B) == _route(provider, A, B)


def test_the_best_route_comes_first_and_alternatives_differ(provider: RoutingProvider) -> None:
    routes = provider.routes(RouteRequest((A, B), alternatives=3))
    assert 1 <= len(routes) <= 4
    assert routes[0] == _route(provider, A, B)
    assert len(set(routes)) == len(routes)


def test_neighbouring_waypoints_at_one_place_are_refused(provider: RoutingProvider) -> None:
    with pytest.raises(InvalidInput, match="same place") as caught:
        _route(provider, A, B, B)
    assert caught.value.field == "waypoints/2"


def test_a_waypoint_outside_the_region_is_refused_and_the_box_named(provider: RoutingProvider) -> None:
    with pytest.raises(OutsideRegion, match=r"7\.3490") as caught:
        _route(provider, A, Waypoint(48.85, 2.35))
    assert caught.value.field == "waypoints/1"


def test_several_threads_may_ask_at_once(provider: RoutingProvider) -> None:
    answers: list[Route] = []

    def ask() -> None:
        answers.append(_route(provider, A, B))

    _run_together(ask, 6)
    assert len(answers) == 6
    assert len(set(answers)) == 1


def _run_together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_closing_twice_is_allowed(opener: Callable[[], RoutingProvider]) -> None:
    provider = opener()
    assert _route(provider, A, B).length_m > 0
    provider.close()
    provider.close()


def test_an_unknown_provider_is_refused_and_the_known_ones_named() -> None:
    with pytest.raises(InvalidInput, match="straight"):
        open_provider("teleport", Surroundings())


@pytest.mark.parametrize("name", ["valhalla", "osrm"])
def test_a_provider_that_lacks_its_map_says_how_to_get_one(name: str) -> None:
    with pytest.raises(CannotStart) as caught:
        open_provider(name, Surroundings())
    assert caught.value.hint
