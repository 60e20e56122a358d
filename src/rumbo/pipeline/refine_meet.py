"""What runs that meet do: Delta lets one of two commits pass, and the other is tried again on what then stands."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from py4j.protocol import Py4JJavaError  # type: ignore[import-untyped]  # the package ships no types
from pyspark.errors import PySparkException

from rumbo.errors import Conflict

log = logging.getLogger(__name__)

TRIES = 6
_SIGNS = (
    "DELTA_CONCURRENT",
    "io.delta.exceptions.Concurrent",
    "DELTA_METADATA_CHANGED",
    "io.delta.exceptions.MetadataChanged",
    "DELTA_PROTOCOL_CHANGED",  # both were about to create the table
    "io.delta.exceptions.ProtocolChanged",
    "DELTA_TABLE_ALREADY_EXISTS",
    "TABLE_OR_VIEW_ALREADY_EXISTS",
)


def until_alone[T](do: Callable[[], T], table: str, pause: Callable[[float], None] = time.sleep) -> T:
    """Do what ends in a commit to `table`; again, after longer and longer pauses, where another run came between.

    Raises Conflict where others keep coming.
    """
    for tried in range(1, TRIES + 1):
        try:
            return do()
        except (PySparkException, Py4JJavaError) as exc:
            if not is_conflict(exc):
                raise
            if tried == TRIES:
                raise Conflict(
                    f"Other runs kept writing {table}.", hint="Refine the day again once they are done."
                ) from exc
            log.warning("Another run wrote %s at the same time; trying again", table)
            pause(0.5 * 2**tried)
    raise AssertionError


def is_conflict(exc: Exception) -> bool:
    text = str(exc)
    return any(sign in text for sign in _SIGNS)
