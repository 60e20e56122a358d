"""A stream that kills itself the hard way after the first table's commit of a batch."""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from rumbo.lake.places import Lake
from rumbo.lake.tables import TableSpec
from rumbo.pipeline.session import build_session
from rumbo.pipeline.stream import Stream, StreamPlan
from rumbo.transport.kafka import KafkaOffsets


def die(spec: TableSpec) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    bootstrap, landing, jars, work = sys.argv[1:]
    lake = Lake(landing, landing + "-staging", landing + "-common")
    plan = StreamPlan(bootstrap, lake, Path(work), trigger_ms=200, warm_up=False)
    Stream(build_session("dying", Path(jars), plan.work_dir), plan, KafkaOffsets(bootstrap), die).run(
        threading.Event()
    )
