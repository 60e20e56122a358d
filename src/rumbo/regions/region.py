"""A region: a folder with everything Rumbo needs to know about one piece of the world."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rumbo.errors import InvalidInput, NotFound
from rumbo.regions.timezone import timezone_of

FORMAT = 1
"""Raised when a folder built by older code can no longer be read."""

OSM_ATTRIBUTION = "© OpenStreetMap contributors, ODbL 1.0"

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_MANIFEST = "region.json"


@dataclass(frozen=True, slots=True)
class Region:
    """A built region. Bounding box and centre are degrees WGS 84; `built_at` is RFC 3339 UTC."""

    name: str
    dir: Path
    bbox: tuple[float, float, float, float]
    """West, south, east, north."""
    center: tuple[float, float]
    """Latitude and longitude where a map opens: amid the roads, not merely amid the box."""
    country: str | None
    """ISO 3166-1 alpha-2, given or read from the extract; None where neither says."""
    drives_on_left: bool
    attribution: str
    source_name: str
    source_bytes: int
    source_sha256: str
    source_time: str | None
    """When the extract was cut, where its header says."""
    built_at: str
    timezone: str = "Etc/UTC"
    """IANA name of the zone that its clocks show."""

    @property
    def valhalla_config(self) -> Path:
        return self.dir / "valhalla.json"

    @property
    def pmtiles(self) -> Path:
        return self.dir / "map.pmtiles"

    @property
    def places_db(self) -> Path:
        return self.dir / "places.db"

    @property
    def controls_db(self) -> Path:
        return self.dir / "controls.db"

    @property
    def sky_db(self) -> Path:
        return self.dir / "sky.db"

    @property
    def roads(self) -> Path:
        return self.dir / "roads.arrow"

    def contains(self, lat: float, lon: float) -> bool:
        west, south, east, north = self.bbox
        return west <= lon <= east and south <= lat <= north

    def to_json(self) -> dict[str, Any]:
        values = asdict(self)
        del values["dir"]  # where the folder lies is not part of what it holds
        return {"format": FORMAT} | values


def check_name(name: str) -> str:
    """`name`; raises InvalidInput unless it is 1 to 63 of a-z, 0-9 and inner hyphens."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{name!r} cannot name a region.",
            hint="Use lower-case letters, digits and hyphens, such as costa-brava.",
            field="name",
        )
    return name


def write_manifest(region: Region, folder: Path) -> None:
    (folder / _MANIFEST).write_text(
        json.dumps(region.to_json(), indent=2, ensure_ascii=False) + "\n", "utf-8"
    )


def open_region(regions_dir: Path, name: str) -> Region:
    """The region called `name`, or the first there is where that is empty.

    Raises InvalidInput for an impossible name, NotFound when it is not built.
    """
    if not name:
        name = next((region.name for region in list_regions(regions_dir)), "none")
    check_name(name)
    region = _read(regions_dir / name)
    if region is None:
        there = ", ".join(r.name for r in list_regions(regions_dir))
        raise NotFound(
            f"There is no region {name!r}.",
            hint=(f"Built regions: {there}. " if there else "No region is built yet. ")
            + "`rumbo region add NAME FILE.osm.pbf` builds one.",
            field="region",
        )
    _settle(region)
    return region


def list_regions(regions_dir: Path) -> list[Region]:
    """All built regions by name; [] where the folder does not exist."""
    if not regions_dir.is_dir():
        return []
    found = (_read(folder) for folder in sorted(regions_dir.iterdir()) if _NAME.fullmatch(folder.name))
    return [region for region in found if region is not None]


def _read(folder: Path) -> Region | None:
    try:
        values = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if values.pop("format") != FORMAT:
            return None
        values["bbox"], values["center"] = (
            tuple(values["bbox"]),
            tuple(values["center"]),
        )
        values.setdefault("timezone", timezone_of(values["country"], *values["center"]))  # built before zones
        region = Region(dir=folder.resolve(), **values)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return region if region.name == folder.name else None


def _settle(region: Region) -> None:
    """Point Valhalla's configuration, which holds absolute paths, to where the folder now lies."""
    config = json.loads(region.valhalla_config.read_text("utf-8"))
    extract = str(region.dir / "graph.tar")
    if config["mjolnir"]["tile_extract"] != extract:
        config["mjolnir"]["tile_extract"] = extract
        # Its own file each: several processes open a region that was moved, at the same moment.
        handle, name = tempfile.mkstemp(prefix="valhalla.", suffix=".new", dir=region.dir)
        with os.fdopen(handle, "w", encoding="utf-8") as new:
            json.dump(config, new, indent=1)
        Path(name).chmod(region.valhalla_config.stat().st_mode)
        Path(name).replace(region.valhalla_config)
