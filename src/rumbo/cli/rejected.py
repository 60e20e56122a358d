"""`rumbo rejected`: what broke the contract, and how to mend it."""

from __future__ import annotations

import json
import sys
from typing import Annotated, Any

import typer

from rumbo.cli.options import AsJson, DataDir, show
from rumbo.domain.days import day_of
from rumbo.errors import InvalidInput

app = typer.Typer(help="Look at the records that broke the contract, and mend them.", no_args_is_help=True)
_COLUMNS = (
    "kafka_topic",
    "kafka_partition",
    "kafka_offset",
    "broker_time",
    "rule",
    "field",
    "is_mended",
    "reason",
)


@app.command("list")
def list_(
    day: Annotated[
        str | None, typer.Option("--date", help="Day the broker took them, YYYY-MM-DD (UTC).")
    ] = None,
    rule: Annotated[str | None, typer.Option(help="Only records that broke this rule.")] = None,
    limit: Annotated[int, typer.Option(help="So many at most.", min=1)] = 20,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Rejected records with the reason, oldest first; --json shows what was sent too."""
    from rumbo.lake.places import lake_of
    from rumbo.lake.rejected import rejected_rows
    from rumbo.settings import read_settings

    lake = lake_of(read_settings(data_dir=data))
    show(rejected_rows(lake, None if day is None else str(day_of(day)), rule, limit), as_json, _COLUMNS)


@app.command()
def mend(
    topic: Annotated[str, typer.Option(help="Topic of the rejected record.")],
    partition: Annotated[int, typer.Option(help="Its partition.")],
    offset: Annotated[int, typer.Option(help="Its offset.")],
    payload: Annotated[
        str | None, typer.Option(help="The whole record as it ought to be, JSON; - reads standard input.")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="FIELD=JSON to change in the record that was sent.")
    ] = None,
    note: Annotated[str, typer.Option(help="Why it is mended so.")] = "",
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Say what a rejected record ought to have been. `rumbo refine` then makes its day with it; landing stays."""
    from rumbo.lake.mend import Place
    from rumbo.lake.mend import mend as mend_record
    from rumbo.lake.places import lake_of
    from rumbo.settings import read_settings

    if payload is None and not changes:
        raise InvalidInput("Nothing is changed.", hint="Give --payload or --set FIELD=JSON.")
    text = sys.stdin.read() if payload == "-" else payload
    lake = lake_of(read_settings(data_dir=data), "batch")
    done = mend_record(lake, Place(topic, partition, offset), text, dict(map(_change, changes or ())), note)
    if as_json:
        typer.echo(json.dumps(done, ensure_ascii=False))
    else:
        typer.echo(
            f"Mended: a {done['event']} of {done['day']}. `rumbo refine --date {done['day']}` takes it in."
        )


def _change(text: str) -> tuple[str, Any]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise InvalidInput(f"{text!r} changes nothing.", hint="Write it as speed_mps=3.5 or state=driving.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
