"""The tail on a broker that goes away, and the worker's notes."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from fixtures_kafka import RunningBroker, broker_spec
from rumbo.events.topics import POSITIONS
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaPublisher, KafkaTail
from rumbo.transport.port import Record, progress_from_metadata, progress_to_metadata


@pytest.mark.jvm
def test_a_tail_goes_on_after_the_broker_was_killed_and_misses_nothing(tmp_path: Path) -> None:
    broker = RunningBroker(broker_spec(tmp_path))
    broker.start()
    try:
        apply_topics(broker.spec.bootstrap)
        tail = KafkaTail(broker.spec.bootstrap, [POSITIONS])
        with KafkaPublisher(broker.spec.bootstrap) as publisher:
            publisher.publish(POSITIONS, "veh_1", b"before")
            broker.stop(signal.SIGKILL)
            assert len(tail.poll(0.1)) <= 1
            broker.start()
            publisher.publish(POSITIONS, "veh_1", b"after", timeout_s=30.0)
        got: list[Record] = []
        deadline = time.monotonic() + 30.0
        while not any(record.value == b"after" for record in got) and time.monotonic() < deadline:
            got += tail.poll(0.5)
        tail.close()
        assert b"after" in [record.value for record in got]
    finally:
        broker.stop()


def test_progress_survives_its_note_and_anything_else_is_none() -> None:
    assert progress_from_metadata(progress_to_metadata(1_700_000_000_123)) == 1_700_000_000_123
    assert [
        progress_from_metadata(note) for note in (None, "", "{}", "[]", "nonsense", '{"world_ms": null}')
    ] == [None] * 6
