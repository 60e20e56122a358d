"""The record of what was refined (staging/refined_days), written."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime

from pyspark.sql import SparkSession

from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.refined.records import REFINED_DAYS
from rumbo.lake.tables import Layer
from rumbo.pipeline import schema
from rumbo.pipeline.landing import create_tables
from rumbo.pipeline.refine_meet import until_alone


def record(
    session: SparkSession, lake: Lake, lines: Iterable[tuple[str, Layer, str, Mapping[str, int]]]
) -> None:
    """Append lines: day, layer, run (empty: make it anew), rows of landing that it was made of."""
    at = datetime.now(UTC)
    rows = [
        (date.fromisoformat(day), layer.value, run, json.dumps(dict(landed)) if run else "", at)
        for day, layer, run, landed in lines
    ]
    frame = schema.frame_of(session, REFINED_DAYS, rows)

    def append() -> None:
        if open_table(lake, REFINED_DAYS).lacks_columns():
            create_tables(session, lake, (REFINED_DAYS,))
        frame.coalesce(1).write.format("delta").mode("append").save(lake.table_path(REFINED_DAYS))

    until_alone(append, f"{REFINED_DAYS.layer}/{REFINED_DAYS.name}")
