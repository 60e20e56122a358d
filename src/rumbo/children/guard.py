"""Start a program that dies with its parent.

    python -I -S guard.py PARENT_PID SIGNAL PROGRAM [ARGUMENT ...]

On Linux the kernel sends SIGNAL when the parent goes, however it goes, so that a killed supervisor leaves no
orphans. Elsewhere the program simply runs. Standard library only, nothing of Rumbo: it must start in milliseconds.
"""

from __future__ import annotations

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(parent: int, signal_number: int, command: list[str]) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal_number, 0, 0, 0)
        if os.getppid() != parent:  # it died before the kernel was asked
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  # replacing itself is its purpose; the command is ours


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
