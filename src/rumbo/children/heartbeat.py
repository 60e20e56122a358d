"""How a process shows those around it that it gets on with its work: the time of a file."""

from __future__ import annotations

import contextlib
from pathlib import Path


class Heartbeat:
    """Touches a file; without one it does nothing. A file that cannot be touched stops no work: its age tells."""

    def __init__(self, file: str = "") -> None:
        self._file = Path(file) if file else None
        self._last = -1.0

    def beat(self, alive_at: float) -> None:
        """Call often, with the time of the last sign of life in seconds; touches the file once for each second."""
        if self._file is None or alive_at - self._last < 1.0:
            return
        self._last = alive_at
        with contextlib.suppress(OSError):
            self._file.touch()
