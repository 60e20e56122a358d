"""The worker's own way to Kafka: what it does when a broker says no, hangs up, or has another in its place."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator

import pytest
from confluent_kafka import KafkaError, KafkaException, Producer

from rumbo.events.topics import POSITIONS, TRIP_STATES
from rumbo.transport.client import producer_config
from rumbo.transport.connection import Connection, lost
from rumbo.transport.kafka import KafkaOffsets, KafkaTail
from rumbo.transport.message import END, PRODUCE, Out
from rumbo.transport.port import Record
from rumbo.transport.protocol import Member
from rumbo.transport.transactions import Transactions, _address

pytestmark = pytest.mark.jvm
PAIRS = [(f"veh_ñ{n % 37}", b"%d" % n * (n % 50)) for n in range(3_000)]
OUTSIDE = Member("transactions-test", -1, "", None)
"""Of no group: a group without members takes offsets of such."""
_numbers = itertools.count()


@pytest.fixture
def writer(kafka: str) -> Iterator[Transactions]:
    writer = Transactions(kafka, f"transactions-test-{next(_numbers)}", 10_000, 5.0)
    writer.start(30.0)
    yield writer
    writer.close()


def write(writer: Transactions, pairs: list[tuple[str, bytes]], progress: int = 1) -> None:
    writer.write({POSITIONS: pairs}, OUTSIDE, POSITIONS, {0: (progress, "note")}, time.time_ns() // 1_000_000)


def taken(tail: KafkaTail, count: int) -> list[Record]:
    records: list[Record] = []
    deadline = time.monotonic() + 60
    while len(records) < count:
        assert time.monotonic() < deadline
        records += tail.poll(1.0)
    return records


def committed(kafka: str) -> int:
    return KafkaOffsets(kafka).committed(OUTSIDE.group, POSITIONS)[0].offset


def test_records_land_where_and_as_kafkas_own_client_puts_them(kafka: str, writer: Transactions) -> None:
    tail = KafkaTail(kafka, [POSITIONS])
    write(writer, PAIRS)
    ours = taken(tail, len(PAIRS))
    client = Producer(producer_config(kafka, "plain"))
    for key, value in PAIRS:
        client.produce(POSITIONS, value, key)
    assert client.flush(30) == 0
    theirs = taken(tail, len(PAIRS))
    tail.close()
    assert {(r.key, r.partition, r.value) for r in ours} == {(r.key, r.partition, r.value) for r in theirs}
    for key in {key for key, _ in PAIRS}:
        assert [r.value for r in ours if r.key == key] == [value for k, value in PAIRS if k == key]
    assert all(abs(a.timestamp_ms - b.timestamp_ms) < 60_000 for a, b in zip(ours, theirs, strict=True))


def test_several_topics_and_more_than_one_batch_go_in_one_transaction(
    kafka: str, writer: Transactions
) -> None:
    tail = KafkaTail(kafka, [POSITIONS, TRIP_STATES])
    large = [(f"veh_{n % 3}", b"%7d" % n * 100) for n in range(9_000)]
    records = {POSITIONS: large, TRIP_STATES: [("trp_1", b"state")]}
    for round_ in range(3):
        writer.write(records, OUTSIDE, POSITIONS, {0: (round_, "")}, 1_700_000_000_000)
    found = taken(tail, 3 * (len(large) + 1))
    tail.close()
    assert [r.value for r in found if r.topic == TRIP_STATES] == [b"state"] * 3
    for key in ("veh_0", "veh_1", "veh_2"):
        assert [r.value for r in found if r.key == key] == [value for k, value in large if k == key] * 3


def break_once(monkeypatch: pytest.MonkeyPatch, key: int, *, before: bool) -> list[int]:
    """Lose the connection at the first such request: before it is sent, or once the broker has answered it."""
    broken: list[int] = []
    send, receive = Connection.send, Connection.receive

    def sending(self: Connection, request: Out, timeout_s: float) -> None:
        if request.key == key and before and not broken:
            broken.append(key)
            raise self._lost("the test cuts the line")
        send(self, request, timeout_s)

    def receiving(self: Connection, timeout_s: float) -> object:
        asked = self._asked[0][1]
        answer = receive(self, timeout_s)
        if asked == key and not before and not broken:
            broken.append(key)
            raise self._lost("the test cuts the line")
        return answer

    monkeypatch.setattr(Connection, "send", sending)
    monkeypatch.setattr(Connection, "receive", receiving)
    return broken


@pytest.mark.parametrize("before", [True, False])
def test_a_lost_line_among_the_records_undoes_all_and_the_next_goes_on(
    kafka: str, writer: Transactions, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    tail = KafkaTail(kafka, [POSITIONS])
    write(writer, [("veh_1", b"first")], 10)
    broken = break_once(monkeypatch, PRODUCE, before=before)
    with pytest.raises(KafkaException):
        write(writer, PAIRS, 11)
    assert broken and not writer.unknown and committed(kafka) == 10
    write(writer, [("veh_1", b"next")], 12)
    assert [r.value for r in taken(tail, 2)] == [b"first", b"next"] and committed(kafka) == 12
    tail.close()


@pytest.mark.parametrize("before", [True, False])
def test_a_commit_whose_answer_is_lost_is_asked_again_and_holds_once(
    kafka: str, writer: Transactions, monkeypatch: pytest.MonkeyPatch, before: bool
) -> None:
    tail = KafkaTail(kafka, [POSITIONS])
    broken = break_once(monkeypatch, END, before=before)
    write(writer, [("veh_1", b"once")], 20)
    epoch = writer._producer.epoch
    assert broken and committed(kafka) == 20
    write(writer, [("veh_1", b"more")], 21)
    assert writer._producer.epoch > epoch, "a stray copy of the first commit must not end the second"
    assert [r.value for r in taken(tail, 2)] == [b"once", b"more"] and committed(kafka) == 21
    tail.close()


def test_who_never_hears_of_its_commit_does_not_claim_to_know(
    writer: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(writer, [("veh_1", b"first")])
    writer._timeout_ms = 50
    send = Connection.send

    def silent(self: Connection, request: Out, timeout_s: float) -> None:
        if request.key == END:
            raise lost("the test keeps silent")
        send(self, request, timeout_s)

    monkeypatch.setattr(Connection, "send", silent)
    with pytest.raises(KafkaException):
        write(writer, [("veh_1", b"second")])
    assert writer.unknown


def test_a_second_writer_of_the_name_shuts_the_first_out(kafka: str, writer: Transactions) -> None:
    write(writer, [("veh_1", b"first")], 30)
    second = Transactions(kafka, writer._producer.name, 10_000, 5.0)
    second.start(30.0)
    for _ in range(2):  # nor does it come back by itself
        with pytest.raises(KafkaException) as caught:
            write(writer, [("veh_1", b"ghost")], 31)
        assert caught.value.args[0].code() in {KafkaError.INVALID_PRODUCER_EPOCH, KafkaError.PRODUCER_FENCED}
    write(second, [("veh_1", b"second")], 32)
    assert committed(kafka) == 32
    second.close()


def test_a_record_that_is_too_large_undoes_the_transaction(kafka: str, writer: Transactions) -> None:
    tail = KafkaTail(kafka, [POSITIONS])
    with pytest.raises(KafkaException, match="too large"):
        write(writer, [*PAIRS, ("veh_1", bytes(1_100_000))])
    write(writer, [("veh_1", b"next")])
    assert [r.value for r in taken(tail, 1)] == [b"next"]
    tail.close()


def test_a_topic_that_is_not_there_undoes_the_transaction(writer: Transactions) -> None:
    with pytest.raises(KafkaException):
        writer.write({"no.such": [("k", b"v")]}, OUTSIDE, POSITIONS, {0: (1, "")}, 1)
    assert not writer.unknown
    write(writer, [("veh_1", b"next")])


def test_a_line_that_was_idle_for_long_is_made_anew(
    writer: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(writer, [("veh_1", b"first")])
    before, epoch = set(writer._connections.values()), writer._producer.epoch
    monkeypatch.setattr("rumbo.transport.connection.IDLE_S", 0.0)
    write(writer, [("veh_1", b"second")])
    assert before.isdisjoint(writer._connections.values())
    assert writer._producer.epoch == epoch, "nothing was lost"


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [
        ("a:9", "a", 9),
        (" PLAINTEXT://a:9", "a", 9),
        ("a", "a", 9092),
        ("[::1]:9", "::1", 9),
        ("[::1]", "::1", 9092),
    ],
)
def test_brokers_are_named_as_the_client_has_it(text: str, host: str, port: int) -> None:
    assert _address(text) == (host, port)


def test_a_member_is_told_as_the_client_tells_of_it() -> None:
    told = b"CGMDv2:\x05\0\0\0group\0me-1\0\0instance\0"
    assert Member.of(told) == Member("group", 5, "me-1", "instance")
    assert Member.of(b"CGMDv2:\xff\xff\xff\xffgroup\0\0\x01") == Member("group", -1, "", None)
    with pytest.raises(ValueError, match="not known"):
        Member.of(b"CGMDv3:")
