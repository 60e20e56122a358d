"""`rumbo trip`: plan, watch and steer trips from the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rumbo.cli.options import Api, AsJson, DataDir, Url, show
from rumbo.errors import InvalidInput, UnreadableFile

app = typer.Typer(help="Plan, list, pause, resume and cancel trips.", no_args_is_help=True)
COLUMNS = ("id", "vehicle_id", "state", "start_at", "progress", "eta")


@app.command("create")
def create(
    vehicle_id: str,
    waypoint: Annotated[
        list[str] | None, typer.Argument(help="lat,lon or lat,lon,dwell seconds; at least two.")
    ] = None,
    geometry: Annotated[Path | None, typer.Option(help="GPX or GeoJSON file to drive instead.")] = None,
    start_at: Annotated[
        str | None, typer.Option(help="World time to start at, RFC 3339; default: now.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same events.")] = None,
    device_profile: Annotated[str | None, typer.Option(help="Default: the vehicle's.")] = None,
    driver: Annotated[
        str | None, typer.Option(help="calm, normal or aggressive; default: the vehicle's.")
    ] = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Plan a trip and let it start."""
    api = Api(data, url)
    body: dict[str, Any] = {"vehicle_id": vehicle_id}
    if geometry is not None:
        body["geometry"] = _geometry(geometry)
    else:
        body["waypoints"] = [_waypoint(text) for text in waypoint or []]
    given = {"start_at": start_at, "seed": seed, "device_profile": device_profile, "driver": driver}
    body |= {key: value for key, value in given.items() if value is not None}
    trip = api.call("POST", "/trips", body)
    show(trip, as_json, COLUMNS)
    if not as_json:
        route = trip["route"]
        typer.echo(f"{route['distance_m'] / 1000:.2f} km, {route['duration_s'] / 60:.1f} min")


@app.command("list")
def list_trips(
    state: str | None = None,
    vehicle_id: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """List trips, newest first, a page at a time."""
    params = {"state": state, "vehicle_id": vehicle_id, "limit": limit, "cursor": cursor}
    page = Api(data, url).call("GET", "/trips", params=params)
    show(page if as_json else page["items"], as_json, COLUMNS)
    if page["next_cursor"] and not as_json:
        typer.echo(f"more: --cursor {page['next_cursor']}")


@app.command("show")
def show_trip(trip_id: str, data: DataDir = None, url: Url = "", as_json: AsJson = False) -> None:
    """One trip as it stands now."""
    show(Api(data, url).call("GET", f"/trips/{trip_id}"), as_json, COLUMNS)


def _steer(verb: str, text: str) -> None:
    def command(trip_id: str, data: DataDir = None, url: Url = "", as_json: AsJson = False) -> None:
        show(Api(data, url).call("POST", f"/trips/{trip_id}/{verb}"), as_json, COLUMNS)

    app.command(verb, help=text)(command)


_steer("pause", "Brake to a standstill and stay there.")
_steer("resume", "Drive on.")
_steer("cancel", "Brake to a standstill and end the trip.")


def _waypoint(text: str) -> dict[str, float]:
    try:
        numbers = [float(part) for part in text.split(",")]
        lat, lon = numbers[:2]
        dwell = numbers[2:] or [0.0]
        (dwell_s,) = dwell
    except ValueError as exc:
        raise InvalidInput(
            f"{text!r} is no waypoint.", hint="Write lat,lon or lat,lon,dwell seconds."
        ) from exc
    return {"lat": lat, "lon": lon} | ({"dwell_s": dwell_s} if dwell_s else {})


def _geometry(path: Path) -> Any:
    from rumbo.routing.geometry import points_from_geojson, points_from_gpx

    try:
        content = path.read_bytes()
    except OSError as exc:
        raise UnreadableFile(f"{path} can't be read: {exc.strerror}.") from exc
    if path.suffix.lower() == ".gpx":
        points = points_from_gpx(content)
    else:
        try:
            points = points_from_geojson(json.loads(content))
        except ValueError as exc:
            raise UnreadableFile(f"{path} is neither GPX nor GeoJSON.") from exc
    return {"type": "LineString", "coordinates": [[lon, lat] for lat, lon in points]}
