"""How the parts are: health, and how far the stream has come. Asked often, computed once a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any

from rumbo.api.fields import to_text
from rumbo.api.render import world_json
from rumbo.errors import RumboError, Unavailable
from rumbo.events.topics import CLOCK, POSITIONS, STREAM_GROUP, TRIP_STATES
from rumbo.fleet.database import Database
from rumbo.fleet.world import WallClock, WorldView, progress
from rumbo.lake.figures import StreamFigures
from rumbo.transport.port import Offsets

TOPICS = (POSITIONS, TRIP_STATES)
STREAM_SILENCE_MS = 30_000
STREAM_STANDING_MS = 120_000
"""A stream that tells of itself and yet brings no batch to an end for so long, while records wait, hangs. The first
batch after a long break may take a minute on a slow machine."""
WORKER_BEHIND_WALL_MS = 15_000
"""A worker that has not got to where the world was so long ago does not keep up."""
FRESH_S = 1.0
ANSWER_TIMEOUT_S = 3.0

Detail = str
Check = Callable[[], Detail]
"""Gives what is worth saying; raises RumboError where the part does not work."""


class Cached[T]:
    """A value computed at most once in `ttl_s`, by one caller for all who ask meanwhile."""

    def __init__(
        self, compute: Callable[[], T], ttl_s: float = FRESH_S, now_s: Callable[[], float] = time.monotonic
    ) -> None:
        self._compute, self._ttl_s, self._now_s = compute, ttl_s, now_s
        self._lock = threading.Lock()
        self._kept: tuple[float, T] | None = None

    def get(self) -> T:
        """Raises what computing raises; that is not kept."""
        with self._lock:
            if self._kept is None or self._now_s() - self._kept[0] >= self._ttl_s:
                value = self._compute()
                self._kept = (self._now_s(), value)
            return self._kept[1]


class Status:
    """Health and progress of the whole, from the database and what is committed on Kafka."""

    def __init__(
        self, database: Database, offsets: Offsets, world: WorldView, wall_ms: WallClock, version: str,
        outbox_problem: Callable[[], str] = str,
        ttl_s: float = FRESH_S,
    ) -> None:  # fmt: skip
        self._database = database
        self._offsets = offsets
        self._world = world
        self._wall_ms = wall_ms
        self._version = version
        self._outbox_problem = outbox_problem
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="status")
        self._asked: dict[str, Future[Any]] = {}
        self._driven = Cached(lambda: min(progress(offsets).values(), default=None), ttl_s)
        self._health = Cached(self._compute_health, ttl_s)
        self._pipeline = Cached(self._compute_pipeline, ttl_s)
        self._last: dict[str, Any] | None = None

    def world(self) -> dict[str, Any]:
        """The contract's WorldOut. Raises Unavailable without a broker or world."""
        _, behind_ms, behind_s = self._behind()
        return world_json(self._world) | {"behind_ms": behind_ms, "behind_s": behind_s}

    def health(self) -> dict[str, Any]:
        """The contract's HealthOut; `status` is ok only where all parts are."""
        return self._health.get()

    def pipeline(self) -> dict[str, Any]:
        """The contract's PipelineOut. Raises Unavailable without a broker or world."""
        return self._pipeline.get() | {"world": self.world()}

    def last_pipeline(self) -> dict[str, Any]:
        """As `pipeline`; what was known last, or nothing, where the broker does not answer."""
        try:
            return self.pipeline()
        except RumboError:
            empty = {"topics": {}, "stream": _stream(None), "worker": {"world_ms": None, "behind_ms": None}}
            unknown = {"behind_ms": None, "behind_s": None}
            return (self._last or empty) | {"world": world_json(self._world) | unknown}

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _compute_health(self) -> dict[str, Any]:
        checks: dict[str, Check] = {
            "broker": self._broker,
            "stream": self._stream,
            "worker": self._worker,
            "database": self._ping,
        }
        asked = {name: self._ask(name, check) for name, check in checks.items()}
        world_asked = self._ask("world", self.world)
        until = time.monotonic() + ANSWER_TIMEOUT_S
        parts = {name: _part(future, until) for name, future in asked.items()}
        try:
            world = world_asked.result(max(0.0, until - time.monotonic()))
        except (RumboError, FutureTimeout):
            world = None
        well = all(part["status"] == "ok" for part in parts.values())
        return {
            "status": "ok" if well else "degraded",
            "parts": parts,
            "version": self._version,
            "world": world,
        }

    def _ask[T](self, name: str, check: Callable[[], T]) -> Future[T]:
        """Start a check, unless the last one still hangs."""
        before = self._asked.get(name)
        if before is None or before.done():
            self._asked[name] = self._pool.submit(check)
        return self._asked[name]

    def _broker(self) -> Detail:
        self._offsets.end_offsets(CLOCK)
        if problem := self._outbox_problem():
            raise Unavailable(f"Plans wait in the outbox: {problem}")
        return ""

    def _stream(self) -> Detail:
        figures = _newest_figures(self._offsets)
        if figures is None:
            raise Unavailable("It has not reported yet.")
        silent_ms = self._wall_ms() - figures.at_ms
        if silent_ms > STREAM_SILENCE_MS:
            raise Unavailable(f"It has not reported for {silent_ms // 1000} s.")
        if figures.behind_since_ms is not None:
            standing_ms = self._wall_ms() - figures.behind_since_ms
            if standing_ms > STREAM_STANDING_MS:
                raise Unavailable(
                    f"It runs but has landed nothing for {standing_ms // 1000} s, and {self._lag():,} records wait "
                    "in Kafka: its query hangs. Its log says on what; ended, it is started again and loses nothing."
                )
        return f"No alerts for now: {figures.alerts_trouble}" if figures.alerts_trouble else ""

    def _lag(self) -> int:
        return sum(topic["lag"] for topic in self._landing().values())

    def _worker(self) -> Detail:
        world_ms, behind_ms, behind_s = self._behind()
        if world_ms is None or behind_ms is None:
            raise Unavailable("No worker has driven yet.")
        # Where the world was a while ago: so a step or a higher rate may be caught up with before anybody is alarmed.
        if world_ms < self._world.ago_ms(WORKER_BEHIND_WALL_MS):
            raise Unavailable(
                f"Driving is {behind_ms / 1000:,.0f} s of world time behind; at the present rate that is"
                f" {behind_s:,.0f} s."
            )
        return ""

    def _ping(self) -> Detail:
        self._database.ping()
        return ""

    def _behind(self) -> tuple[int | None, int | None, float | None]:
        """World time that the slowest worker has driven to, and how far behind that is, in world ms and wall s."""
        driven_ms = self._driven.get()
        if driven_ms is None:
            return None, None, None
        behind_ms = max(0, self._world.now_ms() - driven_ms)
        return driven_ms, behind_ms, round(behind_ms / 1000 / self._world.clock.running_rate, 3)

    def _landing(self) -> dict[str, dict[str, int]]:
        topics = {}
        for topic in TOPICS:
            ends, landed = self._offsets.end_offsets(topic), self._offsets.committed(STREAM_GROUP, topic)
            end, there = sum(ends.values()), sum(at.offset for at in landed.values())
            lag = sum(max(0, offset - (landed[p].offset if p in landed else 0)) for p, offset in ends.items())
            topics[topic] = {"end_offset": end, "landed": there, "lag": lag}
        return topics

    def _compute_pipeline(self) -> dict[str, Any]:
        world_ms, behind_ms, _ = self._behind()
        self._last = {
            "topics": self._landing(),
            "stream": _stream(_newest_figures(self._offsets)),
            "worker": {"world_ms": world_ms, "behind_ms": behind_ms},
        }
        return self._last


def _part(future: Future[str], until_s: float) -> dict[str, str]:
    try:
        return {"status": "ok", "detail": future.result(max(0.0, until_s - time.monotonic()))}
    except FutureTimeout:
        return {"status": "degraded", "detail": f"It does not answer within {ANSWER_TIMEOUT_S:.0f} s."}
    except RumboError as exc:
        return {"status": "degraded", "detail": exc.message}
    except Exception as exc:  # noqa: BLE001 - whatever it is, the part does not work
        return {"status": "degraded", "detail": type(exc).__name__}


def _newest_figures(offsets: Offsets) -> StreamFigures | None:
    """What the stream says of itself beside its committed offsets; None where it has said nothing."""
    notes = [at.metadata for topic in TOPICS for at in offsets.committed(STREAM_GROUP, topic).values()]
    figures = [found for note in set(notes) if (found := StreamFigures.from_json(note)) is not None]
    return max(figures, key=lambda found: found.at_ms, default=None)


def _stream(figures: StreamFigures | None) -> dict[str, Any]:
    return {
        "rows_per_s": figures.rows_per_s if figures else 0.0,
        "last_batch_at": to_text(figures.last_batch_ms) if figures else None,
        "batch_duration_ms": figures.batch_duration_ms if figures else None,
        "rows_landed": {"positions": 0, "trip_states": 0, "rejected": 0}
        | (dict(figures.rows_landed) if figures else {}),
    }
