"""Kafka's record batches (version 2, LZ4), made from records that lie in contiguous memory."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rumbo.events.texts import Texts
from rumbo.transport.batch import Batch

MOST = 1_000_000
"""Bytes of the records of one batch before compression: what a broker takes by default, less what is added."""
ROOM = MOST + 4096
"""Bytes that a batch needs at most."""
_BLOCK = 64 * 1024
_FRAME = bytes.fromhex("04224d18604082")
"""Head of an LZ4 frame: version 1, independent blocks of 64 KiB at most, no checksums; the last byte sums it up. Kafka
reads no other kind than independent ones."""
_STORED = 1 << 31
"""With the size of a block that is as it was."""
_HEAD = struct.Struct(">qiibIhiqqqhii")
_LENGTH_FROM, _SUM_AT, _SUM_FROM = 12, 17, 21
"""The batch's length counts what follows it, and so does its checksum."""
_LZ4, _TRANSACTIONAL = 3, 16

type Bytes = NDArray[np.uint8]
type Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes, as a broker tells transactional producers apart."""

    producer_id: int
    epoch: int


class Placed:
    """Records of several batches, where each lies in memory, and by the partition that its key belongs to.

    Only while this lives may the addresses be used.
    """

    def __init__(self, kernels: Any, parts: Sequence[Batch], partitions: int) -> None:
        self._parts = parts
        self.keys = _addresses([part.keys for part in parts])
        self.values = _addresses([part.values for part in parts])
        found = np.empty(sum(map(len, parts)), dtype=np.int16)
        at = 0
        for part in parts:
            kernels.partitions_of(part.keys.data, part.keys.ends, partitions, found[at : at + len(part)])
            at += len(part)
        order = np.argsort(found, kind="stable")
        ends = np.searchsorted(found[order], np.arange(partitions + 1)).tolist()
        self.rows = {p: order[ends[p] : ends[p + 1]] for p in range(partitions) if ends[p] < ends[p + 1]}
        """Partition -> numbers of its records, in their order."""


def _addresses(many: Sequence[Texts]) -> tuple[Rows, Rows]:
    """Where each text begins, and how many bytes it has."""
    at = [texts.data.ctypes.data + texts.ends[:-1] for texts in many]
    return np.concatenate(at), np.concatenate([np.diff(texts.ends) for texts in many])


class Batcher:
    """Makes batches, one after another; it keeps the memory in which records are put together."""

    def __init__(self) -> None:
        from rumbo.transport import kernels  # numba takes a second to import

        self._kernels = kernels
        self._lz4 = pa.Codec("lz4_raw")
        self._raw = np.empty(MOST, dtype=np.uint8)
        some = Placed(self._kernels, [Batch.of([("k", b"v")])], 1)  # whatever is not compiled yet is now
        self.fill(some, some.rows[0], 0, Writer(0, 0), 0, np.empty(ROOM, dtype=np.uint8))

    def placed(self, parts: Sequence[Batch], partitions: int) -> Placed:
        return Placed(self._kernels, parts, partitions)

    def fill(
        self, placed: Placed, rows: Rows, time_ms: int, writer: Writer, sequence: int, out: Bytes
    ) -> tuple[int, int]:
        """Write a batch of the first of these records into `out`, which has ROOM.

        `sequence` is how many the partition has had of this writer. Returns how many records it has, and how many
        bytes; 0 and 0 where the first record has no room.
        """
        count, size = self._kernels.records(rows, MOST, *placed.keys, *placed.values, self._raw)
        if not count:
            return 0, 0
        end = self._compressed(size, out, _HEAD.size)
        _HEAD.pack_into(
            out, 0, 0, end - _LENGTH_FROM, -1, 2, 0, _LZ4 | _TRANSACTIONAL, count - 1, time_ms, time_ms,
            writer.producer_id, writer.epoch, sequence, count,
        )  # fmt: skip
        struct.pack_into(">I", out, _SUM_AT, int(self._kernels.crc32c(out[_SUM_FROM:end])))
        return count, end

    def _compressed(self, size: int, out: Bytes, at: int) -> int:
        """The records put together last, as an LZ4 frame at out[at:]; returns its end."""
        parts: list[memoryview | bytes] = [_FRAME]
        for begin in range(0, size, _BLOCK):
            plain = self._raw[begin : min(begin + _BLOCK, size)]
            packed = self._lz4.compress(plain)
            if packed.size < len(plain):
                parts += [struct.pack("<I", packed.size), memoryview(packed)]
            else:
                parts += [struct.pack("<I", len(plain) | _STORED), memoryview(plain)]
        whole = b"".join([*parts, bytes(4)])
        out[at : at + len(whole)] = np.frombuffer(whole, dtype=np.uint8)
        return at + len(whole)
