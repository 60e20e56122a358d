"""Three brokers with three copies of each topic: one of them may go at any time."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from support.containers import Containers, assert_balanced, the_main_job_with
from support.stack import TRIPS, wait_for

pytestmark = [pytest.mark.timeout(1500), pytest.mark.long]

BROKERS = ("kafka", "kafka-2", "kafka-3")
COPIES = """
import json
from confluent_kafka.admin import AdminClient
admin = AdminClient({"bootstrap.servers": "kafka:9092,kafka-2:9092,kafka-3:9092"})
topics = admin.list_topics(timeout=20).topics.values()
print(json.dumps({topic.topic: sorted({len(p.isrs) for p in topic.partitions.values()}) for topic in topics}))
"""


@pytest.fixture(scope="module")
def brokers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Containers]:
    with the_main_job_with(tmp_path_factory.mktemp("brokers"), "compose.brokers.yaml") as found:
        yield found


def copies(services: Containers) -> dict[str, list[int]]:
    """By topic, how many copies of its partitions are in step."""
    found: dict[str, list[int]] = json.loads(services.in_api(COPIES))
    return found


def test_each_broker_may_stop_answering_in_mid_trip_and_nothing_is_lost(brokers: Containers) -> None:
    before = copies(brokers)
    assert {"rumbo.plans", "rumbo.positions", "__consumer_offsets", "__transaction_state"} <= before.keys()
    assert set(map(tuple, before.values())) == {(3,)}
    for number, broker in enumerate(BROKERS):
        trip = brokers.trip(brokers.vehicle(f"Beside {broker}"), TRIPS[number])["id"]
        brokers.rate(5)
        brokers.docker("pause", brokers.ids(broker)[0])
        try:
            wait_for(lambda: copies(brokers)["rumbo.positions"] == [2], f"{broker} is out of step", 120.0)
            brokers.wait_for_arrival(trip)
        finally:
            brokers.docker("unpause", brokers.ids(broker)[0])
        wait_for(lambda: set(map(tuple, copies(brokers).values())) == {(3,)}, "all are in step again", 300.0)
    assert_balanced(brokers.audit(), len(BROKERS))
