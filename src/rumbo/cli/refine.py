"""`rumbo refine`: landing to staging to common."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rumbo.cli.options import AsJson, DataDir, show_error
from rumbo.domain.days import day_of
from rumbo.errors import InvalidInput, RumboError

if TYPE_CHECKING:
    from rumbo.pipeline.refine import Outcome

NOTHING_TO_DO = 99
"""Airflow's BashOperator takes it for skipped."""


def refine(
    day: Annotated[str | None, typer.Option("--date", help="One day, YYYY-MM-DD (UTC).")] = None,
    since: Annotated[str | None, typer.Option("--from", help="First day, YYYY-MM-DD (UTC).")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Last day, included.")] = None,
    layer: Annotated[str | None, typer.Option(help="staging or common only.")] = None,
    step: Annotated[str | None, typer.Option(help="build, gate or publish only.")] = None,
    run: Annotated[str, typer.Option(help="The run to gate or publish; the newest of the day.")] = "",
    data: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Make the tables of staging and common of days of landing, try their quality rules, publish them.

    Without a date: all days whose rows in landing changed since they were refined. Refining a day again gives the
    same rows. Exit code 0: done; 1: a quality rule stopped the publication; 99: nothing to do; 2: anything else.
    """
    try:
        outcomes = _refined(day, since, until, layer, step, run, data, as_json=as_json)
    except RumboError as exc:
        show_error(exc)
        raise typer.Exit(2) from exc
    if as_json and len(outcomes) != 1:
        typer.echo(json.dumps(summed(outcomes, layer, step), ensure_ascii=False))
    raise typer.Exit(exit_code(outcomes))


def _refined(
    day: str | None, since: str | None, until: str | None, layer: str | None, step: str | None, run: str,
    data: Any, *, as_json: bool,
) -> list[Outcome]:  # fmt: skip
    from rumbo.lake.tables import Layer
    from rumbo.pipeline.refine import LAYERS, Step
    from rumbo.settings import read_settings
    from rumbo.stack.refine import run_refine

    days = _days(day, since, until)
    layers = LAYERS if layer is None else (Layer(_one_of("layer", layer, [str(one) for one in LAYERS])),)
    steps = None if step is None else Step(_one_of("step", step, [str(one) for one in Step]))
    if steps not in {None, Step.BUILD} and (days is None or len(days) != 1 or len(layers) != 1):
        raise InvalidInput(
            "A gate or a publication is of one day and layer.", hint="Give --date and --layer."
        )
    if steps is Step.BUILD and len(layers) != 1:
        raise InvalidInput("common is built of what staging has published.", hint="Give --layer.")
    outcomes = []
    settings = read_settings(data_dir=data)
    for outcome in run_refine(settings, days, _say, layers=layers, step=steps, run=run):
        outcomes.append(outcome)
        if as_json:
            typer.echo(json.dumps(outcome.as_dict(), ensure_ascii=False))
        elif outcome.status == "nothing-to-do":
            typer.echo(f"{outcome.day} {outcome.layer}: nothing to do, for nothing has landed of that day")
        else:
            rows = sum(change.rows for change in outcome.tables.values())
            typer.echo(
                f"{outcome.day} {outcome.layer}: {outcome.status}, {rows:,} rows in {len(outcome.tables)} tables"
            )
    if not outcomes and not as_json:
        typer.echo("Nothing to do: no day's rows in landing have changed since it was refined.")
    return outcomes


def _days(day: str | None, since: str | None, until: str | None) -> list[str] | None:
    from rumbo.stack.refine import days_between

    if day is not None and (since is not None or until is not None):
        raise InvalidInput("--date is one day, --from and --to are several.", hint="Give one or the other.")
    if day is not None:
        return [str(day_of(day))]
    if since is None and until is None:
        return None
    if since is None or until is None:
        raise InvalidInput("--from and --to go together.", hint="For one day use --date.")
    return days_between(day_of(since), day_of(until))


def summed(outcomes: list[Outcome], layer: str | None, step: str | None) -> dict[str, object]:
    """Several days or layers as one object: tables' figures added up, rules that did not hold."""
    tables: dict[str, dict[str, int]] = {}
    for outcome in outcomes:
        for name, change in outcome.tables.items():
            counts = tables.setdefault(name, {"rows": 0, "added": 0, "removed": 0, "changed": 0})
            for what in counts:
                counts[what] += getattr(change, what)
    statuses = {0: "done", 1: "quality-failure", NOTHING_TO_DO: "nothing-to-do"}
    return {
        "day": None,
        "days": sorted({outcome.day for outcome in outcomes}),
        "layer": layer,
        "step": step or "",
        "tables": tables,
        "quality": [
            {"day": outcome.day, **result.as_dict()}
            for outcome in outcomes
            for result in outcome.quality
            if not result.passed
        ],
        "status": statuses[exit_code(outcomes)],
    }


def exit_code(outcomes: list[Outcome]) -> int:
    """0 where something was done and no rule stopped it, 1 where one did, 99 where there was nothing to do."""
    statuses = {outcome.status for outcome in outcomes}
    if "quality-failure" in statuses:
        return 1
    return 0 if "done" in statuses else NOTHING_TO_DO


def _one_of(name: str, value: str, known: list[str]) -> str:
    if value not in known:
        raise InvalidInput(f"{value!r} is no {name}.", hint=f"Use {' or '.join(known)}.", field=name)
    return value


def _say(line: str) -> None:
    typer.echo(line, err=True)
