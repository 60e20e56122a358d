"""Composes a refinement of its parts: Spark, the lake, the fleet's register, the regions' roads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from rumbo.lake.tables import Layer
from rumbo.pipeline.backfill import days as days_of
from rumbo.pipeline.refine import LAYERS, Outcome, Refinement, Say, Status, Step
from rumbo.pipeline.refine_days import changed_days, landed_days
from rumbo.pipeline.register import vehicle_facts
from rumbo.scenarios.alert_file import load_rules
from rumbo.settings import Settings
from rumbo.stack.backfill import require_span, spark_session
from rumbo.stack.reach import lake_of
from rumbo.stack.register import register_of
from rumbo.transport.wall import wall_ms

MEMORY_MB = 1_536


def days_between(first: date, last: date) -> list[str]:
    """Both included. Raises InvalidInput for a span that is none, or too long."""
    require_span(first, last)
    return [str(day) for day in days_of(first, last)]


def run_refine(
    settings: Settings,
    days: Sequence[str] | None,
    say: Say,
    *,
    layers: Sequence[Layer] = LAYERS,
    step: Step | None = None,
    run: str = "",
) -> Iterator[Outcome]:
    """Refine days; without any, those whose landing rows changed since. Spark starts only where there is work.

    Raises CannotStart without Spark, Unavailable where a table of the lake cannot be read, Conflict where a newer run
    has published a day.
    """
    lake = lake_of(settings)
    landed = landed_days(lake)
    wanted = changed_days(lake, layers, landed) if days is None else list(days)
    if not any(day in landed for day in wanted):
        yield from (
            Outcome(day, layer.value, step or "", Status.NOTHING) for day in wanted for layer in layers
        )
        return
    given = vehicle_facts(register_of(settings, lake))
    rules = load_rules(settings.alert_rules)
    with spark_session(settings, "rumbo-refine", MEMORY_MB) as session:
        refinement = Refinement(session, lake, given, wall_ms, say, rules=rules)
        yield from refinement.refine(wanted, layers, step, run)
