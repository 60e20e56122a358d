"""`rumbo region`: build and list the regions to drive in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rumbo.cli.options import AsJson, DataDir, show

app = typer.Typer(help="Build and list regions.", no_args_is_help=True)


@app.command("add")
def add(
    name: str,
    file: Annotated[Path, typer.Argument(help="An OpenStreetMap extract, .osm.pbf.")],
    country: Annotated[
        str | None, typer.Option(help="ISO code of the country, for driving side and usual limits.")
    ] = None,
    data: DataDir = None,
) -> None:
    """Build a region from an extract: road graph, base map, place search and road controls."""
    from rumbo.regions import build_region
    from rumbo.settings import read_settings
    from rumbo.stack.rundir import check_data_dir

    settings = read_settings(data_dir=data)
    check_data_dir(settings.data_dir)
    region = build_region(name, file, settings.regions_dir, country=country, progress=typer.echo)
    typer.echo(f"Region {region.name} is ready; drive in it with `rumbo up --region {region.name}`.")


@app.command("list")
def list_all(data: DataDir = None, as_json: AsJson = False) -> None:
    """List the regions built in this data folder."""
    from rumbo.regions import list_regions
    from rumbo.settings import read_settings

    regions = list_regions(read_settings(data_dir=data).regions_dir)
    rows = [
        {
            "name": r.name,
            "country": r.country,
            "bbox": ",".join(f"{v:.4f}" for v in r.bbox),
            "source": r.source_name,
        }
        for r in regions
    ]
    show(rows, as_json, ("name", "country", "bbox", "source"))
