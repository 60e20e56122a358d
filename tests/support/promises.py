"""Promises of configuration files: checks that raise AssertionError, each proved by a fault that it sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pytest

type Files = Mapping[str, str]
"""Texts by name."""
type Check = Callable[[Files], None]
type Fault = tuple[Check, str, str, str]
"""A check, a file's name, what stands there, and what breaks the promise in its place."""
type Test = Callable[..., None]


def promised(checks: Sequence[Check], faults: Sequence[Fault]) -> tuple[Test, Test, Test]:
    """Tests for a module that has a fixture `files`: promises are kept, faults are seen, no check goes without one."""

    @pytest.mark.parametrize("check", checks, ids=lambda check: check.__name__)
    def keeps(check: Check, files: Files) -> None:
        check(files)

    @pytest.mark.parametrize(
        ("check", "name", "right", "wrong"), faults, ids=lambda part: getattr(part, "__name__", "")
    )
    def sees(check: Check, name: str, right: str, wrong: str, files: Files) -> None:
        assert right in files[name], "the fault no longer fits the file"
        with pytest.raises(AssertionError):
            check({**files, name: files[name].replace(right, wrong)})

    def proved() -> None:
        assert {fault[0] for fault in faults} == set(checks)

    return keeps, sees, proved
