"""Draws small OpenStreetMap extracts for tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import osmium
from osmium.osm import mutable


@dataclass
class Drawing:
    """Collects OpenStreetMap objects and writes them in the order a PBF wants."""

    nodes: list[mutable.Node] = field(default_factory=list)
    ways: list[mutable.Way] = field(default_factory=list)
    relations: list[mutable.Relation] = field(default_factory=list)

    def node(self, lat: float, lon: float, **tags: str) -> int:
        number = len(self.nodes) + 1
        self.nodes.append(mutable.Node(id=number, version=1, location=(lon, lat), tags=_tags(tags)))
        return number

    def way(self, nodes: list[int], **tags: str) -> int:
        number = len(self.ways) + 1
        self.ways.append(mutable.Way(id=number, version=1, nodes=nodes, tags=_tags(tags)))
        return number

    def box(self, south: float, west: float, size: float, **tags: str) -> int:
        corners = [(south, west), (south, west + size), (south + size, west + size), (south + size, west)]
        ring = [self.node(lat, lon) for lat, lon in corners]
        return self.way([*ring, ring[0]], **tags)

    def multipolygon(self, outer: int, inner: int, **tags: str) -> None:
        members = [("w", outer, "outer"), ("w", inner, "inner")]
        tags = {"type": "multipolygon"} | _tags(tags)
        number = len(self.relations) + 1
        self.relations.append(mutable.Relation(id=number, version=1, members=members, tags=tags))

    def save(self, path: Path) -> Path:
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for node in self.nodes:
                writer.add_node(node)
            for way in self.ways:
                writer.add_way(way)
            for relation in self.relations:
                writer.add_relation(relation)
        return path


def _tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Python names with `__` stand for OpenStreetMap keys with a colon."""
    return {key.replace("__", ":"): value for key, value in tags.items()}
