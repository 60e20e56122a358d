"""Composes a refinement of its parts: Spark, the lake, the fleet's register, the regions' roads."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date

from rumbo.lake.places import lake_of
from rumbo.lake.refined_days import changed_days, landed_days
from rumbo.lake.tables import Layer
from rumbo.pipeline.backfill import days as days_of
from rumbo.pipeline.refine import FEW_ROWS, LAYERS, Outcome, Refinement, Say, Status, Step
from rumbo.pipeline.register import vehicle_facts
from rumbo.regions import RoadEdges, index_roads, list_regions
from rumbo.scenarios.alert_file import load_rules
from rumbo.settings import Settings
from rumbo.stack.backfill import require_span
from rumbo.stack.checkout import demo_extracts
from rumbo.stack.register import register_of
from rumbo.stack.spark import spark_session
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
    lake = lake_of(settings, "batch")
    landed = landed_days(lake)
    wanted = changed_days(lake, layers, landed) if days is None else list(days)
    if not any(day in landed for day in wanted):
        yield from (
            Outcome(day, layer.value, step or "", Status.NOTHING) for day in wanted for layer in layers
        )
        return
    given = vehicle_facts(register_of(settings, lake))
    rules = load_rules(settings.alert_rules)
    # Half of the CPU time of small days went into code that Java compiles well, and then hardly runs.
    brief = sum(sum(landed.get(day, {}).values()) for day in wanted) < FEW_ROWS
    with spark_session(settings, "rumbo-refine", lake, MEMORY_MB, brief=brief) as session:
        edges = road_edges(settings, say)
        refinement = Refinement(session, lake, given, wall_ms, say, edges, rules)
        yield from refinement.refine(wanted, layers, step, run)


def road_edges(settings: Settings, say: Say) -> RoadEdges | None:
    """Of all regions built here; None, and said so, where none has its roads.

    A region of an older Rumbo gets them now where its extract is at hand, as the demo region's is.
    """
    regions = list_regions(settings.regions_dir)
    for region in regions:
        if not region.roads.exists():
            for extract in demo_extracts():
                with suppress(OSError):  # a folder that others own: the log says what is missing
                    if hashlib.sha256(extract.path.read_bytes()).hexdigest() == region.source_sha256:
                        say(f"{region.name}: reading its road edges, once")
                        index_roads(extract.path, region.roads)
    found = RoadEdges.of(regions)
    if found is None:
        say("No region that is built here has road edges, so reports are on none")
    return found
