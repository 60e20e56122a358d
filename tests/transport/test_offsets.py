"""What becomes of a commit that the group's coordinator refuses, partition by partition."""

from __future__ import annotations

import time

import pytest

from fixtures_kafka import RunningBroker
from rumbo.errors import Unavailable
from rumbo.events.topics import Topic
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaOffsets
from rumbo.transport.kafka_worker import KafkaWorkerLink
from rumbo.transport.port import WorkerNames

pytestmark = pytest.mark.jvm
NAMES = WorkerNames("offsets.plans", "offsets.clock", "offsets.drive")
PARTITIONS = 3
WAIT_S = 40.0


def test_a_refused_commit_is_an_error_and_changes_nothing(broker: RunningBroker) -> None:
    bootstrap = broker.spec.bootstrap
    apply_topics(bootstrap, [Topic(NAMES.plans, "", "", PARTITIONS, ()), Topic(NAMES.clock, "", "", 1, ())])
    link = KafkaWorkerLink(bootstrap, 1, NAMES)
    try:
        deadline = time.monotonic() + WAIT_S
        while not link.catch_up(0.5).complete:
            assert time.monotonic() < deadline
        offsets = KafkaOffsets(bootstrap)
        with pytest.raises(Unavailable):  # the group has a live member
            offsets.commit(NAMES.group, NAMES.plans, dict.fromkeys(range(PARTITIONS), 7))
        assert offsets.committed(NAMES.group, NAMES.plans) == {}
    finally:
        link.close()
