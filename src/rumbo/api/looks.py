"""Looks at what may be slow: each in a thread of its own, so that nobody waits longer for it than he can."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future, wait

from rumbo.errors import RumboError

log = logging.getLogger(__name__)


class Look[T]:
    """A value that is looked up once in `every_s` at most, and one look at a time.

    `keep_s`: for how long the last value stands in for one that cannot be had.
    """

    def __init__(
        self,
        compute: Callable[[], T],
        every_s: float,
        keep_s: float,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self._compute, self._every_s, self._keep_s, self._now_s = compute, every_s, keep_s, now_s
        self._lock = threading.Lock()
        self._under_way: Future[None] | None = None
        self._kept: tuple[float, T] | None = None
        self.failed = False
        """Whether the last look that came to an end was in vain."""

    def begin(self, threads: Executor) -> None:
        """Look anew where it is time to, and nobody looks."""
        with self._lock:
            if self._under_way is not None and not self._under_way.done():
                return
            if self.failed or self._kept is None or self._now_s() - self._kept[0] >= self._every_s:
                self._under_way = threads.submit(self._look)

    def value(self, wait_s: float) -> T | None:
        """What the look found, waiting for it so long at most; else the last value; None where that is too old."""
        if self._under_way is not None:
            wait([self._under_way], wait_s)
        with self._lock:
            if self._kept is None:
                return None
            found_s, value = self._kept
            fresh = self._under_way is not None and self._under_way.done() and not self.failed
            return value if fresh or self._now_s() - found_s <= self._keep_s else None

    def _look(self) -> None:
        try:
            value = self._compute()
        except RumboError:
            self.failed = True
        except Exception:
            log.exception("A metric could not be read.")
            self.failed = True
        else:
            with self._lock:
                self._kept, self.failed = (self._now_s(), value), False
