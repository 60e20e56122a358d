"""A line to a broker that is not what it ought to be; the broker is a thread of the test."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator

import pytest
from confluent_kafka import KafkaException

from rumbo.transport.connection import Connection
from rumbo.transport.message import API_VERSIONS, NEEDED, PRODUCE
from rumbo.transport.protocol import Address, find_coordinator

type Answer = Callable[[int], bytes]


def versions(known: dict[int, int]) -> Answer:
    """Says that each request is taken in exactly one version."""
    body = struct.pack(">hi", 0, len(known)) + b"".join(
        struct.pack(">hhh", k, v, v) for k, v in known.items()
    )
    return lambda correlation: struct.pack(">ii", 4 + len(body), correlation) + body


@pytest.fixture
def broker() -> Iterator[Callable[[list[Answer]], Address]]:
    """Starts one that gives these answers, one a request, then hangs up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve(answers: list[Answer]) -> None:
        line, _ = listening.accept()
        with line:
            for answer in answers:
                (size,) = struct.unpack(">i", line.recv(4, socket.MSG_WAITALL))
                request = line.recv(size, socket.MSG_WAITALL)
                line.sendall(answer(int.from_bytes(request[4:8], "big")))

    threads: list[threading.Thread] = []

    def start(answers: list[Answer]) -> Address:
        threads.append(threading.Thread(target=serve, args=(answers,), daemon=True))
        threads[-1].start()
        return Address("127.0.0.1", listening.getsockname()[1])

    yield start
    for thread in threads:
        thread.join(20)
    listening.close()


def test_an_old_broker_is_told_by_what_it_lacks(broker: Callable[[list[Answer]], Address]) -> None:
    assert NEEDED[API_VERSIONS] == 0
    with pytest.raises(KafkaException, match=r"does not take requests \[0\] in versions \[7\]"):
        Connection(broker([versions(NEEDED | {PRODUCE: 6})]), 20.0)


def test_a_broker_that_hangs_up_is_lost(broker: Callable[[list[Answer]], Address]) -> None:
    with Connection(broker([versions(NEEDED)]), 20.0) as line:
        assert line.is_usable
        with pytest.raises(KafkaException, match=r"hung up|reset|Broken pipe"):
            line.ask(find_coordinator("a", 0), 20.0)
        assert not line.is_usable


def test_an_answer_to_something_else_is_no_answer(broker: Callable[[list[Answer]], Address]) -> None:
    other = struct.pack(">ii", 4, 99)
    with (
        Connection(broker([versions(NEEDED), lambda _: other]), 20.0) as line,
        pytest.raises(KafkaException, match="another request"),
    ):
        line.ask(find_coordinator("a", 0), 20.0)


def test_nobody_at_the_address_is_said_with_the_address() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(KafkaException, match=f"127.0.0.1:{port}"):
        Connection(Address("127.0.0.1", port), 5.0)
