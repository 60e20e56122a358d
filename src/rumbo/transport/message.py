"""Messages of Kafka's protocol as bytes: requests put together, answers taken apart."""

from __future__ import annotations

import struct

PRODUCE, METADATA, FIND_COORDINATOR, API_VERSIONS, INIT_PRODUCER_ID = 0, 3, 10, 18, 22
ADD_PARTITIONS, ADD_OFFSETS, END, COMMIT_OFFSETS = 24, 25, 26, 28
NEEDED = {
    PRODUCE: 7,
    METADATA: 4,
    FIND_COORDINATOR: 1,
    API_VERSIONS: 0,
    INIT_PRODUCER_ID: 3,
    ADD_PARTITIONS: 1,
    ADD_OFFSETS: 1,
    END: 1,
    COMMIT_OFFSETS: 3,
}
"""Request -> the version in which it is made."""
_COMPACT = frozenset({INIT_PRODUCER_ID, COMMIT_OFFSETS})
"""Requests whose texts and lists have their length as a varint, and which end with tags."""


class Out:
    """A request under way. `compact` as the request's version wants it."""

    def __init__(self, key: int) -> None:
        self.key = key
        self._compact = key in _COMPACT
        self._parts: list[bytes | memoryview] = []

    def parts(self, correlation: int) -> list[bytes | memoryview]:
        """What to send, one after another."""
        head = struct.pack(">hhi", self.key, NEEDED[self.key], correlation) + _text("rumbo.drive")
        head += b"\0" if self._compact else b""
        size = len(head) + sum(map(len, self._parts))
        return [struct.pack(">i", size) + head, *self._parts]

    def raw(self, data: memoryview) -> Out:
        self._parts.append(data)
        return self

    def number(self, form: str, *values: int) -> Out:
        self._parts.append(struct.pack(">" + form, *values))
        return self

    def text(self, value: str | None) -> Out:
        self._parts.append(_compact_text(value) if self._compact else _text(value))
        return self

    def count(self, size: int) -> Out:
        self._parts.append(_varint(size + 1) if self._compact else struct.pack(">i", size))
        return self

    def tags(self) -> Out:
        """None of them; nothing where the version has none."""
        if self._compact:
            self._parts.append(b"\0")
        return self


class In:
    """An answer, read from its beginning."""

    def __init__(self, key: int, data: bytes) -> None:
        self._compact = key in _COMPACT
        self._data, self._at = data, 0
        if self._compact:
            self.tags()

    def number(self, form: str) -> int:
        (value,) = struct.unpack_from(">" + form, self._data, self._at)
        self._at += struct.calcsize(">" + form)
        return int(value)

    def text(self) -> str:
        size = self._size("h")
        self._at += max(size, 0)
        return self._data[self._at - size : self._at].decode() if size > 0 else ""

    def count(self) -> int:
        return max(self._size("i"), 0)

    def tags(self) -> None:
        if self._compact:
            for _ in range(self._varint()):
                self._varint()
                self._at += self._varint()

    def _size(self, form: str) -> int:
        return self._varint() - 1 if self._compact else self.number(form)

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value


def _text(value: str | None) -> bytes:
    data = (value or "").encode()
    return struct.pack(">h", -1 if value is None else len(data)) + data


def _compact_text(value: str | None) -> bytes:
    data = (value or "").encode()
    return b"\0" if value is None else _varint(len(data) + 1) + data


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)
