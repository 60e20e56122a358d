"""The verbs of geofences: draw one, change it, take it away. The topic is all there is of them (ADR 0021).

There is one writer, the API, in which the verbs take turns.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rumbo.domain.alert_rules import AlertRules, Geofence
from rumbo.domain.geofence import MAX_GEOFENCES, DrawnGeofence
from rumbo.domain.route import Ring
from rumbo.errors import Conflict, NotFound, TooLarge, Unavailable
from rumbo.events.geofences import geofence_to_json
from rumbo.events.topics import GEOFENCES, WEEK_MS
from rumbo.fleet.crossing import area
from rumbo.fleet.ids import new_id
from rumbo.fleet.world import WorldView
from rumbo.transport.port import Publisher

AHEAD_MS = 2_000
"""Wall time that a change is ahead of the world: longer than the broker takes to have it."""
MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Standing:
    """An area that alerts are found by. `id` None: it comes from the rules' file, and counts always."""

    fence: Geofence
    id: str | None = None
    from_ms: int | None = None


class GeofenceService:
    """Thread-safe. All verbs raise Unavailable without a broker or a world."""

    def __init__(
        self,
        publisher: Publisher,
        read: Callable[[], Sequence[DrawnGeofence]],
        world: WorldView,
        rules: AlertRules,
    ) -> None:
        self._publisher = publisher
        self._read = read
        self._world = world
        self._of_file = [Standing(fence) for fence in rules.geofences]
        self._turn = threading.Lock()

    def list_all(self) -> list[Standing]:
        """Those of the rules' file as they stand there, then the drawn ones by name, which is there once."""
        drawn = sorted(self._drawn().values(), key=lambda one: one.newest.fence.name)
        return self._of_file + [_standing(one) for one in drawn]

    def get(self, geofence_id: str) -> Standing:
        return _standing(self._find(geofence_id))

    def create(self, fence: Geofence, token: str | None = None) -> Standing:
        """Raises InvalidInput for an area that crosses itself, Conflict for a name that is taken, TooLarge."""
        _require_simple(fence)
        geofence_id = new_id("geo", token)
        with self._turn:
            drawn = {one.id: one for one in self._read()}
            if geofence_id in drawn:
                return _standing(drawn[geofence_id])  # the same request did it before
            if sum(one.stands for one in drawn.values()) >= MAX_GEOFENCES:
                raise TooLarge(f"There are {MAX_GEOFENCES} geofences already.", hint="Take one away first.")
            self._require_name(fence.name, geofence_id)
            return self._publish(lambda at_ms: DrawnGeofence(geofence_id, ()).changed(fence, at_ms))

    def change(self, geofence_id: str, fence: Geofence) -> Standing:
        """It is another from now on. Raises NotFound, InvalidInput, Conflict."""
        _require_simple(fence)
        with self._turn:
            known = self._find(geofence_id)
            if known.newest.fence == fence:
                return _standing(known)
            self._require_name(fence.name, geofence_id)
            return self._publish(lambda at_ms: known.changed(fence, at_ms))

    def delete(self, geofence_id: str) -> None:
        """Nothing is found by it from now on; what was found stays. Raises NotFound."""
        with self._turn:
            known = self._find(geofence_id)
            self._publish(known.ended)

    def _publish(self, made: Callable[[int], DrawnGeofence]) -> Standing:
        """Append a change that counts from a moment which the world has not reached when the broker has it."""
        for _ in range(MOST_TRIES):
            now_ms, rate = self._world.now_ms(), self._world.rate()
            from_ms = now_ms + max(1, round(AHEAD_MS * rate))
            drawn = made(from_ms).pruned(now_ms - WEEK_MS)
            self._publisher.publish(GEOFENCES, drawn.id, geofence_to_json(drawn))
            self._world.refresh()
            if self._world.now_ms() < from_ms:
                return _standing(drawn)
        raise Unavailable(
            "The broker takes longer than the world goes on.", hint="Try again, or let the world run slower."
        )

    def _drawn(self) -> dict[str, DrawnGeofence]:
        return {one.id: one for one in self._read() if one.stands}

    def _find(self, geofence_id: str) -> DrawnGeofence:
        found = self._drawn().get(geofence_id)
        if found is None:
            raise NotFound(
                f"There is no geofence {geofence_id[:40]}.", hint="GET /api/v1/geofences lists them."
            )
        return found

    def _require_name(self, name: str, own_id: str) -> None:
        if any(one.fence.name == name and one.id != own_id for one in self.list_all()):
            raise Conflict(f"There is a geofence {name!r} already.", hint="Choose another name.")


def _standing(drawn: DrawnGeofence) -> Standing:
    return Standing(drawn.newest.fence, drawn.id, drawn.newest.from_ms)


def _require_simple(fence: Geofence) -> None:
    ring: Ring = tuple((lat, lon) for lon, lat in fence.polygon)
    area(ring)
