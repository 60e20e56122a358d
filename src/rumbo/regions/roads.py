"""Road edges: every road between two junctions, read from the extract into a file that fixes are looked up in.

An edge is named `<way>:<from node>-<to node>`, ids of OpenStreetMap, in the direction of driving. A node is a junction
where roads share it; the ends of a way are junctions too, so an edge never spans two ways.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import osmium
import pyarrow as pa
from numpy.typing import NDArray

from rumbo.domain.route import RoadClass
from rumbo.errors import UnreadableFile
from rumbo.regions.extract import Tags
from rumbo.regions.source import VEHICLE_HIGHWAYS

ROADS = VEHICLE_HIGHWAYS | {"busway", "cycleway", "track", "path", "pedestrian", "footway"}
"""Bicycles drive on what other vehicles may not."""
CELL_E7 = 10_000
"""Mesh of the grid, 1e-7 degrees: 111 m from north to south."""
COLUMNS_OF_CELLS, FIRST_ROW, FIRST_COLUMN = 400_000, 100_000, 200_000
BOTH_WAYS, FORWARD, BACKWARD = 0, 1, -1
KINDS = tuple(kind.value for kind in RoadClass)
_NOWHERE = -(2**31)
_SPELT = {kind: at for at, kind in enumerate(KINDS)}


def cell_of(lat7: NDArray[np.int64], lon7: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number of the cell that a place (1e-7 degrees) lies in; grows from west to east, then from south to north."""
    row, column = lat7 // CELL_E7 + FIRST_ROW, lon7 // CELL_E7 + FIRST_COLUMN
    return row * COLUMNS_OF_CELLS + column


class RoadReader:
    """A Sink that collects roads; `finish` writes them to `path`. Holds 16 bytes a node, 100 while it finishes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._refs, self._lat7, self._lon7 = array("q"), array("i"), array("i")
        self._ways, self._lengths = array("q"), array("i")
        self._oneway, self._kind, self._name = array("b"), array("b"), array("i")
        self._names: dict[str, int] = {"": 0}

    def node(self, node: osmium.osm.Node, tags: Tags) -> None:
        pass

    def area(self, area: osmium.osm.Area, tags: Tags) -> None:
        pass

    def way(self, way: osmium.osm.Way, tags: Tags) -> None:
        if tags.get("highway") not in ROADS or tags.get("area") == "yes" or len(way.nodes) < 2:
            return
        for node in way.nodes:
            there = node.location.valid()
            self._refs.append(node.ref)
            self._lat7.append(round(node.lat * 1e7) if there else _NOWHERE)
            self._lon7.append(round(node.lon * 1e7) if there else _NOWHERE)
        self._ways.append(way.id)
        self._lengths.append(len(way.nodes))
        self._oneway.append(_oneway(tags))
        self._kind.append(_SPELT[kind_of(tags["highway"])])
        self._name.append(self._names.setdefault(name_of(tags), len(self._names)))

    def finish(self) -> int:
        """Write the file, return how many edges it holds."""
        refs, lat7, lon7 = (
            np.array(column, dtype=np.int64) for column in (self._refs, self._lat7, self._lon7)
        )
        lengths = np.array(self._lengths, dtype=np.int64)
        last = np.zeros(len(refs), dtype=bool)
        last[np.cumsum(lengths) - 1] = True
        junction = _junctions(refs, last)
        way = np.repeat(np.arange(len(lengths)), lengths)
        at = np.flatnonzero(junction)
        begins = np.flatnonzero(~last[at])
        first = at[begins]
        edges: dict[str, NDArray[np.generic]] = {
            "way": np.array(self._ways, dtype=np.int64)[way[first]],
            "from_node": refs[first],
            "to_node": refs[at[begins + 1]],
            "oneway": np.array(self._oneway, dtype=np.int8)[way[first]],
            "kind": np.array(self._kind, dtype=np.int8)[way[first]],
            "name": np.array(self._name, dtype=np.int32)[way[first]],
        }
        edge = np.cumsum(junction & ~last) - 1
        piece = np.flatnonzero(~last)
        ends = np.stack((lat7[piece], lon7[piece], lat7[piece + 1], lon7[piece + 1]))
        good = (ends != _NOWHERE).all(axis=0) & ((ends[0] != ends[2]) | (ends[1] != ends[3]))
        _write(self._path, edges | _gridded(ends[:, good], edge[piece[good]]), list(self._names))
        return len(first)

    def close(self) -> None:
        pass


def index_roads(pbf: Path, path: Path) -> int:
    """Write the road edges of an extract to `path`, all or nothing; returns how many. For regions built before."""
    new = path.with_suffix(".new")
    reader = RoadReader(new)
    ways = osmium.FileProcessor(str(pbf)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    try:
        for way in ways:
            if isinstance(way, osmium.osm.Way):
                reader.way(way, {tag.k: tag.v for tag in way.tags})
    except RuntimeError as exc:
        raise UnreadableFile(f"{pbf.name} is not a readable OpenStreetMap extract ({exc}).") from exc
    count = reader.finish()
    new.replace(path)
    return count


def name_of(tags: Tags) -> str:
    """The name that routes give a road: its name, else its number."""
    return (tags.get("name") or tags.get("ref") or "").split(";")[0].strip()


def kind_of(highway: str) -> str:
    """The class that routes give a road."""
    base = highway.removesuffix("_link")
    return base if base in _SPELT and base != RoadClass.UNKNOWN else RoadClass.SERVICE.value


def _oneway(tags: Tags) -> int:
    told = tags.get("oneway", "")
    if told == "no" or tags.get("oneway:bicycle") == "no":
        return BOTH_WAYS
    if told in ("-1", "reverse"):
        return BACKWARD
    implied = tags.get("junction") in ("roundabout", "circular") or tags["highway"] == "motorway"
    return FORWARD if told in ("yes", "1", "true") or implied else BOTH_WAYS


def _junctions(refs: NDArray[np.int64], last: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of each node of each way: whether an edge begins or ends there."""
    order = np.argsort(refs, kind="stable")
    alike = refs[order[1:]] == refs[order[:-1]]
    junction = last | np.roll(last, 1)
    junction[order[1:][alike]] = True
    junction[order[:-1][alike]] = True
    return junction


def _gridded(ends: NDArray[np.int64], edge: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    """Straight pieces (lat, lon, lat, lon in 1e-7 degrees, shape (4, n)) by the cells that they pass through."""
    parts = 1 + np.maximum(abs(ends[2] - ends[0]), abs(ends[3] - ends[1])) // CELL_E7
    piece = np.repeat(np.arange(len(parts)), parts)
    nth = np.arange(len(piece)) - np.repeat(np.cumsum(parts) - parts, parts)
    of = parts[piece]
    lat = [ends[0, piece] + (ends[2] - ends[0])[piece] * (nth + more) // of for more in (0, 1)]
    lon = [ends[1, piece] + (ends[3] - ends[1])[piece] * (nth + more) // of for more in (0, 1)]
    corners = [cell_of(lat[i], lon[j]) for i in (0, 1) for j in (0, 1)]  # a part is no longer than a cell
    pairs = np.unique(np.stack((np.concatenate(corners), np.tile(piece, 4))), axis=1)
    cells, starts = np.unique(pairs[0], return_index=True)
    found: dict[str, NDArray[np.generic]] = {
        "cell": cells,
        "start": np.append(starts, pairs.shape[1]).astype(np.int64),
        "edge": edge[pairs[1]].astype(np.int32),
    }
    for name, column in zip(("lat1", "lon1", "lat2", "lon2"), ends, strict=True):
        found[name] = column[pairs[1]].astype(np.int32)
    return found


def _write(path: Path, columns: dict[str, NDArray[np.generic]], names: Sequence[str]) -> None:
    """An Arrow file of one row whose columns are lists: readers map it into memory, and share it."""
    lists = {name: _one_list(pa.array(column)) for name, column in columns.items()}
    table = pa.table(lists | {"names": _one_list(pa.array(names, pa.string()))})
    with pa.OSFile(str(path), "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)


def _one_list(values: pa.Array) -> pa.Array:
    return pa.LargeListArray.from_arrays(pa.array([0, len(values)], pa.int64()), values)
