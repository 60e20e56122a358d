"""The figures of the dashboards, one a file: columns with their units, and the SQL over common that gives them.

A figure's SQL reads tables by name, `layer.table`, and takes bound parameters, of which it names those that it needs:

| parameter | is |
|---|---|
| `$first_day`, `$last_day` | the span of days, both taken whole |
| `$fleet`, `$vehicle_class`, `$vehicle_id` | which vehicles; null: all |
| `$time_zone` | IANA name of the zone in which hours of the day are told |
| `$resolution` | H3 resolution of cells, at most that of the tables |

Means of ratios are never means of the rows' ratios: what belongs together is summed first, then divided.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module

from rumbo.lake.tables import Column


@dataclass(frozen=True, slots=True)
class Figure:
    """One question to the lake. `grain` says what a row is."""

    name: str
    title: str
    grain: str
    columns: tuple[Column, ...]
    sql: str
    of_some: str = ""
    """The same rows of some vehicles alone, for figures whose table of common no longer tells vehicles apart."""
    shapes: tuple[str, ...] = ()
    """Columns that name places: H3 cells or road edges."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def of_vehicles(row: str = "") -> str:
    """SQL: whether a row of vehicle_days is of the vehicles asked for; `row` is what stands before the columns."""
    return " AND ".join(
        f"(CAST(${name} AS VARCHAR) IS NULL OR {row}{name} = ${name})"
        for name in ("fleet", "vehicle_class", "vehicle_id")
    )


CHOSEN = f"""chosen AS (
    SELECT * FROM common.vehicle_days
    WHERE vehicle_date BETWEEN CAST($first_day AS DATE) AND CAST($last_day AS DATE) AND {of_vehicles()}
)"""
"""The days of the vehicles that are asked for, as a common table expression."""
IN_SPAN = "BETWEEN CAST($first_day AS DATE) AND CAST($last_day AS DATE)"


def hour(moment: str) -> str:
    """SQL for the hour of the day, 0 to 23."""
    return f"CAST(extract(hour FROM {moment} AT TIME ZONE $time_zone) AS BIGINT)"


def coarser(cell: str) -> str:
    """SQL for the cell of `$resolution` that holds another, by the bits that H3's specification gives an index."""
    bits = f"CAST('0x' || {cell} AS UBIGINT)"
    fine = "(CAST(1 AS UBIGINT) << CAST(3 * (15 - $resolution) AS UBIGINT)) - CAST(1 AS UBIGINT)"
    level = "CAST($resolution AS UBIGINT) << CAST(52 AS UBIGINT)"
    return f"printf('%x', ({bits} & CAST({2**64 - 1 - (15 << 52)} AS UBIGINT)) | ({level}) | ({fine}))"


_FILES = (
    "totals",
    "trips",
    "hours",
    "utilisation",
    "punctuality",
    "delays",
    "stops",
    "idle",
    "energy",
    "energy_classes",
    "drivers",
    "road_speeds",
    "density",
    "flows",
    "vehicles",
)
"""A new figure is a file with FIGURE, and its name here."""


@cache
def figures() -> dict[str, Figure]:
    """By name, in the order in which a person reads them."""
    found = (import_module(f"{__name__}.{file}").FIGURE for file in _FILES)
    return {figure.name: figure for figure in found}
