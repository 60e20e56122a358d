"""The verbs of closures: make one, look at what it has done, take it away."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import IntegrityError

from rumbo.domain.closure import Closure, ClosureKind
from rumbo.domain.route import Ring
from rumbo.fleet.closures import (
    ClosureRow,
    Outcome,
    add_closure,
    delete_closure,
    find_closure,
    list_closures,
    outcomes,
    without_other_way,
)
from rumbo.fleet.crossing import area
from rumbo.fleet.database import Database
from rumbo.fleet.ids import new_id
from rumbo.fleet.pages import Page, decode_cursor, encode_cursor
from rumbo.fleet.world import WorldView

NAMED = 100
"""So many trips without another way are named in an answer."""


@dataclass(frozen=True, slots=True)
class ClosureOrder:
    """What a person asks for. `geometry` is kept as given, `ring` is what it means."""

    kind: ClosureKind
    geometry: Mapping[str, Any]
    ring: Ring
    speed_factor: float | None = None
    from_ms: int | None = None
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ClosureView:
    """A closure and what has become of the trips that it might meet."""

    row: ClosureRow
    outcomes: Counter[Outcome]
    without_other_way: list[tuple[str, str]] = field(default_factory=list)
    """(trip id, why), the first `NAMED`."""


class ClosureService:
    """Verbs over one database; trips are looked at in the background. Thread-safe."""

    def __init__(self, database: Database, world: WorldView, nudge: Callable[[], None]) -> None:
        self._database = database
        self._world = world
        self._nudge = nudge

    def create(self, order: ClosureOrder, token: str | None = None) -> ClosureView:
        """A closure from `from_ms`, None for now; trips are rerouted from now on. Raises InvalidInput."""
        now_ms = self._world.now_ms()
        closure = Closure(
            new_id("clo", token),
            order.kind,
            order.ring,
            order.speed_factor,
            now_ms if order.from_ms is None else order.from_ms,
            order.until_ms,
            now_ms,
        )
        area(closure.ring)
        try:
            with self._database.write() as connection:
                add_closure(connection, closure, dict(order.geometry))
        except IntegrityError:
            return self.get(closure.id)  # the same request did it before
        self._nudge()
        return self.get(closure.id)

    def get(self, closure_id: str) -> ClosureView:
        with self._database.read() as connection:
            row = find_closure(connection, closure_id)
            counts = outcomes(connection, [closure_id])[closure_id]
            return ClosureView(row, counts, without_other_way(connection, closure_id, NAMED))

    def list_all(self, limit: int = 50, cursor: str | None = None) -> Page[ClosureView]:
        after = decode_cursor("closures", cursor)
        with self._database.read() as connection:
            found = list_closures(connection, after, limit + 1)
            here = found[:limit]
            counts = outcomes(connection, [row.closure.id for row in here])
        views = [ClosureView(row, counts[row.closure.id]) for row in here]
        return Page(views, encode_cursor("closures", here[-1].number) if len(found) > limit else None)

    def delete(self, closure_id: str) -> None:
        """New routes may lead through it again; trips that were rerouted stay on their way."""
        with self._database.write() as connection:
            delete_closure(connection, closure_id, self._world.now_ms())
