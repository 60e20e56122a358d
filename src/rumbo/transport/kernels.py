"""Compiled loops of the way to Kafka: partitions of keys, records of a batch, CRC-32C (ADR 0016).

Imported where a worker writes, for numba costs a second and memory. Nothing here decides what is sent: keys and values
come as bytes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import types
from numba.core import cgutils

from rumbo.compiled import get, inlined, intrinsic, lean, pointer


def _crc_tables() -> np.ndarray[Any, Any]:
    """Slicing by eight (Kounavis and Berry), of Castagnoli's polynomial."""
    tables = np.zeros((8, 256), dtype=np.uint32)
    for n in range(256):
        crc = n
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
        tables[0, n] = crc
    for k in range(1, 8):
        tables[k] = tables[0, tables[k - 1] & 255] ^ tables[k - 1] >> 8
    return tables


_CRC = _crc_tables()


@intrinsic
def copy(_, out, at, address, size):  # noqa: ARG001
    """Copy bytes from an address in memory."""

    def generate(context, builder, signature, arguments):
        to = pointer(context, builder, signature, arguments, 8)
        memcpy: Any = cgutils.raw_memcpy
        memcpy(builder, to, builder.inttoptr(arguments[2], to.type), arguments[3], 1)
        return context.get_dummy_value()

    return types.void(out, types.intp, address, types.intp), generate


@lean
def partitions_of(keys, ends, count, found):
    """Where Kafka's clients put each key: murmur2 (seed 0x9747b28c), sign bit cleared, modulo. `found` is filled."""
    m = np.uint32(0x5BD1E995)
    for i in range(len(ends) - 1):
        begin, end = ends[i], ends[i + 1]
        h = np.uint32(0x9747B28C) ^ np.uint32(end - begin)
        at = begin
        while at + 4 <= end:
            k = np.uint32(keys[at]) | np.uint32(keys[at + 1]) << np.uint32(8)
            k |= np.uint32(keys[at + 2]) << np.uint32(16) | np.uint32(keys[at + 3]) << np.uint32(24)
            k = np.uint32(k * m)
            k = np.uint32((k ^ k >> np.uint32(24)) * m)
            h = np.uint32(np.uint32(h * m) ^ k)
            at += 4
        if at < end:
            rest = np.uint32(0)
            for n in range(end - at):
                rest |= np.uint32(keys[at + n]) << np.uint32(8 * n)
            h = np.uint32((h ^ rest) * m)
        h = np.uint32((h ^ h >> np.uint32(13)) * m)
        found[i] = np.int64((h ^ h >> np.uint32(15)) & np.uint32(0x7FFFFFFF)) % count


@inlined
def varint_size(value):
    """Bytes of a number that is not negative as a zigzag varint."""
    size, value = 1, value >> 6
    while value:
        size, value = size + 1, value >> 7
    return size


@inlined
def varint(out, at, value):
    """Write it; returns its end."""
    value <<= 1
    while value > 127:
        out[at] = value & 127 | 128
        at, value = at + 1, value >> 7
    out[at] = value
    return at + 1


@inlined
def framed_size(number, key, value):
    """Bytes of record `number` of a batch without those of its length; `key` and `value` in bytes."""
    return 3 + varint_size(number) + varint_size(key) + key + varint_size(value) + value


@inlined
def framed(out, at, number, size, key_at, key, value_at, value):
    """One record of Kafka's format (version 2) at the batch's base time, without headers. Returns its end."""
    at = varint(out, at, size)
    out[at] = out[at + 1] = 0
    at = varint(out, varint(out, at + 2, number), key)
    copy(out, at, key_at, key)
    at = varint(out, at + key, value)
    copy(out, at, value_at, value)
    out[at + value] = 0
    return at + value + 1


@lean
def records(rows, most, keys, key_sizes, values, value_sizes, out):
    """The records `rows` end to end, as many as have `most` bytes together: how many, and how many bytes.

    `keys` and `values` are addresses in memory.
    """
    count, at = 0, 0
    for i in rows:
        key, value = key_sizes[i], value_sizes[i]
        size = framed_size(count, key, value)
        if at + size + varint_size(size) > most:
            break
        at = framed(out, at, count, size, keys[i], key, values[i], value)
        count += 1
    return count, at


@lean
def crc32c(data):
    """Castagnoli's checksum."""
    crc = np.uint32(0xFFFFFFFF)
    whole = len(data) - len(data) % 8
    for at in range(0, whole, 8):
        word = get(data, at) ^ np.uint64(crc)
        crc = np.uint32(0)
        for k in range(8):
            crc ^= _CRC[7 - k, np.int64(word >> np.uint64(8 * k) & np.uint64(255))]
    for at in range(whole, len(data)):
        crc = _CRC[0, np.int64((crc ^ np.uint32(data[at])) & np.uint32(255))] ^ crc >> np.uint32(8)
    return crc ^ np.uint32(0xFFFFFFFF)
