"""Looks at every trip that a new closure may meet, and gives those that it does another route.

One thread works off the queue in the database, so a restart goes on where it stood. A reroute is an amendment like
any other (ADR 0003): it takes effect when the broker has it, and motion ignores it where the vehicle was too near by
then. Only once it is settled is it known whether it holds; else the trip is tried again, further ahead.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from rumbo.domain.closure import Closure
from rumbo.domain.plan import Amendment, AmendmentKind, Plan
from rumbo.domain.route import Ring, Route, RouteRequest
from rumbo.errors import NoRoute, NotFound, RumboError, TooLarge
from rumbo.events.plans import plan_to_json
from rumbo.fleet import rules
from rumbo.fleet.amendment_routes import route_in_force
from rumbo.fleet.closures import Outcome, QueuedTrip, find_closure, note_outcome, waiting_trips
from rumbo.fleet.conditions import Conditions, Travel
from rumbo.fleet.crossing import area, crossings
from rumbo.fleet.database import Database
from rumbo.fleet.detours import Standing, changed_route, crossed
from rumbo.fleet.outbox_rows import add_outbox_row
from rumbo.fleet.plans import outlook, with_later
from rumbo.fleet.service import Outbox
from rumbo.fleet.trips import TripRow, Trips
from rumbo.fleet.vehicles import find_vehicle
from rumbo.fleet.world import WorldView

log = logging.getLogger(__name__)

LEAD_WALL_MS, LEAD_MS = 2_000, 2_000
"""A decision is assumed to have settled after so long, at the world's rate; twice that at each further try."""
MAX_TRIES = 4
SETTLE_WAIT_S = 2.0
IDLE_S, RETRY_S = 30.0, 2.0
PAGE = 200

type FindRoute = Callable[[RouteRequest, str], Route]
"""(request, provider's name) -> the best route. Raises NoRoute where there is none or it cannot avoid."""


class Rerouter:
    """Works off the queue of trips; run by one thread in one process."""

    def __init__(
        self,
        database: Database,
        trips: Trips,
        world: WorldView,
        outbox: Outbox,
        conditions: Conditions,
        find: FindRoute,
    ) -> None:
        self._database = database
        self._trips = trips
        self._world = world
        self._outbox = outbox
        self._conditions = conditions
        self._find = find
        self._nudged = threading.Event()

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; `nudge` after setting it to return at once."""
        while not stop.is_set():
            self._nudged.clear()
            try:
                left = self.work_off(stop)
            except RumboError as exc:
                log.warning("Trips wait to be rerouted: %s", exc)
                left = True
            except Exception:
                log.exception("Trips wait to be rerouted.")
                left = True
            self._nudged.wait(RETRY_S if left else IDLE_S)

    def nudge(self) -> None:
        """Say that there is a new closure."""
        self._nudged.set()

    def work_off(self, stop: threading.Event | None = None) -> bool:
        """Look at all trips that wait; return whether some still do, for the broker has not settled them.

        Raises Unavailable where a part does not answer; the trip stays in the queue.
        """
        seen: set[int] = set()
        while stop is None or not stop.is_set():
            with self._database.read() as connection:
                page = waiting_trips(connection, PAGE + len(seen))
            new = [queued for queued in page if queued.number not in seen]
            if not new:
                return bool(seen)
            for queued in self._not_far(new):
                if stop is not None and stop.is_set():
                    break
                if not self._look_at(queued):
                    seen.add(queued.number)
        return True

    def _not_far(self, page: list[QueuedTrip]) -> list[QueuedTrip]:
        """Note those whose route is nowhere near the closure, in one transaction; return the others."""
        near = []
        with self._database.write() as connection:
            closures: dict[str, Closure] = {}
            for queued in page:
                if queued.closure_id not in closures:
                    closures[queued.closure_id] = find_closure(connection, queued.closure_id).closure
                row = self._trips.find(connection, queued.trip_id)
                if queued.revision is not None or _overlaps(row.bbox, closures[queued.closure_id].ring):
                    near.append(queued)
                else:
                    note_outcome(connection, queued, Outcome.UNAFFECTED)
        return near

    def _look_at(self, queued: QueuedTrip) -> bool:
        """Decide about one trip; False where it must be looked at again later."""
        with self._database.read() as connection:
            try:
                closure = find_closure(connection, queued.closure_id).closure
            except NotFound:
                return True  # deleted meanwhile, and its queue with it
            row = self._trips.find(connection, queued.trip_id)
            plan = self._trips.plan(connection, row)
        if queued.revision is not None:
            if row.settled_revision < queued.revision:
                return False
            route = route_in_force(plan)
            if any(a.route == route for a in plan.amendments[queued.revision - 1 :]):
                return self._note(queued, Outcome.REROUTED)
        return self._decide(queued, closure, row, plan)

    def _decide(self, queued: QueuedTrip, closure: Closure, row: TripRow, plan: Plan) -> bool:
        decided_ms = plan.amendments[-1].at_ms if plan.amendments else plan.created_ms
        now_ms = max(self._world.now_ms(), decided_ms)
        lead_ms = (LEAD_MS + int(LEAD_WALL_MS * self._world.rate())) << queued.tries
        standing = Standing.of(plan, now_ms, lead_ms)
        stretches = [] if standing.state.is_final else crossed(standing, closure)
        if not stretches:
            return self._note(queued, Outcome.UNAFFECTED)
        if not row.waypoints and closure.speed_factor is None:
            return self._note(queued, Outcome.NO_OTHER_WAY, "It drives along a given line.")
        if queued.tries >= MAX_TRIES:
            return self._note(queued, Outcome.NO_OTHER_WAY, "No decision took effect in time.")
        try:
            closed = self._conditions.closed_between(now_ms, row.outlook.end_ms)
            closed = [*(other for other in closed if other.id != closure.id), closure]
            find = self._finder(plan, row)
            route = changed_route(standing, closure, stretches, closed, row.waypoints, find)
            _check(closure, standing, route)
            return self._amend(queued, row, plan, route, now_ms)
        except (NoRoute, TooLarge) as exc:
            return self._note(queued, Outcome.NO_OTHER_WAY, exc.message)

    def _finder(self, plan: Plan, row: TripRow) -> Callable[[RouteRequest, int], Route]:
        """Finds a way on from a place at a time, with the traffic and slow zones that it meets."""

        def find(request: RouteRequest, start_ms: int) -> Route:
            travel = Travel(start_ms, plan.spec, plan.seed, plan.driver)
            route = self._conditions.travelled(self._find(request, row.provider), travel)
            return self._conditions.slowed(route, travel)

        return find

    def _amend(self, queued: QueuedTrip, row: TripRow, plan: Plan, route: Route, now_ms: int) -> bool:
        if row.revision >= rules.MAX_REVISIONS:
            raise TooLarge(f"The trip was changed {rules.MAX_REVISIONS} times.")
        amended = with_later(plan, (Amendment(AmendmentKind.REROUTE, now_ms, route),))
        rules.check_size(plan_to_json(amended))
        ahead = outlook(amended)
        with self._database.write() as connection:
            find_vehicle(connection, row.vehicle_id, lock=True)
            busy = self._trips.busy(connection, row.vehicle_id, now_ms, ahead.end_ms, but=row.id)
            if busy is not None:
                note_outcome(
                    connection,
                    queued,
                    Outcome.NO_OTHER_WAY,
                    f"It would still drive when trip {busy.id} starts.",
                )
                return True
            if not self._trips.change(connection, row, amended, ahead):
                return False  # somebody changed the trip meanwhile: look at it anew
            add_outbox_row(connection, row.id, amended.revision)
            queued = replace(queued, tries=queued.tries + 1, revision=amended.revision)
            note_outcome(connection, queued, Outcome.WAITING)
        self._outbox.nudge()
        if not self._outbox.wait_settled(row.id, amended.revision, SETTLE_WAIT_S):
            return False
        return self._look_at(queued)

    def _note(self, queued: QueuedTrip, outcome: Outcome, detail: str = "") -> bool:
        with self._database.write() as connection:
            note_outcome(connection, queued, outcome, detail)
        return True


def _check(closure: Closure, standing: Standing, route: Route) -> None:
    """Raises NoRoute for a new route that still meets what is closed."""
    if closure.speed_factor is None and any(
        end_m > standing.free_m for _, end_m in crossings(route, area(closure.ring))
    ):
        raise NoRoute("The other way crosses it too.")


def _overlaps(bbox: tuple[float, float, float, float], ring: Ring) -> bool:
    west, south, east, north = bbox
    lats, lons = [lat for lat, _ in ring], [lon for _, lon in ring]
    return min(lons) <= east and max(lons) >= west and min(lats) <= north and max(lats) >= south
