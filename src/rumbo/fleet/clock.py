"""What a person does to the world clock: its rate, pause, resume, step.

All changes stand in one record of the clock topic, so two writers that both add to the same record would undo
each other, in time that was driven already. There is one writer: the API, in which the verbs take turns; the stack
opens the world before it starts and closes it after it has ended.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from rumbo.domain.clock import WorldClock
from rumbo.errors import Conflict, RumboError
from rumbo.events.plans import clock_to_json
from rumbo.events.topics import CLOCK, CLOCK_KEY
from rumbo.fleet.world import PUBLISH_TIMEOUT_S, WallClock, WorldView
from rumbo.transport.port import Publisher

_Change = Callable[[WorldClock, int, str], WorldClock]
_TOKEN_CHARACTERS = 16
"""64 bits of the request's token: enough to tell a clock's few thousand changes apart."""


class ClockVerbs:
    """Changes the world clock. Thread-safe; each verb takes effect when the broker has it (ADR 0003).

    All take a `token` that names the request, so that the same request again has no second effect, and the `revision`
    that the person saw: Conflict where the clock has been changed since. They give the settled clock, and raise
    Unavailable without a broker (what was asked may still take effect then) or world.
    """

    def __init__(self, publisher: Publisher, world: WorldView, wall_ms: WallClock) -> None:
        self._publisher = publisher
        self._world = world
        self._wall_ms = wall_ms
        self._turn = threading.Lock()
        self._unsure = False

    def set_rate(self, rate: float, *, token: str | None = None, revision: int | None = None) -> WorldClock:
        """Run at `rate` world seconds a wall second. Conflict while paused, InvalidInput out of bounds."""
        return self._change(lambda clock, wall_ms, name: clock.at_rate(wall_ms, rate, name), token, revision)

    def pause(self, *, token: str | None = None, revision: int | None = None) -> WorldClock:
        """Let the world stand still. Conflict where it does."""
        return self._change(lambda clock, wall_ms, name: clock.paused(wall_ms, name), token, revision)

    def resume(
        self, rate: float | None = None, *, token: str | None = None, revision: int | None = None
    ) -> WorldClock:
        """Let it run on, at the rate before the pause or another. Conflict where it runs."""
        return self._change(lambda clock, wall_ms, name: clock.resumed(wall_ms, rate, name), token, revision)

    def step(self, step_ms: int, *, token: str | None = None, revision: int | None = None) -> WorldClock:
        """Move a paused world forward by `step_ms`. Conflict while it runs, InvalidInput out of bounds."""
        return self._change(
            lambda clock, wall_ms, name: clock.stepped(wall_ms, step_ms, name), token, revision
        )

    def _change(self, change: _Change, token: str | None, revision: int | None) -> WorldClock:
        name = (token or "")[:_TOKEN_CHARACTERS]
        with self._turn:
            if (
                self._unsure
            ):  # what was sent before must be decided, or it would be undone, or done, behind our back
                self._publisher.settle(PUBLISH_TIMEOUT_S)
                self._unsure = False
            self._world.refresh()
            clock = self._world.clock
            if name and any(done.token == name for done in clock.changes):
                return clock
            if revision is not None and revision != clock.revision:
                raise Conflict(
                    "The world's clock has been changed by somebody else meanwhile.",
                    hint="Look at it again, then decide.",
                    field="revision",
                )
            changed = change(clock, self._wall_ms(), name)
            if changed is not clock:
                self._publish(changed)
            return self._world.clock

    def _publish(self, clock: WorldClock) -> None:
        try:
            record = self._publisher.publish(CLOCK, CLOCK_KEY, clock_to_json(clock), PUBLISH_TIMEOUT_S)
        except RumboError:
            self._unsure = True
            raise
        self._world.apply(record)
