"""Turns at the lake: few questions run at a time, so that no request's thread is lost to it for long."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from rumbo.errors import CannotStart, TooLarge, Unavailable


class Turns:
    """Lets `at_once` callers in; another waits `patience_s` for one of them to end."""

    def __init__(self, at_once: int, patience_s: float) -> None:
        self._at_once, self._patience_s = at_once, patience_s
        self._free = threading.BoundedSemaphore(at_once)

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Raises Unavailable where no turn comes, and what the lake raises, in words for those who ask over REST."""
        if not self._free.acquire(timeout=self._patience_s):
            raise Unavailable(f"The lake answers {self._at_once} questions already.", hint="Try again.")
        try:
            yield
        except CannotStart as exc:  # it runs already; what it lacks is the lake
            raise Unavailable(exc.message, hint=exc.hint) from exc
        except TooLarge as exc:
            if "--memory-mb" not in exc.hint:
                raise
            raise TooLarge(exc.message, hint="`rumbo sql` and `rumbo trace` may use more.") from exc
        finally:
            self._free.release()
