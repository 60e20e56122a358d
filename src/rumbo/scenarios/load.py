"""From a file's text to a checked Scenario; all that is wrong with it is said at once, with its line."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from rumbo.errors import InvalidInput, NotFound, UnreadableFile
from rumbo.scenarios import read
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.sense import problems_of

MAX_SHOWN = 20


def load(text: str) -> Scenario:
    """The scenario that a file's text describes.

    Raises UnreadableFile and TooLarge as `read_yaml` does, InvalidInput listing each wrong value with line and path.
    """
    raw, lines = read.read_yaml(text)
    if not isinstance(raw, dict):
        raise UnreadableFile(
            "A scenario is a mapping.",
            hint="Begin with `version: 1` and `name:`; docs/scenarios.md has an example.",
        )
    try:
        scenario = Scenario.model_validate_json(orjson.dumps(raw), strict=True)
    except ValidationError as exc:
        raise _refused(
            [(_path(error["loc"], raw), _said(error)) for error in exc.errors(include_url=False)], lines
        ) from exc
    except TypeError as exc:  # an integer beyond 64 bits
        raise UnreadableFile(f"A value of the file is no JSON value: {exc}.") from exc
    if found := problems_of(scenario):
        raise _refused(found, lines)
    return scenario


def ready_made() -> dict[str, str]:
    """Text of each scenario that comes with Rumbo, by name."""
    folder = files("rumbo.scenarios") / "ready"
    return {
        file.name.removesuffix(".yaml"): file.read_text("utf-8")
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(".yaml")
    }


def open_scenario(name_or_file: str) -> Scenario:
    """The scenario in a file, or the ready-made one of that name. Raises NotFound where there is neither."""
    file = Path(name_or_file)
    ready = ready_made()
    if file.suffix in (".yaml", ".yml") or file.is_file():
        try:
            return load(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError) as exc:
            raise UnreadableFile(
                f"{file} can't be read: {getattr(exc, 'strerror', None) or 'it is not UTF-8'}."
            ) from exc
    if name_or_file not in ready:
        raise NotFound(
            f"There is no scenario {name_or_file[:60]!r}.",
            hint=f"Name a file that ends with .yaml, or one of: {', '.join(ready)}.",
        )
    return load(ready[name_or_file])


def _refused(problems: Iterable[tuple[read.Path, str]], lines: read.Lines) -> InvalidInput:
    found = sorted(
        {(_line(path, lines), "/".join(map(str, path)), said) for path, said in problems},
        key=lambda p: (p[0], p[1]),
    )
    shown = [f"line {line}, {path or 'the file'}: {said}" for line, path, said in found[:MAX_SHOWN]]
    if len(found) > MAX_SHOWN:
        shown.append(f"and {len(found) - MAX_SHOWN} more")
    return InvalidInput(
        "The scenario cannot be used:\n  " + "\n  ".join(shown),
        hint="docs/scenarios.md lists what each key takes; an editor that reads its JSON Schema shows it as you type.",
        field=found[0][1],
    )


def _line(path: read.Path, lines: read.Lines) -> int:
    """Of the value, or of what should hold it where it is missing."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _path(loc: tuple[str | int, ...], raw: Any) -> read.Path:
    """Where it stands in the file: the model's own steps (which of several types was tried) left out."""
    path: list[str | int] = []
    for at, step in enumerate(loc):
        there = isinstance(raw, list) and isinstance(step, int) and step < len(raw)
        there = there or (isinstance(raw, dict) and step in raw)
        if there:
            path.append(step)
            raw = raw[step]
        elif at == len(loc) - 1 and isinstance(raw, dict):
            path.append(step)
    return tuple(path)


def _said(error: Any) -> str:
    given = error.get("input")
    match error["type"]:
        case "missing":
            return "it is missing; add it"
        case "extra_forbidden":
            return "there is no such key; check its spelling, or remove it"
        case "string_pattern_mismatch":
            return f"{str(given)[:60]!r} is not of the form {error['ctx']['pattern']}"
        case "string_type" if isinstance(given, int | float):
            return f"{given} must be text: put it in quotes"
        case _:
            shown = "" if isinstance(given, dict | list) else f" (it is {str(given)[:60]!r})"
            return f"{error['msg'][:1].lower()}{error['msg'][1:]}{shown}"
