"""Batches in one call: the same records at the same places as one by one."""

from __future__ import annotations

import pytest
from confluent_kafka import KafkaException, Producer

from rumbo.events.texts import Texts
from rumbo.events.topics import POSITIONS
from rumbo.transport.batch import Batch
from rumbo.transport.bulk import BulkProducer
from rumbo.transport.client import producer_config
from rumbo.transport.kafka import KafkaTail
from rumbo.transport.port import Record

PAIRS = [(f"veh_ñ{n % 37}", b"%d" % n * (n % 50)) for n in range(3_000)]


def test_a_batch_is_a_sequence_of_its_pairs() -> None:
    batch = Batch.of(PAIRS)
    assert list(batch) == PAIRS and batch[-1] == PAIRS[-1] and batch[5:9] == PAIRS[5:9]
    assert list(batch + Batch.of(PAIRS[:3])) == PAIRS + PAIRS[:3]
    assert Batch.of(batch) is batch and len(Batch.of([])) == 0
    with pytest.raises(IndexError):
        batch[3_000]
    with pytest.raises(ValueError, match="1 keys for 0 values"):
        Batch(Texts.of([b"a"]), Texts.of([]))


def appended(bootstrap: str, producer: Producer, bulk: BulkProducer) -> list[Record]:
    tail = KafkaTail(bootstrap, [POSITIONS])
    polls = 0

    def make_room() -> None:
        nonlocal polls
        polls += 1
        producer.poll(0.05)

    bulk.produce(POSITIONS, Batch.of(PAIRS), make_room)
    assert producer.flush(20) == 0
    bulk.release()
    records: list[Record] = []
    while len(records) < len(PAIRS):
        records += tail.poll(5.0)
    tail.close()
    assert polls > 0, "the queue was meant to be too small for all at once"
    return records


@pytest.mark.jvm
def test_a_batch_lands_where_and_as_single_records_do(kafka: str, monkeypatch: pytest.MonkeyPatch) -> None:
    config = producer_config(kafka, "bulk") | {"queue.buffering.max.messages": 1_000}
    producer = Producer(config)
    bulk = BulkProducer(producer)
    assert bulk.is_bulk, "the locked client's layout is known"
    at_once = appended(kafka, producer, bulk)
    bulk.close()
    monkeypatch.setattr("rumbo.transport.bulk._library", lambda: None)
    one_by_one = appended(kafka, producer, BulkProducer(producer))
    places = [{(r.key, r.partition, r.value) for r in records} for records in (at_once, one_by_one)]
    assert places[0] == places[1] and {(r.key, r.value) for r in at_once} == set(PAIRS)
    order = [[r.value for r in records if r.key == "veh_ñ3"] for records in (at_once, one_by_one)]
    assert order[0] == order[1] == [value for key, value in PAIRS if key == "veh_ñ3"]


@pytest.mark.jvm
def test_a_record_that_is_too_large_is_refused_as_by_produce(kafka: str) -> None:
    producer = Producer(producer_config(kafka, "bulk") | {"message.max.bytes": 2_000})
    bulk = BulkProducer(producer)
    with pytest.raises(KafkaException, match="too large"):
        bulk.produce(POSITIONS, Batch.of([("veh_1", b"x" * 5_000)]), lambda: producer.poll(0.05))
    bulk.close()
