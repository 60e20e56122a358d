"""`rumbo sql`, `rumbo tables` and `rumbo trace`: the lake read from the command line, without Spark."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from rumbo.cli.options import AsJson, DataDir, show
from rumbo.errors import InvalidInput
from rumbo.lake.kinds import Format

INTERRUPTED = 130
Out = Annotated[Path | None, typer.Option("--out", help="File to write; it appears when it is whole.")]
Force = Annotated[bool, typer.Option("--force", help="Replace a file that is there.")]


def sql(
    statement: Annotated[str, typer.Argument(help="SQL as DuckDB has it; - reads it from standard input.")],
    kind: Annotated[
        Format | None, typer.Option("--format", help="Default: by the name of --out, else a table.")
    ] = None,
    out: Out = None,
    force: Force = False,
    at_version: Annotated[
        list[str] | None, typer.Option(help="Version of the table, or TABLE=VERSION where there are more.")
    ] = None,
    memory_mb: Annotated[int, typer.Option(min=64, help="Memory that it may use.")] = 1024,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds that it may take.")] = 600.0,
    data: DataDir = None,
) -> None:
    """Ask the lake's tables: `rumbo sql "SELECT count(*) FROM landing.positions"`.

    `rumbo tables` lists the tables. Nothing can be changed, and nothing but the tables can be read.
    """
    from rumbo.lake.places import lake_of
    from rumbo.lake.sql import query
    from rumbo.settings import read_settings

    text = sys.stdin.read() if statement == "-" else statement
    form = kind or _format_of(out)
    if form is Format.PARQUET and out is None:
        raise InvalidInput("Parquet goes into a file.", hint="Name it with --out.")
    lake = lake_of(read_settings(data_dir=data))
    try:
        with query(
            lake, text, versions=_versions(at_version), memory_mb=memory_mb, timeout_s=timeout
        ) as found:
            _write(found, form, out, force=force)
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None
    except BrokenPipeError:
        sys.stderr.close()  # whoever read our output has what they wanted
        raise typer.Exit(0) from None


def _write(found: Any, form: Format, out: Path | None, *, force: bool) -> None:
    from rumbo.lake import formats
    from rumbo.lake.files import whole_file

    if form is Format.TABLE:
        lines = "\n".join(formats.text_table(found.batches, found.schema.names)) + "\n"
        if out is None:
            typer.echo(lines, nl=False)
            return
        with whole_file(out, force=force) as stream:
            stream.write(lines.encode())
        return
    if out is None:
        _stream(found, form, sys.stdout.buffer)
        sys.stdout.flush()
        return
    with whole_file(out, force=force) as stream:
        rows = _stream(found, form, stream)
    typer.echo(f"{rows:,} rows in {out}", err=True)


def _stream(found: Any, form: Format, stream: Any) -> int:
    from rumbo.lake import formats

    if form is Format.CSV:
        return formats.write_csv(found.batches, found.schema, stream)
    if form is Format.JSON:
        return formats.write_json(found.batches, stream)
    return formats.write_parquet(found.batches, found.schema, stream)


def _format_of(out: Path | None) -> Format:
    by_name = {".csv": Format.CSV, ".json": Format.JSON, ".parquet": Format.PARQUET}
    return Format.TABLE if out is None else by_name.get(out.suffix.lower(), Format.TABLE)


def _versions(given: list[str] | None) -> dict[str, int]:
    versions: dict[str, int] = {}
    for text in given or []:
        name, _, number = text.rpartition("=")
        if not number.isascii() or not number.isdigit():
            raise InvalidInput(f"{text!r} is no version.", hint="Write 12, or landing.positions=12.")
        versions[name] = int(number)
    return versions


def tables(
    name: Annotated[str | None, typer.Argument(help="One table: its columns too.")] = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """The lake's tables: what a row is, how many there are, files, bytes, version."""
    from rumbo.lake.catalog import all_facts, facts_of, find_table
    from rumbo.lake.describe import columns_as_dicts, facts_as_dict
    from rumbo.lake.places import lake_of
    from rumbo.settings import read_settings

    lake = lake_of(read_settings(data_dir=data))
    if name is None:
        found = [facts_as_dict(facts) for facts in all_facts(lake)]
        show(found, as_json, ("name", "rows", "files", "bytes", "version", "grain"))
        return
    spec = find_table(name)
    facts = facts_as_dict(facts_of(lake, spec))
    columns = columns_as_dicts(spec)
    if as_json:
        show(facts | {"columns": columns}, as_json)
        return
    for key, value in facts.items():
        typer.echo(f"{key:14}{value if value is not None else '-'}")
    typer.echo("")
    show(columns, as_json, ("name", "type", "unit", "nullable", "description"))


def trace(
    table: Annotated[str, typer.Argument(help="As `rumbo tables` names it: common.trip_facts.")],
    key: Annotated[list[str], typer.Argument(help="Columns that tell the row: trip_id=trp_1.")],
    event: Annotated[
        str, typer.Option(help="Also the payload of one record: topic/partition/offset, or first.")
    ] = "",
    memory_mb: Annotated[int, typer.Option(min=64, help="Memory that it may use.")] = 1024,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """What a row was made from, down to Kafka's offsets: `rumbo trace common.trip_facts trip_id=trp_1`."""
    from rumbo.lake.places import lake_of
    from rumbo.lake.trace import read_key
    from rumbo.lake.trace import trace as traced
    from rumbo.settings import read_settings

    lake = lake_of(read_settings(data_dir=data))
    found = traced(lake, table, read_key(key), event=event, memory_mb=memory_mb)
    if as_json:
        typer.echo(json.dumps(asdict(found), default=str, ensure_ascii=False))
        return
    for name, value in found.row.items():
        typer.echo(f"{name:24}{'-' if value is None else value}")
    for step in found.steps:
        origin = f" by {', '.join(step.by)}" if step.by else ""
        typer.echo(f"\n{step.table}: {step.rows:,} rows{origin}")
        for part in step.offsets:
            typer.echo(
                f"  {part.topic}, partition {part.partition}: offsets {part.first:,} to {part.last:,},"
                f" {part.records:,} records"
            )
    if found.event is not None:
        typer.echo(f"\n{found.event.payload}")
