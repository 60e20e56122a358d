"""`rumbo backfill`: history from a scenario."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from typing import Annotated

import typer

from rumbo.cli.options import AsJson, DataDir
from rumbo.domain.days import day_of


def backfill(
    scenario: Annotated[str, typer.Option(help="A scenario's file, or the name of a ready-made one.")],
    since: Annotated[str, typer.Option("--from", help="First day, YYYY-MM-DD (UTC).")],
    until: Annotated[str, typer.Option("--to", help="Last day, included.")],
    vehicles: Annotated[int | None, typer.Option(help="Scale the fleets to so many in all.", min=1)] = None,
    again: Annotated[bool, typer.Option("--again", help="Make days anew that are there already.")] = False,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make the events of past days, straight into landing, with the function that live driving uses.

    A day is made whole or not at all: an interrupted backfill goes on where it stood, a repeated one changes nothing.
    """
    from rumbo.scenarios.load import open_scenario
    from rumbo.settings import read_settings
    from rumbo.stack.backfill import run_backfill

    began = time.monotonic()
    made = run_backfill(
        read_settings(data_dir=data), open_scenario(scenario), day_of(since), day_of(until),
        lambda line: typer.echo(line, err=True), vehicles=vehicles, again=again,
    )  # fmt: skip
    took_s = time.monotonic() - began
    rows = sum(made.rows.values())
    if as_json:
        typer.echo(json.dumps(asdict(made) | {"seconds": round(took_s, 1)}))
        return
    typer.echo(
        f"{made.days:,} days made, {made.skipped:,} were there; {made.trips:,} trips, {rows:,} rows"
        f" in {took_s:,.0f} s ({rows / took_s:,.0f} rows/s)"
    )
