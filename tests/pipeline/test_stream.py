"""The stream with a real broker, real Spark and real Delta tables."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
import polars as pl
import psutil
import pytest
from deltalake import DeltaTable, write_deltalake

from rumbo.errors import CannotStart
from rumbo.events.examples import examples
from rumbo.events.fields import ALERT, POSITION, TRIP_STATE
from rumbo.events.topics import STREAM_GROUP
from rumbo.lake.figures import StreamFigures
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS, LANDING_TABLES, REJECTED
from rumbo.transport.kafka import KafkaOffsets
from rumbo.transport.port import Committed
from support.stream import TOPICS, Log, Row, event, run_stream

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(300)]

GOOD = [event(POSITION, seq=seq, vehicle_id=f"veh_{seq % 7}") for seq in range(40)]
STATES = [event(TRIP_STATE, seq=seq, trip_id=f"trp_{seq % 3}") for seq in range(6)]
ALERTS = [event(ALERT, alert_id=f"alt_{number}") for number in range(4)]
BAD: dict[str, tuple[str, bytes | None, bytes | None]] = {
    "no_value": (POSITION.topic, b"veh_1", None),
    "not_utf8": (POSITION.topic, b"veh_1", b'{"a":"\xff"}'),
    "not_json": (TRIP_STATE.topic, b"trp_1", b'{"seq":1'),
    "not_an_object": (POSITION.topic, None, b"[]"),
    "repeated_field": (POSITION.topic, b"veh_1", b'{"seq":1,"seq":2}'),
    "wrong_type": event(POSITION, lat="43.7"),
    "out_of_range": event(POSITION, lat=90.5),
    "unknown_value": event(TRIP_STATE, state="flying"),
    "wrong_version": event(POSITION, schema_version=3),
    "null_field": event(TRIP_STATE, lon=None),
    "wrong_key": (POSITION.topic, b"veh_other", event(POSITION)[2]),
    "missing_field": (TRIP_STATE.topic, b"trp_1", b'{"schema_version":1}'),
}
UNUSUAL = [
    event(POSITION, seq=900, later={"a": [1]}),
    event(POSITION, seq=901, road_name='Rue "Ñandú" \\ 東'),
    event(POSITION, seq=902, event_time="0001-01-01T00:00:00.000Z", eta=None, speed_limit_mps=None),
    event(TRIP_STATE, seq=903, lat=43, lon=7e0),
    event(POSITION, seq=904, power_kw="unknown to version 1"),
]
VERSION_2 = [event(POSITION, "v2-typical", seq=seq) for seq in (950, 951)]


def in_lake(lake: Lake) -> list[Row]:
    """All records in landing as Kafka held them, sorted."""
    rows: list[Row] = []
    for spec in LANDING_TABLES:
        frame = open_table(lake, spec).scan()
        columns = ("kafka_topic", "kafka_partition", "kafka_offset")
        raw = (pl.col(name).cast(pl.Binary) for name in ("kafka_key", "payload"))
        rows += frame.select(*columns, *raw).collect().rows()
    return sorted(rows, key=lambda row: row[:3])


@pytest.fixture(scope="module")
def sent(log: Log) -> Log:
    """Kafka with every kind of record in it."""
    log.send([*GOOD, *STATES, *ALERTS, *BAD.values(), *UNUSUAL, *VERSION_2])
    log.send_in_transaction(GOOD[:5], commit=True)
    log.send_in_transaction(GOOD[:5], commit=False)
    return log


@dataclass(frozen=True)
class Landed:
    """A lake that one run of the stream has filled, and what Kafka held and knew then."""

    lake: Lake
    held: list[Row]
    ends: dict[str, dict[int, int]]
    published: dict[str, dict[int, Committed]]


@pytest.fixture(scope="module")
def landed(spark: SparkSession, sent: Log, tmp_path_factory: pytest.TempPathFactory) -> Landed:
    folder = tmp_path_factory.mktemp("landed")
    lake = Lake(str(folder / "the lake" / "landing"), str(folder / "staging"), str(folder / "common"))
    run_stream(spark, sent, lake, folder)
    offsets = KafkaOffsets(sent.bootstrap)
    return Landed(
        lake,
        sent.committed(),
        {topic: offsets.end_offsets(topic) for topic in TOPICS},
        {topic: offsets.committed(STREAM_GROUP, topic) for topic in TOPICS},
    )


def test_every_committed_record_lands_once_and_byte_for_byte(landed: Landed) -> None:
    assert in_lake(landed.lake) == landed.held


def test_columns_are_typed_and_dated_by_event_time(landed: Landed) -> None:
    rows = open_table(landed.lake, LANDED_EVENTS[POSITION.topic]).scan().collect()
    typical = next(e.value for e in examples() if e.event is POSITION and e.name == "typical")
    row = rows.filter(pl.col("seq") == 3).row(0, named=True)
    for name in ("lat", "lon", "speed_mps", "satellites", "state", "road_name", "energy_level"):
        assert row[name] == typical[name]
    assert row["event_time"] == datetime(2026, 3, 5, 7, 30, 41, 250_000, UTC)
    assert row["event_date"] == row["event_time"].date()
    unusual = {r["seq"]: r for r in rows.filter(pl.col("seq") >= 900).iter_rows(named=True)}
    assert unusual[901]["road_name"] == 'Rue "Ñandú" \\ 東'
    assert (unusual[902]["eta"], unusual[902]["speed_limit_mps"]) == (None, None)
    assert str(unusual[902]["event_date"]) == "0001-01-01"


def test_versions_of_an_event_stand_side_by_side_in_one_table(landed: Landed) -> None:
    rows = open_table(landed.lake, LANDED_EVENTS[POSITION.topic]).scan().collect()
    newer = [field.name for field in POSITION.fields if field.since > 1]
    first = rows.filter(pl.col("schema_version") == 1).select(newer)
    assert first.null_count().row(0) == (first.height,) * len(newer)
    # By trip: the broker is the session's, and other tests send of version 2 too.
    ours = {orjson.loads(value)["trip_id"] for _, _, value in VERSION_2}
    second = rows.filter((pl.col("schema_version") == 2) & pl.col("trip_id").is_in(list(ours))).sort("seq")
    assert second["seq"].to_list() == [950, 951]
    assert second.select("trigger", "ignition", "power_kw", "engine_speed_rpm").row(0) == (
        "time", "on", -6.42, 1840.0,
    )  # fmt: skip


def test_a_table_of_an_older_rumbo_gets_the_new_columns_without_a_file_being_rewritten(
    spark: SparkSession, sent: Log, lake: Lake, tmp_path: Path
) -> None:
    from rumbo.pipeline.landing import create_tables

    spec = LANDED_EVENTS[POSITION.topic]
    newer = {field.name for field in POSITION.fields if field.since > 1}
    older = dataclasses.replace(spec, columns=tuple(c for c in spec.columns if c.name not in newer))
    create_tables(spark, lake, [older])
    run_stream(spark, sent, lake, tmp_path / "old")
    table = DeltaTable(lake.table_path(spec))
    assert [field.name for field in table.schema().fields] == list(spec.names)
    assert in_lake(lake) == sent.committed()
    assert open_table(lake, older).scan().collect().columns == list(older.names)


def test_rows_that_an_older_rumbo_landed_stay_and_read_as_null_in_the_new_columns(
    spark: SparkSession, sent: Log, lake: Lake, landed: Landed
) -> None:
    from rumbo.pipeline.landing import create_tables

    spec = LANDED_EVENTS[POSITION.topic]
    newer = [field.name for field in POSITION.fields if field.since > 1]
    older = dataclasses.replace(spec, columns=tuple(c for c in spec.columns if c.name not in newer))
    create_tables(spark, lake, [older])
    rows = open_table(landed.lake, spec).scan().filter(pl.col("schema_version") == 1).collect()
    write_deltalake(lake.table_path(spec), rows.select(older.names), mode="append")
    unmigrated = open_table(lake, spec).scan().collect()
    before = set(DeltaTable(lake.table_path(spec)).file_uris())
    create_tables(spark, lake, [spec])
    assert set(DeltaTable(lake.table_path(spec)).file_uris()) == before
    for read in (unmigrated, open_table(lake, spec).scan().collect()):
        assert read.sort("kafka_partition", "kafka_offset").equals(
            rows.sort("kafka_partition", "kafka_offset")
        )


def test_a_record_that_breaks_the_contract_is_rejected_by_its_rule(landed: Landed) -> None:
    rejected = open_table(landed.lake, REJECTED).scan().collect()
    found = {
        (row["kafka_topic"], row["kafka_key"], row["payload"]): row["rule"]
        for row in rejected.iter_rows(named=True)
    }
    for rule, record in BAD.items():
        assert found[record] == rule
    assert all(rejected["reason"].str.len_chars() > 10)


def test_the_stream_publishes_what_is_durable_and_its_figures(landed: Landed) -> None:
    for topic in TOPICS:
        assert {p: at.offset for p, at in landed.published[topic].items()} == landed.ends[topic]
    figures = StreamFigures.from_json(landed.published[POSITION.topic][0].metadata)
    assert figures is not None
    assert figures.last_batch_ms is not None
    assert figures.rows_landed == {spec.name: open_table(landed.lake, spec).rows() for spec in LANDING_TABLES}


def test_tables_have_no_feature_that_other_readers_lack(landed: Landed) -> None:
    for spec in LANDING_TABLES:
        table = DeltaTable(landed.lake.table_path(spec))
        assert table.protocol().min_reader_version == 1
        assert table.metadata().partition_columns == list(spec.partition_by)
        nullable = {field.name: field.nullable for field in table.schema().fields}
        assert nullable == {column.name: column.nullable for column in spec.columns}


def test_joining_small_files_changes_no_row(
    spark: SparkSession, log: Log, lake: Lake, tmp_path: Path
) -> None:
    from rumbo.pipeline.upkeep import join_files

    spec = LANDED_EVENTS[POSITION.topic]
    for _ in range(2):
        log.send(GOOD[:4])
        run_stream(spark, log, lake, tmp_path)
    before, files = in_lake(lake), open_table(lake, spec).files()
    join_files(spark, lake, spec)
    assert in_lake(lake) == before
    assert open_table(lake, spec).files() < files


def test_a_lost_checkpoint_neither_loses_nor_repeats_a_record(
    spark: SparkSession, sent: Log, lake: Lake, tmp_path: Path
) -> None:
    run_stream(spark, sent, lake, tmp_path)
    shutil.rmtree(lake.stream_checkpoint)
    sent.send([*GOOD, *BAD.values()])
    run_stream(spark, sent, lake, tmp_path)
    assert in_lake(lake) == sent.committed()
    assert not Path(f"{lake.stream_checkpoint}-seen.json").exists()


def test_a_checkpoint_older_than_the_lake_neither_loses_nor_repeats_a_record(
    spark: SparkSession, sent: Log, lake: Lake, tmp_path: Path
) -> None:
    run_stream(spark, sent, lake, tmp_path)
    shutil.copytree(lake.stream_checkpoint, tmp_path / "backup")
    sent.send(GOOD)
    run_stream(spark, sent, lake, tmp_path)
    shutil.rmtree(lake.stream_checkpoint)
    shutil.copytree(tmp_path / "backup", lake.stream_checkpoint)
    sent.send(GOOD)
    run_stream(spark, sent, lake, tmp_path)
    assert in_lake(lake) == sent.committed()


def test_a_lake_fed_from_another_kafka_is_refused(
    spark: SparkSession, sent: Log, lake: Lake, tmp_path: Path
) -> None:
    class Empty(KafkaOffsets):
        def end_offsets(self, topic: str) -> dict[int, int]:
            return dict.fromkeys(super().end_offsets(topic), 0)

    run_stream(spark, sent, lake, tmp_path)
    with pytest.raises(CannotStart, match="another Kafka"):
        run_stream(spark, sent, lake, tmp_path, Empty(sent.bootstrap))


def test_kill_9_between_two_tables_commits_neither_loses_nor_repeats_a_record(
    spark: SparkSession, sent: Log, lake: Lake, tmp_path: Path, java_home: str, jars: Path
) -> None:
    script = Path(__file__).with_name("dying_stream.py")
    command = [sys.executable, str(script), sent.bootstrap, lake.landing, str(jars), str(tmp_path / "work")]
    with (tmp_path / "dying.log").open("wb") as out:
        dying = subprocess.Popen(command, env={**os.environ, "JAVA_HOME": java_home}, stdout=out, stderr=out)
        children: list[psutil.Process] = []
        while dying.poll() is None:
            children += [
                child for child in psutil.Process(dying.pid).children(recursive=True) if child not in children
            ]
            try:
                dying.wait(0.2)
            except subprocess.TimeoutExpired:
                continue
    assert dying.returncode == -signal.SIGKILL, (tmp_path / "dying.log").read_text()[-2000:]
    assert psutil.wait_procs(children, timeout=30)[1] == []
    landed = {spec.name for spec in LANDING_TABLES if open_table(lake, spec).rows()}
    assert landed == {"positions"}
    run_stream(spark, sent, lake, tmp_path)
    assert in_lake(lake) == sent.committed()
