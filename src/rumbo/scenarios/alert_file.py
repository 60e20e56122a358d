"""From a file of alert rules to rules; what is wrong with it is said with its line."""

from __future__ import annotations

from pathlib import Path

from rumbo.domain.alert_files import rules_of
from rumbo.domain.alert_rules import DEFAULT_RULES, AlertRules
from rumbo.errors import InvalidInput, UnreadableFile
from rumbo.scenarios.read import read_yaml


def load_rules(file: str) -> AlertRules:
    """The rules of a YAML or JSON file, those that ship with Rumbo where `file` is empty.

    Raises UnreadableFile where it cannot be read as such, InvalidInput naming line, path and remedy of what is wrong.
    """
    if not file:
        return DEFAULT_RULES
    try:
        text = Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        said = getattr(exc, "strerror", None) or "it is not UTF-8"
        raise UnreadableFile(
            f"The alert rules in {file} can't be read: {said}.", hint="Check the setting alert_rules."
        ) from exc
    raw, lines = read_yaml(text)
    try:
        return rules_of(raw)
    except InvalidInput as exc:
        path: tuple[str | int, ...] = tuple(int(s) if s.isdecimal() else s for s in exc.field.split("/")[1:])
        while path and path not in lines:
            path = path[:-1]
        raise InvalidInput(
            f"{file}, line {lines.get(path, 1)}: {exc.message}", hint=exc.hint, field=exc.field
        ) from exc
