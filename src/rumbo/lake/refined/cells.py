"""H3 cells, a column at a time, and the functions of ours that SQL alone cannot do, for DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import h3ronpy
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from h3ronpy import vector

RESOLUTION = 9
"""Cells of about 0.1 km², 200 m from the middle to a corner."""

type Edges = Callable[..., pa.Array]
"""lat, lon, heading_deg, speed_mps, road_name, road_class -> the edges' names; null where no road is near."""


def cells(lat: pa.Array, lon: pa.Array) -> pa.Array:
    """The cell of each position, in hexadecimal; null where the position is null or not on Earth. Degrees, WGS 84."""
    lats = np.asarray(lat.to_numpy(zero_copy_only=False), dtype=np.float64)
    lons = np.asarray(lon.to_numpy(zero_copy_only=False), dtype=np.float64)
    good = (np.abs(lats) <= 90) & (np.abs(lons) <= 180)
    found = vector.coordinates_to_cells(np.where(good, lats, 0.0), np.where(good, lons, 0.0), RESOLUTION)
    names = pa.array(h3ronpy.cells_to_string(found)).cast(pa.string())
    return names if good.all() else pc.if_else(pa.array(good), names, None)


def no_edges(lat: pa.Array, *_hints: pa.Array) -> pa.Array:
    """Where no region is built."""
    return pa.nulls(len(lat), pa.string())


def teach(connection: duckdb.DuckDBPyConnection, edges: Edges = no_edges) -> None:
    """Give a connection `h3_cell` and `road_edge`."""

    def cell(lat: Any, lon: Any) -> pa.Array:
        return cells(_whole(lat), _whole(lon))

    def edge(
        lat: Any, lon: Any, heading: Any, speed: Any, name: Any, kind: Any
    ) -> pa.Array:  # as DuckDB counts them
        return edges(*(_whole(column) for column in (lat, lon, heading, speed, name, kind)))

    for name, function, types in (
        ("h3_cell", cell, ["DOUBLE"] * 2),
        ("road_edge", edge, ["DOUBLE"] * 4 + ["VARCHAR"] * 2),
    ):
        taught: Any = connection.create_function  # its types know neither Arrow's columns nor these two words
        taught(name, function, types, "VARCHAR", type="arrow", null_handling="special")


def _whole(column: Any) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
