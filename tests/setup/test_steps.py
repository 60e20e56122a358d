from __future__ import annotations

import io
from pathlib import Path

import pytest

from tools.setup import steps
from tools.setup.steps import SetupFailed, Step, call, digest, run_steps


class Counted:
    """A step that counts how often it was done; `lock` is its input."""

    def __init__(self, folder: Path) -> None:
        self.times = 0
        self.lock = folder / "lock"
        self.lock.write_text("one")
        self.made = folder / "out" / "made"
        self.fails = False
        self.step = Step(
            title="Counting",
            run=self.run,
            stamp=folder / "out" / "stamp",
            inputs=lambda: digest([self.lock]),
            outputs=(self.made,),
        )

    def run(self) -> str:
        self.times += 1
        if self.fails:
            raise SetupFailed("no")
        self.made.parent.mkdir(exist_ok=True)
        self.made.touch()
        return f"time {self.times}"


@pytest.fixture
def counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counted:
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    return Counted(tmp_path)


def said_by(*several: Step) -> str:
    out = io.StringIO()
    run_steps(several, out)
    return out.getvalue()


def test_a_step_says_its_place_what_it_does_and_how_long_it_took(counted: Counted) -> None:
    assert said_by(counted.step) == "[1/1] Counting … 0 s (time 1)\nSet-up took 0 s.\n"


def test_what_is_done_is_not_done_again_and_nothing_is_said(counted: Counted) -> None:
    said_by(counted.step)
    assert said_by(counted.step) == ""
    assert counted.times == 1


def test_a_file_that_was_touched_but_not_changed_is_no_reason_to_do_it_again(counted: Counted) -> None:
    said_by(counted.step)
    counted.lock.write_text("one")
    assert said_by(counted.step) == ""


def test_a_changed_input_or_a_lost_output_is_a_reason_to_do_it_again(counted: Counted) -> None:
    said_by(counted.step)
    counted.lock.write_text("two")
    assert "time 2" in said_by(counted.step)
    counted.made.unlink()
    assert "time 3" in said_by(counted.step)


def test_a_step_that_failed_is_not_taken_for_done(counted: Counted) -> None:
    said_by(counted.step)
    counted.lock.write_text("two")
    counted.fails = True
    with pytest.raises(SetupFailed):
        said_by(counted.step)
    counted.fails = False
    counted.lock.write_text("one")
    assert "time 3" in said_by(counted.step)


def test_a_command_that_fails_is_told_with_its_last_words_and_a_hint() -> None:
    with pytest.raises(SetupFailed, match=r"(?s)last words.*Trying failed \(exit status 3\)\. Do better\."):
        call(["sh", "-c", "echo last words; exit 3"], what="Trying", hint="Do better.")


def test_a_command_that_is_not_there_is_told_with_a_hint() -> None:
    with pytest.raises(SetupFailed, match=r"Trying: no-such-command cannot be run .* Install it\."):
        call(["no-such-command"], what="Trying", hint="Install it.")
