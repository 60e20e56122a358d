"""`rumbo device`: profiles of devices, and what they would send."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from rumbo.cli.options import Api, AsJson, DataDir, Url, show
from rumbo.errors import InvalidInput, UnreadableFile

app = typer.Typer(help="Compose devices, and see what they would send.", no_args_is_help=True)
COLUMNS = ("name", "ready_made", "vehicles", "reports_every_s", "schema_version")
PATH = "/device-profiles"


@app.command("list")
def list_profiles(data: DataDir = None, url: Url = "", as_json: AsJson = False) -> None:
    """List all profiles: the ready-made ones, then your own."""
    page = Api(data, url).call("GET", PATH)
    show(page if as_json else [_row(profile) for profile in page["items"]], as_json, COLUMNS)


@app.command("show")
def show_profile(name: str, data: DataDir = None, url: Url = "") -> None:
    """One device, every field written out, as JSON: what `put` takes."""
    profile = Api(data, url).call("GET", f"{PATH}/{name}")
    typer.echo(json.dumps(profile["device"], indent=2, ensure_ascii=False))


@app.command("put")
def put(
    file: Annotated[Path, typer.Argument(help="JSON; what is left out has its default. `show` prints one.")],
    name: Annotated[str, typer.Option(help="Default: the name in the file, or else the file's own.")] = "",
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """Create or change a profile of your own. Trips that are planned already keep their device."""
    device = _device(file)
    name = name or str(device.get("name") or file.stem)
    profile = Api(data, url).call("PUT", f"{PATH}/{name}", device | {"name": name})
    show(profile if as_json else _row(profile), as_json, COLUMNS)


@app.command("delete")
def delete(name: str, data: DataDir = None, url: Url = "") -> None:
    """Delete a profile of your own that no vehicle has."""
    Api(data, url).call("DELETE", f"{PATH}/{name}")


@app.command("preview")
def preview(
    device: Annotated[str, typer.Argument(help="A profile's name, or a JSON file.")],
    trip: Annotated[str | None, typer.Option(help="Trip to try it on; default: a built-in one.")] = None,
    seed: Annotated[int | None, typer.Option(help="Other seeds, other luck.")] = None,
    payloads: Annotated[int, typer.Option(help="So many payloads, and as many spoilt ones.")] = 5,
    data: DataDir = None,
    url: Url = "",
    as_json: AsJson = False,
) -> None:
    """What a device would send on a trip: how much, how late, how wrong."""
    file = Path(device)
    body: dict[str, Any] = {"device": _device(file)} if file.suffix == ".json" else {"name": device}
    body |= {"payloads": payloads} | ({"sample": {"trip_id": trip}} if trip else {})
    found = Api(data, url).call("POST", f"{PATH}/preview", body | ({} if seed is None else {"seed": seed}))
    if as_json:
        show(found, as_json)
        return
    counts = found["counts"]
    typer.echo(", ".join(f"{counts[name]} {name}" for name in ("recorded", "sent", "dropped", "rejected")))
    spread = [{"what": what} | found[what] for what in ("delay_ms", "error_m")]
    show(spread, as_json, ("what", "p50", "p90", "p95", "p99", "max"))
    for label, count in counts["by_fault"].items():
        typer.echo(f"{count:>6} {label}")
    for payload in found["payloads"]:
        labels = ", ".join(payload["faults"]) or "sound"
        typer.echo(f"+{payload['sent_after_ms'] / 1000:.3f} s  {labels}: {payload['text']}")


def _row(profile: dict[str, Any]) -> dict[str, Any]:
    device = profile["device"]
    every_s = device["reporting"]["interval_ms"] / 1000
    return profile | {"reports_every_s": every_s, "schema_version": device["schema_version"]}


def _device(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_bytes())
    except OSError as exc:
        raise UnreadableFile(f"{file} can't be read: {exc.strerror}.") from exc
    except ValueError as exc:
        raise UnreadableFile(f"{file} is not JSON.") from exc
    if not isinstance(found, dict):
        raise InvalidInput(f"{file} holds no device: it is not a JSON object.")
    return found
