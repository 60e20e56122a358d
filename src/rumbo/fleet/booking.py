"""Books orders: all that can be planned, in one transaction with their outbox rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from rumbo.errors import Conflict, RumboError, Unavailable
from rumbo.fleet import rules
from rumbo.fleet.chain import going_on, outlook_on
from rumbo.fleet.closures import newest_number, queue_for_newer
from rumbo.fleet.database import Database
from rumbo.fleet.drafts import Draft, Drafts
from rumbo.fleet.ids import new_id
from rumbo.fleet.orders import Booked, TripOrder
from rumbo.fleet.outbox_rows import add_plans_to_outbox
from rumbo.fleet.timeline import Timeline, timelines
from rumbo.fleet.trips import NewTrip, Trips
from rumbo.fleet.vehicles import find_vehicles, no_vehicle
from rumbo.fleet.world import WorldView

type Result = Booked | RumboError

_TRIES = 3


@dataclass(slots=True)
class _Case:
    """One order on its way, with the id that its trip has or will have."""

    trip_id: str
    order: TripOrder
    draft: Draft | None = None
    result: Result | None = None


class Booking:
    """Plans orders over one database. Thread-safe."""

    def __init__(self, database: Database, drafts: Drafts, world: WorldView, trips: Trips) -> None:
        self._database = database
        self._drafts = drafts
        self._world = world
        self._trips = trips

    def book(self, orders: Sequence[TripOrder], token: str | None = None) -> list[Result]:
        """For each order the trip that is planned, or why it is not; the others are planned all the same.

        The same order under the same id again is the same trip, also where its start has passed meanwhile. `token`
        names the request: ids follow from it where an order brings none. Raises Unavailable where a part does not
        answer; then nothing is planned.
        """
        cases = [
            _Case(order.trip_id or new_id("trp", token and (token if i == 0 else f"{token}/{i}")), order)
            for i, order in enumerate(orders)
        ]
        first: dict[str, _Case] = {}
        for case in cases:
            first.setdefault(case.trip_id, case)
        fresh = list(first.values())
        with self._database.read() as connection:
            self._recognise(connection, fresh)
        open_ = [case for case in fresh if case.result is None]
        for case, found in zip(open_, self._drafts.of([(c.trip_id, c.order) for c in open_]), strict=True):
            case.draft, case.result = (None, found) if isinstance(found, RumboError) else (found, None)
        self._write([case for case in open_ if case.draft is not None], token)
        return [_result(case, first[case.trip_id]) for case in cases]

    def _recognise(self, connection: Connection, cases: Sequence[_Case]) -> None:
        """Settle the cases whose id is taken: by the same order, or by another."""
        taken = self._trips.digests(connection, [case.trip_id for case in cases])
        for case in cases:
            if case.trip_id in taken:
                same = taken[case.trip_id] in (None, case.order.digest)
                case.result = Booked(case.trip_id, known=True) if same else _other(case.trip_id)

    def _write(self, cases: list[_Case], token: str | None) -> None:
        """Add all trips that their vehicles have time for, in order of their start: each goes on from those before."""
        if not cases:
            return
        cases.sort(key=lambda case: case.draft.plan.start_ms if case.draft else 0)
        for _ in range(_TRIES):
            try:
                with self._database.write() as connection:
                    self._recognise(connection, cases)
                    self._add(connection, [case for case in cases if case.result is None], token)
            except IntegrityError:  # somebody else took one of the ids after we looked
                for case in cases:
                    case.result = None
                continue
            self._keep(cases)
            return
        raise Unavailable("Others are planning the same trips.", hint="Try again.")

    def _add(self, connection: Connection, cases: Sequence[_Case], token: str | None) -> None:
        ids = {case.order.vehicle_id for case in cases}
        vehicles = find_vehicles(connection, ids, lock=True) if ids else {}
        if not vehicles:
            for case in cases:
                case.result = no_vehicle()
            return
        drafts = [(case, case.draft) for case in cases if case.draft is not None]
        begin_ms = min(draft.plan.start_ms for _, draft in drafts)
        lines = timelines(connection, list(vehicles.values()), begin_ms)
        new = list[tuple[NewTrip, int]]()
        for case, draft in drafts:
            found = self._placed(draft, lines.get(draft.vehicle.id), token)
            if isinstance(found, RumboError):
                case.result = found
                continue
            case.result = Booked(case.trip_id, known=False)
            new.append((found, draft.closures_known))
        if new:
            self._trips.add(connection, [trip for trip, _ in new])
            add_plans_to_outbox(connection, [trip.plan.trip_id for trip, _ in new])
            newest = newest_number(connection)
            for trip, known in new:
                if known < newest:
                    queue_for_newer(connection, trip.plan.trip_id, known)

    def _placed(self, draft: Draft, line: Timeline | None, token: str | None) -> NewTrip | RumboError:
        """The trip in its vehicle's time, going on from those before; or why it has no place there."""
        if line is None:
            return no_vehicle()
        vehicle, order, drawn = line.vehicle, draft.order, draft.vehicle
        if (vehicle.vehicle_class, vehicle.overrides) != (drawn.vehicle_class, drawn.overrides):
            return Conflict("The vehicle was changed while its trip was planned.", hint="Try again.")
        plan = rules.begun(draft.plan, order.start_ms, self._world.now_ms())
        plan = going_on(plan, line.standing(plan.start_ms), draft.leg)
        ahead = outlook_on(plan, draft.plan, draft.ahead, draft.leg)
        spare_ms = int(rules.TURNAROUND_WALL_MS * self._world.rate()) if order.start_ms is None else 0
        busy = line.busy(plan.start_ms, (ahead.end_ms or plan.start_ms) + spare_ms)
        if busy is not None:
            hint = "Choose another start_at, or cancel that trip."
            return rules.taken(busy.trip_id, busy.start_ms, busy.end_ms, hint)
        line.add(plan, ahead)
        return NewTrip(plan, draft.body, draft.line, ahead, order.waypoints, token, draft.digest)

    def _keep(self, cases: Sequence[_Case]) -> None:
        """Have what was planned at hand: it is published next."""
        for case in cases:
            if case.draft is not None and isinstance(case.result, Booked) and not case.result.known:
                self._trips.keep(case.draft.plan, len(case.draft.body))


def _result(case: _Case, first: _Case) -> Result:
    """The case's own result; of an id that stands twice in a request, what the first one says of it."""
    assert first.result is not None  # noqa: S101 - every first case was decided
    if case is first:
        return first.result
    if case.order.digest != first.order.digest:
        return _other(case.trip_id)
    return first.result if isinstance(first.result, RumboError) else replace(first.result, known=True)


def _other(trip_id: str) -> Conflict:
    return Conflict(
        f"The id {trip_id} belongs to another trip, or another order of this request.",
        hint="Use a new id for a new order.",
        field="id",
    )
