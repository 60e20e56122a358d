"""Rejected records over REST: why they were rejected, and what they ought to have been."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import orjson

from rumbo.api.lake import PAGE_BYTES, LakeTables
from rumbo.fleet.pages import decode_key, encode_key
from rumbo.lake.mend import Place, mend
from rumbo.lake.places import Lake
from rumbo.lake.rejected import rejected_page

_KIND = "rejected"
_PLACE = re.compile(r"(-|[0-9]{1,12}):([0-9]{1,15})")
LONGEST = 100_000
"""Characters of a payload that are shown."""


class RejectedRecords:
    """Reads within the bounds of `tables`; mends as the refinement's identity, which `batch` has."""

    def __init__(self, tables: LakeTables, batch: Lake) -> None:
        self._tables = tables
        self._batch = batch

    def page(self, day: str | None, rule: str | None, limit: int, cursor: str | None) -> dict[str, Any]:
        """The contract's RejectedOut, newest first. Raises InvalidInput for a cursor of another list."""
        pinned, _, start = (decode_key(_KIND, cursor, _PLACE) or "-:0").partition(":")
        with self._tables.turn() as turn:
            found = rejected_page(
                turn.lake, day=day, rule=rule, limit=limit + 1, start=int(start),
                version=None if pinned == "-" else int(pinned),
                memory_mb=turn.memory_mb, timeout_s=turn.timeout_s,
            )  # fmt: skip
        items = [_cut(row) for row in found.rows]
        kept, size = 0, 0
        for item in items[:limit]:
            size += len(orjson.dumps(item))
            if kept and size > PAGE_BYTES:
                break
            kept += 1
        version = "-" if found.version is None else found.version
        more = kept < len(items)
        return {
            "items": items[:kept],
            "next_cursor": encode_key(_KIND, f"{version}:{int(start) + kept}") if more else None,
            "reasons": [asdict(reason) for reason in found.reasons],
            "days": [
                {"day": one, "records": records} for one, records in sorted(found.days.items()) if records
            ],
        }

    def mend(
        self, place: Place, payload: str | None, changes: Mapping[str, Any], note: str
    ) -> dict[str, Any]:
        """What `rumbo rejected mend` does. Raises NotFound, Conflict, InvalidInput as it does."""
        with self._tables.turn():
            return mend(self._batch, place, payload, changes, note)


def _cut(row: dict[str, Any]) -> dict[str, Any]:
    text = row["payload"]
    size = None if text is None else len(text.encode("utf-8", "replace"))
    return row | {"payload": text if text is None else text[:LONGEST], "size": size or 0}
