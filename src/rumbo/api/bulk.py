"""Many things in one request: each stands or falls by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import BaseModel, Field, ValidationError, WrapValidator

from rumbo.api.models import ProblemOut
from rumbo.api.problems import entry_problem
from rumbo.errors import RumboError

MAX_ID = 40
UNCHECKED = WrapValidator(lambda value, _check: value)
"""Annotates entries that the contract declares but that are checked one by one, so that a bad one does not take
the others along."""


class ResultOut(BaseModel):
    """What became of one entry: its id, or what is wrong with it."""

    id: str | None
    known: bool = Field(description="Whether the same order had made it before.")
    error: ProblemOut | None


class ResultsOut(BaseModel):
    """One result an entry, in order."""

    results: list[ResultOut]


def results_json[M: BaseModel](
    model: type[M],
    entries: Sequence[Any],
    make: Callable[[list[M]], Sequence[tuple[str, bool] | RumboError]],
    *,
    instance: str,
    name: str,
) -> dict[str, Any]:
    """A `ResultsOut` of entries that stand in the body's field `name`.

    `make` gets the sound ones as `model`, and answers each by its id and whether it was known, or by an error.
    """
    sound: dict[int, M] = {}
    results: dict[int, dict[str, Any]] = {}
    for at, entry in enumerate(entries):
        try:
            sound[at] = model.model_validate(entry)
        except ValidationError as exc:
            results[at] = _refused(entry, entry_problem(exc, instance, f"/{name}/{at}"))
    for at, outcome in zip(sound, make(list(sound.values())), strict=True):
        if isinstance(outcome, RumboError):
            results[at] = _refused(entries[at], entry_problem(outcome, instance, f"/{name}/{at}"))
        else:
            results[at] = {"id": outcome[0], "known": outcome[1], "error": None}
    return {"results": [results[at] for at in range(len(entries))]}


def _refused(entry: Any, problem: dict[str, Any]) -> dict[str, Any]:
    given = entry.get("id") if isinstance(entry, dict) else None
    own = given if isinstance(given, str) and len(given) <= MAX_ID and given.isascii() else None
    return {"id": own, "known": False, "error": problem}
