"""Tables that a person brings: read from what they are, their columns found or named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from rumbo.errors import InvalidInput

TIME = pl.Datetime("ms", "UTC")
KINDS: Mapping[str, Mapping[str, pl.DataType]] = {
    "trips": {"vehicle_id": pl.String(), "begin": TIME, "end": TIME},
    "stops": {"vehicle_id": pl.String(), "begin": TIME, "end": TIME},
    "events": {"vehicle_id": pl.String(), "kind": pl.String(), "begin": TIME},
}
"""Columns that a table of a kind must have."""
OPTIONAL: Mapping[str, Mapping[str, pl.DataType]] = {
    "trips": {"distance_m": pl.Float64()},
    "stops": {"lat": pl.Float64(), "lon": pl.Float64()},
    "events": {"end": TIME},
}
ALIASES: Mapping[str, tuple[str, ...]] = {
    "begin": ("begin", "start", "started_at", "start_time", "begin_time", "event_time", "time"),
    "end": ("end", "ended_at", "end_time", "arrived_at", "stop_time"),
    "kind": ("kind", "type", "event", "event_type"),
    "vehicle_id": ("vehicle_id", "vehicle", "device_id"),
    "distance_m": ("distance_m", "distance", "length_m"),
    "lat": ("lat", "latitude"),
    "lon": ("lon", "lng", "longitude"),
}


def read_table(source: Any) -> pl.DataFrame:
    """A frame from a polars, pandas or Arrow table, or from a Parquet or CSV file or a Delta table's folder.

    Raises InvalidInput for anything else, and where it cannot be read.
    """
    if isinstance(source, pl.DataFrame):
        return source
    if isinstance(source, pl.LazyFrame):
        return source.collect()
    if isinstance(source, str | Path):
        return _from_path(Path(source))
    try:
        return pl.DataFrame(source)
    except (TypeError, ValueError) as exc:
        raise InvalidInput(
            f"A {type(source).__name__} is no table.", hint="Give a polars, pandas or Arrow table, or a path."
        ) from exc


def _from_path(path: Path) -> pl.DataFrame:
    if not path.exists():
        raise InvalidInput(
            f"There is no table at {path}.", hint="Name a .parquet or .csv file or a Delta folder."
        )
    try:
        if (path / "_delta_log").is_dir():
            return pl.read_delta(str(path))
        if path.suffix == ".csv":
            return pl.read_csv(path, try_parse_dates=True)
        return pl.read_parquet(path / "*.parquet" if path.is_dir() else path)
    except (pl.exceptions.PolarsError, OSError) as exc:
        raise InvalidInput(
            f"The table at {path} cannot be read: {exc}", hint="Parquet, CSV or Delta."
        ) from exc


def shaped(kind: str, table: pl.DataFrame, columns: Mapping[str, str] | None = None) -> pl.DataFrame:
    """The table with the columns of KINDS and those of OPTIONAL that it has, typed.

    `columns` says which of its columns is which of ours ({"begin": "started_at"}); others are found by usual
    names. Raises InvalidInput naming what is missing or of the wrong type.
    """
    given = dict(columns or {})
    if unknown := sorted(given.keys() - (KINDS[kind].keys() | OPTIONAL[kind].keys())):
        raise InvalidInput(
            f"A table of {kind} has no column {unknown[0]}.",
            hint=f"Use: {', '.join((*KINDS[kind], *OPTIONAL[kind]))}.",
        )
    chosen = []
    for name, dtype in {**KINDS[kind], **OPTIONAL[kind]}.items():
        theirs = given.get(name) or next((a for a in ALIASES[name] if a in table.columns), None)
        if theirs is not None and theirs in table.columns:
            chosen.append(_typed(table[theirs], name, dtype))
        elif name in KINDS[kind] or name in given:
            raise InvalidInput(
                f"The table of {kind} has no column for {name}; it has: {', '.join(table.columns)}.",
                hint=f"Say which it is: --column {name}=THEIRS.",
                field=name,
            )
    return pl.DataFrame(chosen)


def _typed(series: pl.Series, name: str, dtype: pl.DataType) -> pl.Series:
    series = series.alias(name)
    try:
        if dtype != TIME or series.dtype == pl.Null:
            return series.cast(dtype)
        if series.dtype == pl.String:
            series = series.str.to_datetime(time_zone="UTC")
        if series.dtype == pl.Date or getattr(series.dtype, "time_zone", "") is None:
            series = series.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        if not isinstance(series.dtype, pl.Datetime):
            raise InvalidInput(
                f"Column {name} holds {series.dtype}, not times.", hint="Use timestamps in UTC."
            )
        return series.cast(pl.Datetime("ms", series.dtype.time_zone)).dt.convert_time_zone("UTC")
    except pl.exceptions.PolarsError as exc:
        raise InvalidInput(
            f"Column {name} ({series.dtype}) cannot be read as {dtype}.", hint=str(exc)
        ) from exc
