"""Builds a region from an extract: all or nothing."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rumbo.errors import CannotStart, Conflict
from rumbo.regions.basemap import BaseMap, border_ways, make_tiles
from rumbo.regions.controls import ControlReader
from rumbo.regions.countries import check_country, drives_on_left
from rumbo.regions.extract import Inside, read_features
from rumbo.regions.graph import build_graph
from rumbo.regions.places import PlaceIndex
from rumbo.regions.region import OSM_ATTRIBUTION, Region, check_name, write_manifest
from rumbo.regions.roads import RoadReader
from rumbo.regions.sky import SkyReader
from rumbo.regions.source import Source, read_source
from rumbo.regions.timezone import timezone_of
from rumbo.regions.tools import as_rumbo_error

Progress = Callable[[str], None]

_WORK_PREFIX = ".building-"
_DISK_FACTOR = 8
_DISK_BASE_BYTES = 200_000_000
"""Room asked for before a build starts: Monaco, at 1.7 MB, needed 60 MB at its peak; larger extracts 5 to 7 times
their size."""


def _silent(step: str) -> None:
    """Where nobody wants to know."""


def build_region(
    name: str,
    pbf: Path,
    regions_dir: Path,
    country: str | None = None,
    progress: Progress = _silent,
) -> Region:
    """Build the region `name` from the extract `pbf` into `regions_dir/name` and return it.

    `country` (ISO 3166-1 alpha-2) decides the driving side and default speeds; None reads it from the
    extract. `progress` is told each step in a few words. A region of the same name is replaced when the
    new one is complete; a failure leaves everything as it was.

    Raises InvalidInput (name, country), UnreadableFile (the extract), CannotStart (no room, no rights),
    Conflict (another region is being built in the same folder).
    """
    check_name(name)
    given = check_country(country)
    steps = _Steps(progress)
    steps("reading the extract")
    source = read_source(pbf)
    final = regions_dir.absolute() / name
    try:
        with _workshop(regions_dir.absolute(), name) as work:
            _check_room(source, work)
            region = _build(name, source, given or source.country, work, final, steps)
            _swap(work / "region", final)
    except (OSError, RuntimeError, sqlite3.Error) as exc:
        if (ours := as_rumbo_error(exc, regions_dir)) is None:
            raise
        raise ours from exc
    steps("ready")
    return region


def _build(
    name: str,
    source: Source,
    country: str | None,
    work: Path,
    final: Path,
    steps: _Steps,
) -> Region:
    folder = work / "region"
    folder.mkdir()
    log = folder / "build.log"
    steps("building the road graph")
    build_graph(source, folder, final, country, log)
    steps("reading map, places and road controls")
    inside = Inside()
    with ExitStack() as stack:
        base = stack.enter_context(
            closing(BaseMap(work / "features.geojsonl", border_ways(source.path), inside))
        )
        places = stack.enter_context(closing(PlaceIndex(folder / "places.db", inside)))
        controls = ControlReader(folder / "controls.db")
        roads = RoadReader(folder / "roads.arrow")
        sky = stack.enter_context(closing(SkyReader(folder / "sky.db", work)))
        read_features(source.path, (base, places, controls, roads, sky), work)
        steps("indexing places and road controls")
        places.finish()
        controls.finish()
        roads.finish()
        steps("looking at the sky between houses")
        sky.finish()
        steps("finding land and sea")
        base.finish(source.bbox)
    steps("drawing the base map")
    make_tiles(work / "features.geojsonl", folder / "map.pmtiles", name, source.bbox, log)
    region = _describe(name, source, country, folder, base.center() or _middle(source.bbox))
    write_manifest(region, folder)
    return replace(region, dir=final)


def _middle(bbox: tuple[float, float, float, float]) -> tuple[float, float]:
    return round((bbox[1] + bbox[3]) / 2, 6), round((bbox[0] + bbox[2]) / 2, 6)


def _describe(
    name: str,
    source: Source,
    country: str | None,
    folder: Path,
    center: tuple[float, float],
) -> Region:
    return Region(
        name=name,
        dir=folder,
        bbox=source.bbox,
        center=center,
        country=country,
        drives_on_left=drives_on_left(country),
        attribution=OSM_ATTRIBUTION,
        source_name=source.path.name,
        source_bytes=source.bytes,
        source_sha256=source.sha256,
        source_time=source.time,
        built_at=datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        timezone=timezone_of(country, *center),
    )


@contextmanager
def _workshop(regions_dir: Path, name: str) -> Iterator[Path]:
    """A temporary folder on the same disk as the regions, gone afterwards. One build at a time in a folder."""
    regions_dir.mkdir(parents=True, exist_ok=True)
    folder = os.open(regions_dir, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # ends with this process, however that ends
        _clear_wreckage(regions_dir)
        work = Path(tempfile.mkdtemp(prefix=f"{_WORK_PREFIX}{name}-", dir=regions_dir))
        try:
            yield work
        finally:
            shutil.rmtree(work, ignore_errors=True)
    except BlockingIOError as exc:
        raise Conflict(
            f"A region is being built in {regions_dir} already.", hint="Wait until that has ended."
        ) from exc
    finally:
        os.close(folder)


def _clear_wreckage(regions_dir: Path) -> None:
    """Remove what a killed build left; a region that it had moved aside and not yet replaced comes back."""
    for left in regions_dir.glob(f"{_WORK_PREFIX}*"):
        aside = left / "old"
        if aside.exists():
            final = regions_dir / json.loads((aside / "region.json").read_text("utf-8"))["name"]
            if not final.exists():
                aside.rename(final)
        shutil.rmtree(left, ignore_errors=True)


def _check_room(source: Source, work: Path) -> None:
    need = source.bytes * _DISK_FACTOR + _DISK_BASE_BYTES
    free = shutil.disk_usage(work).free
    if free < need:
        raise CannotStart(
            f"Building needs about {need // 1_000_000} MB on the disk of {work.parent}; {free // 1_000_000} MB are"
            " free.",
            hint="Free some space or choose another data folder.",
        )


def _swap(new: Path, final: Path) -> None:
    """Put `new` in the place of `final`. What was there moves aside first, and back if the second move fails."""
    old = new.parent / "old"
    replaced = final.exists()
    if replaced:
        final.rename(old)
    try:
        new.rename(final)
    except OSError:
        if replaced:
            old.rename(final)
        raise


class _Steps:
    """Tells each step and how long the one before it took."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._last, self._at = progress, "", time.monotonic()

    def __call__(self, step: str) -> None:
        now = time.monotonic()
        took = f" ({self._last}: {now - self._at:.1f} s)" if self._last else ""
        self._progress(step + took)
        self._last, self._at = step, now
