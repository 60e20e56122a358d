"""The stream: Kafka's event topics into landing, exactly once. Job entry: `python -m rumbo.pipeline.stream`.

One streaming query reads all event topics and appends each micro-batch to landing's tables. SIGTERM lands what
Kafka holds at that moment, then ends; kill -9 is safe at any time. Ends non-zero on any failure: the
supervisor starts it again.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # the package ships no types
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from rumbo.children import Heartbeat
from rumbo.errors import RumboError, Unavailable
from rumbo.events.fields import EVENT_TYPES
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.read import open_table
from rumbo.lake.refusals import explain
from rumbo.lake.tables import LANDING_TABLES, TableSpec
from rumbo.pipeline import recovery
from rumbo.pipeline.alerting import Alerting
from rumbo.pipeline.alerts import AlertsPlan, checkpoint_of
from rumbo.pipeline.checkpoint import Checkpoint, parse_offsets
from rumbo.pipeline.failures import explained, require_sound
from rumbo.pipeline.landing import Committed, Landing, create_tables
from rumbo.pipeline.progress import Progress, end_offsets
from rumbo.pipeline.session import build_session, cluster_of
from rumbo.pipeline.source import kafka_source
from rumbo.pipeline.upkeep import Upkeep
from rumbo.pipeline.warmup import warm_up
from rumbo.scenarios.alert_file import load_rules
from rumbo.settings import Settings, read_settings
from rumbo.transport.kafka import KafkaOffsets
from rumbo.transport.port import Offsets
from rumbo.transport.wall import wall_ms

log = logging.getLogger(__name__)

POLL_S = 0.2
DRAIN_S = 60.0
QUIET_MS = 3_000
RECORDS_A_BATCH = 250_000
TOPICS = tuple(event.topic for event in EVENT_TYPES)


@dataclass(frozen=True, slots=True)
class StreamPlan:
    """What a stream is told."""

    bootstrap: str
    lake: Lake
    work_dir: Path
    """Scratch files; may be lost."""
    trigger_ms: int = 1000
    records_a_batch: int = RECORDS_A_BATCH
    cores: int = 2
    warm_up: bool = True
    alerts: AlertsPlan | None = None
    """None: no alerts are looked for."""
    heartbeat: Heartbeat = field(default_factory=Heartbeat)


class Stream:
    """One run of the stream. `committed` is called after each table's commit of each batch."""

    def __init__(
        self, session: SparkSession, plan: StreamPlan, offsets: Offsets, committed: Committed | None = None
    ) -> None:
        self._session = session
        self._plan = plan
        self._offsets = offsets
        self._committed = committed
        self._upkeep = Upkeep(session, plan.lake, LANDING_TABLES, wall_ms)
        self._batches: dict[int, dict[str, int]] = {}
        self._told = -1
        self._last_look = ""

    def run(self, stop: threading.Event) -> None:
        """Land records until `stop` is set, then land what Kafka holds at that moment, and end.

        Raises Unavailable where the query fails, CannotStart where lake, checkpoint and Kafka do not fit.
        """
        plan, lake = self._plan, self._plan.lake
        require_sound(lake, LANDING_TABLES)
        create_tables(self._session, lake, LANDING_TABLES)
        ids = {topic: self._offsets.topic_id(topic) for topic in TOPICS}
        ends = end_offsets(self._offsets, TOPICS)
        checkpoint = Checkpoint(self._session, lake.stream_checkpoint)
        recovery.require_same_topics(checkpoint, ids)
        seen = recovery.prepare(checkpoint, lake, LANDING_TABLES, ends, wall_ms())
        checkpoint.remember_topics(ids)
        landing = Landing(lake, seen=seen, committed=self._appended, cores=plan.cores)
        rows = {spec.name: open_table(lake, spec).rows() for spec in LANDING_TABLES}
        progress = Progress(self._offsets, ends, checkpoint.committed(), rows, wall_ms)
        if plan.warm_up and progress.covers(ends):
            # Before the first sign of life: who is told that all is ready finds the stream quick.
            warm_up(self._session, plan.work_dir / "warm-up")
        progress.beat()
        query = self._start(landing)
        log.info("The stream reads %s at %s", ", ".join(TOPICS), plan.bootstrap)
        helper_stop = threading.Event()
        helper = threading.Thread(
            target=self._helper,
            args=(progress, helper_stop),
            name="upkeep",
            daemon=True,
        )
        helper.start()
        alerting = Alerting(self._session, plan.alerts)
        alerting.start()
        try:
            while not stop.wait(POLL_S):
                progress.alerts_trouble = alerting.trouble
                self._look(query, progress)
                _forget_seen(landing, progress, checkpoint)
            alerting.stop()  # before the drain: what it has found lands too
            self._drain(query, progress)
        finally:
            helper_stop.set()
            alerting.stop()
            query.stop()
        self._tell(query, progress)
        _forget_seen(landing, progress, checkpoint)
        log.info("The stream has ended")

    def _start(self, landing: Landing) -> StreamingQuery:
        source = kafka_source(self._session, self._plan.bootstrap, TOPICS, self._plan.records_a_batch)
        return (
            source.writeStream.queryName("landing")
            .foreachBatch(self._landed(landing))
            .option("checkpointLocation", self._plan.lake.stream_checkpoint)
            .trigger(processingTime=f"{self._plan.trigger_ms} milliseconds")
            .start()
        )

    def _landed(self, landing: Landing) -> Any:
        def land(batch: Any, batch_id: int) -> None:
            self._batches[batch_id] = landing.land(batch, batch_id)

        return land

    def _appended(self, spec: TableSpec) -> None:
        self._upkeep.note(spec)
        if self._committed is not None:
            self._committed(spec)

    def _helper(self, progress: Progress, stop: threading.Event) -> None:
        self._upkeep.run(stop, lambda: progress.idle_ms() > QUIET_MS)

    def _look(self, query: StreamingQuery, progress: Progress) -> None:
        self._tell(query, progress)
        progress.beat()
        self._plan.heartbeat.beat(time.monotonic())
        if not query.isActive:
            raise explain(query.exception(), self._plan.lake) or explained(query.exception())

    def _tell(self, query: StreamingQuery, progress: Progress) -> None:
        """Pass on the batches that are done. Spark reports a batch after it is in the checkpoint."""
        last = query.lastProgress
        if last is None or last["timestamp"] == self._last_look:
            return  # the list of all recent reports costs much more to fetch
        self._last_look = last["timestamp"]
        for report in query.recentProgress:
            batch_id = int(report["batchId"])
            if batch_id <= self._told or "addBatch" not in report["durationMs"]:
                continue  # told before, or a look at Kafka that found nothing new
            ended = report["sources"][0]["endOffset"]
            offsets = parse_offsets(ended if isinstance(ended, str) else json.dumps(ended))
            rows = self._batches.pop(batch_id, {})
            progress.batch_done(batch_id, int(report["durationMs"]["triggerExecution"]), offsets, rows)
            self._told = batch_id

    def _drain(self, query: StreamingQuery, progress: Progress) -> None:
        """Go on until all is landed that was committed to Kafka by now, or a minute has gone."""
        deadline = time.monotonic() + DRAIN_S
        try:
            ends = end_offsets(self._offsets, TOPICS)
        except Unavailable as exc:
            log.warning("Kafka does not say what is left to land: %s", exc)
            return
        pause = threading.Event()
        while not progress.covers(ends) and time.monotonic() < deadline:
            pause.wait(POLL_S)
            self._look(query, progress)
        while query.status["isTriggerActive"] and time.monotonic() < deadline:
            pause.wait(POLL_S)
        if not progress.covers(ends):
            log.warning("Not everything was landed in %.0f s; the next start goes on from there", DRAIN_S)


def _forget_seen(landing: Landing, progress: Progress, checkpoint: Checkpoint) -> None:
    """Once the query is beyond what the lake held before it, nothing needs to be left out any more."""
    if landing.seen and recovery.passed(landing.seen, progress.committed):
        landing.seen = {}
        checkpoint.remember_seen({})
        log.info("The lake has all that Kafka holds again")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the stream as its own process; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m rumbo.pipeline.stream", description=__doc__)
    parser.add_argument("--jars", type=Path, required=True, help="Folder with the Spark jars.")
    arguments = parser.parse_args(argv)
    stop = threading.Event()
    try:
        settings = read_settings()
        logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        logging.getLogger("py4j").setLevel(logging.WARNING)
        _stop_on_signals(stop)
        lake = lake_of(settings, "stream")
        plan = StreamPlan(
            settings.bootstrap_servers,
            lake,
            settings.data_dir.absolute() / "run" / "stream",
            settings.stream_trigger_ms,
            cores=settings.spark_cores,
            warm_up=not settings.spark_master,  # its tables are on this machine only
            alerts=_alerts_plan(settings, lake),
            heartbeat=Heartbeat(settings.heartbeat_file),
        )
        cluster = cluster_of(settings.spark_master, settings.spark_executor_memory)
        session = build_session(
            "rumbo-stream", arguments.jars, plan.work_dir, cores=plan.cores, lake=lake, cluster=cluster
        )
        _stop_on_signals(stop)  # Spark has set its own
        try:
            Stream(session, plan, KafkaOffsets(plan.bootstrap)).run(stop)
        except (PySparkException, Py4JError) as exc:
            raise explain(exc, lake) or explained(exc) from exc
        session.stop()
    except RumboError as exc:
        log.error("%s", exc)  # noqa: TRY400  # the message says it all; a trace would hide it
        return exc.exit_code
    return 0


def _alerts_plan(settings: Settings, lake: Lake) -> AlertsPlan | None:
    if settings.alerts == "off":
        return None
    rules = load_rules(settings.alert_rules)
    return AlertsPlan(settings.bootstrap_servers, checkpoint_of(lake.stream_checkpoint), rules)


def _stop_on_signals(stop: threading.Event) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    os._exit(code)  # Py4J's threads must not keep a stream that has ended alive
