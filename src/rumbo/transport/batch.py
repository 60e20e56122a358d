"""Many records as four arrays: what a worker sends in one transaction, without a Python object a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, overload

import numpy as np
from numpy.typing import NDArray

from rumbo.transport.port import KeyedValue


@dataclass(frozen=True, slots=True)
class Texts:
    """Byte strings end to end: number i is data[ends[i] : ends[i + 1]]; `ends` starts with 0 or wherever they begin."""

    data: NDArray[np.uint8]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> Self:
        texts = list(texts)
        ends = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in texts], out=ends[1:])
        return cls(np.frombuffer(b"".join(texts), dtype=np.uint8), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, i: int) -> bytes:
        return self.data[self.ends[i] : self.ends[i + 1]].tobytes()

    def __add__(self, other: Self) -> Self:
        mine, theirs = (texts.data[texts.ends[0] : texts.ends[-1]] for texts in (self, other))
        ends = np.concatenate((self.ends - self.ends[0], other.ends[1:] - other.ends[0] + len(mine)))
        return type(self)(np.concatenate((mine, theirs)), ends)


class Batch(Sequence[KeyedValue]):
    """Keys and values of records in the order in which they are to be appended; also a sequence of pairs."""

    def __init__(self, keys: Texts, values: Texts) -> None:
        if len(keys) != len(values):
            raise ValueError(f"{len(keys)} keys for {len(values)} values")
        self.keys, self.values = keys, values

    @classmethod
    def of(cls, pairs: Iterable[KeyedValue]) -> Batch:
        """The batch of these pairs; itself where they are one already."""
        if isinstance(pairs, Batch):
            return pairs
        pairs = list(pairs)
        return cls(Texts.of(key.encode() for key, _ in pairs), Texts.of(value for _, value in pairs))

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> KeyedValue: ...
    @overload
    def __getitem__(self, at: slice) -> list[KeyedValue]: ...
    def __getitem__(self, at: int | slice) -> KeyedValue | list[KeyedValue]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        at = range(len(self))[at]  # raises IndexError, and counts from the end where negative
        return self.keys[at].decode(), self.values[at]

    def __iter__(self) -> Iterator[KeyedValue]:
        return (self[i] for i in range(len(self)))

    def __add__(self, other: Batch) -> Batch:
        return Batch(self.keys + other.keys, self.values + other.values)
