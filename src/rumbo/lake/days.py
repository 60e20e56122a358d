"""Days and layers of the lake: rows, when they were refined and whether the rules held. From logs and small tables."""

from __future__ import annotations

import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import polars as pl

from rumbo.lake.catalog import day_column
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined import Severity, refined
from rumbo.lake.refined.records import QUALITY_RESULTS
from rumbo.lake.refined_days import Landed, RefinedDays, landed_days
from rumbo.lake.tables import BROKER_DATE, REJECTED, Layer, TableSpec

REFINED = (Layer.STAGING, Layer.COMMON)
_AT_ONCE = 8
MAX_RUNS = 20


class Verdict(StrEnum):
    """How the newest run of a layer's day ended."""

    NONE = "none"
    """Nobody has refined it."""
    OK = "ok"
    WARNING = "warning"
    """Published; a rule of severity warning did not hold."""
    FAILED = "failed"
    """A rule of severity error stopped it; what stood before stands."""


@dataclass(frozen=True, slots=True)
class LayerDay:
    """One layer's day. `run` and `refined_at` (wall time) are of the publication, `stale` says that landing differs."""

    rows: int = 0
    tables: dict[str, int] = field(default_factory=dict)
    state: Verdict = Verdict.NONE
    run: str | None = None
    refined_at: datetime | None = None
    stale: bool = False
    failed_rules: int = 0
    warned_rules: int = 0


@dataclass(frozen=True, slots=True)
class LakeDay:
    """`landed` and `refined` by event time, `rejected` by the day on which the broker took the records."""

    day: str
    landed: dict[str, int]
    rejected: int
    layers: dict[Layer, LayerDay]


@dataclass(frozen=True, slots=True)
class RunOfDay:
    """One try to refine a layer's day, and how its rules fared. `rules` are dicts by column of quality_results."""

    layer: str
    run: str
    checked_at: datetime
    published: bool
    rules: list[dict[str, Any]]


def lake_days(
    lake: Lake, since: str | None = None, until: str | None = None, limit: int = 366
) -> list[LakeDay]:
    """Days with rows in landing or ever refined, the newest `limit` of the span, in order. Raises Unavailable."""
    specs = [table.spec for table in refined() if day_column(table.spec)]
    with ThreadPoolExecutor(_AT_ONCE, "days") as pool:
        counts = dict(
            zip((_name(s) for s in specs), pool.map(lambda spec: _rows_of(lake, spec), specs), strict=True)
        )
    landed, known = landed_days(lake), RefinedDays(lake)
    rejected = open_table(lake, REJECTED).rows_by(BROKER_DATE)
    days = sorted(
        day
        for day in {*landed, *known.days()}
        if (since is None or since <= day) and (until is None or day <= until)
    )[-limit:]
    judged = _newest_verdicts(lake, days)
    return [
        LakeDay(
            day,
            landed.get(day, {}),
            rejected.get(day, 0),
            {
                layer: _layer_day(layer, day, landed, known, counts, judged.get((layer.value, day)))
                for layer in REFINED
            },
        )
        for day in days
    ]


def runs_of(lake: Lake, day: str) -> list[RunOfDay]:
    """The newest tries to refine a day, newest first; broken rules first in each. Raises Unavailable."""
    rows = _results(lake, [day]).collect()
    known = RefinedDays(lake)
    found = []
    for (layer, run), frame in rows.group_by("layer", "run"):
        published = known.published(Layer(str(layer)), day)
        broken_first = frame.sort("passed", "severity", "table_name", "rule")
        rules = [_rule(row) for row in broken_first.iter_rows(named=True)]
        at = frame["checked_at"].max()
        assert isinstance(at, datetime)  # noqa: S101 - no run without results
        found.append(RunOfDay(str(layer), str(run), at, published is not None and published[0] == run, rules))
    return sorted(found, key=lambda one: one.checked_at, reverse=True)[:MAX_RUNS]


def _name(spec: TableSpec) -> str:
    return f"{spec.layer.value}.{spec.name}"


def _rows_of(lake: Lake, spec: TableSpec) -> dict[str, int]:
    return open_table(lake, spec).rows_by(day_column(spec) or "")


def _layer_day(
    layer: Layer, day: str, landed: Landed, known: RefinedDays, counts: dict[str, dict[str, int]],
    judged: tuple[int, int] | None,
) -> LayerDay:  # fmt: skip
    of_layer = [name for name in counts if name.startswith(f"{layer.value}.")]
    tables = {name.partition(".")[2]: counts[name][day] for name in of_layer if counts[name].get(day)}
    published = known.published(layer, day)
    run, at = published or (None, None)
    failed, warned = judged or (0, 0)
    state = Verdict.OK
    if failed:
        state = Verdict.FAILED
    elif run is None:
        state = Verdict.NONE
    elif warned:
        state = Verdict.WARNING
    stale = run is not None and not known.is_current(layer, day, landed.get(day, {}))
    return LayerDay(sum(tables.values()), tables, state, run, at, stale, failed, warned)


def _results(lake: Lake, days: Iterable[str]) -> pl.LazyFrame:
    wanted = [date.fromisoformat(day) for day in days]
    return open_table(lake, QUALITY_RESULTS).scan().filter(pl.col("day").is_in(wanted))


def _newest_verdicts(lake: Lake, days: list[str]) -> dict[tuple[str, str], tuple[int, int]]:
    """By layer and day, of the run that was judged last: how many errors and warnings it had."""
    if not days:
        return {}
    broken = pl.col("passed") == 0
    runs = (
        _results(lake, days)
        .group_by("layer", "day", "run")
        .agg(
            pl.col("checked_at").max(),
            (broken & (pl.col("severity") == Severity.ERROR.value)).sum().alias("failed"),
            (broken & (pl.col("severity") == Severity.WARNING.value)).sum().alias("warned"),
        )
        .sort("checked_at")
        .collect()
    )
    return {
        (row["layer"], str(row["day"])): (int(row["failed"]), int(row["warned"]))
        for row in runs.iter_rows(named=True)
    }


def _rule(row: dict[str, Any]) -> dict[str, Any]:
    names = ("rule", "severity", "description", "rows_checked", "rows_broken")
    return {
        "table": row["table_name"],
        **{name: row[name] for name in names},
        "passed": bool(row["passed"]),
        "sample": json.loads(row["sample"]) if row["sample"] else [],
    }
