"""The tables that the daily refinement makes, one a file: grain, columns, SQL, checks. No Spark is needed to read them.

A table's SQL makes its rows of one day. It runs in Spark SQL and in DuckDB alike. Its sources are views named
`<layer>_<table>`; a table may be its own source: then the view shows what was published before. `given_vehicles` is the
fleet's register, handed to the job. `{day}` in SQL and in checks stands for the day (2026-03-03).

Where the engines differ, functions of ours stand in (`functions.py`; whoever runs the SQL registers them):

| function | gives |
|---|---|
| `midnight(d)` | the instant at which the day `d` begins, UTC |
| `micros_between(a, b)` | microseconds from instant `a` to instant `b`, a whole number |
| `joined(array_agg(text))` | the texts in order, each without its first nine letters, parted by commas |
| `h3_cell(lat, lon)` | the H3 cell of resolution 9, in hexadecimal |
| `road_edge(lat, lon, heading_deg, speed_mps, road_name, road_class)` | road between junctions; null: none near |

Alike in both, and used: `max_by` and `min_by` with FILTER (WHERE … IS NOT NULL), `percentile_cont(…) WITHIN GROUP`,
`date_trunc`, a date + whole number, `INTERVAL '60' SECOND`, `greatest` and `least` (skip nulls), `IS DISTINCT FROM`.
A decimal literal divides as a decimal in Spark: write 1e2, not 100.0. Sums of doubles depend on their order: sum whole
numbers, or round.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module

from rumbo.lake.tables import Layer, TableSpec


class Severity(StrEnum):
    ERROR = "error"
    """Stops the publication of the layer."""
    WARNING = "warning"
    """Is written down."""


@dataclass(frozen=True, slots=True)
class Check:
    """A quality rule: `sql` finds the rows that break it, among the candidates of the day `{day}`."""

    name: str
    severity: Severity
    description: str
    """What is true where nothing is found."""
    sql: str
    columns: tuple[str, ...] = ()
    """The columns that it is about, where they matter: of the rule `grain`, the table's key."""


@dataclass(frozen=True, slots=True)
class Refined:
    """How one table is made. `day` is the DATE column that it is replaced by; without one, it is replaced whole."""

    spec: TableSpec
    sources: tuple[str, ...]
    sql: str
    day: str = ""
    checks: tuple[Check, ...] = ()
    reopens: str = ""
    """SQL for the earlier days whose rows of this table change by what the day `{day}` brings."""

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that name a row (of a day, where the table has days)."""
        return next((check.columns for check in self.checks if check.name == "grain"), ())

    @property
    def view(self) -> str:
        return f"{self.spec.layer.value}_{self.spec.name}"

    def sql_of(self, day: str) -> str:
        return self.sql.replace("{day}", day)


_FILES = (
    "trip_states",
    "positions",
    "trips",
    "vehicles",
    "dim_date",
    "driving_events",
    "trip_days",
    "dim_vehicle",
    "trip_facts",
    "vehicle_days",
    "stops",
    "road_speeds_hourly",
    "cell_hours",
)
"""Each after its sources."""


def refined(layer: Layer | None = None) -> Iterator[Refined]:
    """The tables in the order in which they are made, of one layer where it is named."""
    for name in _FILES:
        table: Refined = import_module(f"{__name__}.{name}").REFINED
        if layer in (None, table.spec.layer):
            yield table
