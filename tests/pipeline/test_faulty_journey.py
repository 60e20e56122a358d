"""A fleet on which everything goes wrong, all the way: plans, a worker, Kafka, Spark and the lake; then the audit."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from fixtures_kafka import RunningBroker, broker_spec
from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.device import Fault
from rumbo.domain.plan import Plan
from rumbo.drive.worker import Worker
from rumbo.events.fields import POSITION
from rumbo.events.plans import clock_to_json, plan_to_json
from rumbo.events.topics import CLOCK, CLOCK_KEY, DRIVE_GROUP, PLANS
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS, REJECTED
from rumbo.motion import Fleet
from rumbo.pipeline.audit import audit
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader
from rumbo.transport.kafka_worker import KafkaWorkerLink
from rumbo.transport.port import progress_from_metadata
from rumbo.transport.wall import wall_ms
from support.stream import Log, run_stream
from support.trips import START_MS, plan_of, straight_route

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(300)]

RATE = 1000.0
ENOUGH_MS = START_MS + 3_600_000
DEVICES = [*["chaos"] * 24, "legacy", "flaky", "phone", "tracker", "standard"]


def fleet() -> list[Plan]:
    return [
        plan_of(
            straight_route(4000.0), seed, trip_id=f"trp_{seed}", device=device, start_ms=START_MS + 900_000
        )
        for seed, device in enumerate(DEVICES)
    ]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Log]:
    """A broker for this test alone: the audit knows every row of its lake."""
    running = RunningBroker(broker_spec(tmp_path / "broker"))
    running.start()
    apply_topics(running.spec.bootstrap)
    yield Log(running.spec.bootstrap)
    running.stop()


def drive(bootstrap: str, until_ms: int) -> None:
    """Let a worker drive all plans up to a moment of the world."""
    stop = threading.Event()
    offsets = KafkaOffsets(bootstrap)
    worker = Worker(KafkaWorkerLink(bootstrap, 1), Fleet.of, wall_ms)
    driving = threading.Thread(target=worker.run, args=(stop,))
    driving.start()
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            notes = offsets.committed(DRIVE_GROUP, PLANS).values()
            driven = [progress_from_metadata(note.metadata) or 0 for note in notes]
            if len(driven) == 6 and min(driven) >= until_ms:
                return
            stop.wait(0.1)
        raise AssertionError("the worker does not get there")
    finally:
        stop.set()
        driving.join(30)


def test_every_declared_fault_is_accounted_for_from_the_plan_to_the_lake(
    spark: SparkSession, own: Log, lake: Lake, tmp_path: Path
) -> None:
    publisher = KafkaPublisher(own.bootstrap)
    publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(WorldClock((ClockChange(wall_ms(), START_MS, RATE),))))
    for plan in fleet():
        publisher.publish(PLANS, plan.trip_id, plan_to_json(plan))
    drive(own.bootstrap, ENOUGH_MS)
    run_stream(spark, own, lake, tmp_path / "stream", records_a_batch=10_000)
    report = audit(
        lake, offsets=KafkaOffsets(own.bootstrap), tables=KafkaTableReader(own.bootstrap), wait_s=30.0,
    )  # fmt: skip
    assert report.balanced, report.as_text()
    assert (report.covered, report.foreign_rejected, report.total.ahead) == (True, 0, 0)
    declared = {flag.labels[0] for flag in Fault}
    assert {label for label, fault in report.faults.items() if fault.expected == fault.found > 0} == declared
    assert open_table(lake, REJECTED).rows() > 50
    assert len(set(open_table(lake, REJECTED).scan().collect()["rule"])) > 5
    versions = (
        open_table(lake, LANDED_EVENTS[POSITION.topic]).scan().select(pl.col("schema_version").unique())
    )
    assert 1 in versions.collect().to_series()
