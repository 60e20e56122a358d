"""Keeps a set of child processes running until told to stop.

A child that ends by itself is started again, after a pause that doubles while it keeps failing. All
children are started from one thread, write to a log file each, lead a process group of their own (so that Ctrl-C in
the terminal reaches the supervisor only) and die with it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rumbo.children import guarded, kill_group
from rumbo.errors import CannotStart

log = logging.getLogger(__name__)

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 5.0
SETTLED_AFTER_S = 20.0
"""A child that lived this long starts again at once when it dies."""
POLL_S = 0.1
ROOM_BYTES = 64 * 1024 * 1024
MAX_LOG_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Service:
    """How to run one child. `orphan_signal` is what it gets when the supervisor dies."""

    name: str
    command: Sequence[str]
    log_file: Path
    env: Mapping[str, str] = field(default_factory=dict)
    stop_timeout_s: float = 10.0
    orphan_signal: signal.Signals = signal.SIGKILL
    room: Path | None = None
    """A folder whose disk must have ROOM_BYTES free before it is started."""


@dataclass(slots=True)
class _Child:
    service: Service
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    pause_s: float = FIRST_PAUSE_S
    due_at: float = 0.0
    wanted: bool = True
    restarts: int = 0


class Supervisor:
    """Runs services. `start`, `watch` and `stop` belong to one thread; `monotonic` is the clock it goes by."""

    def __init__(
        self,
        monotonic: Callable[[], float] = time.monotonic,
        on_restart: Callable[[str, int], None] | None = None,
    ) -> None:
        self._children: dict[str, _Child] = {}
        self._monotonic = monotonic
        self._on_restart = on_restart or (lambda _name, _code: None)

    def start(self, service: Service) -> None:
        """Start a service and keep it running."""
        child = _Child(service)
        self._children[service.name] = child
        self._spawn(child)

    def pids(self) -> dict[str, int]:
        """Name -> pid of the children that run now."""
        return {n: c.process.pid for n, c in self._children.items() if c.process and c.process.poll() is None}

    def restarts(self) -> dict[str, int]:
        return {name: child.restarts for name, child in self._children.items()}

    def watch(self, stop: threading.Event, until: Callable[[], bool] | None = None) -> None:
        """Restart what ends, until `stop` is set or `until` holds."""
        while not stop.is_set() and not (until and until()):
            self.check()
            stop.wait(POLL_S)

    def check(self) -> None:
        """One look at every child: start again what has ended and is due."""
        now = self._monotonic()
        for child in self._children.values():
            if not child.wanted:
                continue
            _rotate(child.service.log_file)
            if child.process is not None and (code := child.process.poll()) is not None:
                kill_group(child.process.pid)  # a dead driver must not leave its JVM behind
                child.process = None
                self._plan_restart(child, now, code)
            if child.process is None and now >= child.due_at:
                child.restarts += 1
                self._respawn(child, now)

    def _respawn(self, child: _Child, now: float) -> None:
        """Start a child again; where the machine cannot just now (a full disk, no memory), later."""
        try:
            self._spawn(child)
        except CannotStart as exc:
            log.warning("%s", exc)
            self._pause(child, now)

    def _pause(self, child: _Child, now: float) -> None:
        child.due_at = now + child.pause_s
        child.pause_s = min(child.pause_s * 2, LONGEST_PAUSE_S)

    def _plan_restart(self, child: _Child, now: float, code: int) -> None:
        if now - child.started_at >= SETTLED_AFTER_S:
            child.pause_s = FIRST_PAUSE_S
        self._pause(child, now)
        log.warning("%s ended with %s; starting it again", child.service.name, code)
        self._on_restart(child.service.name, code)

    def _spawn(self, child: _Child) -> None:
        service = child.service
        _require_room(service)
        try:
            service.log_file.parent.mkdir(parents=True, exist_ok=True)
            with service.log_file.open("ab") as out:
                child.process = subprocess.Popen(
                    guarded(service.command, service.orphan_signal),
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **service.env},
                    start_new_session=True,
                )
        except OSError as exc:
            raise CannotStart(f"{service.name} could not be started: {exc.strerror}.") from exc
        child.started_at = self._monotonic()

    def stop(self, name: str) -> int | None:
        """End one service for good: SIGTERM, after its time-out SIGKILL to its whole group. Its exit code."""
        child = self._children.get(name)
        if child is None or not child.wanted:
            return None
        child.wanted = False
        process = child.process
        if process is None:
            return None
        if process.poll() is None:
            process.terminate()
        try:
            code = process.wait(child.service.stop_timeout_s)
        except subprocess.TimeoutExpired:
            log.warning("%s did not stop in %s s; killing it", name, child.service.stop_timeout_s)
            code = None
        kill_group(process.pid)
        process.wait()
        return code

    def stop_all(self) -> None:
        """End everything, last started first."""
        for name in reversed(list(self._children)):
            self.stop(name)


def _require_room(service: Service) -> None:
    if service.room is not None and shutil.disk_usage(service.room).free < ROOM_BYTES:
        raise CannotStart(
            f"The disk of {service.room} is full: {service.name} waits for {ROOM_BYTES >> 20} MiB of space.",
            hint="Free some.",
        )


def _rotate(log_file: Path) -> None:
    """Keep a log from growing without end: over the limit it is copied to `.1`, replacing the one before, and emptied.

    The child goes on writing to the same file: it appends, so it goes on at the new end.
    """
    with contextlib.suppress(OSError):  # no log is worth ending the stack for
        if log_file.stat().st_size > MAX_LOG_BYTES:
            shutil.copyfile(log_file, log_file.with_name(log_file.name + ".1"))
            os.truncate(log_file, 0)
