"""A stream that finds checkpoint, tables or topics broken says so, and loses nothing once that is mended."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rumbo.errors import CannotStart, RumboError
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import LANDED_EVENTS, LANDING_TABLES
from rumbo.transport.kafka import KafkaOffsets
from support.stream import Log, event, run_stream

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = [pytest.mark.jvm, pytest.mark.timeout(300)]


def newest(folder: Path, suffix: str = "") -> Path:
    return max(
        (file for file in folder.glob(f"[0-9]*{suffix}") if file.stem.isdecimal()), key=lambda f: int(f.stem)
    )


def rewrite(file: Path, text: str) -> None:
    file.write_text(text)
    file.with_name(f".{file.name}.crc").unlink(missing_ok=True)


def from_newer_spark(lake: Lake) -> None:
    file = newest(Path(lake.stream_checkpoint) / "offsets")
    rewrite(file, "v99" + file.read_text()[2:])


def cut_off(lake: Lake) -> None:
    rewrite(newest(Path(lake.stream_checkpoint) / "offsets"), "v1\n{")


def without_a_commit(lake: Lake) -> None:
    log = Path(lake.table_path(LANDED_EVENTS[POSITION.topic])) / "_delta_log"
    shutil.copy(newest(log, ".json"), log / f"{int(newest(log, '.json').stem) + 2:020}.json")


def with_a_broken_commit(lake: Lake) -> None:
    rewrite(
        newest(Path(lake.table_path(LANDED_EVENTS[TRIP_STATE.topic])) / "_delta_log", ".json"),
        '{"add": nonsense',
    )


def with_an_empty_commit(lake: Lake) -> None:
    rewrite(newest(Path(lake.table_path(LANDED_EVENTS[TRIP_STATE.topic])) / "_delta_log", ".json"), "")


BREAKS: list[tuple[Callable[[Lake], None], str]] = [
    (from_newer_spark, r"another version of Spark wrote it \(v99"),
    (cut_off, "offsets/[0-9]+ is broken"),
    (without_a_commit, r"landing/positions cannot be read: its log is damaged at [0-9]+\.json"),
    (with_a_broken_commit, r"landing/trip_states cannot be read: its log is damaged at [0-9]+\.json"),
    (with_an_empty_commit, r"landing/trip_states cannot be read: its log is damaged at [0-9]+\.json"),
]


class MadeAgain(KafkaOffsets):
    """Of a topic that was deleted and made again."""

    def topic_id(self, topic: str) -> str:
        return "another" if topic == POSITION.topic else super().topic_id(topic)


def test_what_is_broken_is_named_and_once_it_is_mended_everything_lands(
    spark: SparkSession, log: Log, lake: Lake, tmp_path: Path
) -> None:
    log.send([event(POSITION, seq=1), event(TRIP_STATE, seq=1)])
    run_stream(spark, log, lake, tmp_path)
    log.send([event(POSITION, seq=2), event(TRIP_STATE, seq=2)])
    whole = tmp_path / "whole"
    shutil.copytree(lake.landing, whole)
    for break_it, said in BREAKS:
        break_it(lake)
        with pytest.raises(RumboError, match=said) as told:
            run_stream(spark, log, lake, tmp_path)
        assert "_checkpoints" in str(told.value)
        shutil.rmtree(lake.landing)
        shutil.copytree(whole, lake.landing)
    with pytest.raises(CannotStart, match=r"rumbo\.positions is not the one from which this lake was fed"):
        run_stream(spark, log, lake, tmp_path, MadeAgain(log.bootstrap))
    run_stream(spark, log, lake, tmp_path)
    landed = [
        row
        for spec in LANDING_TABLES
        for row in open_table(lake, spec)
        .scan()
        .select("kafka_topic", "kafka_partition", "kafka_offset")
        .collect()
        .rows()
    ]
    assert sorted(landed) == [row[:3] for row in log.committed()]
