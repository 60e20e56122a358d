"""Starting and stopping the stack at awkward moments."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from fixtures_kafka import CACHE, broker_spec
from rumbo.events.topics import TOPICS
from rumbo.fleet.world import open_world, read_clock
from rumbo.settings import Settings
from rumbo.stack import rundir
from rumbo.stack.embedded import EmbeddedStack, read_bootstrap, start_broker
from rumbo.stack.java import find_java
from rumbo.stack.ports import choose
from rumbo.stack.supervisor import Supervisor
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader
from rumbo.transport.wall import wall_ms

pytestmark = pytest.mark.jvm


@contextmanager
def running_broker(data: Path) -> Iterator[str]:
    supervisor = Supervisor()
    try:
        start_broker(supervisor, data, find_java(CACHE), CACHE / "jars", threading.Event())
        yield read_bootstrap(data)
    finally:
        supervisor.stop_all()


def test_stopping_a_start_after_a_crash_leaves_the_world_where_the_crash_left_it(tmp_path: Path) -> None:
    broker_spec(tmp_path)  # skips the test where the jars are not there
    with running_broker(tmp_path) as bootstrap, KafkaPublisher(bootstrap) as publisher:
        apply_topics(bootstrap, TOPICS)
        before = open_world(publisher, KafkaTableReader(bootstrap), KafkaOffsets(bootstrap), 1.0, wall_ms)
    rundir.write_info(tmp_path, rundir.StackInfo(1, "http://127.0.0.1:1", "127.0.0.1:1"))
    stop = threading.Event()
    stop.set()
    told: list[str] = []
    settings = Settings(data_dir=tmp_path, port=choose(1)[0])
    EmbeddedStack(settings, find_java(CACHE), CACHE / "jars", told.append).run(stop)
    assert told[-1] == "Stopped"
    with running_broker(tmp_path) as bootstrap:
        assert read_clock(KafkaTableReader(bootstrap)) == before
