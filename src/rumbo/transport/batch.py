"""Many records as four arrays: what a worker sends in one transaction, without a Python object a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import overload

from rumbo.events.texts import Texts
from rumbo.transport.port import KeyedValue


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
        return ((key.decode(), value) for key, value in zip(self.keys, self.values, strict=True))


class Batches(Sequence[KeyedValue]):
    """Several batches as one sequence, without copying what may be a hundred megabytes."""

    def __init__(self, parts: Sequence[Batch]) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    @overload
    def __getitem__(self, at: int) -> KeyedValue: ...
    @overload
    def __getitem__(self, at: slice) -> list[KeyedValue]: ...
    def __getitem__(self, at: int | slice) -> KeyedValue | list[KeyedValue]:
        return list(self)[at]

    def __iter__(self) -> Iterator[KeyedValue]:
        return chain.from_iterable(self.parts)


def parts_of(records: Sequence[KeyedValue]) -> Sequence[Batch]:
    """The batches that these records are, or are made into."""
    return records.parts if isinstance(records, Batches) else [Batch.of(records)]
