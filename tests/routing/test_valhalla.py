"""Valhalla: attributes along the way, errors, and a pool that outlives crashes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rumbo.domain.route import ControlKind, RoadClass, RouteRequest, Waypoint, haversine_m
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, NotOnRoad, Unavailable
from rumbo.regions import Region, RegionControls, RegionSky
from rumbo.routing.checks import SNAP_LIMIT_M
from rumbo.routing.pool import Pool
from rumbo.routing.port import NoControls, Standing
from rumbo.routing.valhalla import ValhallaProvider
from rumbo.routing.valhalla_reply import decode_polyline, read_leg

A, B = Waypoint(43.7331, 7.4180), Waypoint(43.7396, 7.4273)
SHARES = st.floats(0, 1)


class EverythingIsASignal:
    def controls_at(self, lat6: Sequence[int], lon6: Sequence[int]) -> Mapping[int, Standing]:
        return dict.fromkeys(range(len(lat6)), Standing(ControlKind.SIGNAL))


def _provider(region: Region, processes: int = 1) -> ValhallaProvider:
    return ValhallaProvider(
        region.valhalla_config, region.bbox, NoControls(), region_name=region.name, processes=processes
    )


@pytest.fixture(scope="module")
def valhalla(monaco_region: Region) -> Iterator[ValhallaProvider]:
    with closing(_provider(monaco_region)) as provider:
        yield provider


def test_spans_carry_what_the_map_says(valhalla: ValhallaProvider) -> None:
    (route,) = valhalla.routes(RouteRequest((A, B)))
    assert all(span.way_id for span in route.spans)
    assert any(span.name for span in route.spans)
    assert any(span.limit_mps for span in route.spans)
    assert {span.road_class for span in route.spans} - {RoadClass.UNKNOWN, RoadClass.SERVICE}


def test_a_route_through_town_knows_its_nodes_and_how_much_sky_its_streets_see(monaco_region: Region) -> None:
    controls, sky = RegionControls(monaco_region), RegionSky(monaco_region)
    config, bbox = monaco_region.valhalla_config, monaco_region.bbox
    with closing(ValhallaProvider(config, bbox, controls, sky=sky)) as provider:
        (route,) = provider.routes(RouteRequest((A, B)))
    assert route.controls
    assert all(control.node_id for control in route.controls)
    assert {span.sky_view for span in route.spans if span.tunnel} <= {0.0}
    assert min(span.sky_view for span in route.spans if not span.tunnel) < 0.7
    assert all(0 <= span.sky_view <= 1 for span in route.spans)


def test_signals_lie_at_least_25_m_apart(monaco_region: Region) -> None:
    signals = EverythingIsASignal()
    with closing(ValhallaProvider(monaco_region.valhalla_config, monaco_region.bbox, signals)) as provider:
        (route,) = provider.routes(RouteRequest((A, B)))
    at_m = [control.at_m for control in route.controls]
    assert len(at_m) > 3
    assert all(b - a >= 25 for a, b in pairwise(at_m))


def test_a_point_on_the_sea_is_refused_with_its_distance(valhalla: ValhallaProvider) -> None:
    with pytest.raises(NotOnRoad, match=r"\d+ m") as caught:
        valhalla.routes(RouteRequest((A, Waypoint(43.725, 7.45))))
    assert caught.value.field == "waypoints/1"


@pytest.mark.parametrize("trap", [(43.741746, 7.432478), (43.751075, 7.408198)])
def test_a_waypoint_at_a_road_of_no_return_is_moved_to_one_that_can_be_left(
    valhalla: ValhallaProvider, trap: tuple[float, float]
) -> None:
    (route,) = valhalla.routes(RouteRequest((A, Waypoint(*trap, 30), B)))
    (dwell,) = route.dwells
    vertex = route.distance_m.index(dwell.at_m)
    assert haversine_m(route.lat[vertex], route.lon[vertex], *trap) <= SNAP_LIMIT_M


def test_alternatives_come_between_two_points(valhalla: ValhallaProvider) -> None:
    routes = valhalla.routes(RouteRequest((Waypoint(43.727, 7.413), Waypoint(43.748, 7.435)), alternatives=2))
    assert len(routes) == 3


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(SHARES, SHARES), min_size=2, max_size=4), st.sampled_from(VehicleClass))
def test_any_points_of_the_region_give_a_route_or_one_of_our_errors(
    valhalla: ValhallaProvider,
    monaco_region: Region,
    shares: list[tuple[float, float]],
    vehicle_class: VehicleClass,
) -> None:
    west, south, east, north = monaco_region.bbox
    points = tuple(Waypoint(south + y * (north - south), west + x * (east - west)) for x, y in shares)
    try:
        (route,) = valhalla.routes(RouteRequest(points, vehicle_class))
    except InvalidInput:
        return
    for vertex, point in ((0, points[0]), (-1, points[-1])):
        assert haversine_m(route.lat[vertex], route.lon[vertex], point.lat, point.lon) <= SNAP_LIMIT_M
    assert all(s.limit_mps is None or s.speed_mps <= s.limit_mps for s in route.spans)


def test_no_process_runs_before_the_first_request_and_none_after_closing(monaco_region: Region) -> None:
    provider = _provider(monaco_region, processes=2)
    assert provider.pool.pids() == []
    provider.routes(RouteRequest((A, B)))
    (pid,) = provider.pool.pids()
    provider.close()
    assert not psutil.pid_exists(pid)
    with pytest.raises(Unavailable, match="closed"):
        provider.routes(RouteRequest((A, B)))


def test_a_killed_worker_is_replaced_and_the_request_answered(monaco_region: Region) -> None:
    with closing(_provider(monaco_region)) as provider:
        before = provider.routes(RouteRequest((A, B)))
        (pid,) = provider.pool.pids()
        os.kill(pid, signal.SIGKILL)
        assert provider.routes(RouteRequest((A, B))) == before
        assert provider.pool.pids() != [pid]


def test_a_missing_graph_is_reported_on_every_request(tmp_path: Path) -> None:
    with closing(ValhallaProvider(tmp_path / "none.json", (7, 43, 8, 44), NoControls())) as provider:
        for _ in range(2):
            with pytest.raises(Unavailable, match="graph"):
                provider.routes(RouteRequest((A, B)))


CHILD = """
import os, sys, time
from multiprocessing.connection import Connection
pipe = Connection(int(sys.argv[1]))
while True:
    match pipe.recv():
        case "die": os.abort()
        case "hang": time.sleep(3600)
        case other: pipe.send((os.getpid(), other))
"""


@pytest.fixture
def child(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    (tmp_path / "rumbo_test_child.py").write_text(CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return "rumbo_test_child"


def test_a_request_that_crashes_every_worker_is_given_up_and_the_next_one_works(child: str) -> None:
    with closing(Pool(child, (), size=1, timeout_s=20)) as pool:
        with pytest.raises(Unavailable, match="crashed twice"):
            pool.call("die")
        assert pool.call("hello")[1] == "hello"


def test_a_request_that_hangs_is_given_up_and_its_worker_ended(child: str) -> None:
    with closing(Pool(child, (), size=1, timeout_s=20)) as pool:
        pid, _ = pool.call("hello")
        pool._timeout_s = 0.05
        with pytest.raises(Unavailable, match="did not answer"):
            pool.call("hang")
        assert not psutil.pid_exists(pid)


def test_one_caller_at_a_time_keeps_one_worker(child: str) -> None:
    with closing(Pool(child, (), size=3, timeout_s=20)) as pool:
        assert len({pool.call("hello")[0] for _ in range(4)}) == 1


def test_closing_ends_busy_workers_too(child: str) -> None:
    pool = Pool(child, (), size=1, timeout_s=20)
    pid, _ = pool.call("hello")
    caught: list[Exception] = []

    def ask() -> None:
        try:
            pool.call("hang")
        except Unavailable as exc:
            caught.append(exc)

    thread = threading.Thread(target=ask)
    thread.start()
    pool.close()
    thread.join()
    assert len(caught) == 1
    assert not psutil.pid_exists(pid)


PARENT = """
import sys
from rumbo.routing.pool import Pool
pool = Pool(sys.argv[1], (), size=1, timeout_s=20)
print(pool.call("hello")[0], flush=True)
sys.stdin.read()
"""


def test_a_worker_ends_with_its_parent_even_when_that_is_killed(child: str) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, child], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdin and parent.stdout
    with parent:
        worker = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    with suppress(psutil.NoSuchProcess):
        worker.wait(10)
    assert not worker.is_running()


def _encode(points: Sequence[tuple[int, int]]) -> str:
    out, last = [], (0, 0)
    for point in points:
        for now, before in zip(point, last, strict=True):
            value = (now - before) << 1 if now >= before else ~((now - before) << 1)
            while value >= 0x20:
                out.append(chr((0x20 | value & 0x1F) + 63))
                value >>= 5
            out.append(chr(value + 63))
        last = point
    return "".join(out)


def test_the_example_of_the_polyline_format_is_decoded() -> None:
    # Google's own example, (38.5, -120.2), (40.7, -120.95), (43.252, -126.453), there with 5 decimals
    expected = [(3850000, -12020000), (4070000, -12095000), (4325200, -12645300)]
    assert decode_polyline("_p~iF~ps|U_ulLnnqC_mqNvxq`@") == expected


@given(st.lists(st.tuples(st.integers(-90_000_000, 90_000_000), st.integers(-180_000_000, 180_000_000))))
def test_any_polyline_comes_back_from_its_encoding(points: list[tuple[int, int]]) -> None:
    assert decode_polyline(_encode(points)) == points


def test_a_leg_without_edges_has_the_legs_mean_speed() -> None:
    leg = read_leg({"shape": _encode([(0, 0), (0, 9000)]), "summary": {"time": 100, "length": 1.0}}, {})
    assert [piece.span.speed_mps for piece in leg.pieces] == [10.0]


@pytest.mark.parametrize(
    "traced",
    [
        [(0, 0), (0, 1000), (0, 2001)],
        [(0, 0), (0, 300), (0, 1000), (0, 1500), (0, 2000)],
    ],
)
def test_edges_lie_right_on_a_traced_shape_that_differs(traced: list[tuple[int, int]]) -> None:
    trace = {
        "shape": _encode(traced),
        "edges": [
            {"begin_shape_index": 0, "speed": 36, "way_id": 1},
            {"begin_shape_index": traced.index((0, 1000)), "speed": 72, "way_id": 2},
        ],
    }
    leg = read_leg({"shape": _encode([(0, 0), (0, 1000), (0, 2000)]), "summary": {}}, trace)
    assert [piece.first for piece in leg.pieces] == [0, 1]
    assert [piece.span.way_id for piece in leg.pieces] == [1, 2]


@pytest.mark.parametrize(("limit", "expected"), [(50, 13.889), ("unlimited", None), (None, None), (0, None)])
def test_a_limit_that_is_no_number_is_unknown(limit: object, expected: float | None) -> None:
    trace = {"shape": _encode([(0, 0), (0, 1000)]), "edges": [{"speed": 90, "speed_limit": limit}]}
    (piece,) = read_leg({"shape": trace["shape"], "summary": {}}, trace).pieces
    assert piece.span.limit_mps == expected
    assert piece.span.speed_mps == (expected or 25.0)
