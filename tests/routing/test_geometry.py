"""Lines given by a person."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rumbo.domain.route import Dwell
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import InvalidInput, RumboError, TooLarge, UnreadableFile
from rumbo.routing.geometry import (
    MAX_BYTES,
    MAX_POINTS,
    points_from_geojson,
    points_from_gpx,
    route_from_points,
)

LINE = [(43.7331, 7.418), (43.734, 7.419), (43.735, 7.4185)]
LATS, LONS = st.floats(-90, 90), st.floats(-180, 180)
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geometry", "features"]), inner)
    ),
    max_leaves=12,
)


def _gpx(inner: str, namespace: str = "http://www.topografix.com/GPX/1/1") -> bytes:
    return f'<?xml version="1.0"?><gpx xmlns="{namespace}" version="1.1">{inner}</gpx>'.encode()


def _points(tag: str, points: list[tuple[float, float]]) -> str:
    return "".join(f'<{tag} lat="{lat!r}" lon="{lon!r}"><ele>3</ele></{tag}>' for lat, lon in points)


def _line(points: list[tuple[float, float]]) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in points]}


def test_a_line_becomes_a_route_at_the_usual_speed_of_the_class() -> None:
    car, bicycle = (route_from_points(LINE, kind) for kind in (VehicleClass.CAR, VehicleClass.BICYCLE))
    assert list(zip(car.lat, car.lon, strict=True)) == LINE
    assert car.spans[0].speed_mps > bicycle.spans[0].speed_mps
    assert car.spans[0].limit_mps is None
    assert car.provider == "geometry"


def test_repeated_points_are_dropped() -> None:
    assert route_from_points([LINE[0], LINE[0], LINE[1], LINE[1]]).lat == (LINE[0][0], LINE[1][0])


def test_dwells_are_put_in_order() -> None:
    route = route_from_points(LINE, dwells=[Dwell(100, 5), Dwell(50, 9)])
    assert [dwell.at_m for dwell in route.dwells] == [50, 100]


@pytest.mark.parametrize("points", [[], LINE[:1], [LINE[0]] * 5])
def test_fewer_than_two_different_points_are_refused(points: list[tuple[float, float]]) -> None:
    with pytest.raises(InvalidInput):
        route_from_points(points)


@pytest.mark.parametrize(
    "bad", [(float("nan"), 7.0), (43.0, float("inf")), (90.001, 7.0), (43.0, -180.5), (True, 7.0), ("x", 7.0)]
)
def test_a_point_that_is_not_on_earth_is_refused_by_its_index(bad: Any) -> None:
    with pytest.raises(InvalidInput, match="Point 2") as caught:
        route_from_points([*LINE[:2], bad, LINE[2]])
    assert caught.value.field == "coordinates/2"


def test_too_many_points_are_refused() -> None:
    with pytest.raises(TooLarge):
        route_from_points([(0.0, i / 1000) for i in range(MAX_POINTS + 1)])


def test_the_segments_of_a_gpx_track_are_joined() -> None:
    segments = f"<trkseg>{_points('trkpt', LINE[:2])}</trkseg><trkseg>{_points('trkpt', LINE[2:])}</trkseg>"
    assert points_from_gpx(_gpx(f"<wpt lat='1' lon='1'/><trk>{segments}</trk>")) == LINE


@pytest.mark.parametrize("namespace", ["http://www.topografix.com/GPX/1/0", ""])
def test_gpx_routes_and_older_namespaces_are_read(namespace: str) -> None:
    assert points_from_gpx(_gpx(f"<rte>{_points('rtept', LINE)}</rte>", namespace)) == LINE


def test_a_gpx_file_with_two_tracks_or_none_is_refused() -> None:
    with pytest.raises(InvalidInput, match="2 lines"):
        points_from_gpx(_gpx("<trk/><trk/>"))
    with pytest.raises(InvalidInput, match="no track"):
        points_from_gpx(_gpx(""))


@pytest.mark.parametrize("lat", ["", "NaN", "Infinity", "91", "1e999", "four"])
def test_a_gpx_point_that_is_not_on_earth_is_refused_by_its_index(lat: str) -> None:
    good = _points("trkpt", LINE[:1])
    with pytest.raises(InvalidInput, match="Point 1"):
        points_from_gpx(_gpx(f'<trk><trkseg>{good}<trkpt lat="{lat}" lon="7"/></trkseg></trk>'))


LAUGHS = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not xml",
        b"<kml/>",
        b"<gpx>",
        b"\xff\xfe\x00",
        b'<?xml version="1.0" encoding="no-such"?><gpx/>',
        b"<!DOCTYPE gpx><gpx/>",
        b'<!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx/>',
        b'<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx>&x;</gpx>',
        f'<!DOCTYPE gpx [<!ENTITY l0 "ha">{LAUGHS}]><gpx>&l9;</gpx>'.encode(),
        f'<!DOCTYPE gpx [<!ENTITY a "{"a" * 50_000}">]><gpx>{"&a;" * 10_000}</gpx>'.encode(),
        b'<!DOCTYPE gpx [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x"> %p;]><gpx/>',
    ],
)
def test_what_is_not_gpx_or_declares_entities_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        points_from_gpx(data)


def test_deeply_nested_elements_do_no_harm() -> None:
    depth = 250_000
    with pytest.raises(InvalidInput, match="no track"):
        points_from_gpx(b"<gpx>" + b"<a>" * depth + b"</a>" * depth + b"</gpx>")


def test_files_over_the_size_limit_are_refused_unread() -> None:
    for read in (points_from_gpx, points_from_geojson):
        with pytest.raises(TooLarge):
            read(b" " * (MAX_BYTES + 1))


def test_geojson_lines_are_read_from_all_their_wrappings() -> None:
    line = _line(LINE)
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    multi = {"type": "MultiLineString", "coordinates": [line["coordinates"][:1], line["coordinates"][1:]]}
    for obj in (line, feature, {"type": "FeatureCollection", "features": [feature]}, multi):
        assert points_from_geojson(obj) == LINE
        assert points_from_geojson(json.dumps(obj).encode()) == LINE


def test_heights_in_geojson_are_ignored() -> None:
    assert points_from_geojson({"type": "LineString", "coordinates": [[7, 43, 99], [8, 43, 99]]}) == [
        (43, 7),
        (43, 8),
    ]


@pytest.mark.parametrize(
    "obj",
    [
        {},
        {"type": "Point", "coordinates": [7, 43]},
        {"type": "LineString"},
        {"type": "LineString", "coordinates": "77"},
        {"type": "LineString", "coordinates": [7, 43]},
        {"type": "LineString", "coordinates": [[7], [8]]},
        {"type": "MultiLineString", "coordinates": None},
        {"type": "Feature", "geometry": None},
        {"type": "FeatureCollection", "features": []},
        {"type": "FeatureCollection", "features": [{"type": "Feature"}, {"type": "Feature"}]},
        {"type": ["LineString"], "coordinates": []},
    ],
)
def test_geojson_without_exactly_one_line_is_refused(obj: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        points_from_geojson(obj)


@pytest.mark.parametrize("data", [b"", b"{", b"[1]", b"\xff", b"[" * 100_000, b'{"type":' * 20_000])
def test_what_is_not_json_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableFile):
        points_from_geojson(data)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400, "null", "true"])
def test_a_geojson_number_that_is_none_is_refused_by_its_index(number: str) -> None:
    data = f'{{"type": "LineString", "coordinates": [[7, 43], [{number}, 43]]}}'.encode()
    with pytest.raises(InvalidInput, match="Point 1"):
        points_from_geojson(data)


@given(st.lists(st.tuples(LATS, LONS), min_size=2, max_size=30, unique=True))
def test_gpx_and_geojson_say_the_same_about_any_line(points: list[tuple[float, float]]) -> None:
    gpx = points_from_gpx(_gpx(f"<trk><trkseg>{_points('trkpt', points)}</trkseg></trk>"))
    assert gpx == points_from_geojson(json.dumps(_line(points)).encode()) == points


@given(st.lists(st.tuples(LATS | st.floats(), LONS | st.floats()), max_size=20))
def test_any_points_make_a_route_or_one_of_our_errors(points: list[tuple[float, float]]) -> None:
    try:
        route = route_from_points(points)
    except InvalidInput:
        return
    assert route.length_m > 0


@given(ANY_JSON)
def test_any_json_makes_points_or_one_of_our_errors(obj: Any) -> None:
    with suppress(RumboError):
        points_from_geojson(json.dumps(obj).encode())


@given(st.binary(max_size=200))
def test_any_bytes_make_points_or_one_of_our_errors(data: bytes) -> None:
    for read in (points_from_gpx, points_from_geojson):
        with suppress(RumboError):
            read(data)
