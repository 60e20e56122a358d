"""Milliseconds since the epoch as RFC 3339 texts, by tables: 0.06 µs a value where strftime takes 0.2."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

TIME_FORMAT = "%Y-%m-%dT%H:%M:%S%.3fZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY_MS = 86_400_000
_LAST_MS = 253_402_300_800_000
"""Begin of the year 10000, which has one digit more."""
_WIDTH = len("2026-03-05T07:30:00.000Z")


def time_us(text: str) -> int:
    """Microseconds since the epoch of a time of any year; UTC where it names no zone. Raises ValueError for no time."""
    moment = datetime.fromisoformat(text)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _MICROSECOND


def time_texts(ms: NDArray[np.int64]) -> pl.Series:
    """Texts like 2026-03-05T07:30:00.000Z; null for -1."""
    missing = ms == -1
    some_missing = bool(missing.any())
    known = np.where(missing, 0, ms) if some_missing else ms
    texts = _from_tables(known) if _is_usual(known) else _formatted(known)
    return texts.set(pl.Series(missing), None) if some_missing else texts


def _is_usual(ms: NDArray[np.int64]) -> bool:
    return not len(ms) or (int(ms.min()) >= 0 and int(ms.max()) < _LAST_MS)


def _formatted(ms: NDArray[np.int64]) -> pl.Series:
    return pl.Series(ms, dtype=pl.Int64).cast(pl.Datetime("ms")).dt.strftime(TIME_FORMAT)


def _from_tables(ms: NDArray[np.int64]) -> pl.Series:
    seconds, parts = _tables()
    day = ms // _DAY_MS
    within = ms - day * _DAY_MS
    second = within // 1000
    row = np.empty(len(ms), dtype=[("day", "S11"), ("second", "S8"), ("ms", "S5")])
    first = int(day.min()) if len(day) else 0
    span = (int(day.max()) if len(day) else 0) - first
    if span > 10_000:
        return _formatted(ms)
    days = np.datetime_as_string(np.arange(first, first + span + 1).astype("datetime64[D]"))
    row["day"] = np.char.add(days, "T").astype("S11")[day - first]
    row["second"] = seconds[second]
    row["ms"] = parts[within - second * 1000]
    ends = np.arange(0, (len(ms) + 1) * _WIDTH, _WIDTH, dtype=np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(row)]
    return pl.Series(pa.Array.from_buffers(pa.large_string(), len(ms), buffers))


@cache
def _tables() -> tuple[NDArray[Any], NDArray[Any]]:
    """Every second of a day as HH:MM:SS, and every millisecond of a second as .mmmZ."""
    seconds = np.array([f"{s // 3600:02}:{s // 60 % 60:02}:{s % 60:02}" for s in range(86_400)], dtype="S8")
    return seconds, np.array([f".{ms:03}Z" for ms in range(1000)], dtype="S5")
