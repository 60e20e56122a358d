"""The verbs: what a person may do with routes and trips."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isinf
from typing import Protocol

from sqlalchemy import Connection

from rumbo.domain.plan import Amendment, AmendmentKind
from rumbo.domain.vehicle import Vehicle
from rumbo.errors import Conflict, NoRoute, RumboError
from rumbo.fleet import rules
from rumbo.fleet.booking import Booking
from rumbo.fleet.database import Database
from rumbo.fleet.drafts import Drafts
from rumbo.fleet.orders import Booked, RouteOrder, RoutePreview, TripOrder, TripView, VisitingOrder
from rumbo.fleet.outbox_rows import add_outbox_row
from rumbo.fleet.pages import MAX_LIMIT, Page
from rumbo.fleet.planner import Planner
from rumbo.fleet.plans import outlook, with_later
from rumbo.fleet.trip_lists import TripFilter, TripSort, vehicles_named
from rumbo.fleet.trips import TripRow, Trips
from rumbo.fleet.vehicle_lists import list_vehicles
from rumbo.fleet.vehicles import find_vehicle
from rumbo.fleet.views import brief_view, full_view, is_under_way
from rumbo.fleet.world import WorldView
from rumbo.motion import snapshot

SETTLE_WAIT_S = 2.0
"""How long a verb waits for the broker to settle what it did; the answer then carries the final times."""
_RETRIES = 10


class Outbox(Protocol):
    """What the verbs need of the relay."""

    def nudge(self) -> None: ...

    def wait_settled(self, trip_id: str, revision: int, timeout_s: float) -> bool: ...


class FleetService:
    """Verbs over one database. Thread-safe; every verb is one transaction and raises errors of `rumbo.errors`.

    A `token` names the request: the same token again does not repeat the effect but gives its outcome.
    """

    def __init__(
        self,
        database: Database,
        planner: Planner,
        world: WorldView,
        outbox: Outbox,
        trips: Trips | None = None,
    ) -> None:
        self._database = database
        self._planner = planner
        self._world = world
        self._outbox = outbox
        self._trips = trips or Trips()
        self._booking = Booking(database, Drafts(database, planner, world), world, self._trips)

    # Routes

    def preview_routes(self, order: RouteOrder) -> list[RoutePreview]:
        return self._planner.preview(order, self._world.now_ms())

    def visiting_order(self, order: RouteOrder) -> VisitingOrder:
        """The quickest order of an order's stops. Raises InvalidInput for too many, NoRoute where no order leads."""
        found = self._planner.visiting_order(order, self._world.now_ms())
        if isinf(found.duration_s):
            raise NoRoute(
                "No order of these stops can be driven.", hint="Move one of them.", field="waypoints"
            )
        return found

    # Trips

    def plan_trip(self, order: TripOrder, token: str | None = None) -> TripView:
        """Plan a trip and send it on; waits briefly for the broker to settle it.

        The same order with the same id of its own again gives the trip as it stands. Raises NotFound for an unknown
        vehicle, Conflict where it is busy or the id another trip's, and what routing raises.
        """
        (result,) = self._booking.book([order], token)
        if isinstance(result, RumboError):
            raise result
        return self.get_trip(result.trip_id) if result.known else self._sent(result.trip_id, 0)

    def plan_trips(self, orders: Sequence[TripOrder], token: str | None = None) -> list[Booked | RumboError]:
        """Plan many trips in one transaction; for each what came of it. They go to Kafka a moment later."""
        results = self._booking.book(orders, token)
        self._outbox.nudge()
        return results

    def amend_trip(self, trip_id: str, kind: AmendmentKind, token: str | None = None) -> TripView:
        """Pause, resume or cancel a trip from now on. Raises NotFound, Conflict where its state forbids it."""
        for _ in range(_RETRIES):
            revision = self._try_amend(trip_id, kind, token)
            if revision is not None:
                return self._sent(trip_id, revision)
        raise Conflict("The trip is being changed by others.", hint="Look at it again, then retry.")

    def get_trip(self, trip_id: str) -> TripView:
        with self._database.read() as connection:
            row = self._trips.find(connection, trip_id)
            plan = self._trips.plan(connection, row)
        return full_view(row, plan, self._world.now_ms())

    def list_trips(
        self,
        limit: int = 50,
        cursor: str | None = None,
        wanted: TripFilter | None = None,
        sort: TripSort = TripSort.NEWEST,
    ) -> Page[TripView]:
        """Trips, the newest first unless another order is asked for."""
        wanted = wanted or TripFilter()
        after, now_ms = sort.place(cursor), self._world.now_ms()
        views: list[TripView] = []
        with self._database.read() as connection:
            if wanted.text is not None:
                wanted = replace(wanted, vehicles=vehicles_named(connection, wanted.text))
            while True:
                rows = self._trips.page(connection, now_ms, wanted, sort, after, limit + 1)
                for row in rows:
                    view = self._view(connection, row, now_ms)
                    if wanted.meant(row.id, row.vehicle_id) and wanted.state in (None, view.state):
                        views.append(view)
                if len(views) > limit:
                    last = views[limit - 1].row
                    return Page(views[:limit], sort.cursor(last.start_ms, last.number))
                if len(rows) <= limit:
                    return Page(views)
                after = (rows[-1].start_ms, rows[-1].number)

    def export_trips(self, wanted: TripFilter, sort: TripSort = TripSort.NEWEST) -> Iterator[list[TripView]]:
        """All trips of a list, some at a time."""
        cursor = None
        while True:
            page = self.list_trips(MAX_LIMIT, cursor, wanted, sort)
            yield page.items
            cursor = page.next_cursor
            if cursor is None:
                return

    def newest_of_each_vehicle(self) -> list[tuple[Vehicle, TripView]]:
        """Every vehicle that has driven, with the trip it drives or the one it drove last."""
        now_ms = self._world.now_ms()
        with self._database.read() as connection:
            vehicles = {vehicle.id: vehicle for _, vehicle in list_vehicles(connection, None, None)}
            rows = self._trips.last_ended(connection, now_ms) + self._trips.under_way(
                connection, now_ms, None
            )
            newest = {row.vehicle_id: row for row in rows if row.vehicle_id in vehicles}
            return [(vehicles[key], self._view(connection, row, now_ms)) for key, row in newest.items()]

    def _view(self, connection: Connection, row: TripRow, now_ms: int) -> TripView:
        if is_under_way(row, now_ms):
            return full_view(row, self._trips.plan(connection, row), now_ms)
        return brief_view(row, now_ms)

    def _try_amend(self, trip_id: str, kind: AmendmentKind, token: str | None) -> int | None:
        """The revision made, or that which the same request made before; None where another was quicker."""
        with self._database.read() as connection:
            row = self._trips.find(connection, trip_id)
            plan = self._trips.plan(connection, row)
        if token is not None and row.token == token:
            return row.revision
        now_ms = self._world.now_ms()
        rules.check_amendment(kind, snapshot(plan, max(now_ms, _decided_ms(row))).state, row)
        amended = with_later(plan, (Amendment(kind, now_ms),))
        ahead = outlook(amended)
        with self._database.write() as connection:
            find_vehicle(connection, row.vehicle_id, lock=True)
            if kind is not AmendmentKind.CANCEL:
                spare_ms = int(rules.TURNAROUND_WALL_MS * self._world.rate())
                until_ms = None if ahead.end_ms is None else ahead.end_ms + spare_ms
                busy = self._trips.busy(connection, row.vehicle_id, now_ms, until_ms, but=trip_id)
                rules.refuse_busy(busy, "This trip would still be under way then: cancel one of the two.")
            if not self._trips.change(connection, row, amended, ahead, token=token):
                return None
            add_outbox_row(connection, trip_id, amended.revision)
        return amended.revision

    def _sent(self, trip_id: str, revision: int) -> TripView:
        """The trip as the decision leaves it, which takes effect a moment from now (ADR 0003)."""
        self._outbox.nudge()
        self._outbox.wait_settled(trip_id, revision, SETTLE_WAIT_S)
        with self._database.read() as connection:
            row = self._trips.find(connection, trip_id)
            plan = self._trips.plan(connection, row)
        return full_view(row, plan, max(self._world.now_ms(), _decided_ms(row)))


def _decided_ms(row: TripRow) -> int:
    """World time at which the newest decision takes effect; it may be a moment ahead."""
    return row.amendments[-1].at_ms if row.amendments else row.created_ms
