"""`rumbo export`: rows of the lake as files for other programs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rumbo.cli.options import DataDir
from rumbo.errors import InvalidInput
from rumbo.lake.kinds import ExportFormat

_SUFFIXES = {".csv": ExportFormat.CSV, ".parquet": ExportFormat.PARQUET, ".gpx": ExportFormat.GPX}


def export(
    table: Annotated[str, typer.Argument(help="As `rumbo tables` names it; default: positions.")] = "",
    trip: Annotated[str, typer.Option(help="Rows of this trip only.")] = "",
    vehicle: Annotated[str, typer.Option(help="Rows of this vehicle only.")] = "",
    since: Annotated[
        str | None, typer.Option("--from", help="First day or instant: 2026-03-05, 2026-03-05T07:30:00Z.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", help="Last day, or the instant before which to end.")
    ] = None,
    kind: Annotated[
        ExportFormat | None, typer.Option("--format", help="Default: by the name of --out.")
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", help="File to write; it appears when it is whole.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
    memory_mb: Annotated[int, typer.Option(min=64, help="Memory that it may use.")] = 1024,
    data: DataDir = None,
) -> None:
    """Write rows of the lake to a file: `rumbo export --trip trp_1 --out trp_1.gpx`."""
    from rumbo.lake.export import Selection, read_limit
    from rumbo.lake.export import export as write
    from rumbo.lake.places import lake_of
    from rumbo.settings import read_settings

    form = kind or _SUFFIXES.get(out.suffix.lower())
    if form is None:
        raise InvalidInput(f"{out.name} does not tell its format.", hint="Name it with --format.")
    selection = Selection(
        table,
        trip,
        vehicle,
        None if since is None else read_limit(since, "--from"),
        None if until is None else read_limit(until, "--to"),
    )
    lake = lake_of(read_settings(data_dir=data))
    done = write(lake, selection, form, out, force=force, memory_mb=memory_mb)
    typer.echo(f"{done.rows:,} rows of {done.table}, version {done.version}, in {out}", err=True)
    if done.attribution:
        typer.echo(f"Map data in it: {done.attribution}. Name it where you pass the file on.", err=True)
