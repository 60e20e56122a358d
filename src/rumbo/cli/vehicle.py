"""`rumbo vehicle`: the fleet from the command line, over the same REST interface as everybody's."""

from __future__ import annotations

import sys
from enum import StrEnum
from math import isfinite, nan
from pathlib import Path
from typing import Annotated, Any

import typer

from rumbo.cli.options import Api, AsJson, DataDir, Url, show
from rumbo.errors import InvalidInput, UnreadableFile

app = typer.Typer(help="Create, list, change, import and export vehicles.", no_args_is_help=True)
COLUMNS = ("id", "name", "vehicle_class", "fleet", "current_trip_id")
FLEET_COLUMNS = ("name", "vehicles", "driving", "tags")


class Encoding(StrEnum):
    UTF_8 = "utf-8"
    UTF_16 = "utf-16"
    WINDOWS_1252 = "windows-1252"
    ISO_8859_1 = "iso-8859-1"


class Separator(StrEnum):
    COMMA = "comma"
    SEMICOLON = "semicolon"


Kind = Annotated[str, typer.Option("--class", help="car, van, truck, bus, motorcycle, bicycle.")]
OfKind = Annotated[str | None, typer.Option("--class", help="Of this class.")]
Fleet = Annotated[str | None, typer.Option(help="The group it belongs to.")]
OfFleet = Annotated[str | None, typer.Option(help="Of this fleet.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="May be given many times.")]
WithTag = Annotated[str | None, typer.Option(help="With this tag.")]
Found = Annotated[str | None, typer.Option("--find", help="In the name or the id.")]
Spec = Annotated[
    list[str] | None,
    typer.Option("--spec", help="A parameter: mass_kg=1800, limits/max_speed_mps=30, energy=electric."),
]
Driver = Annotated[str | None, typer.Option(help="calm, normal, aggressive.")]
Device = Annotated[str | None, typer.Option("--device-profile", help="Of its trips that name none.")]
Energy = Annotated[float | None, typer.Option("--energy-level", help="Share of full: 0 to 1.")]


@app.command("create")
def create(
    name: str,
    vehicle_class: Kind = "car",
    own_id: Annotated[str | None, typer.Option("--id", help="Your own, veh_…")] = None,
    fleet: Fleet = None,
    tags: Tags = None,
    spec: Spec = None,
    driver: Driver = None,
    device_profile: Device = None,
    energy_level: Energy = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Create a vehicle."""
    body = _given(
        name=name, vehicle_class=vehicle_class, id=own_id, fleet=fleet, tags=tags, spec=_spec(spec),
        driver=driver, device_profile=device_profile, energy_level=energy_level,
    )  # fmt: skip
    show(Api(data, url).call("POST", "/vehicles", body), as_json, COLUMNS)


@app.command("change")
def change(
    vehicle_id: str,
    name: str | None = None,
    vehicle_class: Annotated[str | None, typer.Option("--class")] = None,
    fleet: Fleet = None,
    no_fleet: Annotated[bool, typer.Option("--no-fleet", help="Take it out of its fleet.")] = False,
    tags: Tags = None,
    spec: Spec = None,
    driver: Driver = None,
    device_profile: Device = None,
    energy_level: Energy = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Change a vehicle; tags and parameters as a whole."""
    body = _given(
        name=name, vehicle_class=vehicle_class, fleet=fleet, tags=tags, spec=_spec(spec), driver=driver,
        device_profile=device_profile, energy_level=energy_level,
    )  # fmt: skip
    body |= {"fleet": None} if no_fleet else {}
    show(Api(data, url).call("PATCH", f"/vehicles/{vehicle_id}", body), as_json, COLUMNS)


@app.command("list")
def list_vehicles(
    fleet: OfFleet = None,
    tag: WithTag = None,
    vehicle_class: OfKind = None,
    find: Found = None,
    limit: int = 50,
    cursor: Annotated[str | None, typer.Option(help="Where to go on, from the page before.")] = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """List vehicles, a page at a time."""
    params = _filter(fleet, tag, vehicle_class, find) | {"limit": limit, "cursor": cursor}
    _show_page(Api(data, url).call("GET", "/vehicles", params=params), as_json, COLUMNS)


@app.command("show")
def show_vehicle(vehicle_id: str, data: DataDir = None, url: Url = "", as_json: AsJson = False) -> None:
    """One vehicle with all its parameters."""
    vehicle = Api(data, url).call("GET", f"/vehicles/{vehicle_id}")
    if as_json:
        show(vehicle, as_json)
        return
    parameters = vehicle.pop("parameters")
    limits = {f"limits/{name}": value for name, value in parameters.pop("limits").items()}
    vehicle["tags"] = ", ".join(vehicle["tags"])
    del vehicle["spec"]
    rows = [{"": name, " ": value} for name, value in (vehicle | parameters | limits).items()]
    show(rows, as_json, ("", " "))


@app.command("fleets")
def list_fleets(
    limit: int = 50,
    cursor: Annotated[str | None, typer.Option(help="Where to go on, from the page before.")] = None,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """List fleets, a page at a time."""
    page = Api(data, url).call("GET", "/fleets", params={"limit": limit, "cursor": cursor})
    if not as_json:
        page["items"] = [fleet | {"tags": ", ".join(fleet["tags"])} for fleet in page["items"]]
    _show_page(page, as_json, FLEET_COLUMNS)


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV; - for standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")] = False,
    encoding: Annotated[Encoding, typer.Option(help="How its letters are written.")] = Encoding.UTF_8,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Create the vehicles of a CSV file: all, or none and what is wrong with which line."""
    try:
        body = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as exc:
        raise UnreadableFile(f"{file} cannot be read.") from exc
    kind = f"text/csv; charset={encoding.value}"
    answer = Api(data, url).upload("/vehicles/import", body, kind, {"dry_run": dry_run})
    show(answer, as_json, ("rows", "created", "known", "dry_run"))


@app.command("export")
def export(
    file: Annotated[Path | None, typer.Argument(help="Default: standard output.")] = None,
    fleet: OfFleet = None,
    tag: WithTag = None,
    vehicle_class: OfKind = None,
    find: Found = None,
    separator: Annotated[
        Separator, typer.Option(help="semicolon: with decimal commas, as Excel reads it in Spain.")
    ] = Separator.COMMA,
    data: DataDir = None,
    url: Url = "",
) -> None:
    """Write vehicles as CSV, as `import` reads them."""
    params = _filter(fleet, tag, vehicle_class, find) | {"separator": separator.value}
    body = Api(data, url).download("/vehicles/export.csv", params)
    if file is None:
        sys.stdout.buffer.write(body)
        return
    try:
        file.write_bytes(body)
    except OSError as exc:
        raise UnreadableFile(f"{file} cannot be written.") from exc


@app.command("delete")
def delete(vehicle_id: str, data: DataDir = None, url: Url = "") -> None:
    """Delete a vehicle that drives no trip; its past trips stay."""
    Api(data, url).call("DELETE", f"/vehicles/{vehicle_id}")


def _show_page(page: Any, as_json: bool, columns: tuple[str, ...]) -> None:
    show(page if as_json else page["items"], as_json, columns)
    if page["next_cursor"] and not as_json:
        typer.echo(f"more: --cursor {page['next_cursor']}")


def _filter(
    fleet: str | None, tag: str | None, vehicle_class: str | None, find: str | None
) -> dict[str, Any]:
    return {"fleet": fleet, "tag": tag, "vehicle_class": vehicle_class, "q": find}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], {})}


def _spec(given: list[str] | None) -> dict[str, Any]:
    """NAME=VALUE pairs as the contract's spec. Raises InvalidInput."""
    spec: dict[str, Any] = {}
    for pair in given or []:
        name, equals, text = pair.partition("=")
        if not equals:
            raise InvalidInput(f"{pair!r} is no parameter.", hint="Write name=value: mass_kg=1800.")
        try:
            number = float(text)
        except ValueError:
            number = nan
        value = number if isfinite(number) else text
        if name.startswith("limits/"):
            spec.setdefault("limits", {})[name.removeprefix("limits/")] = value
        else:
            spec[name] = value
    return spec
