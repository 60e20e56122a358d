"""Teaches a Spark session the functions that the tables' SQL calls (see `lake.refined`)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import functions as sf

from rumbo.lake.refined.cells import Edges, cells
from rumbo.lake.refined.functions import SPARK

_arrow_udf: Any = sf.arrow_udf  # type: ignore[attr-defined]  # it is there, but its stub is not
_NO_EDGES = """
CREATE OR REPLACE TEMPORARY FUNCTION road_edge(
    lat DOUBLE, lon DOUBLE, heading DOUBLE, speed DOUBLE, name STRING, kind STRING
) RETURNS STRING RETURN CAST(NULL AS STRING)
"""


def teach(session: SparkSession, edges: Edges | None = None) -> None:
    """Register them. Only the columns that they take travel to Python, a batch of Arrow at a time."""
    for statement in SPARK:
        session.sql(statement)

    def cell(lat: pa.Array, lon: pa.Array) -> pa.Array:
        return cells(lat, lon)

    session.udf.register("h3_cell", _arrow_udf(cell, "string"))
    session.sql("DROP TEMPORARY FUNCTION IF EXISTS road_edge")  # one kind cannot replace the other
    if edges is None:
        session.sql(_NO_EDGES)
        return
    look_up = edges

    def edge(
        lat: pa.Array, lon: pa.Array, heading: pa.Array, speed: pa.Array, name: pa.Array, kind: pa.Array
    ) -> pa.Array:
        return look_up(lat, lon, heading, speed, name, kind)

    session.udf.register("road_edge", _arrow_udf(edge, "string"))
