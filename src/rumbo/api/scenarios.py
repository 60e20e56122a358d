"""The scenarios that a person may run: those that come with Rumbo, and their own, kept as files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from rumbo.errors import Conflict, InvalidInput, NotFound, RumboError, Unavailable
from rumbo.scenarios.load import load, ready_made
from rumbo.scenarios.model import Scenario

MOST_BYTES = 200_000
MOST = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


@dataclass(frozen=True, slots=True)
class Entry:
    """`problem` says what is wrong with a file that someone else has changed; its figures are None then."""

    name: str
    is_ready_made: bool
    text: str
    scenario: Scenario | None
    problem: str = ""


class Scenarios:
    """`folder` holds a person's own; it is made when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Entry]:
        """The ready-made ones, then a person's own, each by name."""
        own = sorted(self._folder.glob("*.yaml")) if self._folder.is_dir() else []
        ready = [_entry(name, text, is_ready_made=True) for name, text in ready_made().items()]
        return ready + [self._read(file) for file in own[:MOST]]

    def get(self, name: str) -> Entry:
        """Raises NotFound."""
        ready = ready_made()
        if name in ready:
            return _entry(name, ready[name], is_ready_made=True)
        file = self._file(name)
        if not file.is_file():
            raise NotFound(f"There is no scenario {name[:60]!r}.", hint="GET /api/v1/scenarios lists them.")
        return self._read(file)

    def save(self, name: str, text: str) -> Entry:
        """Keep a scenario, in the place of an older one. Raises InvalidInput with each wrong line, Conflict."""
        if name in ready_made():
            raise Conflict(f"{name} comes with Rumbo and stays as it is.", hint="Choose another name.")
        file = self._file(name)
        scenario = load(text)
        if not file.exists() and len(list(self._folder.glob("*.yaml"))) >= MOST:
            raise Conflict(f"There are {MOST} scenarios already.", hint="Delete one.")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = file.with_suffix(".draft")
            draft.write_text(text, encoding="utf-8")
            draft.replace(file)
        except OSError as exc:
            raise Unavailable(f"The scenario cannot be kept: {exc.strerror}.") from exc
        return Entry(name, False, text, scenario)

    def delete(self, name: str) -> None:
        """Raises NotFound, Conflict for one that comes with Rumbo."""
        if self.get(name).is_ready_made:
            raise Conflict(f"{name} comes with Rumbo and stays.", hint="Only your own can be deleted.")
        self._file(name).unlink(missing_ok=True)

    def argument(self, name: str) -> str:
        """How the command line is told of it. Raises NotFound."""
        return name if self.get(name).is_ready_made else str(self._file(name))

    def _file(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"{name[:60]!r} is no name for a scenario.",
                hint="Use up to 60 small letters, digits and hyphens.",
                field="name",
            )
        return self._folder / f"{name}.yaml"

    def _read(self, file: Path) -> Entry:
        try:
            return _entry(file.stem, file.read_text("utf-8"), is_ready_made=False)
        except (OSError, UnicodeDecodeError):
            return Entry(file.stem, False, "", None, "The file cannot be read.")


def _entry(name: str, text: str, *, is_ready_made: bool) -> Entry:
    try:
        return Entry(name, is_ready_made, text, load(text))
    except RumboError as exc:
        return Entry(name, is_ready_made, text, None, exc.message)
