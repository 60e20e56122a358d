"""Turns at the lake: few questions run at a time, so that no request's thread is lost to it for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from rumbo.errors import CannotStart, TooLarge, Unavailable
from rumbo.lake.places import Lake

AT_ONCE = 2
"""Questions that run at a time; each may use so much memory and time."""
MEMORY_MB = 256
TIMEOUT_S = 20.0
PATIENCE_S = 3.0


@dataclass(frozen=True, slots=True)
class Turn:
    """The lake, and what a question may use while it has its turn."""

    lake: Lake
    memory_mb: int
    timeout_s: float


class Turns:
    """Lets `AT_ONCE` callers in; another waits `patience_s` for one of them to end."""

    def __init__(self, lake: Lake, timeout_s: float = TIMEOUT_S, patience_s: float = PATIENCE_S) -> None:
        self._turn = Turn(lake, MEMORY_MB, timeout_s)
        self._patience_s = patience_s
        self._free = threading.BoundedSemaphore(AT_ONCE)

    @contextmanager
    def taken(self, patience_s: float | None = None) -> Iterator[Turn]:
        """`patience_s`: for one who can wait longer, or less.

        Raises Unavailable where no turn comes, and what the lake raises, in words for those who ask over REST.
        """
        if not self._free.acquire(timeout=self._patience_s if patience_s is None else patience_s):
            raise Unavailable(f"The lake answers {AT_ONCE} questions already.", hint="Try again.")
        try:
            yield self._turn
        except CannotStart as exc:  # it runs already; what it lacks is the lake
            raise Unavailable(exc.message, hint=exc.hint) from exc
        except TooLarge as exc:
            if "--memory-mb" not in exc.hint:  # a bound of the question's own, which says what to do
                raise
            raise TooLarge(exc.message, hint="`rumbo sql` and `rumbo trace` may use more.") from exc
        finally:
            self._free.release()
