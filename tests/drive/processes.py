"""Drive workers as real processes that a test starts, kills and starts again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path


class Workers:
    """Worker processes by number, all at one broker; their logs are in `folder`."""

    def __init__(self, folder: Path, bootstrap: str) -> None:
        self._folder = folder
        self._bootstrap = bootstrap
        self.running: dict[int, subprocess.Popen[bytes]] = {}

    def start(self, number: int) -> None:
        env = {**os.environ, "RUMBO_BOOTSTRAP_SERVERS": self._bootstrap, "RUMBO_TICK_MS": "50"}
        with (self._folder / f"drive-{number}.log").open("ab") as out:
            self.running[number] = subprocess.Popen(
                [sys.executable, "-m", "rumbo.drive", "--name", str(number)],
                env=env,
                stdout=out,
                stderr=out,
            )

    def end(self, number: int, how: signal.Signals = signal.SIGKILL) -> int:
        """Send the signal and wait; the exit code."""
        process = self.running.pop(number)
        process.send_signal(how)
        return process.wait(40)

    def kill_all(self) -> None:
        for number in list(self.running):
            self.end(number)

    def supervise(self) -> None:
        """A worker that gave up is started again, as the stack does."""
        for number, process in list(self.running.items()):
            if process.poll() is not None:
                self.start(number)

    def logs(self) -> str:
        return "".join(p.read_text()[-800:] for p in sorted(self._folder.glob("drive-*.log")))
