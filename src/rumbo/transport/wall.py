"""Wall time, the same for all who compare it with the broker's append times."""

from __future__ import annotations

import time


def wall_ms() -> int:
    """Milliseconds since the Unix epoch, by the clock of this machine."""
    return time.time_ns() // 1_000_000
