"""A connection to one broker: requests out, answers back in the order of the requests."""

from __future__ import annotations

import socket
import struct
import time
from collections import deque
from typing import Self

from confluent_kafka import KafkaError, KafkaException

from rumbo.transport.message import NEEDED, In, Out
from rumbo.transport.protocol import Address, api_versions, lacking

IDLE_S = 60.0
_MOST_PARTS = 64
"""Pieces handed to the system in one call."""


def failed(code: int, why: str | None = None) -> KafkaException:
    """An error of Kafka, as its client raises it."""
    return KafkaException(KafkaError(code, why))


def lost(why: str) -> KafkaException:
    return failed(KafkaError._TRANSPORT, why)  # noqa: SLF001  # as public as the broker's


class Connection:
    """For one thread. Everything raises KafkaException where the broker is lost or silent."""

    def __init__(self, address: Address, timeout_s: float) -> None:
        self.address = address
        self._broken = False
        self._used_at = time.monotonic()
        self._asked: deque[tuple[int, int]] = deque()
        self._count = 0
        try:
            self._socket = socket.create_connection(address, timeout_s)
        except OSError as exc:
            raise lost(f"{address.host}:{address.port}: {exc}") from exc
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            missing = lacking(self.ask(api_versions(), timeout_s))
        except KafkaException:
            self.close()
            raise
        if missing:
            self.close()
            raise failed(
                KafkaError.UNSUPPORTED_VERSION,
                f"the broker does not take requests {missing} in versions {[NEEDED[key] for key in missing]}",
            )

    @property
    def is_usable(self) -> bool:
        """False once it is lost, and where it has been idle for long: brokers hang up on such (after ten minutes)."""
        return not self._broken and (bool(self._asked) or time.monotonic() - self._used_at < IDLE_S)

    @property
    def waiting(self) -> int:
        """Requests that are not answered yet."""
        return len(self._asked)

    def ask(self, request: Out, timeout_s: float) -> In:
        """Send it and wait for its answer. Nothing else may be waiting."""
        self.send(request, timeout_s)
        return self.receive(timeout_s)

    def send(self, request: Out, timeout_s: float) -> None:
        """What the request refers to may be changed afterwards."""
        self._count += 1
        self._asked.append((self._count, request.key))
        parts = [memoryview(part) for part in request.parts(self._count)]
        self._socket.settimeout(timeout_s)
        try:
            while parts:
                sent = self._socket.sendmsg(parts[:_MOST_PARTS])
                while parts and sent >= len(parts[0]):
                    sent -= len(parts.pop(0))
                if sent:
                    parts[0] = parts[0][sent:]
        except OSError as exc:
            raise self._lost(f"sending: {exc}") from exc

    def receive(self, timeout_s: float) -> In:
        """The answer to the oldest request that has none."""
        number, key = self._asked.popleft()
        deadline = time.monotonic() + timeout_s
        (size,) = struct.unpack(">i", self._read(4, deadline))
        data = self._read(size, deadline)
        if int.from_bytes(data[:4], "big") != number:
            raise self._lost("an answer to another request")
        self._used_at = time.monotonic()
        return In(key, data[4:])

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read(self, size: int, deadline: float) -> bytes:
        data = bytearray()
        try:
            while len(data) < size:
                self._socket.settimeout(max(0.001, deadline - time.monotonic()))
                got = self._socket.recv(size - len(data))
                if not got:
                    raise self._lost("the broker has hung up")
                data += got
        except OSError as exc:
            raise self._lost(f"waiting for an answer: {exc}") from exc
        return bytes(data)

    def _lost(self, why: str) -> KafkaException:
        self._broken = True
        self.close()
        return lost(f"{self.address.host}:{self.address.port}: {why}")
