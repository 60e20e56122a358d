"""The grid of days and layers over REST, read without Spark."""

from __future__ import annotations

from typing import Any

from rumbo.api.lake import LakeTables
from rumbo.api.status import Cached
from rumbo.errors import NotFound
from rumbo.lake.days import LakeDay, LayerDay, RunOfDay, lake_days, runs_of
from rumbo.lake.formats import json_value

MOST_DAYS = 366


class LakeDays:
    """Reads within the bounds of `tables`. The grid is made once in `ttl_s` at most, whoever asks."""

    def __init__(self, tables: LakeTables, ttl_s: float = 2.0) -> None:
        self._tables = tables
        self._all = Cached(lambda: lake_days(tables.lake, limit=MOST_DAYS), ttl_s)

    def grid(self, since: str | None, until: str | None) -> list[dict[str, Any]]:
        """The contract's LakeDayOut, a day each, in order."""
        with self._tables.turn():
            days = self._all.get()
            if since is not None and len(days) == MOST_DAYS and since < days[0].day:
                days = lake_days(self._tables.lake, since, until, MOST_DAYS)
        return [
            _day(day)
            for day in days
            if (since is None or since <= day.day) and (until is None or day.day <= until)
        ]

    def quality(self, day: str) -> dict[str, Any]:
        """The contract's DayQualityOut. Raises NotFound for a day that the lake does not have."""
        with self._tables.turn():
            runs = runs_of(self._tables.lake, day)
            known = lake_days(self._tables.lake, day, day)
        if not known:
            raise NotFound(f"The lake has no {day}.", hint="GET /api/v1/lake/days lists its days.")
        return {"day": day, "grid": _day(known[0]), "runs": [_run(run) for run in runs]}


def _day(day: LakeDay) -> dict[str, Any]:
    return {
        "day": day.day,
        "landing": {"rows": sum(day.landed.values()), "tables": day.landed, "rejected": day.rejected},
        **{layer.value: _layer(cell) for layer, cell in day.layers.items()},
    }


def _layer(cell: LayerDay) -> dict[str, Any]:
    return {
        "rows": cell.rows,
        "tables": cell.tables,
        "state": cell.state.value,
        "run": cell.run,
        "refined_at": json_value(cell.refined_at),
        "stale": cell.stale,
        "failed_rules": cell.failed_rules,
        "warned_rules": cell.warned_rules,
    }


def _run(run: RunOfDay) -> dict[str, Any]:
    return {
        "layer": run.layer,
        "run": run.run,
        "checked_at": json_value(run.checked_at),
        "published": run.published,
        "rules": json_value(run.rules),
    }
