"""History: the events of a scenario's past days, made inside Spark straight into landing.

The driver lays out the trips day by day; Spark's workers drive them with the function that live driving uses, on as
many cores or machines as Spark has. A day is made whole or not at all: its rows replace what an earlier run made of
it, and its line in landing/backfills is written last. So an interrupted backfill goes on where it stood, and a
repeated one leaves the same table.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import types as st

from rumbo.domain.plan import Plan
from rumbo.events.plans import plan_from_json, plan_to_json
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import BACKFILLS, LANDED_EVENTS, REJECTED, TableSpec
from rumbo.pipeline.backfill_rows import rows_of, source_topic
from rumbo.pipeline.landing import create_tables
from rumbo.pipeline.schema import landing_schema

log = logging.getLogger(__name__)

MADE = (*LANDED_EVENTS.values(), REJECTED)
PLANS_A_PART = 64
"""Trips a task: few enough that all cores are busy to the end, enough that starting one costs little."""
_PLAN_ROWS = "day int, number long, plan binary"
EPOCH = date(1970, 1, 1)

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: `run` names it for ever, `scenario` is its text, `plans` all trips that start on a day."""

    run: str
    scenario: str
    region: str
    first: date
    last: date
    plans: Callable[[date], Iterable[Plan]]
    """The trips that start on a day, in order; days are asked for from `first` on, each once."""

    @property
    def began(self) -> datetime:
        return datetime.combine(self.first, datetime.min.time(), UTC)


@dataclass(frozen=True, slots=True)
class Made:
    days: int
    skipped: int
    """Days that were there already."""
    trips: int
    rows: Mapping[str, int]
    """By table."""


def backfill(session: SparkSession, lake: Lake, order: Order, say: Say, *, again: bool = False) -> Made:
    """Make the days of an order that are not there yet; all of them where `again`."""
    create_tables(session, lake, (*MADE, BACKFILLS))
    there = set() if again else _days_there(lake, order)
    rows = {spec.name: 0 for spec in MADE}
    made = trips = 0
    for day in days(order.first, order.last):
        plans = list(order.plans(day))
        if day in there:
            continue
        counts = _make_day(session, lake, order, day, [plan_to_json(plan) for plan in plans])
        made, trips = made + 1, trips + len(plans)
        rows = {name: rows[name] + count for name, count in counts.items()}
        say(f"{day}: {len(plans):,} trips, {sum(counts.values()):,} rows")
    return Made(made, len(there), trips, rows)


def days(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _days_there(lake: Lake, order: Order) -> set[date]:
    known = open_table(lake, BACKFILLS).scan().collect()
    same = known.filter(
        (known["run"] == order.run) & (known["began"] == order.began) & (known["scenario"] == order.scenario)
    )
    return set(same["day"].to_list()) & set(days(order.first, order.last))


def _make_day(
    session: SparkSession, lake: Lake, order: Order, day: date, plans: Sequence[bytes]
) -> dict[str, int]:
    number = (day - EPOCH).days
    source = session.sparkContext.parallelize(
        [(number, i, bytearray(plan)) for i, plan in enumerate(plans)], max(1, -(-len(plans) // PLANS_A_PART))
    )
    trips = session.createDataFrame(source, _PLAN_ROWS)
    topics = ", ".join(f"'{source_topic(order.run, topic)}'" for topic in LANDED_EVENTS)
    counts = {}
    for spec in MADE:
        rows = trips.mapInArrow(partial(_driven, order.run, spec), landing_schema(spec))
        which = f"kafka_topic IN ({topics}) AND kafka_partition = {number}"
        counts[spec.name] = _replace(lake, spec, rows, which)
    line = (order.run, day, order.began, order.region, order.scenario, len(plans), *counts.values())
    frame = session.createDataFrame([line], _open(landing_schema(BACKFILLS)))
    _replace(lake, BACKFILLS, frame, f"run = '{order.run}' AND day = DATE'{day}'")
    return counts


def _replace(lake: Lake, spec: TableSpec, rows: object, which: str) -> int:
    """Put rows in the place of those that are there; return how many were written."""
    path = lake.table_path(spec)
    rows.write.format("delta").mode("overwrite").option("replaceWhere", which).save(path)  # type: ignore[attr-defined]  # a DataFrame, classic or not
    table = open_table(lake, spec)
    return int(table.operation_metrics().get("numOutputRows", 0))


def _driven(run: str, spec: TableSpec, parts: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Runs in Spark's Python workers: plans in, rows out."""
    trips = (
        (row["day"], row["number"], plan_from_json(row["plan"])) for part in parts for row in part.to_pylist()
    )
    yield from rows_of(run, spec, trips)


def _open(schema: st.StructType) -> st.StructType:
    """The schema with nothing forbidden, for making a frame of Python values."""
    return st.StructType([st.StructField(field.name, field.dataType) for field in schema.fields])
