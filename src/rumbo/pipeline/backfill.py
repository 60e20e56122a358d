"""History: the events of a scenario's past days, made inside Spark straight into landing.

Spark's workers plan the trips and drive them with the function that live driving uses, on as many cores or machines as
Spark has. Days are made in batches, a commit a table and batch. A day is made whole or not at all: its rows replace
what an earlier run made of it, and its line in landing/backfills is written last. So an interrupted backfill goes on
where it stood, and a repeated one leaves the same table.
"""

from __future__ import annotations

import logging
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as sf

from rumbo.events.fields import EMITTED_TYPES, POSITION
from rumbo.events.plans import plan_from_json
from rumbo.fleet.chain import going_on
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import BACKFILLS, LANDED_EVENTS, REJECTED, TableSpec
from rumbo.pipeline.backfill_plans import EPOCH, Numbers, Planned, Planner, Planning
from rumbo.pipeline.backfill_rows import Numbered, rows_of, source_topic
from rumbo.pipeline.landing import create_tables
from rumbo.pipeline.schema import frame_of, landing_schema

log = logging.getLogger(__name__)

MADE = (*(LANDED_EVENTS[event.topic] for event in EMITTED_TYPES), REJECTED)
VEHICLE_DAYS = 8_000
"""So many are made in a batch of days, about. Their plans, some 30 kB a trip, lie on Spark's disks meanwhile."""
MOST_DAYS = 31

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be made: `run` names it for ever, `scenario` is its text, `planner` knows its trips."""

    run: str
    scenario: str
    region: str
    first: date
    last: date
    planner: Planner
    vehicles: int

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
    took_s: Mapping[str, float]
    """Where the time went: `planning`, then writing by table, then `counting`."""


def backfill(session: SparkSession, lake: Lake, order: Order, say: Say, *, again: bool = False) -> Made:
    """Make the days of an order that are not there yet; all of them where `again`."""
    create_tables(session, lake, (*MADE, BACKFILLS))
    there = set() if again else _days_there(lake, order)
    planning = Planning(session, order.planner)
    rows: Counter[str] = Counter({spec.name: 0 for spec in MADE})
    took_s: defaultdict[str, float] = defaultdict(float)
    trips = 0
    left = sorted(set(days(order.first, order.last)) - there)
    for some in batches_of_days(order):
        if not left or some[0] > left[-1]:
            break
        wanted = set(some) - there
        began = time.monotonic()
        planned = planning.plan(some[0], some[-1], wanted)
        took_s["planning"] += time.monotonic() - began
        if wanted:
            trips += len(planned.numbers)
            _make(session, lake, order, planned, sorted(wanted), (rows, took_s), say)
        planned.forget()
    return Made(len(left), len(there), trips, dict(rows), {k: round(v, 1) for k, v in took_s.items()})


def days(first: date, last: date) -> Iterator[date]:
    """Both included."""
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def batches_of_days(order: Order) -> Iterator[list[date]]:
    """The days of an order in the batches in which they are made."""
    size = min(max(1, VEHICLE_DAYS // order.vehicles), MOST_DAYS)
    every = list(days(order.first, order.last))
    return (every[at : at + size] for at in range(0, len(every), size))


def _days_there(lake: Lake, order: Order) -> set[date]:
    known = open_table(lake, BACKFILLS).scan().collect()
    same = known.filter(
        (known["run"] == order.run) & (known["began"] == order.began) & (known["scenario"] == order.scenario)
    )
    return set(same["day"].to_list()) & set(days(order.first, order.last))


def _make(
    session: SparkSession,
    lake: Lake,
    order: Order,
    planned: Planned,
    wanted: list[date],
    tally: tuple[Counter[str], defaultdict[str, float]],
    say: Say,
) -> None:
    """Write the rows of some days, then their lines; add to `tally`: rows by table, seconds by step."""
    rows, took_s = tally
    counts: dict[str, dict[int, int]] = {}
    for spec in MADE:
        began = time.monotonic()
        plans = planned.frame
        if spec == REJECTED:
            plans = plans.where("can_spoil")
        plans = plans.select("trip_id", "plan")
        if spec != LANDED_EVENTS[POSITION.topic]:
            plans = plans.coalesce(max(2, len(wanted)))  # few rows: few files
        made = plans.mapInArrow(partial(_driven, order.run, spec, planned.numbers), landing_schema(spec))
        _put(session, lake, spec, made, _of_days(order, wanted))
        took_s[spec.name] += time.monotonic() - began
    began = time.monotonic()
    for spec in MADE:
        counts[spec.name] = _counted(session, lake, spec, _of_days(order, wanted))
        rows[spec.name] += sum(counts[spec.name].values())
    trips = Counter(day for day, *_ in planned.numbers.values())
    lines = []
    for day in wanted:
        number = (day - EPOCH).days
        by_table = [counts[spec.name].get(number, 0) for spec in MADE]
        lines.append((order.run, day, order.began, order.region, order.scenario, trips[number], *by_table))
        say(f"{day}: {trips[number]:,} trips, {sum(by_table):,} rows")
    frame = frame_of(session, BACKFILLS, lines).coalesce(1)
    dates = ", ".join(f"DATE'{day}'" for day in wanted)
    _put(session, lake, BACKFILLS, frame, f"run = '{order.run}' AND day IN ({dates})")
    took_s["counting"] += time.monotonic() - began


def _of_days(order: Order, wanted: Iterable[date]) -> str:
    """Which rows of landing are the order's, of these days."""
    topics = ", ".join(f"'{source_topic(order.run, event.topic)}'" for event in EMITTED_TYPES)
    numbers = ", ".join(str((day - EPOCH).days) for day in wanted)
    return f"kafka_topic IN ({topics}) AND kafka_partition IN ({numbers})"


def _put(session: SparkSession, lake: Lake, spec: TableSpec, rows: DataFrame, which: str) -> None:
    """Put rows in the place of those that are there, in one commit."""
    path = lake.table_path(spec)
    there = not session.read.format("delta").load(path).where(which).isEmpty()
    writer = rows.write.format("delta")
    # An append meets no stream that lands beside it; a replacement reads, and may have to be tried again.
    writer = writer.mode("overwrite").option("replaceWhere", which) if there else writer.mode("append")
    writer.save(path)


def _counted(session: SparkSession, lake: Lake, spec: TableSpec, which: str) -> dict[int, int]:
    """Rows by number of the day."""
    found = session.read.format("delta").load(lake.table_path(spec)).where(which)
    grouped = found.groupBy("kafka_partition").agg(sf.count(sf.lit(1)).alias("rows"))
    return {row["kafka_partition"]: row["rows"] for row in grouped.collect()}


def _driven(
    run: str, spec: TableSpec, numbers: Numbers, parts: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Runs in Spark's Python workers: plans in, rows out. Trips without a number are of no wanted day."""

    def trips() -> Iterator[Numbered]:
        for row in (row for part in parts for row in part.to_pylist()):
            if place := numbers.get(row["trip_id"]):
                day, number, before, leg = place
                yield day, number, going_on(plan_from_json(row["plan"]), before, leg)

    yield from rows_of(run, spec, trips())
