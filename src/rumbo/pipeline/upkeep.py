"""Keeps landing's files few: joins the small ones of the micro-batches, and removes what was replaced.

A batch a second makes 86,400 files a day and table. Joining (Delta's OPTIMIZE) changes no row; it waits for a quiet
moment as long as it can. Readers pinned to a version keep their files for a day.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # the package ships no types
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from rumbo.lake.places import Lake
from rumbo.lake.tables import TableSpec

log = logging.getLogger(__name__)

WHEN_QUIET = 60
AT_LAST = 600
VACUUM_EVERY_MS = 6 * 3_600_000


def join_files(session: SparkSession, lake: Lake, spec: TableSpec) -> None:
    """Join a table's small files, partition by partition."""
    session.sql(f"OPTIMIZE delta.`{quoted_path(lake, spec)}`").collect()


def remove_replaced_files(session: SparkSession, lake: Lake, spec: TableSpec) -> None:
    """Delete files that no version of the last day needs."""
    session.sql(f"VACUUM delta.`{quoted_path(lake, spec)}`").collect()


def quoted_path(lake: Lake, spec: TableSpec) -> str:
    return lake.table_path(spec).replace("`", "``")


class Upkeep:
    """Decides when, from what `note` tells it. Thread-safe; `run` is a thread's life."""

    def __init__(
        self, session: SparkSession, lake: Lake, specs: Sequence[TableSpec], now_ms: Callable[[], int]
    ) -> None:
        self._session = session
        self._lake = lake
        self._specs = specs
        self._now_ms = now_ms
        self._small = {spec.name: 0 for spec in specs}
        self._vacuumed_ms = now_ms()
        self._lock = threading.Lock()

    def note(self, spec: TableSpec) -> None:
        """A batch was appended to a table."""
        with self._lock:
            self._small[spec.name] += 1

    def due(self, quiet: bool) -> list[TableSpec]:
        """Tables with enough small files to be worth it now."""
        with self._lock:
            return [
                spec for spec in self._specs if self._small[spec.name] >= (WHEN_QUIET if quiet else AT_LAST)
            ]

    def step(self, quiet: bool) -> None:
        """Do what is due. A failure is told and left for the next time: rows are never at stake."""
        try:
            for spec in self.due(quiet):
                with self._lock:
                    self._small[spec.name] = 0
                join_files(self._session, self._lake, spec)
                log.info("Joined the small files of %s", spec.name)
            if quiet and self._now_ms() - self._vacuumed_ms >= VACUUM_EVERY_MS:
                self._vacuumed_ms = self._now_ms()
                for spec in self._specs:
                    remove_replaced_files(self._session, self._lake, spec)
        except (PySparkException, Py4JError) as exc:
            log.warning("Upkeep of landing failed, the next try follows: %s", str(exc).splitlines()[0])

    def run(self, stop: threading.Event, quiet: Callable[[], bool]) -> None:
        while not stop.wait(2.0):
            self.step(quiet())
