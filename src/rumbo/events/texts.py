"""Many byte strings as one: what the codec makes and what the transport sends, without an object a record."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Self, overload

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray


class Texts(Sequence[bytes]):
    """Byte strings end to end: number i is data[ends[i] : ends[i + 1]]. Never changes."""

    def __init__(self, data: NDArray[np.uint8], ends: NDArray[np.int64]) -> None:
        self.data, self.ends = data, ends

    @classmethod
    def of(cls, texts: Iterable[bytes]) -> Self:
        texts = list(texts)
        ends = np.zeros(len(texts) + 1, dtype=np.int64)
        np.cumsum([len(text) for text in texts], out=ends[1:])
        return cls(np.frombuffer(b"".join(texts), dtype=np.uint8), ends)

    @classmethod
    def of_series(cls, texts: pl.Series) -> Self:
        """Of a String or Binary series without nulls."""
        array = texts.to_arrow(compat_level=pl.CompatLevel.oldest())
        _, ends, data = array.buffers()
        first = array.offset
        places = np.frombuffer(ends, dtype=np.int64)[first : first + len(texts) + 1]
        return cls(np.frombuffer(data or b"", dtype=np.uint8), places)

    def series(self) -> pl.Series:
        """As a Binary series."""
        buffers = [None, pa.py_buffer(np.ascontiguousarray(self.ends)), pa.py_buffer(self.data)]
        return pl.Series(pa.Array.from_buffers(pa.large_binary(), len(self), buffers))

    def __len__(self) -> int:
        return len(self.ends) - 1

    @overload
    def __getitem__(self, at: int) -> bytes: ...
    @overload
    def __getitem__(self, at: slice) -> list[bytes]: ...
    def __getitem__(self, at: int | slice) -> bytes | list[bytes]:
        if isinstance(at, slice):
            return [self[i] for i in range(*at.indices(len(self)))]
        at = range(len(self))[at]  # raises IndexError, and counts from the end where negative
        return self.data[self.ends[at] : self.ends[at + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        whole, ends = self.data.tobytes(), self.ends.tolist()
        return (whole[ends[i] : ends[i + 1]] for i in range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def __hash__(self) -> int:
        return hash(self.data.tobytes())
