"""What a worker is told when it takes over from one that died in the middle of a transaction."""

from __future__ import annotations

import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from fixtures_kafka import RunningBroker
from rumbo.events.topics import PARTITIONS, Topic
from rumbo.transport.admin import apply_topics
from rumbo.transport.client import consumer_config, producer_config
from rumbo.transport.kafka import KafkaPublisher
from rumbo.transport.kafka_worker import KafkaWorkerLink
from rumbo.transport.port import WorkerNames, progress_to_metadata

pytestmark = pytest.mark.jvm
NAMES = WorkerNames("handover.plans", "handover.clock", "handover.drive")
WAIT_S = 40.0
ROUNDS = 4
"""So often it waits in vain for the progress: time enough for the plans to come first."""


@pytest.fixture
def bootstrap(broker: RunningBroker) -> str:
    apply_topics(
        broker.spec.bootstrap,
        [Topic(NAMES.plans, "", "", PARTITIONS, ()), Topic(NAMES.clock, "", "", 1, ())],
    )
    return broker.spec.bootstrap


def test_plans_read_before_the_progress_is_known_are_handed_over_after_it(
    bootstrap: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rumbo.transport.kafka_worker.CALL_TIMEOUT_S", 1.0)
    trips = {f"trp_{n}" for n in range(12)}
    with KafkaPublisher(bootstrap) as publisher:
        for trip in sorted(trips):
            publisher.publish(NAMES.plans, trip, b"{}")
        publisher.publish(NAMES.clock, "clock", b"{}")
    dead = Producer(producer_config(bootstrap, "dead") | {"transactional.id": "handover-dead"})
    dead.init_transactions(10.0)
    member = Consumer(consumer_config(bootstrap, "dead", NAMES.group))
    dead.begin_transaction()
    places = [TopicPartition(NAMES.plans, p, 1, progress_to_metadata(7)) for p in range(PARTITIONS)]
    dead.send_offsets_to_transaction(places, member.consumer_group_metadata(), 10.0)
    link = KafkaWorkerLink(bootstrap, 1, NAMES)
    told: set[int] = set()
    seen: set[str] = set()
    waits = 0
    deadline = time.monotonic() + WAIT_S
    try:
        while True:
            inflow = link.catch_up(0.5)
            told = (told - inflow.revoked) | set(inflow.assigned)
            assert {record.partition for record in inflow.plans} <= told, (
                "a plan of a partition not given yet"
            )
            seen |= {record.key or "" for record in inflow.plans}
            if inflow.complete:
                break
            assert time.monotonic() < deadline
            waits += bool(link._unread_progress)
            if waits == ROUNDS and link._unread_progress:
                dead.abort_transaction(10.0)
        assert waits >= ROUNDS, "what the dead worker left open holds it up"
        assert told == set(range(PARTITIONS))
        assert seen == trips
    finally:
        link.close()
        member.close()
