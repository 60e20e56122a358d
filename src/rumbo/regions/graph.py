"""The road graph: Valhalla's tiles, built by the programs in its wheel.

An extract is usually clipped, so the country's border is not complete in it, Valhalla finds no
country, and every road drives on the left. So the region's box is given to it as a country.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

import osmium
from osmium.osm import mutable

from rumbo.errors import UnreadableFile
from rumbo.regions.countries import default_speeds, drives_on_left
from rumbo.regions.source import Source
from rumbo.regions.tools import run_tool, wheel_program

_MARGIN_DEG = 0.5
"""The admin box reaches this far over the data: ways that cross the extract's edge run on outside it."""


def build_graph(source: Source, folder: Path, final_dir: Path, country: str | None, log: Path) -> None:
    """Write `graph.tar` and `valhalla.json` into `folder`; the latter names `final_dir`, where it will lie.

    Raises UnreadableFile where Valhalla makes no tiles of the source, CannotStart on a full disk.
    """
    work = folder / "graph"
    tiles = work / "tiles"
    tiles.mkdir(parents=True)
    admin_box(source.bbox, work / "admin.osm.pbf", country)
    (work / "speeds.json").write_text(json.dumps(default_speeds(country)))
    building = work / "build.json"
    building.write_text(json.dumps(_build_config(work, tiles, folder / "graph.tar")))
    run_tool(
        [
            wheel_program("valhalla", "valhalla_build_admins"),
            "-c",
            building,
            work / "admin.osm.pbf",
        ],
        log,
        doing="Marking the country",
    )
    _set_driving_side(work / "admin.sqlite", left=drives_on_left(country))
    run_tool(
        [
            wheel_program("valhalla", "valhalla_build_tiles"),
            "-c",
            building,
            "-j",
            str(os.cpu_count() or 1),
            source.path,
        ],
        log,
        doing="Building the road graph",
    )
    if not any(tiles.rglob("*.gph")):
        raise UnreadableFile(f"{source.path.name} has no road that a vehicle can use.")
    run_tool(
        [
            sys.executable,
            "-m",
            "valhalla.valhalla_build_extract",
            "-c",
            building,
            "--overwrite",
        ],
        log,
        doing="Packing the road graph",
    )
    shutil.rmtree(work)
    serving = json.dumps(_serve_config(final_dir / "graph.tar"), indent=1)
    (folder / "valhalla.json").write_text(serving + "\n", "utf-8")


def admin_box(bbox: tuple[float, float, float, float], path: Path, country: str | None) -> None:
    """Write an OSM file whose one relation is a country that covers `bbox` (west, south, east, north)."""
    west, south = max(bbox[0] - _MARGIN_DEG, -180.0), max(bbox[1] - _MARGIN_DEG, -90.0)
    east, north = min(bbox[2] + _MARGIN_DEG, 180.0), min(bbox[3] + _MARGIN_DEG, 90.0)
    corners = [(west, south), (east, south), (east, north), (west, north)]
    tags = {
        "type": "boundary",
        "boundary": "administrative",
        "admin_level": "2",
        "name": country or "Unknown",
    }
    if country:
        tags["ISO3166-1:alpha2"] = country
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for number, corner in enumerate(corners, 1):
            writer.add_node(mutable.Node(id=number, version=1, location=corner))
        writer.add_way(mutable.Way(id=1, version=1, nodes=[1, 2, 3, 4, 1], tags=tags))
        writer.add_relation(mutable.Relation(id=1, version=1, members=[("w", 1, "outer")], tags=tags))


def _set_driving_side(admins: Path, *, left: bool) -> None:
    """Valhalla goes by the country's name in a list of its own, which knows some only in their language."""
    with sqlite3.connect(admins) as db:
        changed = db.execute("UPDATE admins SET drive_on_right = ?", (0 if left else 1,)).rowcount
    db.close()
    if changed < 1:
        raise RuntimeError("Valhalla made no admin area of the region's box.")


def _base_config() -> dict[str, Any]:
    # Imported here: the default configuration is one module-level dict that get_config empties bit by bit.
    from valhalla import get_config

    config: dict[str, Any] = json.loads(json.dumps(get_config(tile_extract="", tile_dir="")))
    for unused in (
        "tile_dir",
        "tile_extract",
        "traffic_extract",
        "admin",
        "landmarks",
        "timezone",
    ):
        config["mjolnir"].pop(unused, None)
    config.pop("additional_data", None)
    return config


def _build_config(work: Path, tiles: Path, extract: Path) -> dict[str, Any]:
    config = _base_config()
    config["mjolnir"] |= {
        "tile_dir": str(tiles),
        "tile_extract": str(extract),
        "admin": str(work / "admin.sqlite"),
        "default_speeds_config": str(work / "speeds.json"),
    }
    config["logging"] = {"type": "std_out", "color": False}
    return config


def _serve_config(extract: Path) -> dict[str, Any]:
    config = _base_config()
    config["mjolnir"] |= {"tile_extract": str(extract)}
    limits = config["service_limits"]
    for mode in (
        "auto",
        "bus",
        "taxi",
        "truck",
        "motorcycle",
        "motor_scooter",
        "bicycle",
    ):
        limits[mode]["max_locations"] = 50
        limits[mode]["max_distance"] = 5_000_000.0
    limits["trace"] |= {"max_distance": 5_000_000.0, "max_shape": 1_000_000}
    limits["max_alternates"] = 3
    return config
