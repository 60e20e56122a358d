"""A small pool of child processes that each answer one request at a time.

Native routing code can crash; here it takes only its own process along. A child starts when it is first
needed, sleeps on its socket while idle, and ends by itself when its parent is gone, however that died:
the kernel closes the parent's end of the socket, and the child reads end-of-file.
"""

from __future__ import annotations

import queue
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from multiprocessing.connection import Connection
from typing import Any

from rumbo.errors import Unavailable

STOP_WAIT_S = 2.0


class WorkerLostError(Exception):
    """The child died before it answered. Never leaves this room."""


class Worker:
    """One child: `python -m <module> <arguments…> <socket's number>`, and our end of its socket."""

    def __init__(self, module: str, arguments: Sequence[str]) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", module, *arguments, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # a Ctrl-C in the terminal is the parent's to handle
            )
        self._connection = Connection(ours.detach())

    @property
    def pid(self) -> int:
        return self._process.pid

    def call(self, message: Any, timeout_s: float) -> Any:
        """The child's answer. Raises WorkerLostError, or TimeoutError after `timeout_s`."""
        try:
            self._connection.send(message)
            if self._connection.poll(timeout_s):
                return self._connection.recv()
        except (EOFError, OSError) as exc:
            raise WorkerLostError from exc
        raise TimeoutError

    def kill(self) -> None:
        """End the child at once. Another thread may be waiting for its answer: it sees end-of-file."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> None:
        """Let the child leave, and wait for its end. Only for the thread that holds this worker."""
        self._connection.close()
        try:
            self._process.wait(STOP_WAIT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Pool:
    """Up to `size` workers. Thread-safe; callers beyond `size` wait their turn."""

    def __init__(self, module: str, arguments: Sequence[str], *, size: int, timeout_s: float) -> None:
        self._module, self._arguments = module, tuple(arguments)
        self._size, self._timeout_s = size, timeout_s
        # Last in, first out: one caller at a time keeps using one warm worker, the others never start.
        self._slots: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        self._running: set[Worker] = set()
        self._lock = threading.Lock()
        self._closed = False
        for _ in range(size):
            self._slots.put(None)

    def pids(self) -> list[int]:
        """Process ids of the workers that run now."""
        with self._lock:
            return [worker.pid for worker in self._running]

    def call(self, message: Any) -> Any:
        """A worker's answer to `message`. A crash is answered by one more try in a fresh worker.

        Raises Unavailable where that one dies too, none is free in time, the answer takes too long, or the
        pool is closed.
        """
        for _ in range(2):
            worker = self._take()
            try:
                reply = worker.call(message, self._timeout_s)
            except WorkerLostError:
                self._discard(worker)
                continue
            except TimeoutError as exc:
                self._discard(worker)
                raise Unavailable(
                    f"The router did not answer within {self._timeout_s:g} s.",
                    hint="Ask for a shorter route.",
                ) from exc
            except BaseException:
                self._discard(worker)
                raise
            self._give_back(worker)
            return reply
        raise Unavailable(
            "The router crashed twice on this request.",
            hint="Other requests are not affected; try other points.",
        )

    def close(self) -> None:
        """End all workers; those that are busy end when their answer is given, or are killed."""
        with self._lock:
            self._closed = True
        for _ in range(self._size):
            try:
                slot = self._slots.get(timeout=STOP_WAIT_S)
            except queue.Empty:
                break
            if slot is not None:
                self._forget(slot)
                slot.stop()
        with self._lock:
            busy = list(self._running)
        for worker in busy:
            worker.kill()
        for _ in range(self._size):
            self._slots.put(None)  # wakes those who wait for a turn, to be told that the pool is closed

    def _take(self) -> Worker:
        if self._closed:
            raise _closed()
        try:
            slot = self._slots.get(timeout=self._timeout_s)
        except queue.Empty as exc:
            raise Unavailable("The router is busy.", hint="Try again in a moment.") from exc
        try:
            return slot if slot is not None else self._start()
        except BaseException:
            self._slots.put(None)
            raise

    def _start(self) -> Worker:
        with self._lock:
            if self._closed:
                raise _closed()
            try:
                worker = Worker(self._module, self._arguments)
            except OSError as exc:
                raise Unavailable(
                    "The router's process could not be started.", hint="Check free memory and process limits."
                ) from exc
            self._running.add(worker)
            return worker

    def _give_back(self, worker: Worker) -> None:
        self._slots.put(worker)

    def _discard(self, worker: Worker) -> None:
        self._forget(worker)
        worker.kill()
        worker.stop()
        self._slots.put(None)

    def _forget(self, worker: Worker) -> None:
        with self._lock:
            self._running.discard(worker)


def _closed() -> Unavailable:
    return Unavailable("The router is closed.", hint="Start Rumbo again.")
