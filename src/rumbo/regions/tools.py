"""Runs the programs that the wheels bring, and turns their failures into errors a person can act on."""

from __future__ import annotations

import errno
import shutil
import signal
import subprocess
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from rumbo.errors import CannotStart, RumboError, UnreadableFile

_TAIL_LINES = 8
_CROWDED_BYTES = 16_000_000
_FULL = ("No space left on device", "disk is full", "Disk quota exceeded")


def wheel_program(package: str, name: str) -> Path:
    """The program `name` inside the installed wheel of `package`; raises CannotStart where it is missing."""
    spec = find_spec(package)
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        program = Path(folder) / "bin" / name
        if program.is_file():
            return program
    raise CannotStart(
        f"The program {name} of the Python package {package} is not installed.",
        hint="Install it again; its wheels exist for Linux on x86-64 and arm64.",
    )


def run_tool(
    command: Sequence[str | Path], log: Path, *, doing: str, cwd: Path | None = None, called: str = ""
) -> None:
    """Run `command` in `cwd` with its output appended to `log`; `called` is what it sees as argument 0.

    Raises CannotStart when the disk is full, UnreadableFile when the program fails otherwise: the
    programs themselves are known to work, so it is the data that they could not take.
    """
    start = log.stat().st_size if log.exists() else 0
    with log.open("ab") as out:
        code = subprocess.run(
            [called or str(command[0]), *map(str, command[1:])],
            executable=command[0],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        ).returncode
    if code == 0:
        return
    with log.open("rb") as lines:
        lines.seek(start)
        said = lines.read().decode("utf-8", "replace")
    # A program that maps files into memory dies of SIGBUS where the disk fills up under it; others say nothing.
    crowded = shutil.disk_usage(log.parent).free < _CROWDED_BYTES
    if crowded or code == -signal.SIGBUS or any(words in said for words in _FULL):
        raise disk_full()
    last = [line.strip() for line in said.splitlines() if line.strip()][-_TAIL_LINES:]
    raise UnreadableFile(
        f"{doing} failed ({Path(command[0]).name} ended with {code}).",
        hint="The file may be damaged: fetch it again. The program's last words: " + " | ".join(last),
    )


def disk_full() -> CannotStart:
    return CannotStart("The disk that regions are built on is full.", hint="Free some space and try again.")


def as_rumbo_error(exc: Exception, folder: Path) -> RumboError | None:
    """The error a person should see for `exc`, or None where it is none of the expected ones: `folder` was written to.

    SQLite and osmium don't pass the system's error number on, only its words.
    """
    number = exc.errno if isinstance(exc, OSError) else None
    if number in (errno.ENOSPC, errno.EDQUOT) or any(words in str(exc) for words in _FULL):
        return disk_full()
    if number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
        return CannotStart(f"{folder} cannot be written.", hint="Choose another data folder.")
    return None
