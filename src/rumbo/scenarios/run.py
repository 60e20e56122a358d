"""Lets a scenario run in a living world: plans its trips a little ahead of world time, until its end.

Ids follow from the scenario, and the stack takes the same order once: who runs a scenario again goes on where it stood.
"""

from __future__ import annotations

import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import batched
from typing import Protocol

from rumbo.errors import Conflict
from rumbo.fleet.rules import time_text
from rumbo.scenarios.closing import Closing
from rumbo.scenarios.expand import Expansion, expand, staged
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.orders import Order
from rumbo.scenarios.values import DAY_MS, length_ms
from rumbo.scenarios.world import World

BATCH = 100
LEAD_WALL_MS = 20_000
"""At any speed of the world a trip is planned so much wall time before it starts, at least."""
SHORTEST_WAIT_S, LONGEST_WAIT_S = 0.02, 2.0
SAY_EVERY_S = 10.0
BEHIND_MS = 5_000
READY = 5_000
"""Orders worked out ahead at most."""


class Outcome(StrEnum):
    PLANNED = "planned"
    KNOWN = "known"
    """The stack had it from before."""
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class WorldNow:
    time_ms: int
    rate: float
    behind_ms: int | None = None
    """By how much driving is behind, where anything drives."""


class Stack(Protocol):
    """What a run needs of a running stack. Every call may be repeated without a second effect."""

    def now(self) -> WorldNow: ...

    def create(self, expansion: Expansion) -> int:
        """Device profiles and vehicles; gives the world time at which the first vehicle was made, now or long ago."""
        ...

    def close_roads(self, closure: Closing) -> None: ...

    def plan(self, orders: Sequence[Order]) -> list[tuple[Outcome, str]]:
        """What became of each order, and why where it was refused."""
        ...


@dataclass(slots=True)
class Tally:
    """What a run has done."""

    vehicles: int = 0
    outcomes: Counter[Outcome] = field(default_factory=Counter)
    late: int = 0
    """Trips that should have started before they could be planned, and were left out."""
    refusals: Counter[str] = field(default_factory=Counter)
    last_end_ms: int = 0


class Run:
    """One run. `wait(seconds)` sleeps and says whether to stop; `say` tells a person what happens."""

    def __init__(
        self,
        scenario: Scenario,
        world: World,
        stack: Stack,
        say: Callable[[str], None],
        wait: Callable[[float], bool],
    ) -> None:
        self._scenario, self._world, self._stack = scenario, world, stack
        self._say, self._wait = say, wait
        self.tally = Tally()

    def go(self) -> Tally:
        """Run until the scenario's end or until `wait` says stop. Raises what the stack and `expand` raise."""
        scenario, lead_ms = self._scenario, length_ms(self._scenario.plan_ahead)
        made_ms = self._stack.create(expand(scenario, self._world, 0, 0))
        self.tally.vehicles = scenario.vehicle_count
        began_ms = made_ms + lead_ms
        _, since_ms, until_ms = staged(scenario, self._world, began_ms)
        now_ms, end_ms = self._stack.now().time_ms, until_ms or since_ms + length_ms(scenario.span)
        if now_ms >= end_ms:
            raise Conflict(
                f"This run of {scenario.name} ended at {time_text(end_ms)}.",
                hint="Run it anew with another --seed.",
            )
        self._say(
            f"{scenario.vehicle_count:,} vehicles; from {time_text(max(now_ms, since_ms))} to {time_text(end_ms)}"
        )
        expansion = expand(scenario, self._world, now_ms, end_ms, began_ms=began_ms)
        for closure in expansion.closures:
            self._stack.close_roads(closure)
        with _Ahead(expansion.orders) as orders:
            for batch in batched(orders, BATCH):
                if not self._planned(batch, lead_ms):
                    break
        for reason, count in expansion.dropped.items():
            self._say(f"{count} left out: {reason}")
        return self.tally

    def _planned(self, batch: Sequence[Order], lead_ms: int) -> bool:
        """Plan orders as their times come near; False to stop."""
        left = list(batch)
        said_s = 0.0
        while left:
            now = self._stack.now()
            horizon_ms = now.time_ms + max(lead_ms, round(LEAD_WALL_MS * now.rate))
            due = [order for order in left if order.start_ms <= horizon_ms]
            left = left[len(due) :]
            self._send(due, now)
            if left:
                ahead_s = (left[0].start_ms - horizon_ms) / 1000 / now.rate if now.rate else LONGEST_WAIT_S
                pause_s = min(max(ahead_s, SHORTEST_WAIT_S), LONGEST_WAIT_S)
                said_s += pause_s
                if said_s >= SAY_EVERY_S:
                    said_s = 0.0
                    self._report(now)
                if self._wait(pause_s):
                    return False
        return not self._wait(0.0)

    def _send(self, due: list[Order], now: WorldNow) -> None:
        late = [order for order in due if order.start_ms < now.time_ms]
        if late:
            self.tally.late += len(late)
            behind_s = (now.time_ms - late[0].start_ms) / 1000
            self._say(f"Planning is {behind_s:,.0f} s behind the world: {len(late)} trips are left out")
        wanted = [order for order in due if order.start_ms >= now.time_ms]
        for order, (outcome, why) in zip(wanted, self._stack.plan(wanted) if wanted else (), strict=True):
            self.tally.outcomes[outcome] += 1
            if outcome is Outcome.REFUSED:
                if not self.tally.refusals[why]:
                    self._say(f"{order.trip_id} was refused: {why}")
                self.tally.refusals[why] += 1
            else:
                self.tally.last_end_ms = max(self.tally.last_end_ms, order.ends_ms)

    def _report(self, now: WorldNow) -> None:
        counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(self.tally.outcomes.items()))
        late = f", {self.tally.late} late" if self.tally.late else ""
        self._say(f"{time_text(now.time_ms)}: {counts or 'nothing to plan yet'}{late}")
        if now.behind_ms is not None and now.behind_ms > BEHIND_MS * max(now.rate, 1.0):
            self._say(f"Driving is {now.behind_ms / 1000:,.0f} s behind the world")


class _Ahead:
    """Works orders out in a thread of its own, so that a new day does not make the run late."""

    def __init__(self, orders: Iterator[Order]) -> None:
        self._orders = orders
        self._ready: queue.Queue[Order | BaseException | None] = queue.Queue(READY)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="scenario", daemon=True)

    def __enter__(self) -> Iterator[Order]:
        self._thread.start()
        return self._taken()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        while self._thread.is_alive():
            try:
                self._ready.get(timeout=0.05)
            except queue.Empty:
                continue

    def _work(self) -> None:
        try:
            for order in self._orders:
                self._ready.put(order)
                if self._stop.is_set():
                    return
            self._ready.put(None)
        except BaseException as exc:  # noqa: BLE001 - it is raised again where orders are taken
            self._ready.put(exc)

    def _taken(self) -> Iterator[Order]:
        while (order := self._ready.get()) is not None:
            if isinstance(order, BaseException):
                raise order
            yield order


def shortened(scenario: Scenario, days: float) -> Scenario:
    """The scenario for so many days."""
    return scenario.model_copy(update={"span": f"{days * DAY_MS / 1000:.0f}s"})
