"""The command line: `rumbo …`. Each command loads what it needs when it runs, so that `--help` is quick."""

from __future__ import annotations

import sys

import typer

from rumbo.cli import (
    airflow,
    audit,
    backfill,
    bench,
    closure,
    device,
    export,
    lake,
    move,
    realism,
    refine,
    region,
    rejected,
    scenario,
    score,
    trip,
    up,
    vehicle,
    world,
)
from rumbo.cli.options import show_error
from rumbo.errors import RumboError

app = typer.Typer(
    help="Drive a fleet that does not exist through a streaming lakehouse that does.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("up")(up.up)
app.command("settings")(up.show_settings)
app.command("doctor")(up.doctor)
app.command("airflow")(airflow.airflow)
app.command("audit")(audit.audit)
app.command("move")(move.move)
app.command("bench")(bench.bench)
app.command("backfill")(backfill.backfill)
app.command("sql")(lake.sql)
app.command("tables")(lake.tables)
app.command("export")(export.export)
app.command("trace")(lake.trace)
app.command("refine")(refine.refine)
app.command("truth")(score.truth)
app.command("score")(score.score)
app.command("realism")(realism.realism)
app.add_typer(region.app, name="region")
app.add_typer(rejected.app, name="rejected")
app.add_typer(vehicle.app, name="vehicle")
app.add_typer(trip.app, name="trip")
app.add_typer(device.app, name="device")
app.add_typer(closure.app, name="closure")
app.add_typer(world.app, name="world")
app.add_typer(scenario.app, name="scenario")


def main() -> None:
    """Run a command; one of our errors becomes a message on standard error and its exit code."""
    try:
        app()
    except RumboError as exc:
        show_error(exc)
        sys.exit(exc.exit_code)
