"""`rumbo vehicle`: the fleet from the command line, over the same REST interface as everybody's."""

from __future__ import annotations

from typing import Annotated

import typer

from rumbo.cli.options import Api, AsJson, DataDir, Url, show

app = typer.Typer(help="Create and list vehicles.", no_args_is_help=True)
COLUMNS = ("id", "name", "vehicle_class", "current_trip_id")


@app.command("create")
def create(
    name: str,
    vehicle_class: Annotated[
        str, typer.Option("--class", help="car, van, truck, bus, motorcycle, bicycle.")
    ] = "car",
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Create a vehicle."""
    body = {"name": name, "vehicle_class": vehicle_class}
    show(Api(data, url).call("POST", "/vehicles", body), as_json, COLUMNS)


@app.command("list")
def list_vehicles(
    limit: int = 50,
    cursor: Annotated[str | None, typer.Option(help="Where to go on, from the page before.")] = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """List vehicles, a page at a time."""
    page = Api(data, url).call("GET", "/vehicles", params={"limit": limit, "cursor": cursor})
    show(page if as_json else page["items"], as_json, COLUMNS)
    if page["next_cursor"] and not as_json:
        typer.echo(f"more: --cursor {page['next_cursor']}")


@app.command("delete")
def delete(vehicle_id: str, data: DataDir = None, url: Url = "") -> None:
    """Delete a vehicle that drives no trip; its past trips stay."""
    Api(data, url).call("DELETE", f"/vehicles/{vehicle_id}")
