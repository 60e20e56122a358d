"""The formats that rows of the lake are written in. Apart from what writes them, so that `rumbo --help` stays quick."""

from __future__ import annotations

from enum import StrEnum


class Format(StrEnum):
    """Of `rumbo sql`."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


class ExportFormat(StrEnum):
    """Of `rumbo export`."""

    CSV = "csv"
    PARQUET = "parquet"
    GEOPARQUET = "geoparquet"
    GPX = "gpx"
