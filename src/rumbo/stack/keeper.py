"""Prepares what the services of a stack need, opens the world when they start and closes it when they end.

Job entry: `python -m rumbo.stack.keeper`. The world stands still while nobody keeps it; a keeper that was killed finds
the world going on and leaves it so.
"""

from __future__ import annotations

import logging
import signal
import sys
import threading
import time

from rumbo.children import Heartbeat
from rumbo.errors import RumboError
from rumbo.fleet.world import close_world, open_world, progress, read_clock
from rumbo.settings import Settings, read_settings
from rumbo.stack.prepare import prepare
from rumbo.transport.kafka import KafkaOffsets, KafkaPublisher, KafkaTableReader
from rumbo.transport.port import Offsets, TableReader
from rumbo.transport.wall import wall_ms

log = logging.getLogger(__name__)

ALIVE_MS = 15_000
"""Somebody who drove to where the world was so short a time ago drives it now."""


def keep(settings: Settings, stop: threading.Event) -> None:
    """Let the world go on until `stop` is set. Raises CannotStart, Unavailable."""
    prepare(settings, log.info)
    bootstrap = settings.bootstrap_servers
    tables, offsets = KafkaTableReader(bootstrap), KafkaOffsets(bootstrap)
    heartbeat = Heartbeat(settings.heartbeat_file)
    with KafkaPublisher(bootstrap) as publisher:
        if is_driven(tables, offsets, wall_ms()):
            log.info("The world goes on")
        else:
            clock = open_world(publisher, tables, offsets, settings.speed, wall_ms)
            log.info("The world goes on at a rate of %g", clock.changes[-1].rate)
        while not stop.wait(1.0):
            heartbeat.beat(time.monotonic())
        close_world(publisher, tables, wall_ms)
        log.info("The world stands still")


def is_driven(tables: TableReader, offsets: Offsets, now_ms: int) -> bool:
    """Whether the world is open and its workers keep up with it."""
    clock = read_clock(tables)
    if clock is None or clock.changes[-1].rate == 0:
        return False
    return min(progress(offsets).values(), default=0) >= clock.world_ms(now_ms - ALIVE_MS)


def main() -> int:
    """Keep the world by the environment's settings; returns the exit code."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        settings = read_settings()
        logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        keep(settings, stop)
    except RumboError as exc:
        log.error("%s", exc)  # noqa: TRY400  # the message says it all; a trace would hide it
        return exc.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
