"""How old the rows of a table were when the Delta commit that holds them was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl

_APPENDS = {"WRITE", "STREAMING UPDATE"}


def ages_s(
    table: Path, since_ms: float, until_ms: float = float("inf"), offset_ms: float = 0.0
) -> list[float]:
    """Ages in seconds of the rows in commits between two wall times (ms); `offset_ms`: wall time minus the world's.

    Rows are left out whose file was joined with others since.
    """
    ages: list[float] = []
    for log in sorted((table / "_delta_log").glob("*.json")):
        actions = [json.loads(line) for line in log.read_text().splitlines()]
        commit: dict[str, Any] = next((a["commitInfo"] for a in actions if "commitInfo" in a), {})
        at_ms = commit.get("timestamp", 0)
        if commit.get("operation") not in _APPENDS or not since_ms <= at_ms < until_ms:
            continue
        for action in actions:
            if "add" in action and (table / action["add"]["path"]).exists():
                rows = pl.read_parquet(table / action["add"]["path"], columns=["event_time"])
                times = rows["event_time"].dt.epoch("ms").to_list()
                ages += [(at_ms - offset_ms - at) / 1000 for at in times]
    return ages
