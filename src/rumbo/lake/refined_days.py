"""Which days there are, and which changed since they were refined: by the Delta logs and staging/refined_days."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

import polars as pl

from rumbo.errors import Conflict
from rumbo.lake.broken_log import require_whole_log
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined.records import MENDED, REFINED_DAYS
from rumbo.lake.refined.words import LONGEST_TRIP_DAYS
from rumbo.lake.tables import EVENT_DATE, LANDED_EVENTS, Layer

type Landed = dict[str, dict[str, int]]
"""Day -> table of landing (and `mended`) -> rows."""

SOURCES = ("positions", "trip_states")


def landed_days(lake: Lake, versions: Mapping[str, int] | None = None) -> Landed:
    """What landed of each day, from the Delta logs alone; at these versions (by view) where they are given."""
    found: Landed = {}
    specs = [spec for spec in LANDED_EVENTS.values() if spec.name in SOURCES]
    for spec in (*specs, MENDED):
        version = (versions or {}).get(f"{spec.layer}_{spec.name}")
        if versions is not None and version is None:
            continue
        require_whole_log(lake.table_path(spec), spec)
        for day, rows in open_table(lake, spec, version).rows_by(EVENT_DATE).items():
            if rows:
                found.setdefault(day, {})[spec.name] = rows
    return found


class RefinedDays:
    """What the last publications recorded, by layer and day."""

    def __init__(self, lake: Lake) -> None:
        rows = open_table(lake, REFINED_DAYS).scan().collect()
        of = ["layer", "day"]
        # A run's name begins with when it read its sources: an older one may have recorded itself later.
        made = rows.filter(pl.col("run") != "").sort("run", "recorded_at").unique(of, keep="last")
        asked = (
            rows.filter(pl.col("run") == "").group_by(of).agg(pl.col("recorded_at").max().alias("asked_at"))
        )
        known = made.join(asked, of, "left").rows_by_key(of, named=True, unique=True)
        self._runs = {(layer, str(day)): row["run"] for (layer, day), row in known.items()}
        self._at = {(layer, str(day)): row["recorded_at"] for (layer, day), row in known.items()}
        self._landed = {
            (layer, str(day)): row["landed"]
            for (layer, day), row in known.items()
            if row["asked_at"] is None or row["asked_at"] <= row["recorded_at"]
        }

    def has(self, layer: Layer, day: str) -> bool:
        return (layer.value, day) in self._runs

    def published(self, layer: Layer, day: str) -> tuple[str, datetime] | None:
        """The run that published a layer's day, and when (wall time)."""
        key = layer.value, day
        return (self._runs[key], self._at[key]) if key in self._runs else None

    def days(self) -> set[str]:
        """Days that any layer has."""
        return {day for _, day in self._runs}

    def next_after(self, day: str) -> str | None:
        """The next day that any layer has, as far as a day follows from earlier ones."""
        last = str(date.fromisoformat(day) + timedelta(days=LONGEST_TRIP_DAYS))
        return min((known for _, known in self._runs if day < known <= last), default=None)

    def landed(self, layer: Layer, day: str) -> dict[str, int]:
        """The rows of landing that a layer's day was made of, as recorded; nothing where nobody knows."""
        recorded = self._landed.get((layer.value, day))
        found: dict[str, int] = json.loads(recorded) if recorded else {}
        return found

    def is_current(self, layer: Layer, day: str, landed: Mapping[str, int]) -> bool:
        """Whether the layer's day was made of just so many rows, and nobody asked for it anew since."""
        return bool(landed) and self.landed(layer, day) == dict(landed)

    def require_newest(self, layer: str, day: str, run: str) -> None:
        """Runs' names begin with their day and the time at which they read their sources. Raises Conflict."""
        newest = self._runs.get((layer, day), "")
        if newest.rsplit("_", 1)[0] > run.rsplit("_", 1)[0]:
            raise Conflict(
                f"A newer run has published {layer} of {day} already; this one is older.",
                hint="Nothing was overwritten, and nothing needs to be done.",
            )


def changed_days(lake: Lake, layers: Iterable[Layer], landed: Landed | None = None) -> list[str]:
    """Days whose landing rows (`landed`, where they were read) changed since one of the layers was made; in order."""
    known = RefinedDays(lake)
    layers = tuple(layers)
    return sorted(
        day
        for day, rows in (landed_days(lake) if landed is None else landed).items()
        if not all(known.is_current(layer, day, rows) for layer in layers)
    )
