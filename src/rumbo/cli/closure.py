"""`rumbo closure`: close roads, slow them down, open them again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rumbo.cli.options import Api, AsJson, DataDir, Url, show
from rumbo.errors import InvalidInput, UnreadableFile

app = typer.Typer(help="Close areas or slow them down; trips find another way.", no_args_is_help=True)
COLUMNS = ("id", "kind", "speed_factor", "from", "until", "rerouted", "no_other_way", "waiting")


@app.command("create")
def create(
    kind: Annotated[str, typer.Argument(help="closed or slow.")],
    circle: Annotated[str | None, typer.Option(help="lat,lon,radius in m.")] = None,
    polygon: Annotated[Path | None, typer.Option(help="GeoJSON file with a Polygon.")] = None,
    speed_factor: Annotated[float | None, typer.Option(help="Of a slow zone: 0.05 to below 1.")] = None,
    begin: Annotated[str | None, typer.Option("--from", help="World time, RFC 3339; default: now.")] = None,
    until: Annotated[str | None, typer.Option(help="World time; default: until it is deleted.")] = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Close an area, or let all be slower there."""
    body: dict[str, Any] = {"kind": kind, "geometry": _geometry(circle, polygon)}
    given = {"speed_factor": speed_factor, "from": begin, "until": until}
    body |= {key: value for key, value in given.items() if value is not None}
    _show(Api(data, url).call("POST", "/closures", body), as_json)


@app.command("list")
def list_closures(
    limit: int = 50,
    cursor: str | None = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """List closures, a page at a time."""
    page = Api(data, url).call("GET", "/closures", params={"limit": limit, "cursor": cursor})
    _show(page if as_json else page["items"], as_json)
    if page["next_cursor"] and not as_json:
        typer.echo(f"more: --cursor {page['next_cursor']}")


@app.command("show")
def show_closure(closure_id: str, data: DataDir = None, url: Url = "", as_json: AsJson = False) -> None:
    """One closure, and what it has done to trips so far."""
    closure = Api(data, url).call("GET", f"/closures/{closure_id}")
    _show(closure, as_json)
    if not as_json:
        for trip in closure["effect"]["trips_without_other_way"]:
            typer.echo(f"{trip['trip_id']} goes on: {trip['reason']}")


@app.command("delete")
def delete(closure_id: str, data: DataDir = None, url: Url = "") -> None:
    """Open it again for new routes; rerouted trips stay on their way."""
    Api(data, url).call("DELETE", f"/closures/{closure_id}")


def _show(value: Any, as_json: bool) -> None:
    if not as_json:
        rows = value if isinstance(value, list) else [value]
        value = [row | row["effect"] for row in rows]
    show(value, as_json, COLUMNS)


def _geometry(circle: str | None, polygon: Path | None) -> Any:
    if (circle is None) == (polygon is None):
        raise InvalidInput("Say where: give either --circle or --polygon.")
    if circle is not None:
        try:
            lat, lon, radius_m = (float(part) for part in circle.split(","))
        except ValueError as exc:
            raise InvalidInput(f"{circle!r} is no circle.", hint="Write lat,lon,radius in m.") from exc
        return {"lat": lat, "lon": lon, "radius_m": radius_m}
    assert polygon is not None  # noqa: S101 - one of the two is given
    try:
        value = json.loads(polygon.read_bytes())
    except (OSError, ValueError) as exc:
        raise UnreadableFile(f"{polygon} is not GeoJSON.") from exc
    return value.get("geometry", value) if isinstance(value, dict) else value
