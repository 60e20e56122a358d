"""`rumbo scenario`: look at scenario files, and let one run in the living world."""

from __future__ import annotations

import json
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rumbo.cli.options import AsJson, DataDir, Url, running_url, show

if TYPE_CHECKING:  # `rumbo --help` is quick
    from rumbo.scenarios.model import Scenario
    from rumbo.scenarios.summary import Summary
    from rumbo.scenarios.world import World

app = typer.Typer(help="Check scenarios and let them run.", no_args_is_help=True)
Which = Annotated[
    str, typer.Argument(metavar="FILE|NAME", help="A .yaml file, or a ready-made scenario's name.")
]
Vehicles = Annotated[
    int | None, typer.Option(help="So many vehicles in all, in proportion.", min=1, max=100_000)
]
Seed = Annotated[int | None, typer.Option(help="Another seed: other vehicles, other trips.", min=0)]
RegionName = Annotated[
    str | None, typer.Option("--region", help="Region (default: that of the stack's settings).")
]


@app.command("list")
def list_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios that come with Rumbo."""
    from rumbo.scenarios.load import load, ready_made

    rows = [
        {
            "name": name,
            "vehicles": scenario.vehicle_count,
            "title": scenario.title,
            "title_es": scenario.title_es,
        }
        for name, scenario in ((name, load(text)) for name, text in ready_made().items())
    ]
    show(rows, as_json, ("name", "vehicles", "title"))


@app.command("check")
def check(
    scenario: Which,
    region: RegionName = None,
    vehicles: Vehicles = None,
    seed: Seed = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what is wrong with a scenario, or what it comes to: vehicles, trips, km and load of a day."""
    from rumbo.scenarios.summary import summarise
    from rumbo.transport.wall import wall_ms

    chosen = _chosen(scenario, vehicles, seed, None)
    if not as_json:
        typer.echo(f"{chosen.name}: {chosen.title}")
    with _world(data, chosen, region) as world:
        found = summarise(chosen, world, wall_ms())
        if as_json:
            typer.echo(json.dumps({"name": chosen.name, "region": world.region} | asdict(found)))
        else:
            _tell(found, world)


@app.command("run")
def run(
    scenario: Which,
    speed: Annotated[float | None, typer.Option(help="World seconds a second, 0.1 to 1000.")] = None,
    days: Annotated[
        float | None, typer.Option(help="For so many days instead of its own span.", min=0.001)
    ] = None,
    vehicles: Vehicles = None,
    seed: Seed = None,
    region: RegionName = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Make its vehicles and plan its trips as world time goes on. Ctrl-C stops; run it again to go on."""
    from rumbo.settings import read_settings
    from rumbo.stack.scenario import run_scenario, told

    chosen = _chosen(scenario, vehicles, seed, days)
    stop = threading.Event()
    for sent in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sent, lambda *_: stop.set())

    began = time.monotonic()
    tally = run_scenario(
        read_settings(data_dir=data), chosen, running_url(data, url), lambda text: typer.echo(text, err=True),
        stop, region=region or "", speed=speed,
    )  # fmt: skip
    result = told(tally) | {"seconds": round(time.monotonic() - began, 1)}
    typer.echo(
        json.dumps(result) if as_json else ", ".join(f"{name} {value}" for name, value in result.items())
    )


def _chosen(name: str, vehicles: int | None, seed: int | None, days: float | None) -> Scenario:
    from rumbo.scenarios.load import open_scenario
    from rumbo.scenarios.run import shortened

    scenario = open_scenario(name)
    if seed is not None:
        scenario = scenario.model_copy(update={"seed": seed})
    if vehicles is not None:
        scenario = scenario.scaled(vehicles)
    return scenario if days is None else shortened(scenario, days)


@contextmanager
def _world(data: Path | None, chosen: Scenario, region: str | None) -> Iterator[World]:
    """The region named here, or that of the scenario, as its world."""
    from rumbo.settings import read_settings
    from rumbo.stack.worlds import world_in

    own = "" if chosen.region == "any" else chosen.region
    with world_in(read_settings(data_dir=data), region or own) as world:
        yield world


def _tell(found: Summary, world: World) -> None:
    from rumbo.fleet.rules import time_text

    typer.echo(f"region       {world.region}, {world.time_zone}")
    typer.echo(f"vehicles     {found.vehicles:,}")
    typer.echo(f"24 h from    {time_text(found.from_ms)}")
    typer.echo(f"trips        {found.trips:,}, {found.km:,.0f} km, {found.hours:,.1f} h driven")
    typer.echo(f"events       about {found.events:,} positions")
    typer.echo(
        f"at its most  {found.most_at_once:,} vehicles at once, {found.most_events_per_s:,.0f} positions/s"
    )
    for reason, count in found.dropped.items():
        typer.echo(f"left out     {count:,}: {reason}")
