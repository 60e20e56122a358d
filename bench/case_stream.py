"""How fast the stream lands a backlog, and how old an event is once it is in the lake.

Ours: rows a second at which landing's streaming query works off a backlog of a million events that a drive worker has
made, into Delta: exactly `pipeline.landing`. Theirs: the same query on the same records in the same Spark session, but
its rows go to Spark's `noop` sink, which takes them and forgets them. What is left of 1 is what Delta's files, their
statistics and commits cost. Both start with a checkpoint of their own, in turns, after one round that is not counted;
joining small files, which the stream does beside landing, is no part of it.

`latency` is another matter: broker, worker and stream as `rumbo up` starts them, vehicles at 1 Hz at wall time, and for
every row of a minute the time from its moment in the world to the commit that holds it; with and without alerts.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.case_fleet import plans
from bench.case_produce import driving, long_drives
from bench.common import Result, fresh_broker, percentile, send_plans
from bench.lake_ages import ages_s
from rumbo.events.fields import POSITION
from rumbo.events.topics import POSITIONS
from rumbo.fleet.world import open_world
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS, LANDING_TABLES, TableSpec
from rumbo.pipeline.landing import Landing, create_tables
from rumbo.pipeline.source import kafka_source
from rumbo.pipeline.stream import RECORDS_A_BATCH, TOPICS
from rumbo.settings import read_settings
from rumbo.stack.checkout import cache_dir, require_jars
from rumbo.stack.java import find_java
from rumbo.stack.spark import spark_session
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader
from rumbo.transport.wall import wall_ms

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

BACKLOG, QUICK_BACKLOG = 1_000_000, 50_000
VEHICLES, QUICK_VEHICLES = 4_000, 500
RATES, QUICK_RATES = (1_000, 10_000), (100,)
START_S, WARM_S, WATCH_S, QUICK_WATCH_S = 75.0, 20.0, 60.0, 15.0
"""Workers have read all plans and the stream has landed its first batches, before anything counts."""


class Forgetting(Landing):
    """Landing, but for Delta: the rows are made and go nowhere."""

    def _append(self, spec: TableSpec, part: DataFrame, rows: int, query_id: str, batch_id: int) -> None:  # noqa: ARG002
        part.select(*spec.names).write.format("noop").mode("overwrite").save()


def main(runs: int, data_dir: Path | None, as_json: bool, quick: bool = False) -> None:
    backlog, rates = (QUICK_BACKLOG, QUICK_RATES) if quick else (BACKLOG, RATES)
    with tempfile.TemporaryDirectory(prefix="rumbo-stream-", dir=data_dir) as name:
        folder = Path(name)
        with _backlog(backlog, QUICK_VEHICLES if quick else VEHICLES) as bootstrap:
            measured = _rates(bootstrap, folder, runs)
        watch_s = QUICK_WATCH_S if quick else WATCH_S
        latency = [_latency(folder, rate, alerts, watch_s) for rate in rates for alerts in ("off", "on")]
    details: dict[str, Any] = {"goal": 0.9, "latency": latency}
    Result("stream", "rows/s", measured, 0.7, lower_is_better=False, details=details).show(as_json)


def _rates(bootstrap: str, folder: Path, runs: int) -> list[dict[str, float]]:
    """Rows a second into Delta and into nothing, in turns; the warm-up counts the rows."""
    found: list[dict[str, float]] = []
    with spark_session(read_settings(data_dir=folder), "rumbo-bench", _lake(folder)) as session:
        _worked_off(session, bootstrap, folder / "warm", Forgetting)
        _worked_off(session, bootstrap, folder / "count", Landing)
        lake = _lake(folder / "count")
        rows = sum(open_table(lake, table).rows() for table in LANDING_TABLES)
        for number in range(runs):
            took_s = {
                side: _worked_off(session, bootstrap, folder / f"{side}-{number}", kind)
                for side, kind in (("ours", Landing), ("theirs", Forgetting))
            }
            found.append({side: rows / seconds for side, seconds in took_s.items()} | {"events": rows})
            # What was measured is not lost where the rest is broken off.
            print(found[-1], file=sys.stderr, flush=True)
    return found


@contextmanager
def _backlog(events: int, vehicles: int) -> Iterator[str]:
    """A broker with at least so many events, as a worker makes them."""
    with fresh_broker() as bootstrap:
        with driving(bootstrap, long_drives(vehicles)):
            offsets = KafkaOffsets(bootstrap)
            while sum(offsets.end_offsets(POSITIONS).values()) < events:
                time.sleep(0.05)
        yield bootstrap


def _worked_off(session: SparkSession, bootstrap: str, folder: Path, kind: type[Landing]) -> float:
    """Seconds from the query's start until everything is worked off."""
    lake = _lake(folder)
    create_tables(session, lake, LANDING_TABLES)
    source, landing = kafka_source(session, bootstrap, TOPICS, RECORDS_A_BATCH), kind(lake)

    def land(batch: DataFrame, number: int) -> None:
        landing.land(batch, number)

    began = time.monotonic()
    query = (
        source.writeStream.foreachBatch(land)
        .option("checkpointLocation", lake.stream_checkpoint)
        .trigger(availableNow=True)
        .start()
    )
    query.awaitTermination()  # raises what the query failed with
    return time.monotonic() - began


def _lake(folder: Path) -> Lake:
    return lake_of(read_settings(data_dir=folder), "stream")


def _latency(folder: Path, rate: int, alerts: str, watch_s: float) -> dict[str, Any]:
    """Ages of the rows that `rate` vehicles at 1 Hz report in `watch_s` seconds, at their commits."""
    with fresh_broker() as bootstrap, tempfile.TemporaryDirectory(dir=folder) as name:
        data = Path(name)
        start_ms = wall_ms() + round(START_S * 1000)
        with KafkaPublisher(bootstrap) as publisher:
            open_world(publisher, KafkaTableReader(bootstrap), KafkaOffsets(bootstrap), 1.0, wall_ms)
        stream = [sys.executable, "-m", "rumbo.pipeline.stream", "--jars", str(require_jars() / "spark")]
        with (
            _process([sys.executable, "-m", "rumbo.drive"], bootstrap, data),
            _process(stream, bootstrap, data, RUMBO_ALERTS=alerts),
        ):
            send_plans(bootstrap, plans([rate], start_ms, round(WARM_S + watch_s)))
            since_ms = start_ms + WARM_S * 1000
            time.sleep(max(0.0, (since_ms - wall_ms()) / 1000 + watch_s))
        table = LANDED_EVENTS[POSITION.topic]
        lake = _lake(data)
        ages = ages_s(Path(lake.table_path(table)), since_ms, since_ms + watch_s * 1000)
        return {
            "events_a_second": rate,
            "alerts": alerts,
            "rows": len(ages),
            "p50_s": round(percentile(ages, 0.5), 2),
            "p95_s": round(percentile(ages, 0.95), 2),
            "rows_in_the_lake": open_table(lake, table).rows(),
        }


@contextmanager
def _process(command: list[str], bootstrap: str, data: Path, **env: str) -> Iterator[None]:
    """One of the stack's processes, ended as the stack ends it."""
    java = find_java(cache_dir()).env(os.environ)
    told = {"RUMBO_BOOTSTRAP_SERVERS": bootstrap, "RUMBO_DATA_DIR": str(data), "RUMBO_LOG_LEVEL": "WARNING"}
    with (data / "bench.log").open("ab") as log:
        process = subprocess.Popen(command, env=os.environ | java | told | env, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(120)
