"""Catches work that grows with the square of what it is given; never says how fast a machine is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

FAR_TOO_LONG_S = 30.0
"""CPU of the whole process. What is tested takes a second or two, its mistake minutes: no machine is that busy."""


@contextmanager
def in_a_moment(mistake: str) -> Iterator[None]:
    """Raises: AssertionError, naming the `mistake` that takes minutes, if the block took that long."""
    begin = time.process_time()
    yield
    assert time.process_time() - begin < FAR_TOO_LONG_S, mistake
