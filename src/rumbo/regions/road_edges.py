"""The road edge of each fix, a column at a time: the same for a fix whatever stands beside it."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from rumbo.domain.route import RoadClass
from rumbo.regions.region import Region
from rumbo.regions.roads import KINDS

log = logging.getLogger(__name__)

_MARGIN_DEG = 0.01
"""Ways that cross the border of the extract run on outside its box."""


class Roads:
    """One region's edges, mapped into memory from its file. For any number of threads."""

    def __init__(self, path: Path) -> None:
        with pa.memory_map(str(path)) as file:
            row = pa.ipc.open_file(file).get_batch(0)
        values = {name: row.column(name).flatten() for name in row.schema.names}
        self._names: pa.Array = values.pop("names")
        self._column: dict[str, NDArray[Any]] = {name: column.to_numpy() for name, column in values.items()}

    def __len__(self) -> int:
        return len(self._column["way"])

    def edges(
        self, lat: pa.Array, lon: pa.Array, heading: pa.Array, name: pa.Array, kind: pa.Array
    ) -> pa.Array:
        """Their names; null where no road is within 30 m, or a place is null. Degrees, WGS 84."""
        from rumbo.regions.nearest_road import nearest  # numba takes a second to import

        column = self._column
        # Without a class nobody knows roads here, so that an empty name says nothing either.
        known = pc.fill_null(pc.not_equal(kind, RoadClass.UNKNOWN.value), False)
        hints = (
            _codes(pc.if_else(known, name, None), self._names),
            _codes(pc.if_else(known, kind, None), pa.array(KINDS)),
        )
        found = np.empty(len(lat), dtype=np.int64)
        nearest(
            tuple(_floats(one) for one in (lat, lon, heading)),
            hints,
            (column["cell"], column["start"]),
            tuple(column[name] for name in ("lat1", "lon1", "lat2", "lon2", "edge")),
            (column["oneway"], column["name"], column["kind"]),
            found,
        )
        return self._spelt(found)

    def _spelt(self, found: NDArray[np.int64]) -> pa.Array:
        codes, at = np.unique(found, return_inverse=True)
        good = codes[codes >= 0]
        edge, against = good >> 1, (good & 1).astype(bool)
        ends = [self._column[name][edge] for name in ("from_node", "to_node")]
        begin, end = np.where(against, ends[1], ends[0]), np.where(against, ends[0], ends[1])
        ways = self._column["way"][edge]
        texts = [
            f"{way}:{a}-{b}" for way, a, b in zip(ways.tolist(), begin.tolist(), end.tolist(), strict=True)
        ]
        nobody: list[str | None] = [None] * (len(codes) - len(good))
        return pa.array(nobody + texts, pa.string()).take(pa.array(at.ravel()))


@dataclass(frozen=True, slots=True)
class RoadEdges:
    """Satisfies `rumbo.lake.refined.cells.Edges`. Travels to other processes by name; each opens its files once.

    `files`: path, time of change in ns, and box of each region, in the order in which they are asked.
    """

    files: tuple[tuple[str, int, tuple[float, float, float, float]], ...]

    @classmethod
    def of(cls, regions: Iterable[Region]) -> Self | None:
        """Of the regions that have their roads; None where none has. Those that have not are named in the log."""
        files = []
        for region in regions:
            if region.roads.exists():
                files.append((str(region.roads), region.roads.stat().st_mtime_ns, region.bbox))
            else:
                log.warning(
                    "The region %s was built before road edges were read, so reports there are on none:"
                    " build it again with `rumbo region add`",
                    region.name,
                )
        return cls(tuple(files)) if files else None

    def __call__(
        self,
        lat: pa.Array,
        lon: pa.Array,
        heading: pa.Array,
        _speed: pa.Array,
        name: pa.Array,
        kind: pa.Array,
    ) -> pa.Array:
        """The edge of each fix in the first region that has one near it."""
        found = pa.nulls(len(lat), pa.string())
        lats, lons = _floats(lat), _floats(lon)
        for path, stamp, (west, south, east, north) in self.files:
            inside = (lats >= south - _MARGIN_DEG) & (lats <= north + _MARGIN_DEG)
            inside &= (lons >= west - _MARGIN_DEG) & (lons <= east + _MARGIN_DEG)
            inside &= np.asarray(found.is_null())
            if not inside.any():
                continue
            rows = pa.array(np.flatnonzero(inside))
            asked = [column.take(rows) for column in (lat, lon, heading, name, kind)]
            found = pc.replace_with_mask(found, pa.array(inside), _opened(path, stamp).edges(*asked))
        return found


@lru_cache(maxsize=64)
def _opened(path: str, stamp: int) -> Roads:  # noqa: ARG001  # a file that was replaced is another one
    return Roads(Path(path))


def _floats(column: pa.Array) -> NDArray[np.float64]:
    return np.asarray(column.to_numpy(zero_copy_only=False), dtype=np.float64)


def _codes(texts: pa.Array, known: pa.Array | Sequence[str]) -> NDArray[np.int32]:
    """Places in `known`; -1 for null, -2 would match nothing and so does a text that is not there."""
    at = pc.index_in(texts, value_set=known)
    at = pc.if_else(pc.and_(pc.is_null(at), pc.is_valid(texts)), len(known), at)
    codes: NDArray[np.int32] = np.asarray(pc.fill_null(at, -1).to_numpy(zero_copy_only=False), dtype=np.int32)
    return codes
