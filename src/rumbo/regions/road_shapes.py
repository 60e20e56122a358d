"""Where road edges run, read back from a region's file of roads (roads.py)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from rumbo.regions.region import Region

_EDGE = re.compile(r"(\d{1,18}):(\d{1,18})-(\d{1,18})", re.ASCII)

type Line = list[tuple[float, float]]
"""Longitude and latitude, degrees WGS 84, in the direction of driving."""


def road_shapes(regions: Iterable[Region], edges: Iterable[str]) -> dict[str, Line]:
    """The lines of edges by name, of the first region that has each; those that no region has are left out."""
    wanted = set(edges)
    found: dict[str, Line] = {}
    for region in regions:
        if wanted and region.roads.exists():
            found |= _in_file(region.roads, wanted)
            wanted -= found.keys()
    return found


def _in_file(path: Path, edges: set[str]) -> dict[str, Line]:
    parts = {name: match for name in edges if (match := _EDGE.fullmatch(name))}
    ways = np.unique(np.array([int(match[1]) for match in parts.values()], dtype=np.int64))
    with pa.memory_map(str(path)) as file:
        row = pa.ipc.open_file(file).get_batch(0)
        column = {
            name: row.column(name).flatten().to_numpy()
            for name in ("way", "from_node", "to_node", "edge", "lat1", "lon1", "lat2", "lon2")
        }
        at = np.flatnonzero(np.isin(column["way"], ways))
        numbers = {
            (way, begin, end): number
            for number, way, begin, end in zip(
                at.tolist(),
                *(column[name][at].tolist() for name in ("way", "from_node", "to_node")),
                strict=True,
            )
        }
        lines = _lines(column, at)
    found = {}
    for name, match in parts.items():
        way, begin, end = (int(part) for part in match.groups())
        if (forward := numbers.get((way, begin, end))) is not None and forward in lines:
            found[name] = lines[forward]
        elif (backward := numbers.get((way, end, begin))) is not None and backward in lines:
            found[name] = lines[backward][::-1]
    return found


def _lines(column: dict[str, NDArray[Any]], edges: NDArray[np.int64]) -> dict[int, Line]:
    """Edge -> its line. The file holds straight pieces by cells, some of them several times; here they join again."""
    at = np.flatnonzero(np.isin(column["edge"], edges))
    pieces = np.stack([column[name][at] for name in ("edge", "lat1", "lon1", "lat2", "lon2")], axis=1)
    by_edge: dict[int, dict[tuple[int, int], tuple[int, int]]] = {}
    for edge, lat1, lon1, lat2, lon2 in pieces.tolist():
        by_edge.setdefault(edge, {})[lat1, lon1] = (lat2, lon2)
    return {edge: _joined(nexts) for edge, nexts in by_edge.items()}


def _joined(nexts: dict[tuple[int, int], tuple[int, int]]) -> Line:
    """The way through pieces that each begin where another ends; a loop begins anywhere."""
    here = next(iter(nexts.keys() - set(nexts.values())), next(iter(nexts)))
    line = [here]
    while (here := nexts.pop(here, here)) != line[-1]:
        line.append(here)
    return [(lon / 1e7, lat / 1e7) for lat, lon in line]
