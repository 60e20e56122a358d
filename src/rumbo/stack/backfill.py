"""Composes a backfill of its parts: the scenario's file, the region, routing and traffic, Spark and the lake."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import polars as pl

from rumbo.domain.plan import Plan
from rumbo.errors import InvalidInput
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.read import open_table
from rumbo.lake.tables import BACKFILL_TOPICS, BACKFILLS
from rumbo.pipeline.backfill import Made, Order, backfill
from rumbo.pipeline.backfill_rows import FOREVER_MS
from rumbo.pipeline.expected import Chunk, batches, chunk_of
from rumbo.scenarios.drafts import Drafts
from rumbo.scenarios.fleets import slug
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.world import World
from rumbo.settings import Settings, without_secrets
from rumbo.stack.rundir import backfilling
from rumbo.stack.spark import spark_session
from rumbo.stack.worlds import world_in

Say = Callable[[str], None]
MAX_DAYS = 3_660


def run_backfill(
    settings: Settings,
    scenario: Scenario,
    first: date,
    last: date,
    say: Say,
    *,
    vehicles: int | None = None,
    again: bool = False,
) -> Made:
    """Make a scenario's days, both included (UTC), in landing.

    Raises InvalidInput for a bad span, NotFound without a region, CannotStart without Spark, or
    while another backfill is at work on the same data folder.
    """
    require_span(first, last)
    if vehicles is not None:
        scenario = scenario.scaled(vehicles)
    text = scenario.model_dump_json(by_alias=True)
    with world_in(settings) as world:
        region = world.region
    planner = ScenarioPlans(without_secrets(settings), text, region, first)
    order = Order(slug(scenario), text, region, first, last, planner, scenario.vehicle_count)
    planner.drafts()  # what is wrong with the scenario shows before Spark starts
    lake = lake_of(settings, "stream")  # it writes landing
    with backfilling(settings.data_dir), spark_session(settings, "rumbo-backfill", lake) as session:
        return backfill(session, lake, order, say, again=again)


def require_span(first: date, last: date) -> None:
    """Both days included. Raises InvalidInput for a span that is none, or too long."""
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidInput(
            f"From {first} to {last} is no span of 1 to {MAX_DAYS} days.",
            hint="Both days are included.",
            field="to",
        )


@dataclass(frozen=True, slots=True)
class ScenarioPlans:
    """Satisfies `rumbo.pipeline.backfill_plans.Planner`: opens the region where it is, in whatever process."""

    settings: Settings
    scenario: str
    region: str
    first: date

    def drafts(self) -> Drafts:
        return _opened(self)


@cache
def _opened(plans: ScenarioPlans) -> Drafts:
    """The world stays open until the process ends, and its router ends with it."""
    world = _KEPT_OPEN.enter_context(world_in(plans.settings, plans.region))
    return Drafts(load_exact(plans.scenario), world, plans.first)


_KEPT_OPEN = ExitStack()


@dataclass(slots=True)
class Backfills:
    """What backfills have made, for the audit: laid out and driven anew from the lines in landing/backfills."""

    settings: Settings
    lines: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, settings: Settings, lake: Lake) -> Backfills:
        rows = open_table(lake, BACKFILLS).scan().sort("run", "began", "day").collect()
        return cls(settings, rows.to_dicts())

    def rows(self) -> pl.Expr:
        """Rows of landing that came by a backfill."""
        return pl.col("kafka_topic").str.starts_with(BACKFILL_TOPICS)

    def chunks(self) -> Iterator[Chunk]:
        """All that the days which were finished must hold."""
        spans: dict[tuple[Any, ...], list[date]] = {}
        for line in self.lines:
            of = (line["run"], line["began"], line["region"], line["scenario"])
            spans.setdefault(of, []).append(line["day"])
        for (_, began, region, scenario), made in spans.items():
            with world_in(self.settings, region) as world:
                plans = _plans(load_exact(scenario), world, began.date(), set(made))
                for some in batches(plans):
                    forever = [FOREVER_MS] * len(some)
                    yield chunk_of(some, forever, forever)


def load_exact(text: str) -> Scenario:
    """The scenario that a backfill kept with its rows."""
    given = {
        name: value for name, value in json.loads(text).items() if value != ""
    }  # texts that it does without
    return Scenario.model_validate(given, strict=False)


def _plans(scenario: Scenario, world: World, first: date, made: set[date]) -> Iterator[Plan]:
    for plan in Drafts(scenario, world, first).history(max(made)):
        if datetime.fromtimestamp(plan.start_ms / 1000, UTC).date() in made:
            yield plan
