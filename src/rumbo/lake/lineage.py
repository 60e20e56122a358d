"""Which rows of its sources a row of a refined table was made from, as conditions in SQL.

Rows are linked by what identifies them in both tables: the report (trip_id, seq), the trip, the version of a vehicle,
the vehicle and its day, the cell or road edge and its hour. The link is the smallest set of rows that these keys tell;
a rule of the table's SQL that leaves some of them out is not followed.
"""

from __future__ import annotations

from dataclasses import dataclass

from rumbo.lake.catalog import catalog, day_column, full_name
from rumbo.lake.describe import sources_of
from rumbo.lake.refined.words import LONGEST_TRIP_DAYS
from rumbo.lake.tables import TableSpec

KEYS = (
    "trip_id", "seq", "first_seq", "last_seq", "vehicle_id", "vehicle_key", "h3_cell", "edge_id", "hour_at",
    "event_time",
)  # fmt: skip
"""Columns that links go by, beside the days."""
_OF_TRIPS = frozenset({"end_date"})
"""Day columns whose rows reach back to the begin of the trip."""


@dataclass(frozen=True, slots=True)
class Link:
    """From a table to one of its sources. `sql` joins the made row `m` and the source's row `s`."""

    made: TableSpec
    source: TableSpec
    sql: str
    by: tuple[str, ...]
    back_days: int | None
    """The source's rows are of the made row's day or so many before; None where days play no part."""


def lineage_of(spec: TableSpec) -> list[Link]:
    """All links from a table down to landing, each table after all that are made from it."""
    made = {full_name(spec)}
    links: list[Link] = []
    for name, candidate in reversed(catalog().items()):
        if name in made:
            sources = [catalog()[source] for source in sources_of(candidate)]
            links += [link_of(candidate, source) for source in sources]
            made |= {full_name(source) for source in sources}
    return links


def link_of(made: TableSpec, source: TableSpec) -> Link:
    """How the rows of a table and those of one of its sources belong together."""
    both = set(made.names) & set(source.names)
    terms, by = _identity(made, source, both)
    back_days = _back_days(made, source, by)
    made_day, source_day = day_column(made), day_column(source)
    if back_days is not None:
        low = f"m.{made_day} - {back_days}" if back_days else f"m.{made_day}"
        terms.append(f"s.{source_day} BETWEEN {low} AND m.{made_day}")
    return Link(made, source, " AND ".join(terms) or "TRUE", by, back_days)


def _identity(made: TableSpec, source: TableSpec, both: set[str]) -> tuple[list[str], tuple[str, ...]]:
    if "trip_id" in both:
        if made.name == source.name and "seq" in both:
            return ["s.trip_id = m.trip_id", "s.seq = m.seq"], ("trip_id", "seq")
        if "first_seq" in made.names and source.name == "positions":
            return ["s.trip_id = m.trip_id", "s.seq BETWEEN m.first_seq AND m.last_seq"], ("trip_id", "seq")
        return ["s.trip_id = m.trip_id"], ("trip_id",)
    for name in ("vehicle_key", "vehicle_id"):
        if name in both:
            return [f"s.{name} = m.{name}"], (name,)
    for name in ("h3_cell", "edge_id"):
        if name in both and "hour_at" in made.names:
            return [f"s.{name} = m.{name}", "date_trunc('hour', s.event_time) = m.hour_at"], (name, "hour_at")
    return [], ()


def _back_days(made: TableSpec, source: TableSpec, by: tuple[str, ...]) -> int | None:
    made_day, source_day = day_column(made), day_column(source)
    if made_day is None or source_day is None or "vehicle_key" in by:
        return None
    if by == ("trip_id",) and (made_day in _OF_TRIPS or source.name == "trip_states"):
        return LONGEST_TRIP_DAYS
    return 0
