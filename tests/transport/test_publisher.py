"""What is known of a record whose acknowledgement did not come in time."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from fixtures_kafka import RunningBroker, broker_spec
from rumbo.errors import Unavailable
from rumbo.events.topics import PLANS
from rumbo.transport.admin import apply_topics
from rumbo.transport.kafka import KafkaPublisher, KafkaTableReader

pytestmark = pytest.mark.jvm


def test_a_record_without_an_answer_is_decided_once_the_broker_is_back(tmp_path: Path) -> None:
    broker = RunningBroker(broker_spec(tmp_path))
    broker.start()
    try:
        apply_topics(broker.spec.bootstrap)
        with KafkaPublisher(broker.spec.bootstrap) as publisher:
            publisher.publish(PLANS, "trp_0", b"0", 30.0)
            broker.stop(signal.SIGKILL)
            with pytest.raises(Unavailable, match="may still be written"):
                publisher.publish(PLANS, "trp_1", b"1", 0.5)
            with pytest.raises(Unavailable, match="earlier record"):
                publisher.settle(0.5)
            broker.start()
            publisher.settle(30.0)
        keys = [record.key for record in KafkaTableReader(broker.spec.bootstrap).read_all(PLANS)]
        assert sorted(key or "" for key in keys) == ["trp_0", "trp_1"]
    finally:
        broker.stop()
