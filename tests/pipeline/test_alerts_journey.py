"""Alerts all the way: a fleet's reports, Kafka, the stream's two queries, `rumbo.alerts`, landing; kills included."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import polars as pl
import psutil
import pytest

from fixtures_kafka import RunningBroker, broker_spec
from rumbo.errors import Unavailable
from rumbo.events.contract import Broken, canonical
from rumbo.events.fields import ALERT, POSITION
from rumbo.events.topics import ALERTS_GROUP
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS
from rumbo.motion import Fleet
from rumbo.pipeline.alerts import payloads
from rumbo.pipeline.detection import Partition, detect
from rumbo.pipeline.detection_trip import Report
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaOffsets
from rumbo.transport.kafka_outlet import KafkaOutlet
from rumbo.transport.port import Committed, KeyedValue
from support.audited import sent_by
from support.stream import STRICT_RULES, Log, alerting_plan
from support.trips import START_MS, plan_of, straight_route

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(600)]

DEVICES = [*["chaos"] * 6, "flaky", "standard", "standard"]
PATIENCE_S = 240.0


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Log]:
    """A broker for this test alone: nobody else's reports raise alerts here."""
    running = RunningBroker(broker_spec(tmp_path / "broker"))
    running.start()
    apply_topics(running.spec.bootstrap)
    yield Log(running.spec.bootstrap)
    running.stop()


def reports() -> list[tuple[str, bytes, bytes]]:
    """What devices of every kind send of their trips, broken records among it."""
    plans = [
        plan_of(straight_route(2500.0), seed, trip_id=f"trp_{seed}", device=device)
        for seed, device in enumerate(DEVICES)
    ]
    sent = sent_by(Fleet.of(plans), START_MS + 3_600_000)
    return [(topic, key.encode(), value) for topic, key, value in sent]


@dataclasses.dataclass(frozen=True)
class Expected:
    """By alert's id its bytes, and where each partition's reports end."""

    alerts: dict[str, bytes]
    ends: dict[int, int]


def unbroken(log: Log) -> Expected:
    """What one look through all that Kafka holds finds, without Spark, batches or deaths."""
    found: dict[str, bytes] = {}
    states: dict[int, Partition] = {}
    for topic, partition, offset, key, value in log.committed():
        if topic != POSITION.topic:
            continue
        try:
            raw = orjson.loads(canonical(POSITION, key, value))
        except Broken:
            continue
        state = states.setdefault(partition, Partition())
        alerts = [item.alert for item in detect(state, [_report(offset, raw)], STRICT_RULES)]
        found |= zip([alert["alert_id"] for alert in alerts], payloads(alerts), strict=True)
    return Expected(found, {partition: state.next_offset for partition, state in states.items()})


def _report(offset: int, raw: Mapping[str, Any]) -> Report:
    eta = raw.get("eta")
    times = {"offset": offset, "time_ms": _ms(raw["event_time"]), "eta_ms": None if eta is None else _ms(eta)}
    unknown = dict.fromkeys(Report._fields)
    values: dict[str, Any] = {**unknown, **raw, **times}
    return Report(**{name: values[name] for name in Report._fields})


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)


def published(log: Log) -> list[bytes | None]:
    return [value for topic, *_, value in log.committed() if topic == ALERT.topic]


class Failing(KafkaOutlet):
    """Its first life fails at the first write, as where the broker is away."""

    lives = 0

    def __init__(self, bootstrap: str, group: str) -> None:
        super().__init__(bootstrap, group)
        Failing.lives += 1

    def write(
        self, records: Mapping[str, Sequence[KeyedValue]], topic: str, done: Mapping[int, Committed]
    ) -> None:
        if Failing.lives == 1:
            raise Unavailable("Kafka is away for a moment.")
        super().write(records, topic, done)


def killed(own: Log, lake: Lake, folder: Path, java_home: str, jars: Path, when: str) -> None:
    """One life of the search for alerts in a process of its own, which ends within a batch."""
    script = Path(__file__).with_name("dying_alerts.py")
    command = [
        sys.executable,
        str(script),
        own.bootstrap,
        lake.landing,
        str(jars),
        str(folder / "work"),
        when,
    ]
    env = os.environ | {"JAVA_HOME": java_home, "PYTHONPATH": str(Path(__file__).parents[1])}
    family: dict[int, psutil.Process] = {}
    with (folder / f"{when}.log").open("wb") as out:
        dying = subprocess.Popen(command, env=env, stdout=out, stderr=out)
        parent = psutil.Process(dying.pid)
        deadline = time.monotonic() + PATIENCE_S
        while dying.poll() is None and time.monotonic() < deadline:
            family |= {child.pid: child for child in parent.children(recursive=True)}
            try:
                dying.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
    if dying.poll() is None:
        dying.terminate()  # it did not come to it: the log says how far it got
    assert dying.wait(10) == -signal.SIGKILL, (folder / f"{when}.log").read_text()[-3000:]
    assert psutil.wait_procs(list(family.values()), timeout=60)[1] == []


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_alerts_are_the_same_and_there_once_after_kill_9_before_and_after_their_commit_and_a_failure(
    spark: SparkSession, own: Log, lake: Lake, tmp_path: Path, java_home: str, jars: Path
) -> None:
    from rumbo.pipeline.stream import Stream

    records = reports()
    half = len(records) // 2
    own.send(records[:half])
    killed(own, lake, tmp_path, java_home, jars, "before")
    assert published(own) == []
    killed(own, lake, tmp_path, java_home, jars, "after")
    assert published(own)
    own.send(records[half:])

    expected = unbroken(own)
    offsets, stop = KafkaOffsets(own.bootstrap), threading.Event()
    plan = alerting_plan(own.bootstrap, lake, tmp_path / "work")
    assert plan.alerts is not None
    plan = dataclasses.replace(plan, alerts=dataclasses.replace(plan.alerts, open_outlet=Failing))
    living = threading.Thread(target=Stream(spark, plan, offsets).run, args=(stop,))
    living.start()
    try:
        until(
            lambda: {
                p: at.offset for p, at in offsets.committed(ALERTS_GROUP, POSITION.topic).items()
            } == expected.ends
        )  # fmt: skip
    finally:
        stop.set()
        living.join(PATIENCE_S)

    assert Failing.lives == 2
    assert len({orjson.loads(value)["rule"] for value in expected.alerts.values()}) >= 5
    assert Counter(published(own)) == Counter(expected.alerts.values())
    landed = open_table(lake, LANDED_EVENTS[ALERT.topic]).scan().select(pl.col("payload").cast(pl.Binary))
    assert Counter(landed.collect().to_series()) == Counter(expected.alerts.values())
