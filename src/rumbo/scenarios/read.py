"""YAML to plain values, with the line on which each stands; nothing in a file can make it large or run code.

It is YAML 1.2's core schema that counts: 06:30 and 2026-03-02 are texts, yes and no too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import yaml

from rumbo.errors import TooLarge, UnreadableFile

MAX_CHARACTERS = 262_144
MAX_DEPTH = 20
MAX_VALUES = 50_000
"""Counted with everything that aliases repeat."""

type Path = tuple[str | int, ...]
type Lines = Mapping[Path, int]

_CORE: tuple[tuple[re.Pattern[str], Any], ...] = (
    (re.compile(r"null|Null|NULL|~|"), lambda _: None),
    (re.compile(r"true|True|TRUE|false|False|FALSE"), lambda text: text.lower() == "true"),
    (re.compile(r"[-+]?[0-9]{1,30}"), int),
    (re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?"), float),
)
_TAGS = {
    "tag:yaml.org,2002:" + kind
    for kind in ("str", "int", "float", "bool", "null", "map", "seq", "timestamp", "value")
}


def read_yaml(text: str) -> tuple[Any, Lines]:
    """The file's value and the line, from 1, of each part of it by its path.

    Raises TooLarge for a file beyond the limits, UnreadableFile, naming the line, for what is no YAML, repeats a key or
    uses tags.
    """
    if len(text) > MAX_CHARACTERS:
        raise TooLarge(
            f"The file has {len(text):,} characters; the most is {MAX_CHARACTERS:,}.",
            hint="Split it into several scenarios.",
        )
    try:
        _check_depth(text)
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        where = f"Line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        said = getattr(exc, "problem", None) or getattr(exc, "reason", None) or "no YAML"
        raise UnreadableFile(f"{where}{said}.", hint="The file must be one YAML document.") from exc
    reader = _Reader()
    value = None if node is None else reader.value(node, ())
    return value, reader.lines


def _check_depth(text: str) -> None:
    """Before anything is built: the composer would recurse as deep as the file says."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise TooLarge(f"Line {event.start_mark.line + 1}: nested more than {MAX_DEPTH} deep.")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


class _Reader:
    def __init__(self) -> None:
        self.lines: dict[Path, int] = {}

    def value(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self.lines[path] = line
        if len(self.lines) > MAX_VALUES or len(path) > MAX_DEPTH:
            raise TooLarge(
                f"Line {line}: the file comes to more than {MAX_VALUES:,} values, or aliases go in circles.",
                hint="Use fewer aliases (*name).",
            )
        if node.tag not in _TAGS:
            raise UnreadableFile(
                f"Line {line}: the tag {node.tag[:60]} is not used here.", hint="Leave it out."
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        return node.value if node.style is not None else _plain(node.value)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                raise UnreadableFile(f"Line {line}: a key must be a word.")
            if key.value in found:
                first = self.lines[*path, key.value]
                raise UnreadableFile(
                    f"Line {line}: {key.value[:60]!r} stands there twice, first on line {first}.",
                    hint="Remove one of the two.",
                )
            found[key.value] = self.value(value, (*path, key.value))
            self.lines[*path, key.value] = line
        return found


def _plain(text: str) -> Any:
    for pattern, made in _CORE:
        if pattern.fullmatch(text):
            return made(text)
    return text
