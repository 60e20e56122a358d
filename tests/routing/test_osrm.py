"""OSRM: what is read from its answers, and how its failures become ours."""

from __future__ import annotations

import copy
import json
import random
import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from rumbo.domain.route import ControlKind, RoadClass, Route, RouteRequest, Waypoint
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, NoRoute, NotOnRoad, RumboError, TooLarge, Unavailable
from rumbo.routing.osrm import OsrmProvider
from rumbo.routing.port import Standing

A, B = Waypoint(0.0, 0.0), Waypoint(0.0, 0.005)


def _step(lons: Sequence[float], kind: str, **more: Any) -> dict[str, Any]:
    return {
        "geometry": {"type": "LineString", "coordinates": [[lon, 0.0] for lon in lons]},
        "maneuver": {"type": kind},
        "name": "",
        "distance": 300.0,
        "duration": 30.0,
        "intersections": [{"location": [lons[0], 0.0]}],
    } | more


def _answer(nodes: Sequence[int] = (1, 2, 3, 4, 5, 6)) -> dict[str, Any]:
    steps = [
        _step([0.0, 0.001, 0.002], "depart", name="Main Street"),
        _step([0.002, 0.003], "roundabout", ref="B 1"),
        _step(
            [0.003, 0.004, 0.005],
            "exit roundabout",
            intersections=[
                {"location": [0.003, 0.0], "classes": ["motorway"]},
                {"location": [0.004, 0.0], "classes": ["motorway", "tunnel"]},
            ],
        ),
        _step([0.005, 0.005], "arrive", distance=0, duration=0),
    ]
    seconds = [111.2 / speed for speed in (8.0, 9.1, 5.0, 20.0, 0.1)]
    annotation = {"distance": [111.2] * 5, "duration": seconds, "nodes": list(nodes)}
    return {"code": "Ok", "routes": [{"legs": [{"steps": steps, "annotation": annotation}]}], "waypoints": []}


@dataclass
class Osrm:
    url: str = ""
    status: int = 200
    body: bytes = b""
    asked: list[str] = field(default_factory=list)

    def says(self, answer: Any, status: int = 200) -> None:
        self.body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.status = status


@pytest.fixture
def osrm() -> Iterator[Osrm]:
    fake = Osrm()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.asked.append(self.path)
            self.send_response(fake.status)
            self.send_header("Content-Length", str(len(fake.body)))
            self.end_headers()
            self.wfile.write(fake.body)

        def log_message(self, *args: Any) -> None:
            pass

    server = _listen(Handler)
    fake.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield fake
    server.shutdown()
    thread.join()
    server.server_close()


def _listen(handler: type[BaseHTTPRequestHandler]) -> ThreadingHTTPServer:
    for port in random.Random(1).sample(range(20_000, 32_000), 200):
        try:
            return ThreadingHTTPServer(("127.0.0.1", port), handler)
        except OSError:
            continue
    raise AssertionError("no free port")


class SignalAtThird:
    def controls_at(self, lat6: Sequence[int], lon6: Sequence[int]) -> Mapping[int, Standing]:
        return {i: Standing(ControlKind.SIGNAL, 3) for i, lon in enumerate(lon6) if lon == 2000}


def _routes(osrm: Osrm, *waypoints: Waypoint, **options: Any) -> list[Route]:
    with closing(OsrmProvider(osrm.url, controls=SignalAtThird(), timeout_s=5)) as provider:
        return provider.routes(RouteRequest(waypoints or (A, B), **options))


def test_speeds_come_from_the_annotations_and_limits_stay_unknown(osrm: Osrm) -> None:
    osrm.says(_answer())
    (route,) = _routes(osrm)
    assert [span.speed_mps for span in route.spans] == [8, 9, 5, 20, 2]
    assert {span.limit_mps for span in route.spans} == {None}


def test_rounded_times_of_short_segments_do_not_make_speeds_of_their_own(osrm: Osrm) -> None:
    answer = _answer()
    step = _step([i * 1e-4 for i in range(51)], "depart")
    times = [1.0, 1.1] * 25
    leg = {"steps": [step], "annotation": {"distance": [11.1] * 50, "duration": times}}
    osrm.says(answer | {"routes": [{"legs": [leg]}]})
    (route,) = _routes(osrm)
    assert [span.speed_mps for span in route.spans] == [10.5]


def test_names_roundabouts_motorways_and_tunnels_come_from_the_steps(osrm: Osrm) -> None:
    osrm.says(_answer())
    (route,) = _routes(osrm)
    assert [span.name for span in route.spans] == ["Main Street", "Main Street", "B 1", "", ""]
    assert [span.roundabout for span in route.spans] == [False, False, True, False, False]
    assert [span.tunnel for span in route.spans] == [False, False, False, False, True]
    assert route.spans[-1].road_class is RoadClass.MOTORWAY
    assert route.spans[0].road_class is RoadClass.UNKNOWN


def test_a_control_carries_the_map_node_it_stands_on(osrm: Osrm) -> None:
    osrm.says(_answer())
    (control,) = _routes(osrm)[0].controls
    assert control.node_id == 3


def test_annotations_that_do_not_fit_the_line_are_ignored(osrm: Osrm) -> None:
    answer = _answer()
    answer["routes"][0]["legs"][0]["annotation"] = {"distance": [9.0], "duration": [1.0], "nodes": [1, 2]}
    osrm.says(answer)
    (route,) = _routes(osrm)
    assert {span.speed_mps for span in route.spans} == {10.0}


@pytest.mark.parametrize(
    ("vehicle_class", "profile"), [(VehicleClass.TRUCK, "driving"), (VehicleClass.BICYCLE, "cycling")]
)
def test_points_are_asked_for_in_osrm_order_with_the_profile(
    osrm: Osrm, vehicle_class: VehicleClass, profile: str
) -> None:
    osrm.says(_answer())
    _routes(osrm, vehicle_class=vehicle_class, alternatives=2)
    (asked,) = osrm.asked
    assert asked.startswith(f"/route/v1/{profile}/0.000000,0.000000;0.005000,0.000000?")
    for option in ("steps=true", "annotations=true", "overview=full", "geometries=geojson", "alternatives=2"):
        assert option in asked


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("NoRoute", "Impossible route between points", NoRoute),
        ("NoSegment", "Could not find a matching segment for coordinate 1", NotOnRoad),
        ("TooBig", "Too many", TooLarge),
        ("InvalidValue", "", InvalidInput),
        ("InvalidService", "", Unavailable),
        ("Surprise", "", Unavailable),
    ],
)
def test_each_failure_becomes_ours(osrm: Osrm, code: str, text: str, expected: type[RumboError]) -> None:
    osrm.says({"code": code, "message": text}, status=400)
    with pytest.raises(expected) as caught:
        _routes(osrm)
    assert type(caught.value) is expected
    assert caught.value.hint


def test_the_waypoint_without_a_road_is_named(osrm: Osrm) -> None:
    osrm.says({"code": "NoSegment", "message": "Could not find a matching segment for coordinate 1"}, 400)
    with pytest.raises(NotOnRoad) as caught:
        _routes(osrm)
    assert caught.value.field == "waypoints/1"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b'{"code": "Ok"}',
        b'{"code": "Ok", "routes": []}',
        b"\xff",
        b"[" * 90_000,
    ],
)
def test_an_answer_that_is_not_osrms_is_no_route(osrm: Osrm, body: bytes) -> None:
    osrm.says(body)
    with pytest.raises(Unavailable, match="osrm_url"):
        _routes(osrm)


@pytest.mark.parametrize(
    "value",
    [None, "x", [], {}, float("nan"), 10**400, [[None, 1]], [[float("inf"), 0]]],
    ids=["null", "text", "list", "object", "nan", "huge", "nested", "infinite"],
)
def test_an_answer_with_a_spoiled_part_is_one_of_our_errors_or_a_route(osrm: Osrm, value: Any) -> None:
    with closing(OsrmProvider(osrm.url, timeout_s=5)) as provider:
        for path in _paths(_answer()):
            answer = copy.deepcopy(_answer())
            _put(answer, path, value)
            osrm.says(answer)
            with suppress(RumboError):
                assert provider.routes(RouteRequest((A, B)))[0].length_m < 1000


def _paths(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    for key, inner in (
        part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else ())
    ):
        yield from _paths(inner, (*path, key))


def _put(answer: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        answer = answer[key]
    answer[path[-1]] = value


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with (
        closing(OsrmProvider("http://user:secret@127.0.0.1:1")) as provider,
        pytest.raises(Unavailable) as caught,
    ):
        provider.routes(RouteRequest((A, B)))
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_given_up_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with (
            closing(OsrmProvider(url, timeout_s=0.1)) as provider,
            pytest.raises(Unavailable, match=r"0\.1 s"),
        ):
            provider.routes(RouteRequest((A, B)))


@pytest.mark.parametrize("url", ["", "http://host:port", "router:5000", "file:///etc/passwd"])
def test_an_address_that_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(InvalidInput, match="URL"):
        OsrmProvider(url)
