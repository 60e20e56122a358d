"""The audit of alerts: the topic against landing, every way in which they can differ."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from rumbo.events.examples import examples
from rumbo.events.fields import ALERT
from rumbo.events.topics import STREAM_GROUP
from rumbo.lake.tables import LANDED_EVENTS
from rumbo.pipeline.ledger import AuditReport
from support.audited import World
from support.trips import plan_of, straight_route

TYPICAL = next(e.value for e in examples() if e.event is ALERT and e.name == "typical")
SPEC = LANDED_EVENTS[ALERT.topic]
COUNT = 12


def alert(number: int) -> tuple[str, str, bytes]:
    value = TYPICAL | {
        "alert_id": f"alt_{number}",
        "trip_id": f"trp_{number % 3}",
        "vehicle_id": f"veh_{number % 3}",
        "event_time": f"2026-03-0{5 + number % 2}T07:30:46.250Z",
    }
    return ALERT.topic, str(value["vehicle_id"]), json.dumps(value).encode()


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A lake that has taken all alerts of its topic."""
    world = World(tmp_path, [plan_of(straight_route(500.0))])
    records = [alert(number) for number in range(COUNT)]
    for topic, key, value in records:
        world.kafka.append(topic, key, value)
    world.land([*world.sent(), *records])
    return world


def audited(world: World) -> AuditReport:
    world.offsets.commit(STREAM_GROUP, ALERT.topic, world.offsets.end_offsets(ALERT.topic))
    return world.audit()


def test_alerts_that_have_landed_balance(world: World) -> None:
    report = audited(world)
    assert report.balanced and report.covered, report.as_text()
    assert (report.alerts.published, report.alerts.landed) == (COUNT, COUNT)
    assert report.as_dict()["alerts"]["balanced"] is True
    assert f"alerts: {COUNT} published, {COUNT} landed" in report.as_text()


def first(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.sort("kafka_partition", "kafka_offset").head(1)


FAULTS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "missing": lambda rows: rows.join(first(rows), on=["kafka_partition", "kafka_offset"], how="anti"),
    "doubled": lambda rows: pl.concat([rows, first(rows)]),
    "different": lambda rows: rows.with_columns(payload=pl.col("payload").str.replace("alt_0", "alt_0 ")),
    "extra": lambda rows: pl.concat(
        [rows, first(rows).with_columns(kafka_offset=pl.lit(10**6, pl.Int64), alert_id=pl.lit("alt_new"))]
    ),
}


@pytest.mark.parametrize("problem", FAULTS)
def test_every_seeded_fault_is_seen_and_named(world: World, problem: str) -> None:
    world.change(FAULTS[problem], SPEC)
    report = audited(world)
    assert not report.balanced and not report.alerts.balanced
    counts = {name: getattr(report.alerts, name) for name in ("missing", "different", "extra", "doubled")}
    assert counts == dict.fromkeys(counts, 0) | {problem: 1}
    (finding,) = [found for found in report.findings if found.topic == ALERT.topic]
    assert (finding.problem, finding.kafka_partition is not None) == (problem, True)
    assert "does NOT balance" in report.as_text()


def test_an_alert_that_was_published_twice_is_seen(world: World) -> None:
    again = world.kafka.append(*alert(0))
    offset = pl.lit(again.offset, pl.Int64)
    world.change(
        lambda rows: pl.concat(
            [rows, rows.filter(pl.col("alert_id") == "alt_0").with_columns(kafka_offset=offset)]
        ),
        SPEC,
    )
    report = audited(world)
    assert report.alerts.published == report.alerts.landed == COUNT + 1
    assert (report.alerts.repeated_ids, report.alerts.balanced) == (1, False)


def test_what_kafka_has_dropped_by_age_is_no_fault(world: World) -> None:
    for log in world.kafka.logs[ALERT.topic]:
        del log[:2]
    report = audited(world)
    assert report.alerts.balanced and report.alerts.older > 0
    kept = report.alerts.published + report.alerts.ahead  # in memory a log that lost records ends earlier
    assert kept + report.alerts.older == COUNT


def test_an_alert_published_meanwhile_may_have_landed_or_not(world: World) -> None:
    ends = world.offsets.end_offsets(ALERT.topic)
    world.offsets.commit(STREAM_GROUP, ALERT.topic, {p: max(0, end - 1) for p, end in ends.items()})
    report = world.audit(wait_s=0.0)
    assert not report.covered and report.alerts.balanced


def test_one_trip_and_one_day_are_judged_alone(world: World) -> None:
    world.change(lambda rows: rows.filter(pl.col("alert_id") != "alt_3"), SPEC)
    ends = world.offsets.end_offsets(ALERT.topic)
    world.offsets.commit(STREAM_GROUP, ALERT.topic, ends)
    assert world.audit(trip="trp_1").alerts.balanced
    assert world.audit(date="2026-03-05").alerts.balanced
    assert world.audit(date="2026-03-06").alerts.missing == 1
