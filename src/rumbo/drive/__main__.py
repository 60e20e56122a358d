"""Job entry of a drive worker: `python -m rumbo.drive --name 1`. Settings come from the environment.

Ends with 0 after SIGTERM or SIGINT, once the transaction under way has ended; with another code where it must
be started again.
"""

from __future__ import annotations

import argparse
import ctypes
import faulthandler
import logging
import os
import platform
import signal
import socket
import sys
import threading
import time

from rumbo.children import Heartbeat
from rumbo.drive.worker import Worker
from rumbo.errors import CannotStart, RumboError, Unavailable
from rumbo.motion import Fleet
from rumbo.motion.warm import warm
from rumbo.settings import Settings, read_settings
from rumbo.transport.kafka_worker import KafkaWorkerLink
from rumbo.transport.wall import wall_ms

log = logging.getLogger("rumbo.drive")
HANG_S = 40
"""Longer than all time-outs of a tick together."""
_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Of malloc.h."""
_MIB = 1 << 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m rumbo.drive", description="Drives a part of the fleet.")
    parser.add_argument(
        "--name",
        default=socket.gethostname(),
        help="tells the workers of a fleet apart: no two may share one; default: this machine's name",
    )
    name = parser.parse_args().name
    _keep_memory()
    stop = threading.Event()
    for sent in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sent, lambda *_: stop.set())
    try:
        settings = read_settings()
        logging.basicConfig(level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s")
        _run(settings, name, stop)
    except RumboError as exc:
        log.error("%s", exc)  # noqa: TRY400 - meant for a person; the trace says nothing more
        return exc.exit_code
    return 0


def _keep_memory() -> None:
    """Let the C library keep what is freed: each chunk takes as much again, and new pages cost more than their use.

    Only glibc knows of this; elsewhere nothing happens.
    """
    if platform.libc_ver()[0] == "glibc":
        tell = ctypes.CDLL(None).mallopt
        for what, value in ((_MMAP_THRESHOLD, 32 * _MIB), (_TRIM_THRESHOLD, 256 * _MIB), (_ARENA_MAX, 1)):
            tell(what, value)


def _run(settings: Settings, name: str, stop: threading.Event) -> None:
    if not settings.bootstrap_servers:
        raise CannotStart("A drive worker needs a broker.", hint="Set RUMBO_BOOTSTRAP_SERVERS to host:port.")
    warm()  # before the group counts on this worker
    link = KafkaWorkerLink(settings.bootstrap_servers, name)
    log.info("Worker %s drives, a tick every %d ms", name, settings.tick_ms)
    worker = Worker(link, Fleet.of, wall_ms, tick_ms=settings.tick_ms)
    threading.Thread(
        target=_watch, args=(worker, Heartbeat(settings.heartbeat_file)), name="watchdog", daemon=True
    ).start()
    worker.run(stop)
    log.info("Worker %s ended", name)


def _watch(worker: Worker, heartbeat: Heartbeat) -> None:
    """End the process where it hangs: a Kafka client that lost its broker has been seen to wait for ever.

    The next worker goes on from the committed progress, so ending at any point is safe.
    """
    while time.monotonic() - worker.alive_at < HANG_S:
        heartbeat.beat(worker.alive_at)
        time.sleep(1.0)
    log.critical("The worker has not got on for %d s; it is ended", HANG_S)
    faulthandler.dump_traceback()
    os._exit(Unavailable.exit_code)


if __name__ == "__main__":
    sys.exit(main())
