"""Kafka's transactions as a drive worker needs them: many records and its group's progress, together or not at all.

A writer of its own, for a client that takes records one by one costs more than all that a worker computes (ADR 0016).
It can be small because no record is sent twice: whatever goes wrong before the commit is undone and told. Then a new
epoch is taken, by InitProducerId with the epoch one had, which is refused where another writer has the name.

What coordinators are asked is repeated where a connection was lost. After that too a new epoch is taken, so that a copy
of a request that is still under way somewhere has no effect on what comes after (KIP-890 tells of that).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import count as counted

import numpy as np
from confluent_kafka import KafkaError, KafkaException

from rumbo.transport import protocol
from rumbo.transport.batch import parts_of
from rumbo.transport.batches import ROOM, Batcher, Bytes, Placed, Writer
from rumbo.transport.client import is_fenced
from rumbo.transport.connection import Connection, failed, lost
from rumbo.transport.message import In, Out
from rumbo.transport.port import KeyedValue
from rumbo.transport.protocol import GROUP, TRANSACTIONS, Address, Cluster, Member, Producer

log = logging.getLogger(__name__)

_PASSING = frozenset(
    {
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
        KafkaError.CONCURRENT_TRANSACTIONS,
        KafkaError._TRANSPORT,  # noqa: SLF001  # as public as the broker's
    }
)
"""Passes by itself, or once the coordinator is looked up again."""
_PAUSE_S = 0.005
_UNDER_WAY = 3
"""Requests with batches that one broker may have unanswered: it works on one while the next is made."""
_LAST_SEQUENCE = 2**31 - 1


class Transactions:
    """The writer of one transactional id, for one thread.

    Raises KafkaException: fenced where another has its name; else nothing of the transaction was written, unless
    `unknown` is set, when nobody can say.
    """

    def __init__(self, bootstrap: str, name: str, timeout_ms: int, call_s: float) -> None:
        self.unknown = False
        self._bootstrap = [_address(each) for each in bootstrap.split(",")]
        self._timeout_ms, self._call_s = timeout_ms, call_s
        self._producer = Producer(name)
        self._renew = True
        """Whether a new epoch must be taken before anything is written."""
        self._open = False
        """Whether what an earlier attempt wrote may not be undone yet."""
        self._connections: dict[Address, Connection] = {}
        self._coordinators: dict[tuple[str, int], Address] = {}
        self._cluster = Cluster({}, {})
        self._sequences: dict[tuple[str, int], int] = {}
        self._batcher = Batcher()
        self._rooms: list[Bytes] = []

    def start(self, within_s: float) -> None:
        """Take over: undo what a writer of this name has left open, and fence it."""
        self._take_epoch(time.monotonic() + within_s)

    def write(
        self,
        records: Mapping[str, Sequence[KeyedValue]],
        member: Member,
        topic: str,
        progress: Mapping[int, tuple[int, str]],
        time_ms: int,
    ) -> None:
        """Append the records and commit the member's offsets in `topic` (partition -> offset and note), or neither."""
        self.unknown = False
        try:
            self._ready()
            self._open = True
            self._append(records, time_ms)
            self._commit_offsets(member, topic, progress)
        except KafkaException as exc:
            self._undo(exc)
            raise
        self._commit()
        self._open = False

    def close(self) -> None:
        """Whatever is open is undone by the coordinator when its time is over, or by the successor."""
        for connection in self._connections.values():
            connection.close()
        self._connections = {}

    # the transaction's steps

    def _append(self, records: Mapping[str, Sequence[KeyedValue]], time_ms: int) -> None:
        topics = [topic for topic, some in records.items() if len(some)]
        if not topics:
            return
        if not set(topics) <= set(self._cluster.leaders):
            self._look_up(sorted({*self._cluster.leaders, *topics}))
        placed = {
            topic: self._batcher.placed(parts_of(records[topic]), len(self._cluster.leaders[topic]))
            for topic in topics
        }
        named = {topic: sorted(found.rows) for topic, found in placed.items()}
        request = protocol.add_partitions(self._producer, named)
        self._coordinated(self._producer.name, TRANSACTIONS, request, protocol.read_errors)
        while any(found.rows for found in placed.values()):
            self._send_round(placed, time_ms)
        for connection in self._connections.values():
            self._receive(connection, 0)

    def _send_round(self, placed: Mapping[str, Placed], time_ms: int) -> None:
        """A batch for each partition that has records left, in a request to each broker."""
        by_node: dict[int, dict[str, dict[int, memoryview]]] = {}
        rooms = counted()
        for topic, found in placed.items():
            for partition in sorted(found.rows):
                batch = self._batch(found, time_ms, (topic, partition), self._room(next(rooms)))
                node = self._cluster.leaders[topic][partition]
                by_node.setdefault(node, {}).setdefault(topic, {})[partition] = batch
        for node, topics in by_node.items():
            if node not in self._cluster.nodes:
                raise failed(KafkaError.LEADER_NOT_AVAILABLE)
            connection = self._connection(self._cluster.nodes[node])
            self._receive(connection, _UNDER_WAY - 1)
            wait_ms = int(self._call_s * 1000)
            connection.send(protocol.produce(self._producer.name, wait_ms, topics), self._call_s)

    def _batch(self, found: Placed, time_ms: int, place: tuple[str, int], out: Bytes) -> memoryview:
        """The next batch of a partition; its records are no longer in `found.rows`."""
        rows, sequence = found.rows.pop(place[1]), self._sequences.get(place, 0)
        writer = Writer(self._producer.producer_id, self._producer.epoch)
        count, size = self._batcher.fill(found, rows, time_ms, writer, sequence, out)
        if not count:
            raise failed(KafkaError.MSG_SIZE_TOO_LARGE)
        if count < len(rows):
            found.rows[place[1]] = rows[count:]
        # Numbers go on from 0 after the last one, as the broker counts them.
        self._sequences[place] = (sequence + count) % (_LAST_SEQUENCE + 1)
        return out[:size].data

    def _receive(self, connection: Connection, left: int) -> None:
        """Take answers until no more than `left` requests have none."""
        while connection.waiting > left:
            self._check(protocol.read_produced(connection.receive(self._call_s)))

    def _room(self, number: int) -> Bytes:
        """Memory for a batch, used again for every round: a request is sent when `send` returns."""
        while len(self._rooms) <= number:
            self._rooms.append(np.empty(ROOM, dtype=np.uint8))
        return self._rooms[number]

    def _commit_offsets(self, member: Member, topic: str, progress: Mapping[int, tuple[int, str]]) -> None:
        self._coordinated(
            self._producer.name,
            TRANSACTIONS,
            protocol.add_offsets(self._producer, member.group),
            protocol.read_error,
        )
        self._coordinated(
            member.group,
            GROUP,
            protocol.commit_offsets(self._producer, member, topic, progress),
            protocol.read_errors,
        )

    def _commit(self) -> None:
        request = protocol.end(self._producer, commit=True)
        deadline = time.monotonic() + self._timeout_ms / 1000
        try:
            self._repeated(self._producer.name, TRANSACTIONS, request, protocol.read_error, deadline)
        except KafkaException:
            self.unknown = True
            raise

    def _undo(self, exc: KafkaException) -> None:
        """Undo what was written: now if that can be, else before the next transaction or when its time is over."""
        log.info("The transaction is undone: %s", exc.args[0].str())
        self._renew = True
        self._cluster = Cluster({}, {})
        self.close()  # answers to what is given up would be taken for others
        if is_fenced(exc.args[0]):
            return
        try:
            self._ready()
        except KafkaException as failing:
            if is_fenced(failing.args[0]):
                raise
            log.info("It is undone later: %s", failing.args[0].str())

    def _ready(self) -> None:
        """Undo what is open and take a new epoch, where that is due."""
        deadline = time.monotonic() + self._call_s
        if self._open:
            request = protocol.end(self._producer, commit=False)
            try:
                self._repeated(self._producer.name, TRANSACTIONS, request, protocol.read_error, deadline)
            except KafkaException as exc:
                if exc.args[0].code() != KafkaError.INVALID_TXN_STATE:  # nothing had been begun
                    raise
            self._open = False
        if self._renew:
            self._take_epoch(deadline)

    def _take_epoch(self, deadline: float) -> None:
        found: list[Producer] = []

        def read(answer: In) -> int:
            error, producer = protocol.read_init(answer, self._producer.name)
            found.append(producer)
            return error

        request = protocol.init_producer(self._producer, self._timeout_ms)
        self._repeated(self._producer.name, TRANSACTIONS, request, read, deadline)
        self._producer = found[-1]
        self._sequences = {}
        self._renew = False

    # asking

    def _coordinated(self, name: str, kind: int, request: Out, read: Callable[[In], int]) -> None:
        self._repeated(name, kind, request, read, time.monotonic() + self._call_s)

    def _repeated(
        self, name: str, kind: int, request: Out, read: Callable[[In], int], deadline: float
    ) -> None:
        """Ask a coordinator, again while what stands in the way passes."""
        while True:
            try:
                self._check(read(self._coordinator(name, kind).ask(request, self._call_s)))
                return
            except KafkaException as exc:
                error = exc.args[0]
                if error.code() not in _PASSING or time.monotonic() > deadline:
                    raise
                if error.code() != KafkaError.CONCURRENT_TRANSACTIONS:
                    self._coordinators.pop((name, kind), None)
                if error.code() == KafkaError._TRANSPORT:  # noqa: SLF001
                    self._renew = (
                        True  # the request may still come to a broker, in the midst of what comes after
                    )
                time.sleep(_PAUSE_S)

    def _coordinator(self, name: str, kind: int) -> Connection:
        if (name, kind) not in self._coordinators:
            answer = self._any().ask(protocol.find_coordinator(name, kind), self._call_s)
            error, address = protocol.read_coordinator(answer)
            self._check(error)
            self._coordinators[name, kind] = address
        return self._connection(self._coordinators[name, kind])

    def _look_up(self, topics: list[str]) -> None:
        error, cluster = protocol.read_metadata(self._any().ask(protocol.metadata(topics), self._call_s))
        self._check(error)
        self._cluster = cluster

    def _any(self) -> Connection:
        """A connection to any broker that answers."""
        for connection in self._connections.values():
            if connection.is_usable and not connection.waiting:
                return connection
        problem = lost("no broker is named")
        for address in self._bootstrap:
            try:
                return self._connection(address)
            except KafkaException as exc:
                problem = exc
        raise problem

    def _connection(self, address: Address) -> Connection:
        known = self._connections.get(address)
        if known is None or not known.is_usable:
            if known is not None:
                known.close()
            known = self._connections[address] = Connection(address, self._call_s)
        return known

    @staticmethod
    def _check(error: int) -> None:
        if error:
            raise failed(error)


def _address(text: str) -> Address:
    """Of host:port, as the client reads them: 9092 where no port is named, a protocol before it is passed over."""
    text = text.strip().rpartition("://")[2]
    host, _, port = text.rpartition(":")
    return (
        Address(host.strip("[]"), int(port)) if port.isdigit() and host else Address(text.strip("[]"), 9092)
    )
