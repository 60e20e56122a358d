"""The live hub: who listens, what each has seen, and when there is something to say.

Nothing is queued. A client takes what is new since the version it has seen when it is ready, so a slow one
skips positions and never falls behind (conflation). Clients with equal views share encoded frames.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import anyio.to_thread
import numpy as np
import orjson
from numpy.typing import NDArray

from rumbo.api.live_state import WORLD, BBox, LiveState
from rumbo.api.status import Status
from rumbo.errors import RumboError
from rumbo.fleet.world import WorldView

CADENCE_S = 0.08
"""Shortest time between two frames: an event waits half of it on average before it is sent."""
SHARED_CADENCES = 2
"""So many cadences a snapshot serves all who come: making one takes longer than a frame."""
PIPELINE_S = 1.0
MAX_CLIENTS = 200
MAX_FOLLOWED = 50
Message = str | bytes


@dataclass(slots=True, eq=False)
class Client:
    """What one client sees and has seen."""

    bbox: BBox = WORLD
    followed: frozenset[str] = frozenset()
    fresh: bool = True
    """Whether a snapshot is due: at the beginning and after a change of view."""
    details_due: bool = False
    seen: int = 0
    """Version of the state that it has been told."""
    pipeline_seen: int = 0
    world_seen: int = 0
    complaint: str = ""
    met: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    """By slot, the version at which the vehicle was introduced to it."""
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def meet(self, slots: list[int], version: int) -> None:
        if not slots:
            return
        top = max(slots)
        if top >= len(self.met):
            grown = np.zeros(2 * top + 64, dtype=np.int64)
            grown[: len(self.met)] = self.met
            self.met = grown
        self.met[slots] = version


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The vehicles of a view, encoded, with what a client must know of them."""

    bbox: BBox
    version: int
    slots: list[int]
    vehicles: bytes
    made_s: float


class LiveHub:
    """Wakes clients when the state has changed, at most once in `cadence_s`, and only while there are any."""

    def __init__(
        self, state: LiveState, world: WorldView, status: Status, cadence_s: float = CADENCE_S
    ) -> None:
        self.state = state
        self._world = world
        self._status = status
        self.cadence_s = cadence_s
        self.snapshots = anyio.CapacityLimiter(1)
        """One at a time is made, in a thread: of 20,000 vehicles it takes a tenth of a second."""
        self._newest: Snapshot | None = None
        self._clients: set[Client] = set()
        self._dirty = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._frames: dict[tuple[BBox, int, int], bytes | None] = {}
        self._pipeline = (0, b"")
        self._world_version = 0
        self.closing = asyncio.Event()

    @property
    def clients(self) -> int:
        return len(self._clients)

    async def start(self) -> None:
        """Begin to wake clients; call within the event loop that serves them."""
        self._loop = asyncio.get_running_loop()
        self.state.on_change = self._changed
        self._world.on_change = self._world_changed
        self._tasks = [asyncio.create_task(self._beat()), asyncio.create_task(self._report())]

    async def stop(self) -> None:
        """End all clients and the hub's own tasks."""
        self.state.on_change = self._world.on_change = lambda: None
        self.closing.set()
        for client in self._clients:
            client.wake.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @contextlib.contextmanager
    def joined(self, client: Client) -> Iterator[None]:
        """The client listens while in this context."""
        self._clients.add(client)
        client.wake.set()
        try:
            yield
        finally:
            self._clients.discard(client)

    def news(self, client: Client) -> list[Message]:
        """All that the client has not been told; then it has. In a thread only where a snapshot is due."""
        messages: list[Message] = []
        if client.complaint:
            messages.append(_text({"type": "error", "detail": client.complaint}))
            client.complaint = ""
        told, client.world_seen = client.world_seen == self._world_version, self._world_version
        if client.fresh:
            messages.append(self._snapshot(client))
        else:
            if not told:
                messages.append(_text({"type": "world"} | self._world_now()))
            messages += self._changes(client)
        if client.details_due:
            client.details_due = False
            messages += self._details(client, 0)
        version, pipeline = self._pipeline
        if version > client.pipeline_seen:
            client.pipeline_seen = version
            messages.append(pipeline.decode())
        return messages

    def _snapshot(self, client: Client) -> str:
        client.fresh = False
        found = self._vehicles(client.bbox)
        client.seen, client.met = found.version, np.zeros(0, dtype=np.int64)
        client.meet(found.slots, found.version)
        world = orjson.dumps(self._world_now())
        return (b'{"type":"snapshot","world":' + world + b',"vehicles":' + found.vehicles + b"}").decode()

    def _vehicles(self, bbox: BBox) -> Snapshot:
        """What is in a view; clients that come together share it, what changed since follows."""
        kept, now_s = self._newest, time.monotonic()
        if kept is not None and kept.bbox == bbox and self._is_fresh(kept, now_s):
            return kept
        version, reports = self.state.snapshot(bbox)
        slots = [report["slot"] for report in reports]
        self._newest = made = Snapshot(bbox, version, slots, orjson.dumps(reports), now_s)
        return made

    def _is_fresh(self, kept: Snapshot, now_s: float) -> bool:
        return kept.version == self.state.version or now_s - kept.made_s < SHARED_CADENCES * self.cadence_s

    def _changes(self, client: Client) -> list[Message]:
        since, version = client.seen, self.state.version
        if version == since:
            return []
        messages: list[Message] = []
        new = self.state.introductions(client.bbox, since, client.met)
        removed = self.state.removed(since)
        if new or removed:
            client.meet([report["slot"] for report in new], version)
            messages.append(_text({"type": "vehicles", "add": new, "remove": removed}))
        frame = self._frame(client.bbox, since, version)
        if frame is not None:
            messages.append(frame)
        messages += [event.decode() for event in self.state.trip_events(since)]
        messages += self._details(client, since)
        client.seen = version
        return messages

    def _details(self, client: Client, since: int) -> list[Message]:
        reports = self.state.details(client.followed, since) if client.followed else []
        return [_text({"type": "detail", "vehicles": reports})] if reports else []

    def _frame(self, bbox: BBox, since: int, version: int) -> bytes | None:
        key = (bbox, since, version)
        if key not in self._frames:
            self._frames[key] = self.state.frame(bbox, since, float(self._world_now()["time_ms"]))
        return self._frames[key]

    def _world_now(self) -> dict[str, Any]:
        try:
            rate, revision = self._world.rate(), self._world.clock.revision
            return {"time_ms": self._world.now_ms(), "rate": rate, "paused": rate == 0, "revision": revision}
        except RumboError:
            return {"time_ms": 0, "rate": 0.0, "paused": True, "revision": 0}

    def _world_changed(self) -> None:
        self._world_version += 1
        self._changed()

    def _changed(self) -> None:
        """Called by the feeding thread."""
        if self._loop is not None and self._clients and not self._dirty.is_set():
            with contextlib.suppress(RuntimeError):  # the loop has just been closed
                self._loop.call_soon_threadsafe(self._dirty.set)

    async def _beat(self) -> None:
        while True:
            await self._dirty.wait()
            self._dirty.clear()
            self._frames.clear()
            for client in self._clients:
                client.wake.set()
            await asyncio.sleep(self.cadence_s)

    async def _report(self) -> None:
        while True:
            if self._clients:
                with contextlib.suppress(RumboError):
                    pipeline = await anyio.to_thread.run_sync(self._status.last_pipeline)
                    body = orjson.dumps({"type": "pipeline"} | pipeline)
                    self._pipeline = (self._pipeline[0] + 1, body)
                    self._dirty.set()
            await asyncio.sleep(PIPELINE_S)


def _text(message: dict[str, Any]) -> str:
    return orjson.dumps(message).decode()
