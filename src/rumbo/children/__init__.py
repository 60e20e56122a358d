"""Child processes: they lead a group of their own, die with this process, and leave nothing behind."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from rumbo.children.heartbeat import Heartbeat

__all__ = ["RUMBO", "Heartbeat", "guarded", "kill_group"]

RUMBO = (sys.executable, "-c", "from rumbo.cli import main; main()")
"""The command line, in this interpreter."""


def guarded(command: Sequence[str], orphan_signal: signal.Signals) -> list[str]:
    """The command behind a guard, which replaces itself by it: it gets the signal when this process dies.

    On Linux also when the thread ends that started it.
    """
    guard = str(Path(__file__).with_name("guard.py"))
    return [sys.executable, "-I", "-S", guard, str(os.getpid()), str(int(orphan_signal)), *command]


def kill_group(pid: int, sent: signal.Signals = signal.SIGKILL) -> None:
    """End a child that leads a group, and all that it has started; nothing where they have ended."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sent)
