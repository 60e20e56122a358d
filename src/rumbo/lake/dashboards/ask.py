"""A figure of the dashboards, asked of the lake."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import h3ronpy
import pyarrow as pa
import shapely
from h3ronpy import vector

from rumbo.lake.catalog import catalog
from rumbo.lake.dashboards import Figure
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined.cells import RESOLUTION
from rumbo.lake.sql import Result, query

_NAMED = re.compile(r"\$([a-z_]+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A span of days (UTC), both taken whole, and which vehicles; None: all of them."""

    first_day: date
    last_day: date
    fleet: str | None = None
    vehicle_class: str | None = None
    vehicle_id: str | None = None
    time_zone: str = "UTC"
    resolution: int = RESOLUTION

    @property
    def is_of_some(self) -> bool:
        return (self.fleet, self.vehicle_class, self.vehicle_id) != (None, None, None)


def refined_days(lake: Lake) -> list[date]:
    """The days of which common tells, in order. Raises Unavailable where the lake cannot be read."""
    table = open_table(lake, catalog()["common.vehicle_days"])
    return sorted(date.fromisoformat(day) for day, rows in table.rows_by("vehicle_date").items() if rows)


@contextmanager
def asked(
    lake: Lake, figure: Figure, question: Question, *, memory_mb: int, timeout_s: float
) -> Iterator[Result]:
    """The figure's rows, in its order, with its columns. Raises what `query` raises."""
    sql = figure.of_some if figure.of_some and question.is_of_some else figure.sql
    known: dict[str, Any] = {
        "first_day": question.first_day, "last_day": question.last_day, "fleet": question.fleet,
        "vehicle_class": question.vehicle_class, "vehicle_id": question.vehicle_id,
        "time_zone": question.time_zone, "resolution": question.resolution,
    }  # fmt: skip
    values = {name: known[name] for name in _NAMED.findall(sql)}
    with query(lake, sql, values=values, memory_mb=memory_mb, timeout_s=timeout_s) as found:
        yield found


def cell_shapes(cells: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The cells' boundaries as GeoJSON polygons, degrees WGS 84 to six decimals."""
    names = sorted(set(cells))
    if not names:
        return {}
    numbers = h3ronpy.cells_parse(pa.array(names))
    rings = [shapely.from_wkb(bytes(one.as_py())) for one in vector.cells_to_wkb_polygons(numbers)]
    return {
        name: {
            "type": "Polygon",
            "coordinates": [[[round(lon, 6), round(lat, 6)] for lon, lat in ring.exterior.coords]],
        }
        for name, ring in zip(names, rings, strict=True)
    }
