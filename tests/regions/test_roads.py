"""Road edges: what is read of a drawn town, and which edge a fix is on."""

from __future__ import annotations

import pickle
import random
from dataclasses import replace
from math import cos, hypot, radians
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from rumbo.errors import UnreadableFile
from rumbo.regions import Region, RoadEdges, index_roads, road_shapes
from rumbo.regions.road_edges import Roads
from rumbo.regions.roads import kind_of, name_of
from support.drawing import Drawing

LAT0, LON0 = -33.45, -70.66
M = 1 / 111_194.93
"""Degrees of latitude in a metre."""
E, W, N, S = 90.0, 270.0, 0.0, 180.0


def place(east_m: float, north_m: float) -> tuple[float, float]:
    return LAT0 + north_m * M, LON0 + east_m * M / cos(radians(LAT0))


class Town:
    """Roads drawn by metres east and north of a corner; `nodes` and `ways` by what they are called."""

    def __init__(self) -> None:
        self.drawing = Drawing()
        self.nodes: dict[tuple[float, float], int] = {}

    def node(self, east_m: float, north_m: float) -> int:
        at = (east_m, north_m)
        if at not in self.nodes:
            self.nodes[at] = self.drawing.node(*place(*at))
        return self.nodes[at]

    def road(self, *points: tuple[float, float], **tags: str) -> int:
        return self.drawing.way([self.node(*at) for at in points], **{"highway": "residential"} | tags)

    def roads(self, folder: Path) -> Roads:
        path = folder / "roads.arrow"
        index_roads(self.drawing.save(folder / "town.osm.pbf"), path)
        return Roads(path)


type Fix = tuple[float, float, float | None, str, str]
"""Metres east and north, heading, name and class that the device tells."""


def column(values: list[object], kind: pa.DataType) -> pa.Array:
    return pa.array(values, kind)


def looked(roads: Roads, *fixes: Fix) -> list[str | None]:
    places = [place(east, north) for east, north, *_ in fixes]
    found: list[str | None] = roads.edges(
        column([lat for lat, _ in places], pa.float64()),
        column([lon for _, lon in places], pa.float64()),
        column([fix[2] for fix in fixes], pa.float64()),
        column([fix[3] for fix in fixes], pa.string()),
        column([fix[4] for fix in fixes], pa.string()),
    ).to_pylist()
    return found


def fix(
    east_m: float, north_m: float, heading: float | None = None, name: str = "", kind: str = "unknown"
) -> Fix:
    return east_m, north_m, heading, name, kind


def test_edges_end_where_roads_meet_and_are_named_in_the_direction_of_driving(tmp_path: Path) -> None:
    town = Town()
    high = town.road((0, 0), (150, 0), (300, 0), (600, 0), name="High Street")
    side = town.road((300, 0), (300, 400), name="Side Street")
    roads = town.roads(tmp_path)
    begin, middle, end, north = (town.nodes[at] for at in ((0, 0), (300, 0), (600, 0), (300, 400)))
    assert len(roads) == 3, "a node inside a road is no junction"
    assert looked(roads, fix(140, 6, E), fix(140, 6, W), fix(450, -6, E), fix(305, 200, S)) == [
        f"{high}:{begin}-{middle}", f"{high}:{middle}-{begin}", f"{high}:{middle}-{end}", f"{side}:{north}-{middle}",
    ]  # fmt: skip


def test_a_fix_far_from_every_road_or_without_a_place_is_on_none(tmp_path: Path) -> None:
    town = Town()
    way = town.road((0, 0), (600, 0))
    roads = town.roads(tmp_path)
    edge = f"{way}:{town.nodes[0, 0]}-{town.nodes[600, 0]}"
    assert looked(roads, fix(100, 29.9, E), fix(100, 30.1, E), fix(-29, 0, E)) == [edge, None, edge]
    nowhere = pa.array([None, float("nan"), 95.0], pa.float64())
    texts = pa.nulls(3, pa.string())
    assert roads.edges(nowhere, nowhere, nowhere, texts, texts).to_pylist() == [None] * 3
    assert (
        roads.edges(*(pa.array([], kind) for kind in [pa.float64()] * 3 + [pa.string()] * 2)).to_pylist()
        == []
    )


def test_one_way_roads_are_driven_one_way_whatever_the_heading(tmp_path: Path) -> None:
    town = Town()
    along = town.road((0, 0), (200, 0), oneway="yes")
    back = town.road((0, 500), (200, 500), oneway="-1")
    roads = town.roads(tmp_path)
    a, b, c, d = (town.nodes[at] for at in ((0, 0), (200, 0), (0, 500), (200, 500)))
    assert looked(roads, fix(50, 0, W), fix(50, 500, E), fix(50, 500)) == [
        f"{along}:{a}-{b}", f"{back}:{d}-{c}", f"{back}:{d}-{c}",
    ]  # fmt: skip


def test_of_two_carriageways_the_one_that_leads_there_counts_and_of_crossing_roads_the_one_along(
    tmp_path: Path,
) -> None:
    town = Town()
    out = town.road((0, 0), (400, 0), oneway="yes")
    home = town.road((400, 12), (0, 12), oneway="yes")
    over = town.road((200, -100), (200, 100), bridge="yes")
    found = looked(town.roads(tmp_path), fix(100, 8, E), fix(100, 4, W), fix(203, 5, N), fix(195, 2, E))
    assert [str(edge).split(":")[0] for edge in found] == [str(way) for way in (out, home, over, out)]


def test_the_name_and_class_that_the_device_tells_part_roads_that_lie_close(tmp_path: Path) -> None:
    town = Town()
    main = town.road((0, 0), (400, 0), highway="primary", name="Main", ref="N 1")
    lane = town.road((0, 14), (400, 14), highway="service")
    path = town.road((0, -9), (400, -9), highway="footway")
    roads = town.roads(tmp_path)

    def way(one: Fix) -> int:
        return int(str(looked(roads, one)[0]).split(":")[0])

    assert way(fix(100, 10, E)) == lane
    assert way(fix(100, 10, E, "Main", "primary")) == main
    assert way(fix(100, -6, E)) == path
    assert way(fix(100, -6, E, "Main", "primary")) == main
    assert way(fix(100, 5, E, "", "service")) == lane, "known to have no name"
    assert way(fix(100, 1, E, "Elsewhere", "primary")) == main


@pytest.mark.parametrize(
    ("highway", "kind"),
    [
        ("motorway_link", "motorway"),
        ("living_street", "service"),
        ("cycleway", "service"),
        ("road", "service"),
    ],
)
def test_classes_are_those_of_routes(highway: str, kind: str) -> None:
    assert kind_of(highway) == kind


def test_a_road_without_a_name_has_its_number() -> None:
    assert [name_of(tags) for tags in ({"name": "A", "ref": "1"}, {"ref": "A 500;E 80"}, {})] == [
        "A",
        "A 500",
        "",
    ]


def test_what_the_extract_lacks_or_repeats_makes_no_piece_of_road(tmp_path: Path) -> None:
    town = Town()
    a, b, c = (town.node(east, 0) for east in (0, 100, 200))
    way = town.drawing.way([a, a, 999, b, c, c], highway="residential")
    area = town.road((0, 0), (0, 50), (50, 50), (0, 0), highway="pedestrian", area="yes")
    roads = town.roads(tmp_path)
    found = looked(roads, fix(150, 0, E), fix(50, 0, E), fix(0, 45))
    assert found[0] == f"{way}:{b}-{c}" or str(found[0]).startswith(f"{way}:")
    assert found[1:] == [None, None], f"way {area} is a square, not a road"


def test_the_nearest_piece_is_found_across_the_borders_of_cells_in_any_batches(tmp_path: Path) -> None:
    rng = random.Random(5)
    town = Town()
    lines = [
        ((rng.uniform(0, 900), rng.uniform(0, 900)), (rng.uniform(0, 900), rng.uniform(0, 900)))
        for _ in range(60)
    ]
    ways = [town.road(*line) for line in lines]
    roads = town.roads(tmp_path)
    fixes = [fix(rng.uniform(-50, 950), rng.uniform(-50, 950)) for _ in range(400)]
    whole = looked(roads, *fixes)
    for (east, north, *_), edge in zip(fixes, whole, strict=True):
        away = [_distance((east, north), *line) for line in lines]
        nearest = int(np.argmin(away))
        if abs(away[nearest] - 30) > 0.1:
            assert (edge is None) == (away[nearest] > 30)
        near = {str(way) for way, m in zip(ways, away, strict=True) if m < away[nearest] + 0.05}
        assert edge is None or edge.split(":")[0] in near
    assert sum(edge is not None for edge in whole) > 100
    order = rng.sample(range(400), 400)
    assert [whole[i] for i in order] == [e for i in order for e in looked(roads, fixes[i])]


def _distance(point: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    x, y = b[0] - a[0], b[1] - a[1]
    share = ((point[0] - a[0]) * x + (point[1] - a[1]) * y) / (x * x + y * y)
    share = min(1.0, max(0.0, share))
    return hypot(a[0] + share * x - point[0], a[1] + share * y - point[1])


def test_regions_are_asked_where_they_lie_and_one_without_roads_is_named_once(
    town: Region, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert town.roads.exists()
    older = replace(town, name="older", dir=tmp_path)
    edges = RoadEdges.of([older, town])
    assert caplog.text.count("rumbo region add") == 1
    assert "older" in caplog.text
    assert RoadEdges.of([older]) is None
    travelled = pickle.loads(pickle.dumps(edges))
    lat, lon = (pa.array([value, 0.0]) for value in (-18.97, 32.6505))
    nothing = pa.nulls(2, pa.string())
    found = travelled(lat, lon, pa.array([90.0, 90.0]), pa.array([5.0, 5.0]), nothing, nothing).to_pylist()
    assert found[0].endswith(":1-2")
    assert found[1] is None


def test_a_file_that_is_no_extract_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.osm.pbf").write_bytes(b"no map")
    with pytest.raises(UnreadableFile):
        index_roads(tmp_path / "bad.osm.pbf", tmp_path / "roads.arrow")
    assert not (tmp_path / "roads.arrow").exists()


def region_of(folder: Path, town: Town, demo: Region) -> Region:
    folder.mkdir()
    town.roads(folder)
    return replace(demo, dir=folder)


def test_an_edge_has_its_line_back_in_the_direction_of_driving(tmp_path: Path, monaco_region: Region) -> None:
    town = Town()
    bends = [(0.0, 0.0), (150.0, 40.0), (310.0, -20.0), (640.0, 0.0)]
    way = town.road(*bends)
    begin, end = town.nodes[bends[0]], town.nodes[bends[-1]]
    there, back = f"{way}:{begin}-{end}", f"{way}:{end}-{begin}"
    region = region_of(tmp_path / "town", town, monaco_region)
    found = road_shapes([region], [there, back, f"{way}:{begin}-999", "no edge", ""])
    line: list[Any] = [
        (pytest.approx(lon, abs=1e-7), pytest.approx(lat, abs=1e-7))
        for lat, lon in (place(*at) for at in bends)
    ]
    assert found.keys() == {there, back}
    assert found[there] == line and found[back] == line[::-1]


def test_a_road_that_comes_back_to_its_begin_is_a_ring(tmp_path: Path, monaco_region: Region) -> None:
    town = Town()
    way = town.road((0, 0), (100, 0), (100, 100), (0, 100), (0, 0))
    begin = town.nodes[0, 0]
    (line,) = road_shapes(
        [region_of(tmp_path / "town", town, monaco_region)], [f"{way}:{begin}-{begin}"]
    ).values()
    assert len(line) == 5 and line[0] == line[-1] and len(set(line)) == 4


def test_each_edge_is_looked_for_in_one_region_after_the_other(tmp_path: Path, monaco_region: Region) -> None:
    lines = []
    names = []
    for name in ("one", "two"):
        town = Town()
        if name == "two":
            town.road((0, 900), (50, 900))
        way = town.road((0, 0), (100, 0))
        names.append(f"{way}:{town.nodes[0, 0]}-{town.nodes[100, 0]}")
        lines.append(region_of(tmp_path / name, town, monaco_region))
    unbuilt = replace(monaco_region, dir=tmp_path / "nowhere")
    assert road_shapes([unbuilt, *lines], names).keys() == set(names)
    assert road_shapes([], names) == {}
