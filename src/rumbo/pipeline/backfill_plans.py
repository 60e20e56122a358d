"""Plans of a backfill's days, made by Spark's Python workers and kept on their disks until their rows are written.

Each part of the days is a task: planning, the dearest step, runs on as many cores as Spark has. The driver sees a few
numbers of each trip only: enough to say which number a trip has in its day and how its vehicle stands before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import partial
from itertools import batched
from typing import Protocol

import pyarrow as pa
from pyspark import StorageLevel
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as sf

from rumbo.errors import InvalidInput, RumboError
from rumbo.events.plans import plan_to_json
from rumbo.fleet.chain import Chain, Leg, Standing
from rumbo.scenarios.drafts import Draft, Drafts, Part

TRIPS_A_TASK = 256
"""As many trips are written by a task, about: few enough that all cores are busy to the end, enough that files and
tasks cost little."""
PLANS_A_BATCH = 64
_LIGHT = (
    "refusal string, part int, start_ms long, vehicle int, demand int, nth int, trip_id string, vehicle_id string,"
    " driven_m double, need double, used double, can_spoil boolean"
)
_PLANS = f"{_LIGHT}, plan binary"
_ARROW = pa.schema(
    [
        ("refusal", pa.string()), ("part", pa.int32()), ("start_ms", pa.int64()), ("vehicle", pa.int32()),
        ("demand", pa.int32()), ("nth", pa.int32()), ("trip_id", pa.string()), ("vehicle_id", pa.string()),
        ("driven_m", pa.float64()), ("need", pa.float64()), ("used", pa.float64()), ("can_spoil", pa.bool_()),
        ("plan", pa.binary()),
    ]
)  # fmt: skip
_DAY_MS = 86_400_000
EPOCH = date(1970, 1, 1)

type Numbers = Mapping[str, tuple[int, int, Standing, Leg]]
"""Trip id -> day (days since the epoch, UTC), number in the day, how its vehicle stands before, what it takes."""


class Planner(Protocol):
    """Where a process finds the trips to make. It travels to Spark's workers by pickle."""

    def drafts(self) -> Drafts:
        """Opened on the first call in a process and kept."""
        ...


@dataclass(frozen=True, slots=True)
class Planned:
    """The plans of some days, kept by Spark until `forget`; `numbers` covers those that start on the days wanted."""

    frame: DataFrame
    numbers: Numbers

    def forget(self) -> None:
        self.frame.unpersist()


class Planning:
    """Plans a backfill's days in batches, from the first on; vehicles go on from batch to batch."""

    def __init__(self, session: SparkSession, planner: Planner) -> None:
        self._session, self._planner = session, planner
        self._chain = Chain()

    def plan(self, first: date, last: date, wanted: set[date]) -> Planned:
        """Plan all trips that start on these days, both included, and number those of the wanted ones.

        Raises InvalidInput with the words of whatever error stopped a task.
        """
        parts = self._planner.drafts().parts(first, last)
        tasks = self._session.range(
            0, len(parts), 1, max(1, len(parts))
        )  # each row a part, each its own task
        drawn = tasks.mapInArrow(partial(_drafted, self._planner, parts, first, last), _PLANS)
        days = (last - first).days + 1
        spread = sf.floor(sf.col("start_ms") / _DAY_MS), sf.col("vehicle") % sf.lit(self._groups(days))
        frame = drawn.repartition(days * self._groups(days), *spread).persist(StorageLevel.DISK_ONLY)
        light = frame.drop("plan").collect()
        for row in light:
            if row["refusal"]:
                frame.unpersist()
                raise InvalidInput(row["refusal"])
        return Planned(frame, self._numbered(light, {(day - EPOCH).days for day in wanted}))

    def _groups(self, days: int) -> int:
        """Groups of vehicles by which a day's trips are spread over tasks."""
        return max(1, -(-self._planner.drafts().vehicle_count * 2 // TRIPS_A_TASK), -(-4 // days))

    def _numbered(self, light: Iterable[Row], wanted: set[int]) -> Numbers:
        numbers: dict[str, tuple[int, int, Standing, Leg]] = {}
        counts: dict[int, int] = {}
        for row in sorted(
            light, key=lambda r: (r["part"], r["start_ms"], r["vehicle"], r["demand"], r["nth"])
        ):
            leg = Leg(row["driven_m"], row["need"], row["used"])
            before = self._chain.next(row["vehicle_id"], leg)
            day = row["start_ms"] // _DAY_MS
            number = counts[day] = counts.get(day, -1) + 1
            if day in wanted:
                numbers[row["trip_id"]] = day, number, before, leg
        return numbers


def _drafted(
    planner: Planner, parts: Sequence[Part], first: date, last: date, numbers: Iterator[pa.RecordBatch]
) -> Iterator[pa.RecordBatch]:
    """Runs in Spark's Python workers: numbers of parts in, plans out."""
    for number in (row["id"] for batch in numbers for row in batch.to_pylist()):
        try:
            for some in batched(planner.drafts().of(parts[number], first, last), PLANS_A_BATCH):
                yield pa.RecordBatch.from_pylist([_row(draft) for draft in some], _ARROW)
        except RumboError as exc:  # a text crosses the border; an exception would come as a stack trace
            yield pa.RecordBatch.from_pylist([{"refusal": str(exc)}], _ARROW)


def _row(draft: Draft) -> dict[str, object]:
    day, start_ms, vehicle, demand, nth = draft.place
    plan = draft.plan
    return asdict(draft.leg) | {
        "part": day.toordinal(), "start_ms": start_ms, "vehicle": vehicle, "demand": demand, "nth": nth,
        "trip_id": plan.trip_id, "vehicle_id": plan.vehicle_id, "can_spoil": plan.device.faults.can_spoil,
        "plan": plan_to_json(plan),
    }  # fmt: skip
