"""The kinds of work that the API starts: a line each says what of the command line it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Lane(StrEnum):
    """Jobs of one lane wait for each other."""

    LAKE = "lake"
    WORLD = "world"
    LOOK = "look"


class Role(StrEnum):
    """Whose rights to the lake a kind needs."""

    READER = "reader"
    BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Kind:
    """`rumbo <command> --json`, with an option for each field of the request that the kind takes.

    An option "" stands for an argument. `outcomes`: what the command means by an exit code where it gives its result;
    those of `well` are what was wanted.
    """

    name: str
    command: tuple[str, ...]
    role: Role
    outcomes: Mapping[int, str]
    well: tuple[int, ...] = (0,)
    needs: Mapping[str, str] = field(default_factory=dict)
    takes: Mapping[str, str] = field(default_factory=dict)
    lane: Lane = Lane.LAKE

    @property
    def options(self) -> dict[str, str]:
        return {**self.needs, **self.takes}

    def arguments(self, given: Mapping[str, str]) -> list[str]:
        """The command's arguments, for fields that the kind takes."""
        made = [*self.command, "--json"]
        for name, option in self.options.items():
            if name in given:
                made += [option, given[name]] if option else [given[name]]
        return made


_KINDS = (
    Kind("refine", ("refine",), Role.BATCH, {0: "done", 1: "quality-failure", 99: "nothing-to-do"}, (0, 99), needs={"from": "--from", "to": "--to"}, takes={"layer": "--layer"}),  # noqa: E501 - a line a kind
    Kind("audit", ("audit",), Role.READER, {0: "balanced", 1: "unbalanced"}),
    Kind("scenario", ("scenario", "run"), Role.READER, {0: "done"}, needs={"scenario": ""}, takes={"speed": "--speed", "vehicles": "--vehicles", "days": "--days", "seed": "--seed"}, lane=Lane.WORLD),  # noqa: E501 - as above
    Kind("scenario-check", ("scenario", "check"), Role.READER, {0: "done"}, needs={"scenario": ""}, takes={"vehicles": "--vehicles", "seed": "--seed"}, lane=Lane.LOOK),  # noqa: E501 - as above
)  # fmt: skip
KINDS: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in _KINDS})
JobKind = StrEnum("JobKind", {kind.name.upper().replace("-", "_"): kind.name for kind in _KINDS})  # type: ignore[misc]
JobKind.__doc__ = "The kinds of jobs."
