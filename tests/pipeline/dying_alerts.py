"""The stream's search for alerts, which kills its process the hard way before or after its first commit to Kafka."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from rumbo.lake.places import Lake
from rumbo.pipeline.alerting import Alerting
from rumbo.pipeline.session import build_session
from rumbo.transport.kafka_outlet import KafkaOutlet
from rumbo.transport.port import Committed, KeyedValue
from support.stream import alerting_plan


class DyingOutlet(KafkaOutlet):
    """Its first write with records is the process's last deed."""

    when = "before"

    def write(
        self, records: Mapping[str, Sequence[KeyedValue]], topic: str, done: Mapping[int, Committed]
    ) -> None:
        if self.when == "before":
            self._commit = _die  # type: ignore[method-assign]
        super().write(records, topic, done)
        _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    bootstrap, landing, jars, work, DyingOutlet.when = sys.argv[1:]
    lake = Lake(landing, landing + "-staging", landing + "-common")
    plan = alerting_plan(bootstrap, lake, Path(work)).alerts
    assert plan is not None
    session = build_session("dying", Path(jars), Path(work))
    Alerting(session, dataclasses.replace(plan, open_outlet=DyingOutlet)).start()
    threading.Event().wait()
