"""The alerts' query on a real broker and Spark: published once, whatever becomes of its checkpoint."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from rumbo.domain.alert_rules import DEFAULT_RULES
from rumbo.events.contract import canonical
from rumbo.events.fields import ALERT, POSITION
from rumbo.transport.kafka_outlet import KafkaOutlet
from support.stream import Log, event

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.jvm


def look_through(spark: SparkSession, log: Log, checkpoint: Path, group: str) -> int:
    """One life of the query, over all that Kafka holds; returns how many alerts it published."""
    from rumbo.pipeline import alerts

    outlet, published = KafkaOutlet(log.bootstrap, group), list[int]()
    plan = alerts.AlertsPlan(log.bootstrap, str(checkpoint), DEFAULT_RULES, trigger_ms=100)
    query = alerts.start(spark, plan, outlet, published.append)
    try:
        query.processAllAvailable()
    finally:
        query.stop()
        outlet.close()
    return sum(published)


def alerts_of(log: Log, trip: str) -> list[dict[str, Any]]:
    found = [(key, value) for topic, *_, key, value in log.committed() if topic == ALERT.topic]
    for key, value in found:
        assert canonical(ALERT, key, value)
    values = [json.loads(value or b"") for _, value in found]
    return [value for value in values if value["trip_id"] == trip]


def drive(trip: str, seqs: range, **changes: Any) -> list[tuple[str, bytes, bytes]]:
    return [
        event(
            POSITION,
            "v2-typical",
            trip_id=trip,
            seq=seq,
            event_time=f"2026-03-05T07:30:{seq:02}.000Z",
            **changes,
        )
        for seq in seqs
    ]


def test_alerts_are_published_once_through_restart_and_lost_checkpoint(
    spark: SparkSession, log: Log, tmp_path: Path
) -> None:
    fast: dict[str, Any] = {"speed_mps": 20.0, "speed_limit_mps": 13.89, "eta": None}
    log.send(drive("trp_alerts", range(4), **fast))
    log.send([(POSITION.topic, b"veh", b"{no json")])
    assert look_through(spark, log, tmp_path / "one", "test-alerts") == 0
    log.send(drive("trp_alerts", range(2, 12), **fast))
    assert look_through(spark, log, tmp_path / "one", "test-alerts") == 1
    (alert,) = alerts_of(log, "trp_alerts")
    assert (alert["rule"], alert["first_seq"], alert["last_seq"]) == ("overspeed", 0, 5)
    assert look_through(spark, log, tmp_path / "one", "test-alerts") == 0
    assert look_through(spark, log, tmp_path / "lost", "test-alerts") == 0
    assert Counter(a["alert_id"] for a in alerts_of(log, "trp_alerts")) == {alert["alert_id"]: 1}
