"""From an order's facts to its plan, and from a vehicle's trip to its next: the same for REST and for scenarios."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from rumbo.domain.device import DeviceSpec
from rumbo.domain.plan import Plan
from rumbo.domain.route import Route
from rumbo.domain.vehicle import Driver, VehicleClass, VehicleSpec
from rumbo.fleet.plans import outlook, outlook_again, shares
from rumbo.fleet.trips import Outlook
from rumbo.motion import solve
from rumbo.motion.power import departure_level


@dataclass(frozen=True, slots=True)
class Standing:
    """What a vehicle's trips before leave it with: metres driven, and energy as a share of full."""

    odometer_m: float = 0.0
    energy_level: float = 1.0


@dataclass(frozen=True, slots=True)
class Leg:
    """What a trip takes of its vehicle, whatever the odometer shows: all it takes to chain trips without their plans.

    Shares are of a full tank. A trip that no full tank would do ends where that is empty.
    """

    driven_m: float
    need: float
    """The most that is used at any time of it."""
    used: float
    """What is used by its end: less than `need` where braking has given back."""


@dataclass(frozen=True, slots=True)
class Driven:
    """Who drives: the facts of a vehicle that stand in its plans."""

    vehicle_id: str
    vehicle_class: VehicleClass
    spec: VehicleSpec
    driver: Driver


def make_plan(trip_id: str, who: Driven, seed: int, device: DeviceSpec, start_ms: int, route: Route) -> Plan:
    """The plan of a trip that starts at `start_ms` (world time) on a route with its traffic. Solves the motion.

    It stands at 0 m with a full tank until `going_on` says otherwise.
    """
    profile = solve(route, who.spec, seed, driver=who.driver, start_ms=start_ms)
    return Plan(
        trip_id, who.vehicle_id, who.vehicle_class, who.spec, seed, device, start_ms, start_ms, route, profile,
        driver=who.driver,
    )  # fmt: skip


def leg_of(plan: Plan) -> Leg:
    """What the plan takes, without amendments."""
    need, used = shares(plan)
    if need <= 1.0:
        return Leg(round(plan.route.length_m, 3), need, used)
    ahead = outlook(replace(plan, energy_start=1.0, amendments=()))
    return Leg(ahead.driven_m, need, 1.0 - ahead.energy_end)


def going_on(plan: Plan, before: Standing, leg: Leg) -> Plan:
    """The plan as the vehicle's next, filled up first where the level would not do (`motion.power`)."""
    return replace(
        plan,
        odometer_start_m=round(before.odometer_m, 3),
        energy_start=departure_level(before.energy_level, leg.need),
    )


def outlook_on(plan: Plan, drawn: Plan, ahead: Outlook, leg: Leg) -> Outlook:
    """The outlook of `drawn` once `going_on` and a later start have made `plan` of it; `ahead` is that of `drawn`.

    Only where the tank will not do is the trip another one, and looked at anew.
    """
    if leg.need > plan.energy_start:
        return outlook(plan)
    return replace(outlook_again(plan, drawn, ahead), energy_end=max(plan.energy_start - leg.used, 0.0))


def after(before: Standing, leg: Leg) -> Standing:
    """What the trip leaves its vehicle with that takes it on as it stands."""
    start = departure_level(before.energy_level, leg.need)
    return Standing(round(before.odometer_m + leg.driven_m, 3), max(start - leg.used, 0.0))


@dataclass(slots=True)
class Chain:
    """How each vehicle stands, new at first. Trips are given in the order of their starts."""

    standings: dict[str, Standing] = field(default_factory=dict)

    def next(self, vehicle_id: str, leg: Leg) -> Standing:
        """How the vehicle stands before its next trip, which takes so much."""
        before = self.standings.get(vehicle_id, Standing())
        self.standings[vehicle_id] = after(before, leg)
        return before
