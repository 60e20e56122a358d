"""A step of set-up, and the runner that skips what is done already.

A step is done when its outputs exist and its stamp holds the hash of its inputs: contents, not times of change, so a
fresh clone or a switched branch is judged rightly.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "rumbo"


class SetupFailed(Exception):
    """A step could not be done. The text says what happened and what to do."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `run` returns a few words on the result, for the progress line."""

    title: str
    run: Callable[[], str]
    stamp: Path
    """Lies inside the output, so that who deletes the output deletes the stamp."""
    inputs: Callable[[], str]
    """Everything that decides the result, as a hash (see `digest`)."""
    outputs: Sequence[Path] = field(default=())
    check: Callable[[], bool] = lambda: True
    """A further proof that the outputs are sound."""

    def done(self) -> bool:
        try:
            stamped = self.stamp.read_text()
        except OSError:
            return False
        return stamped == self.inputs() and all(path.exists() for path in self.outputs) and self.check()


def run_steps(steps: Sequence[Step], out: TextIO = sys.stdout) -> None:
    """Does the steps that are not done, in order, with one line each. Raises SetupFailed."""
    started = time.monotonic()
    worked = 0
    for number, step in enumerate(steps, start=1):
        if step.done():
            continue
        worked += 1
        print(f"[{number}/{len(steps)}] {step.title} … ", end="", file=out, flush=True)
        begun = time.monotonic()
        step.stamp.unlink(missing_ok=True)
        try:
            result = step.run()
        except SetupFailed:
            print("failed", file=out, flush=True)
            raise
        step.stamp.parent.mkdir(parents=True, exist_ok=True)
        step.stamp.write_text(step.inputs())
        took = f"{time.monotonic() - begun:.0f} s"
        print(f"{took} ({result})" if result else took, file=out, flush=True)
    if worked:
        print(f"Set-up took {time.monotonic() - started:.0f} s.", file=out, flush=True)


def digest(paths: Iterable[Path] = (), *words: str) -> str:
    """SHA-256 over the words and over the names and contents of the files; a folder counts with all its files."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in paths:
        files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
        for file in files:
            total.update(f"\0{file.relative_to(ROOT)}\0".encode())
            total.update(file.read_bytes() if file.is_file() else b"absent")
    return total.hexdigest()


def call(
    command: Sequence[str | Path],
    *,
    what: str,
    hint: str = "",
    log: str = "",
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> str:
    """Runs a command quietly and returns what it printed; the whole of it also goes to a log file.

    Raises SetupFailed with the tail of the output when the command fails or is not there.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            check=False,
        )
    except OSError as exc:
        raise SetupFailed(f"{what}: {command[0]} cannot be run ({exc.strerror}). {hint}".rstrip()) from exc
    if log:
        log_file = CACHE / "logs" / f"{log}.log"
        log_file.parent.mkdir(parents=True, exist_ok=True)
        log_file.write_text(done.stdout)
    if done.returncode != 0:
        tail = "\n".join(done.stdout.strip().splitlines()[-20:])
        raise SetupFailed(f"{tail}\n\n{what} failed (exit status {done.returncode}). {hint}".strip())
    return done.stdout
