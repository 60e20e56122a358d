"""`rumbo realism`: our drives beside real ones."""

from __future__ import annotations

import json
import shlex
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rumbo.cli.options import AsJson, DataDir
from rumbo.realism.half import Half

if TYPE_CHECKING:
    from rumbo.realism.drives import Drives
    from rumbo.realism.report import Comparison
    from rumbo.realism.runs import Run
    from rumbo.regions import Region


class Place(StrEnum):
    TOWN = "town"
    REGION = "region"
    DRIVEN = "driven"


def realism(
    place: Annotated[
        list[Place] | None,
        typer.Option(
            help="Where: a made-up town, a region's roads, or the cars that --data has driven. "
            "Repeatable; default: town and region.",
            show_default=False,
        ),
    ] = None,
    region: Annotated[
        str | None, typer.Option(help="A built region; default: the demo region.", show_default=False)
    ] = None,
    trips: Annotated[int, typer.Option(help="Trips in town and region, each.", min=20)] = 200,
    seed: Annotated[int, typer.Option(help="Decides every trip.", min=0)] = 1,
    half: Annotated[
        Half, typer.Option(help="Which half of the real drives: `fitting` is for choosing parameters.")
    ] = Half.JUDGING,
    out: Annotated[
        Path | None, typer.Option(help="Folder for realism.svg and report.html.", show_default=False)
    ] = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Compare seeded trips with real 1 Hz drives, hold them against bounds, and draw both.

    Exit code 0 only where every bound is met. Needs the real drives: `python -m tools.drives` in a checkout.
    """
    from rumbo.realism.drives import CYCLES, read_cycle, read_drives
    from rumbo.realism.report import as_dict, as_text, compared
    from rumbo.stack.checkout import cache_dir

    folder = cache_dir() / "drives"
    drives = read_drives(folder)
    cycles = {name: read_cycle(name, folder) for name in CYCLES}
    places = list(dict.fromkeys(place or (Place.TOWN, Place.REGION)))
    found = compared([_run(each, region, trips, seed, data) for each in places], half, drives, cycles)
    if out is not None:
        _write(out, found, drives)
    typer.echo(json.dumps(as_dict(found)) if as_json else as_text(found))
    raise typer.Exit(0 if found.met else 1)


def _run(place: Place, region: str | None, trips: int, seed: int, data: Path | None) -> Run:
    from rumbo.realism.runs import driven_run, region_run, town_run

    match place:
        case Place.TOWN:
            return town_run(trips, seed)
        case Place.REGION:
            with _region(region, data) as roads:
                return region_run(roads, trips, seed)
        case Place.DRIVEN:
            from rumbo.settings import read_settings
            from rumbo.stack.truth import driven

            known = driven(read_settings(data_dir=data), lambda text: typer.echo(text, err=True))
            return driven_run(known.plans(), known.until_ms)


@contextmanager
def _region(name: str | None, data: Path | None) -> Iterator[Region]:
    """The region of that name; without one the demo region, built for as long as it is needed if it is not there."""
    from rumbo.regions import build_region, list_regions, open_region
    from rumbo.settings import read_settings
    from rumbo.stack.checkout import demo_extracts

    folder = read_settings(data_dir=data).regions_dir
    demo = demo_extracts()[0]
    if name or demo.name in [built.name for built in list_regions(folder)]:
        yield open_region(folder, name or demo.name)
        return
    with tempfile.TemporaryDirectory(prefix="rumbo-realism-") as scratch:
        yield build_region(demo.name, demo.path, Path(scratch), demo.country)


def _write(folder: Path, found: Comparison, drives: Drives) -> None:
    from rumbo.realism.draw import drawn
    from rumbo.realism.page import as_page

    drawing = drawn(found.runs, drives, found.half)
    folder.mkdir(parents=True, exist_ok=True)
    command = shlex.join(["rumbo", *sys.argv[1:]])
    for name, content in (("realism.svg", drawing), ("report.html", as_page(found, drawing, command))):
        (folder / name).write_text(content, encoding="utf-8")
        typer.echo(f"{folder / name}", err=True)
