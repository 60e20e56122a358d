"""Grades tables against a truth: in memory, or as exported to a folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import polars as pl

from rumbo.errors import InvalidInput
from rumbo.score.grade import Rules, Score, grade
from rumbo.score.tables import read_table, shaped
from rumbo.score.truth import EVENTS, REPORTS, STOPS, TRIPS, Truth

SCHEMAS = {"reports": REPORTS, "trips": TRIPS, "stops": STOPS, "events": EVENTS}


def save(truths: Iterable[Truth], folder: Path) -> dict[str, int]:
    """Write the truth as Parquet, `<folder>/<name>/<n>.parquet`, and return the rows by name.

    Raises InvalidInput for a folder that already holds something.
    """
    if folder.exists() and any(folder.iterdir()):
        raise InvalidInput(f"{folder} is not empty.", hint="Name a new folder.", field="out")
    rows = dict.fromkeys(SCHEMAS, 0)
    for name, schema in SCHEMAS.items():
        (folder / name).mkdir(parents=True)
        pl.DataFrame(schema=schema).write_parquet(folder / name / "0.parquet")
    for number, part in enumerate(truths, 1):
        for name in SCHEMAS:
            frame: pl.DataFrame = getattr(part, name)
            frame.write_parquet(folder / name / f"{number}.parquet")
            rows[name] += frame.height
    return rows


@dataclass(frozen=True, slots=True)
class Judge:
    """Grades tables of trips, stops and events. Build it `of` truths or `load` it from a folder.

    Any table may be a polars, pandas or Arrow table or a path (Parquet, CSV, Delta); `columns` maps our names to
    the table's where they are not found by usual names.
    """

    trips: pl.DataFrame
    stops: pl.DataFrame
    events: pl.DataFrame
    rules: Rules

    @classmethod
    def of(cls, truths: Iterable[Truth], rules: Rules | None = None) -> Judge:
        parts = [(part.trips, part.stops, part.events) for part in truths]
        schemas = (TRIPS, STOPS, EVENTS)
        frames = [
            pl.concat([pl.DataFrame(schema=schema), *(part[i] for part in parts)])
            for i, schema in enumerate(schemas)
        ]
        return cls(frames[0], frames[1], frames[2], rules or Rules())

    @classmethod
    def load(cls, folder: Path, rules: Rules | None = None) -> Judge:
        """Raises InvalidInput where `rumbo truth` has not written there."""
        names = [field.name for field in fields(cls) if field.name in SCHEMAS]
        if not all((folder / name).is_dir() for name in names):
            raise InvalidInput(f"There is no truth in {folder}.", hint="`rumbo truth --out DIR` writes one.")
        frames = [pl.read_parquet(folder / name / "*.parquet") for name in names]
        return cls(frames[0], frames[1], frames[2], rules or Rules())

    def score(self, kind: str, table: Any, columns: Mapping[str, str] | None = None) -> Score:
        """Grade a table of `kind`: trips, stops or events. Raises InvalidInput where it has not the columns."""
        if kind not in ("trips", "stops", "events"):
            raise InvalidInput(f"There is no score for {kind!r}.", hint="Use trips, stops or events.")
        found = shaped(kind, read_table(table), columns)
        return grade(kind, self._true(kind), found, self.rules)

    def _true(self, kind: str) -> pl.DataFrame:
        match kind:
            case "events":
                return self.events
            case "stops":
                return self.stops.filter(_lasting(self.rules))
            case _:
                return self._drives()

    def _drives(self) -> pl.DataFrame:
        """Trips cut at their stops: whoever sees only positions cannot know that both halves are one trip."""
        stops = self.stops.filter(_lasting(self.rules)).sort("trip_id", "begin")
        cuts = stops.group_by("trip_id").agg(cut="begin", on="end", at="at_m")
        trips = self.trips.join(cuts, on="trip_id", how="left").with_columns(
            pl.col("cut", "on", "at").fill_null([])
        )
        parts = trips.with_columns(
            begin=pl.concat_list(pl.concat_list("begin"), "on"),
            end=pl.concat_list("cut", pl.concat_list("end")),
            from_m=pl.concat_list(pl.concat_list(pl.lit(0.0)), "at"),
            to_m=pl.concat_list("at", pl.concat_list("distance_m")),
        ).explode("begin", "end", "from_m", "to_m")
        drives = parts.with_columns(distance_m=pl.col("to_m") - pl.col("from_m")).select(self.trips.columns)
        return drives.filter(pl.col("distance_m") >= self.rules.least_trip_m)


def _lasting(rules: Rules) -> pl.Expr:
    return (pl.col("end") - pl.col("begin")).dt.total_milliseconds() >= rules.least_stop_s * 1000
