"""A broker that has just started, while its coordinators still load."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures_kafka import RunningBroker, broker_spec
from rumbo.events.topics import DRIVE_GROUP, PARTITIONS, PLANS
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaOffsets
from rumbo.transport.port import Committed

pytestmark = pytest.mark.jvm

STARTS = 3


def test_progress_can_be_read_from_a_brokers_first_moment(tmp_path: Path) -> None:
    broker = RunningBroker(broker_spec(tmp_path))
    progress = {partition: Committed(0, f'{{"world_ms": {partition}}}') for partition in range(PARTITIONS)}
    broker.start()
    try:
        apply_topics(broker.spec.bootstrap)
        first = KafkaOffsets(broker.spec.bootstrap)
        first.commit(DRIVE_GROUP, PLANS, progress)
        assert first.committed(DRIVE_GROUP, PLANS) == progress, "the commit waits for a coordinator just made"
        for _ in range(STARTS):
            broker.stop()
            broker.start()
            assert KafkaOffsets(broker.spec.bootstrap).committed(DRIVE_GROUP, PLANS) == progress
    finally:
        broker.stop()
