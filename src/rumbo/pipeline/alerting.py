"""Keeps the alerts' query alive beside landing, in one process and on one Spark, and never at landing's cost.

Landing is the promise; alerts follow from what Kafka holds, whenever they are found. So the alerts begin once landing
runs, take one of Spark's slots at most, and where they fail they are begun again by themselves, ever more patiently,
from where their last transaction left off. Landing takes no notice.
"""

from __future__ import annotations

import logging
import threading
import time

from py4j.protocol import Py4JError  # type: ignore[import-untyped]  # the package ships no types
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.streaming.query import StreamingQuery

from rumbo.errors import RumboError
from rumbo.events.topics import ALERTS_GROUP
from rumbo.pipeline import alerts
from rumbo.pipeline.alerts import AlertsPlan
from rumbo.pipeline.failures import explained

log = logging.getLogger(__name__)

POLL_S = 0.5
TIDY_S = 10.0
"""A batch under way may end so long; what it had not published is found again at the next start."""
FIRST_PAUSE_S = 2.0
LONGEST_PAUSE_S = 120.0
SETTLED_AFTER_S = 15.0
"""A query that has run so long is taken for well."""
WELL_AFTER_S = 300.0
"""Who has run so long starts again as quickly as the first time."""


class Alerting:
    """The thread that has the query run. Without a plan it does nothing."""

    def __init__(
        self,
        session: SparkSession,
        plan: AlertsPlan | None,
    ) -> None:
        self._session = session
        self._plan = plan
        self._stop = threading.Event()
        self.trouble = ""
        """Why there are no alerts for now; empty where they are looked for, or nobody wants them."""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        if self._plan is not None:
            self._thread = threading.Thread(target=self._run, args=(self._plan,), name="alerts", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End after the batch under way, or without it where it takes too long."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(TIDY_S + POLL_S)

    def _run(self, plan: AlertsPlan) -> None:
        failures = 0
        self._stop.wait(plan.after_s)
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._live(plan)
            except (RumboError, PySparkException, Py4JError) as exc:
                failures = 0 if time.monotonic() - began >= WELL_AFTER_S else failures
                pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2**failures)
                failures += 1
                why = explained(exc, "The search for alerts")
                self.trouble = why.message
                log.error(  # noqa: TRY400  # the message says it all
                    "No alerts for now, landing goes on: %s Next try in %.0f s. Where this repeats: the folder %s may "
                    "be deleted at any time.", why, pause_s, plan.checkpoint,
                )  # fmt: skip
                self._stop.wait(pause_s)

    def _live(self, plan: AlertsPlan) -> None:
        """One life of the query. Raises what it failed with."""
        outlet = plan.open_outlet(plan.bootstrap, ALERTS_GROUP)
        try:
            query = alerts.start(self._session, plan, outlet, _told)
            well_at = time.monotonic() + SETTLED_AFTER_S
            log.info("Alerts are looked for by the rules of version %s", plan.rules.version)
            try:
                while query.isActive and not self._stop.wait(POLL_S):
                    if time.monotonic() > well_at:
                        self.trouble = ""
                if not self._stop.is_set():
                    raise explained(query.exception(), "The search for alerts")
            finally:
                _end(query)
        finally:
            outlet.close()


def _end(query: StreamingQuery) -> None:
    deadline = time.monotonic() + TIDY_S
    while query.isActive and query.status["isTriggerActive"] and time.monotonic() < deadline:
        time.sleep(0.05)
    query.stop()


def _told(count: int) -> None:
    if count:
        log.info("%d alerts", count)
