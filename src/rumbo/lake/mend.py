"""Rejected records that a person mends: written to staging/mended, which the refinement reads beside landing.

Landing stays as it is. A mended record stands in the place of the rejected one: it keeps its Kafka coordinates.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import polars as pl
from deltalake import write_deltalake
from deltalake.exceptions import DeltaError

from rumbo.errors import Conflict, InvalidInput, NotFound, Unavailable
from rumbo.events.contract import Broken, canonical
from rumbo.events.fields import EVENT_TYPES, EventType
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table, polars_schema
from rumbo.lake.refined.records import MENDED
from rumbo.lake.refusals import explain
from rumbo.lake.rejected import PLACE
from rumbo.lake.storage import storage_options
from rumbo.lake.tables import REJECTED


@dataclass(frozen=True, slots=True)
class Place:
    """Which record: its Kafka coordinates."""

    topic: str
    partition: int
    offset: int

    @property
    def which(self) -> pl.Expr:
        values = (self.topic, self.partition, self.offset)
        return pl.all_horizontal(pl.col(name) == value for name, value in zip(PLACE, values, strict=True))


def mend(
    lake: Lake, place: Place, payload: str | None, changes: Mapping[str, Any], note: str
) -> dict[str, Any]:
    """Write a mended record: `payload`, or the rejected one's where it is JSON, with fields changed.

    Raises NotFound where there is no such rejected record, Conflict where it is mended already, InvalidInput where what
    is given does not keep the contract either.
    """
    found = open_table(lake, REJECTED).scan().filter(place.which).collect()
    if found.is_empty():
        raise NotFound(
            f"No rejected record is at offset {place.offset} of partition {place.partition} of {place.topic}.",
            hint="`rumbo rejected list` shows them.",
        )
    if not open_table(lake, MENDED).scan().filter(place.which).collect().is_empty():
        raise Conflict("That record is mended already.", hint="`rumbo sql` shows staging/mended.")
    rejected = found.row(0, named=True)
    event = _event(place.topic)
    raw = _object(payload if payload is not None else rejected["payload"]) | dict(changes)
    key = str(raw.get(event.key, ""))
    try:
        text = canonical(event, key.encode(), orjson.dumps(raw)).decode()
    except Broken as verdict:
        raise InvalidInput(
            f"It still breaks the contract: {verdict.reason}", field=verdict.field or ""
        ) from verdict
    row = {
        **{name: rejected[name] for name in (*PLACE, "broker_time", "ingest_time")},
        "event": event.name,
        "kafka_key": key,
        "payload": text,
        "note": note,
        "mended_at": datetime.now(UTC),
        "event_date": datetime.fromisoformat(raw["event_time"]).date(),
    }
    _append(lake, row)
    return {"event": event.name, "day": str(row["event_date"]), "payload": text}


def _append(lake: Lake, row: Mapping[str, Any]) -> None:
    frame = pl.DataFrame([row], schema=polars_schema(MENDED), orient="row")
    path = lake.table_path(MENDED)
    try:
        write_deltalake(
            path,
            frame.to_arrow(compat_level=pl.CompatLevel.oldest()),
            mode="append",
            partition_by=list(MENDED.partition_by),
            storage_options=storage_options(path, lake.access),
        )
    except (DeltaError, OSError) as exc:
        raise explain(exc, lake, path, "write") or Unavailable(
            f"The table {path} cannot be written.", hint=lake.access.hidden_in(str(exc))
        ) from exc


def _event(topic: str) -> EventType:
    """Backfilled records name their topic at the end of what stands for it."""
    return next(event for event in EVENT_TYPES if topic.rsplit("/", 1)[-1] == event.topic)


def _object(text: str | bytes | None) -> dict[str, Any]:
    try:
        raw = orjson.loads(text or b"")
    except orjson.JSONDecodeError as exc:
        raise InvalidInput(
            "The record is no JSON.", hint="Give the whole record as it ought to be with --payload."
        ) from exc
    if not isinstance(raw, dict):
        raise InvalidInput("The record is no JSON object.", hint="Give the whole record with --payload.")
    return raw
