"""`rumbo up`, `rumbo settings`, `rumbo doctor`."""

from __future__ import annotations

import logging
import signal
import threading
from dataclasses import fields, replace
from typing import Annotated

import typer

from rumbo.cli.options import DataDir
from rumbo.settings import PREFIX, Settings, read_settings


def up(
    data: DataDir = None,
    port: Annotated[int | None, typer.Option(help="Port of the web app (default: 8000).")] = None,
    region: Annotated[
        str | None, typer.Option(help="Region to drive in (default: the first there is).")
    ] = None,
    speed: Annotated[
        float | None, typer.Option(help="World seconds a second, 0.1 to 1000 (default: 1).")
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Drive workers (default: 1).", min=1, max=16)] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on (default: 127.0.0.1).")] = None,
    scenario: Annotated[
        str | None,
        typer.Option(help="Let this run once all is ready: a .yaml file, or a ready-made one's name."),
    ] = None,
) -> None:
    """Run everything on this machine: Kafka, Spark, worker, API and web app. Ctrl-C stops it."""
    from rumbo.domain.clock import ClockChange
    from rumbo.scenarios.alert_file import load_rules
    from rumbo.scenarios.load import open_scenario
    from rumbo.stack import ports, rundir
    from rumbo.stack.checkout import cache_dir, require_jars
    from rumbo.stack.embedded import EmbeddedStack
    from rumbo.stack.java import find_java
    from rumbo.stack.prepare import ensure_region
    from rumbo.stack.scenario import in_background, settings_for

    logging.basicConfig(level="WARNING", format="%(levelname)s %(name)s %(message)s")
    settings = read_settings(data_dir=data, port=port, region=region, speed=speed, workers=workers, host=host)
    ClockChange(0, 0, settings.speed)  # raises for a speed that no world can have
    load_rules(settings.alert_rules)  # what is wrong with them is said here, not again and again in a log
    chosen = open_scenario(scenario) if scenario else None
    if chosen:
        settings = settings_for(settings, chosen)
    ports.require_free(settings.port, settings.host)
    rundir.check_data_dir(settings.data_dir)
    java = find_java(cache_dir())
    jars = require_jars()
    settings = replace(settings, region=ensure_region(settings, typer.echo))

    stop = threading.Event()

    def ask_to_stop(_number: int, _frame: object) -> None:
        stop.set()

    signal.signal(signal.SIGINT, ask_to_stop)
    signal.signal(signal.SIGTERM, ask_to_stop)
    stack = EmbeddedStack(settings, java, jars, typer.echo)

    def when_ready() -> None:
        if chosen:
            in_background(settings, chosen, stack.url, typer.echo, stop)

    stack.run(stop, when_ready)


def show_settings(data: DataDir = None) -> None:
    """List all settings, their values and where they come from."""
    settings = read_settings(data_dir=data)
    for entry in fields(Settings):
        value = getattr(settings, entry.name)
        shown = "(set)" if entry.metadata["secret"] and value else str(value) or "(empty)"
        typer.echo(f"{PREFIX + entry.name.upper():28} {shown:20} {entry.metadata['help']}")


def doctor(data: DataDir = None) -> None:
    """Look at what Rumbo needs on this machine and what its identities may do in the lake; say what is missing."""
    from rumbo.stack.doctor import examine

    failed = False
    for found in examine(read_settings(data_dir=data)):
        if found.error is not None:
            failed = True
            typer.echo(f"missing {found.what}: {found.error}")
        else:
            typer.echo(f"note    {found.what}: {found.note}" if found.note else f"ok      {found.what}")
    raise typer.Exit(1 if failed else 0)
