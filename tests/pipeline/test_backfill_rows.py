"""Backfilled rows are what live driving would have landed."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
import pytest

from rumbo.domain.plan import Plan
from rumbo.events.fields import POSITION, TRIP_STATE, EventType
from rumbo.lake.read import polars_schema
from rumbo.lake.tables import LANDED_EVENTS, REJECTED, TableSpec
from rumbo.motion import Fleet
from rumbo.motion.wire import payloads
from rumbo.pipeline.backfill import MADE
from rumbo.pipeline.backfill_rows import FOREVER_MS, Numbered, rows_of, source_topic
from support.trips import plan_of, straight_route

DAY = 20_000
PLANS = [
    plan_of(straight_route(1_500), seed=n, trip_id=f"trp_{n}", device=device)
    for n, device in enumerate(("standard", "chaos", "legacy", "chaos"))
]


def numbered(plans: list[Plan]) -> Iterator[Numbered]:
    return ((DAY, n, plan) for n, plan in enumerate(plans))


def rows(spec: TableSpec, plans: list[Plan]) -> pl.DataFrame:
    parts = [pl.DataFrame(batch) for batch in rows_of("s_1", spec, numbered(plans))]
    return pl.concat([pl.DataFrame(schema=polars_schema(spec)), *parts])


@pytest.mark.parametrize("event", [POSITION, TRIP_STATE])
def test_every_payload_is_that_of_live_driving(event: EventType) -> None:
    sent = payloads(Fleet.of(PLANS).emit(-1, FOREVER_MS))[event.topic]
    landed = rows(LANDED_EVENTS[event.topic], PLANS)["payload"].cast(pl.Binary).to_list()
    spoilt = rows(REJECTED, PLANS)["payload"].to_list() if event == POSITION else []
    assert sorted(landed + spoilt) == sorted(sent) and len(landed) > 10
    assert bool(spoilt) == (event == POSITION)


def test_every_row_has_a_place_of_its_own_that_other_trips_do_not_move() -> None:
    place = ["kafka_topic", "kafka_partition", "kafka_offset"]
    both = pl.concat([rows(spec, PLANS).select(place) for spec in MADE])
    assert both["kafka_topic"].unique().sort().to_list() == sorted(
        source_topic("s_1", event.topic) for event in (POSITION, TRIP_STATE)
    )
    assert both.is_unique().all() and both["kafka_partition"].unique().to_list() == [DAY]
    positions = LANDED_EVENTS[POSITION.topic]
    alone = rows(positions, PLANS[:1])
    assert alone.equals(rows(positions, PLANS).filter(pl.col("trip_id") == "trp_0"))


def test_a_sound_fleet_has_no_rejected_rows() -> None:
    assert rows(REJECTED, PLANS[:1]).is_empty()
