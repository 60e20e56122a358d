"""`rumbo world`: world time, and what may be done to it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from rumbo.cli.options import Api, AsJson, DataDir, Url, show

app = typer.Typer(help="Look at world time, speed it up, pause it, let it step.", no_args_is_help=True)
COLUMNS = ("time", "rate", "paused", "behind_s")


@app.command("show")
def show_world(data: DataDir = None, url: Url = "", as_json: AsJson = False) -> None:
    """World time, how fast it runs, and by how much driving is behind it."""
    show(Api(data, url).call("GET", "/world"), as_json, COLUMNS)


@app.command("rate")
def rate(
    rate: Annotated[float, typer.Argument(help="World seconds a wall second, 0.1 to 1000.")],
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Let the world run faster or slower."""
    show(Api(data, url).call("POST", "/world/rate", {"rate": rate}), as_json, COLUMNS)


@app.command("pause")
def pause(data: DataDir = None, url: Url = "", as_json: AsJson = False) -> None:
    """Let the world stand still."""
    show(Api(data, url).call("POST", "/world/pause"), as_json, COLUMNS)


@app.command("resume")
def resume(
    rate: Annotated[float | None, typer.Option(help="Default: the rate before the pause.")] = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Let the world run on."""
    body: dict[str, Any] = {} if rate is None else {"rate": rate}
    show(Api(data, url).call("POST", "/world/resume", body), as_json, COLUMNS)


@app.command("step")
def step(
    seconds: Annotated[float, typer.Argument(help="World seconds to go forward by.")],
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Move a paused world forward; it stands again afterwards."""
    show(Api(data, url).call("POST", "/world/step", {"seconds": seconds}), as_json, COLUMNS)
