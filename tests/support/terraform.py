"""Terraform's configuration as data: blocks, references and what depends on what. Nothing is evaluated."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import hcl2
from hcl2 import SerializationOptions

_OPTIONS = SerializationOptions(with_comments=False, explicit_blocks=False, strip_string_quotes=True)
_REFERENCE = re.compile(
    r"(?<![\w.\"-])(?:var|local|data\.[a-z]\w*|(?:azurerm|azuread|time)_\w+)\.[A-Za-z_][\w-]*"
)
_LABELS = {"resource": 2, "data": 2, "variable": 1, "output": 1, "provider": 1, "locals": 0, "terraform": 0}


def read_folder(folder: Path) -> dict[str, str]:
    """The text of each file of a configuration, by name."""
    return {path.name: path.read_text() for path in sorted(folder.iterdir()) if path.is_file()}


@dataclass(frozen=True)
class Configuration:
    """All blocks of a folder, by the address that others refer to them with: `var.x`, `local.x`, `data.t.n`, `t.n`."""

    blocks: Mapping[str, Any]

    @classmethod
    def parse(cls, files: Mapping[str, str]) -> Configuration:
        """From the `.tf` files among texts by name; what is no HCL raises what the parser raises."""
        blocks: dict[str, Any] = {}
        for name, text in files.items():
            if name.endswith(".tf"):
                for address, body in _addressed(_parsed(text)):
                    assert address not in blocks, f"{address} is declared twice"
                    blocks[address] = body
        return cls(blocks)

    def of_kind(self, prefix: str) -> dict[str, Any]:
        """Those whose address begins with `var.`, `output.`, `azurerm_role_assignment.` and so on, by the rest."""
        return {key.removeprefix(prefix): body for key, body in self.blocks.items() if key.startswith(prefix)}

    def reaches(self, address: str) -> set[str]:
        """All that a block refers to, directly or through locals."""
        found: set[str] = set()
        ahead = [address]
        while ahead:
            for reference in references(self.blocks[ahead.pop()]) - found:
                found.add(reference)
                if reference.startswith("local."):
                    ahead.append(reference)
        return found


@lru_cache
def _parsed(text: str) -> dict[str, Any]:
    return hcl2.loads(text, serialization_options=_OPTIONS)


def references(body: Any) -> set[str]:
    return set(_REFERENCE.findall(json.dumps(body).replace('\\"', '"')))


def _addressed(parsed: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for kind, entries in parsed.items():
        for entry in entries:
            yield from _of_block(kind, entry)


def _of_block(kind: str, entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if kind == "locals":
        yield from ((f"local.{name}", value) for name, value in entry.items())
    elif _LABELS[kind] == 0:
        yield kind, entry
    elif _LABELS[kind] == 1:
        yield from ((f"{kind.replace('variable', 'var')}.{name}", body) for name, body in entry.items())
    else:
        prefix = "data." if kind == "data" else ""
        for type_, named in entry.items():
            yield from ((f"{prefix}{type_}.{name}", body) for name, body in named.items())
