"""`rumbo realism`: our drives beside real ones."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rumbo.cli.options import AsJson, DataDir

if TYPE_CHECKING:
    from rumbo.regions import Region


def realism(
    region: Annotated[
        str | None, typer.Option(help="A built region; default: the demo region.", show_default=False)
    ] = None,
    trips: Annotated[int, typer.Option(help="Trips in each place.", min=20)] = 200,
    seed: Annotated[int, typer.Option(help="Decides every trip.", min=0)] = 1,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Compare seeded trips, in a made-up town and on a region's roads, with real 1 Hz drives.

    Exit code 0 only where every bound is met. Needs the real drives: `python -m tools.drives` in a checkout.
    """
    from rumbo.realism.bounds import judged
    from rumbo.realism.drives import CYCLES, read_cycle, read_drives
    from rumbo.realism.report import as_dict, as_text, compared
    from rumbo.realism.runs import region_run, town_run
    from rumbo.stack.checkout import cache_dir

    folder = cache_dir() / "drives"
    drives = read_drives(folder)
    cycles = {name: read_cycle(name, folder) for name in CYCLES}
    runs = [town_run(trips, seed)]
    with _region(region, data) as roads:
        runs.append(region_run(roads, trips, seed))
    found = compared([judged(run, drives.judging) for run in runs], drives, cycles)
    typer.echo(json.dumps(as_dict(found)) if as_json else as_text(found))
    raise typer.Exit(0 if found.met else 1)


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
