"""The verbs: what a person may do with vehicles and fleets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from rumbo.domain.vehicle import Vehicle
from rumbo.errors import Conflict, InvalidInput, RumboError, Unavailable
from rumbo.fleet import rules
from rumbo.fleet.database import Database
from rumbo.fleet.ids import new_id
from rumbo.fleet.pages import Page, decode_cursor, encode_cursor
from rumbo.fleet.standings import standings
from rumbo.fleet.trips import Trips
from rumbo.fleet.vehicle_lists import list_fleets, list_vehicles
from rumbo.fleet.vehicle_orders import (
    FleetView,
    VehicleChanges,
    VehicleFilter,
    VehicleOrder,
    VehicleView,
    changed,
    order_hash,
    vehicle_of,
)
from rumbo.fleet.vehicles import (
    Taken,
    add_vehicles,
    change_vehicle,
    find_vehicle,
    missing_profiles,
    remove_vehicle,
    taken_ids,
)
from rumbo.fleet.world import WorldView

type Outcome = tuple[str, bool] | RumboError
"""A vehicle's id and whether it was known, or why there is none."""

_RETRIES = 3
_EXPORTED_AT_ONCE = 1_000
_FIXED_WHILE_PLANNED: Final = ("vehicle_class", "overrides", "energy_level")
"""What the plans that there are have counted on."""


class VehicleService:
    """Verbs over one database. Thread-safe; every verb is one transaction and raises errors of `rumbo.errors`.

    A `token` names the request: the same token again does not repeat the effect but gives its outcome.
    """

    def __init__(self, database: Database, world: WorldView, trips: Trips) -> None:
        self._database = database
        self._world = world
        self._trips = trips

    def create(self, order: VehicleOrder, token: str | None = None) -> tuple[VehicleView, bool]:
        """The vehicle, and whether the same order had made it before. Raises Conflict where its id is taken."""
        (outcome,) = self.create_many([order], token)
        if isinstance(outcome, RumboError):
            raise outcome
        vehicle_id, known = outcome
        return self.get(vehicle_id), known

    def create_many(
        self,
        orders: Sequence[VehicleOrder],
        token: str | None = None,
        *,
        all_or_none: bool = False,
        dry: bool = False,
    ) -> list[Outcome]:
        """The outcome of each order.

        What is possible is made; with `all_or_none` only if every order is; with `dry` nothing is.
        """
        drafts = _drafts(orders, token, self._world.now_ms())
        for _ in range(_RETRIES):
            try:
                with self._database.write() as connection:
                    outcomes, fresh = _judged(connection, drafts)
                    refused = any(isinstance(outcome, RumboError) for outcome in outcomes)
                    if not dry and not (all_or_none and refused):
                        add_vehicles(connection, fresh)
                return outcomes
            except IntegrityError:  # another server took one of the ids in between; now it is seen
                continue
        raise Unavailable("Others are creating the same vehicles.", hint="Try again.")

    def get(self, vehicle_id: str) -> VehicleView:
        now_ms = self._world.now_ms()
        with self._database.read() as connection:
            return self._views(connection, [find_vehicle(connection, vehicle_id)], now_ms)[0]

    def list_all(
        self, limit: int = 50, cursor: str | None = None, only: VehicleFilter | None = None
    ) -> Page[VehicleView]:
        """Vehicles, oldest first."""
        after, now_ms = decode_cursor("vehicles", cursor), self._world.now_ms()
        with self._database.read() as connection:
            found = list_vehicles(connection, after, limit + 1, only)
            here = found[:limit]
            views = self._views(connection, [vehicle for _, vehicle in here], now_ms)
        return Page(views, encode_cursor("vehicles", here[-1][0]) if len(found) > limit else None)

    def export(self, only: VehicleFilter | None = None) -> Iterator[list[Vehicle]]:
        """All vehicles, oldest first, some at a time: each piece is as its moment found it."""
        after: int | None = None
        while True:
            with self._database.read() as connection:
                found = list_vehicles(connection, after, _EXPORTED_AT_ONCE, only)
            yield [vehicle for _, vehicle in found]
            if len(found) < _EXPORTED_AT_ONCE:
                return
            after = found[-1][0]

    def change(self, vehicle_id: str, changes: VehicleChanges) -> VehicleView:
        """Change a vehicle; its class, parameters and energy only while no trip is planned for it."""
        now_ms = self._world.now_ms()
        with self._database.write() as connection:
            vehicle = find_vehicle(connection, vehicle_id, lock=True)
            wanted = changed(vehicle, changes, now_ms)
            fixed = any(getattr(wanted, name) != getattr(vehicle, name) for name in _FIXED_WHILE_PLANNED)
            if (
                fixed or "energy_level" in changes
            ):  # also to the level that was set last: trips have used of it
                busy = self._trips.busy(connection, vehicle_id, now_ms, None)
                hint = "Its class, spec and energy_level can change only while no trip is planned."
                rules.refuse_busy(busy, hint)
            if missing_profiles(connection, [wanted.device_profile]):
                raise _no_profile(wanted.device_profile)
            change_vehicle(connection, wanted)
        return self.get(vehicle_id)

    def delete(self, vehicle_id: str) -> None:
        """Take a vehicle out of the fleet; its past trips stay."""
        now_ms = self._world.now_ms()
        with self._database.write() as connection:
            find_vehicle(connection, vehicle_id, lock=True)
            rules.refuse_busy(
                self._trips.busy(connection, vehicle_id, now_ms, None), "Cancel its trips first."
            )
            remove_vehicle(connection, vehicle_id, now_ms)

    def fleets(self, limit: int = 50, cursor: str | None = None) -> Page[FleetView]:
        """Fleets that have vehicles, that with the oldest one first."""
        after, now_ms = decode_cursor("fleets", cursor), self._world.now_ms()
        with self._database.read() as connection:
            found = list_fleets(connection, after, limit + 1, now_ms)
        here = found[:limit]
        next_cursor = encode_cursor("fleets", here[-1][0]) if len(found) > limit else None
        return Page([view for _, view in here], next_cursor)

    def _views(self, connection: Connection, vehicles: Sequence[Vehicle], now_ms: int) -> list[VehicleView]:
        ids = [vehicle.id for vehicle in vehicles]
        current = {trip.vehicle_id: trip.id for trip in self._trips.under_way(connection, now_ms, ids)}
        stand = standings(connection, vehicles, now_ms)
        return [VehicleView(one, current.get(one.id), stand[one.id]) for one in vehicles]


def _drafts(orders: Sequence[VehicleOrder], token: str | None, now_ms: int) -> list[Vehicle | RumboError]:
    drafts: list[Vehicle | RumboError] = []
    for at, order in enumerate(orders):
        # The first of a request has the request's own token: what created it alone finds it again.
        mine = f"{token}:{at}" if token is not None and at else token
        try:
            drafts.append(vehicle_of(order, order.id or new_id("veh", mine), now_ms))
        except RumboError as exc:
            drafts.append(exc)
    return drafts


def _judged(
    connection: Connection, drafts: Sequence[Vehicle | RumboError]
) -> tuple[list[Outcome], list[Vehicle]]:
    """The outcome of each, and the vehicles to be made."""
    vehicles = [draft for draft in drafts if isinstance(draft, Vehicle)]
    taken = taken_ids(connection, [vehicle.id for vehicle in vehicles])
    missing = missing_profiles(connection, {vehicle.device_profile for vehicle in vehicles})
    outcomes: list[Outcome] = []
    fresh: dict[str, Vehicle] = {}
    for draft in drafts:
        if isinstance(draft, RumboError):
            outcomes.append(draft)
            continue
        earlier = taken.get(draft.id)
        if earlier is None and draft.device_profile in missing:
            outcomes.append(_no_profile(draft.device_profile))
        elif earlier is None:
            fresh[draft.id] = draft
            taken[draft.id] = Taken(draft, order_hash(draft))
            outcomes.append((draft.id, False))
        elif earlier.means(order_hash(draft)):
            outcomes.append((draft.id, True))
        else:
            outcomes.append(_id_taken(draft.id, deleted=earlier.deleted))
    return outcomes, list(fresh.values())


def _no_profile(name: str) -> InvalidInput:
    return InvalidInput(
        f"There is no device profile {name!r}.",
        hint="GET /api/v1/device-profiles lists them.",
        field="device_profile",
    )


def _id_taken(vehicle_id: str, *, deleted: bool) -> Conflict:
    whose = "a vehicle that was deleted" if deleted else "another vehicle"
    return Conflict(
        f"{vehicle_id} is the id of {whose}.",
        hint="Choose another id, or leave it out; PATCH changes a vehicle.",
        field="id",
    )
