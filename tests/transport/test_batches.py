"""Batches as a worker writes them: read back by others' code, byte for byte."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest

from rumbo.events.texts import Texts
from rumbo.transport import kernels
from rumbo.transport.batch import Batch, Batches, parts_of
from rumbo.transport.batches import MOST, ROOM, Batcher, Writer
from rumbo.transport.memory import partition_of

PAIRS = [(f"veh_ñ{n % 37}", b"%d" % n * (n % 50)) for n in range(3_000)]
HEAD = 61


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        at, value, shift = at + 1, value | (byte & 127) << shift, shift + 7
        if byte < 128:
            assert value % 2 == 0, "nothing here is negative"
            return value // 2, at


def text(data: bytes, at: int) -> tuple[bytes, int]:
    size, at = varint(data, at)
    return data[at : at + size], at + size


def read(batch: bytes) -> list[tuple[str, bytes]]:
    """The records, LZ4 undone by Arrow's own reader."""
    assert int.from_bytes(batch[8:12], "big") == len(batch) - 12
    data = pa.CompressedInputStream(pa.BufferReader(batch[HEAD:]), "lz4").read()
    found, at = [], 0
    for number in range(int.from_bytes(batch[57:61], "big")):
        size, at = varint(data, at)
        end = at + size
        assert data[at : at + 2] == b"\0\0", "no attributes, the batch's time"
        position, at = varint(data, at + 2)
        key, at = text(data, at)
        value, at = text(data, at)
        assert (position, data[at], at + 1) == (number, 0, end)
        found.append((key.decode(), value))
        at = end
    assert at == len(data)
    return found


def all_of(parts: list[Batch], partitions: int) -> dict[int, list[tuple[str, bytes]]]:
    batcher, out = Batcher(), np.empty(ROOM, dtype=np.uint8)
    placed = batcher.placed(parts, partitions)
    whole: dict[int, list[tuple[str, bytes]]] = {}
    for partition, rows in placed.rows.items():
        done = 0
        while done < len(rows):
            count, size = batcher.fill(placed, rows[done:], 1_700_000_000_000, Writer(7, 3), done, out)
            batch = out[:size].tobytes()
            assert (int.from_bytes(batch[43:51], "big"), int.from_bytes(batch[51:53], "big")) == (7, 3)
            assert int.from_bytes(batch[53:57], "big") == done
            whole.setdefault(partition, []).extend(read(batch))
            done += count
    return whole


def test_a_batch_is_a_sequence_of_its_pairs() -> None:
    batch = Batch.of(PAIRS)
    assert list(batch) == PAIRS and batch[-1] == PAIRS[-1] and batch[5:9] == PAIRS[5:9]
    assert Batch.of(batch) is batch and len(Batch.of([])) == 0
    with pytest.raises(IndexError):
        batch[3_000]
    with pytest.raises(ValueError, match="1 keys for 0 values"):
        Batch(Texts.of([b"a"]), Texts.of([]))


def test_several_batches_are_one_sequence() -> None:
    both = Batches([Batch.of(PAIRS[:7]), Batch.of(PAIRS[7:])])
    assert list(both) == PAIRS and len(both) == 3_000 and both[8] == PAIRS[8] and both[5:9] == PAIRS[5:9]
    assert parts_of(both) == both.parts and [list(part) for part in parts_of(PAIRS)] == [PAIRS]


def test_every_record_comes_back_in_its_partition_and_order() -> None:
    found = all_of([Batch.of(PAIRS[:1_000]), Batch.of([]), Batch.of(PAIRS[1_000:])], 6)
    assert found == {
        p: [pair for pair in PAIRS if partition_of(pair[0], 6) == p]
        for p in {partition_of(key, 6) for key, _ in PAIRS}
    }


def test_what_cannot_be_compressed_and_what_fills_several_batches_comes_back() -> None:
    chance = random.Random(1)
    pairs = [("k", chance.randbytes(chance.choice([0, 1, 63, 64, 8_191, 8_192, 70_000]))) for _ in range(200)]
    pairs += [("k", b"x" * (MOST - 40)), ("k", b"y")]
    assert all_of([Batch.of(pairs)], 3) == {partition_of("k", 3): pairs}


def test_a_record_without_room_makes_no_batch() -> None:
    batcher = Batcher()
    placed = batcher.placed([Batch.of([("k", bytes(MOST))])], 1)
    assert batcher.fill(placed, placed.rows[0], 0, Writer(0, 0), 0, np.empty(ROOM, dtype=np.uint8)) == (0, 0)


def test_the_checksum_is_castagnolis() -> None:
    assert kernels.crc32c(np.frombuffer(b"123456789", dtype=np.uint8)) == 0xE3069283
    assert kernels.crc32c(np.zeros(32, dtype=np.uint8)) == 0x8A9136AA  # RFC 3720, B.4
