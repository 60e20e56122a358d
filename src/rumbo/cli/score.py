"""`rumbo truth` and `rumbo score`: what really happened, and how well a table knows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rumbo.cli.options import AsJson, DataDir
from rumbo.errors import InvalidInput

if TYPE_CHECKING:
    from rumbo.score.grade import Rules, Score
    from rumbo.score.judge import Judge


def truth(
    out: Annotated[Path, typer.Option(help="New folder for the Parquet files.", show_default=False)],
    trip: Annotated[str | None, typer.Option(help="Of one trip only.")] = None,
    every: Annotated[
        float | None,
        typer.Option(help="Also every vehicle's place and speed every so many seconds, as Arrow files."),
    ] = None,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Export what really happened: exact states with fault labels, trips, standstills, driving events."""
    from rumbo.score.judge import save
    from rumbo.score.traces import save_traces, step_of
    from rumbo.settings import read_settings
    from rumbo.stack.truth import driven

    if every is not None:
        step_of(every)
    known = driven(read_settings(data_dir=data), lambda text: typer.echo(text, err=True))
    rows = save(known.truths(trip), out)
    if every is not None:
        rows["traces"] = save_traces(known.plans(trip), known.until_ms, every, out / "traces")
    if as_json:
        typer.echo(json.dumps(rows))
        return
    for name, count in rows.items():
        typer.echo(f"{out / name}: {count:,} rows")


def score(
    trips: Annotated[str | None, typer.Option(help="Your table of trips.")] = None,
    stops: Annotated[str | None, typer.Option(help="Your table of stops.")] = None,
    events: Annotated[str | None, typer.Option(help="Your table of driving events.")] = None,
    truth: Annotated[
        Path | None, typer.Option(help="A folder that `rumbo truth` wrote; default: what --data has driven.")
    ] = None,
    column: Annotated[
        list[str] | None, typer.Option(help="Which column is which: --column begin=started_at. Repeatable.")
    ] = None,
    least_stop: Annotated[float, typer.Option(help="Seconds that a standstill lasts to be a stop.")] = 180.0,
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Grade tables of trips, stops or events: precision, recall, errors of time, dwell, distance and place.

    A table is a Parquet or CSV file or a Delta folder. Without one, a plain detection on landing/positions
    is graded: the baseline to beat.
    """
    from rumbo.score.grade import Rules

    rules = Rules(least_stop_s=least_stop)
    judge, baseline = _judge(truth, data, rules, with_baseline=not (trips or stops or events))
    brought = {"trips": trips, "stops": stops, "events": events} if baseline is None else baseline
    scores = [
        judge.score(kind, table, _columns(column)) for kind, table in brought.items() if table is not None
    ]
    if as_json:
        typer.echo(json.dumps({found.kind: found.as_dict() for found in scores}))
        return
    for found in scores:
        typer.echo(_told(found))


def _judge(
    folder: Path | None, data: Path | None, rules: Rules, *, with_baseline: bool
) -> tuple[Judge, dict[str, object] | None]:
    from rumbo.events.topics import POSITIONS
    from rumbo.lake.places import lake_of
    from rumbo.lake.read import open_table
    from rumbo.lake.tables import LANDED_EVENTS
    from rumbo.score.detect import Detection, detected
    from rumbo.score.judge import Judge
    from rumbo.settings import read_settings
    from rumbo.stack.truth import driven

    settings = read_settings(data_dir=data)
    if folder is not None:
        judge = Judge.load(folder, rules)
    else:
        known = driven(settings, lambda text: typer.echo(text, err=True))
        judge = Judge.of(known.truths(), rules)
    if not with_baseline:
        return judge, None
    landed = open_table(lake_of(settings), LANDED_EVENTS[POSITIONS]).scan()
    trips, stops = detected(landed, Detection(stop_s=rules.least_stop_s))
    return judge, {"trips": trips, "stops": stops}


def _columns(given: list[str] | None) -> dict[str, str]:
    pairs = [text.partition("=") for text in given or ()]
    if bad := [text for text, equals, theirs in pairs if not (equals and theirs)]:
        raise InvalidInput(f"{bad[0]!r} names no column.", hint="Write --column begin=started_at.")
    return {ours: theirs for ours, _, theirs in pairs}


def _told(score: Score) -> str:
    shares = (("precision", score.precision), ("recall", score.recall), ("F1", score.f1))
    told = ", ".join(f"{name} {'-' if share is None else f'{share:.3f}'}" for name, share in shares)
    lines = [f"{score.kind}: {score.true:,} true, {score.found:,} found, {score.matched:,} matched; {told}"]
    for name, error in score.errors.items():
        lines.append(
            f"  {name:14} mean {error.mean:+.3f}  |p50| {error.p50_abs:.3f}  |p95| {error.p95_abs:.3f}"
            f"  worst {error.worst_abs:.3f}"
        )
    return "\n".join(lines)
