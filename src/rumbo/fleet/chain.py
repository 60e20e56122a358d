"""From an order's facts to its plan, and from a vehicle's trip to its next: the same for REST and for scenarios."""

from __future__ import annotations

from dataclasses import dataclass, replace

from rumbo.domain.device import DeviceSpec
from rumbo.domain.plan import Plan
from rumbo.domain.route import Route
from rumbo.domain.vehicle import Driver, VehicleClass, VehicleSpec
from rumbo.fleet.plans import outlook
from rumbo.motion import solve
from rumbo.motion.power import departure_level, need_share


@dataclass(frozen=True, slots=True)
class Standing:
    """What a vehicle's trips before leave it with: metres driven, and energy as a share of full."""

    odometer_m: float = 0.0
    energy_level: float = 1.0


@dataclass(frozen=True, slots=True)
class Driven:
    """Who drives: the facts of a vehicle that stand in its plans."""

    vehicle_id: str
    vehicle_class: VehicleClass
    spec: VehicleSpec
    driver: Driver


def make_plan(
    trip_id: str,
    who: Driven,
    seed: int,
    device: DeviceSpec,
    start_ms: int,
    route: Route,
    before: Standing | None = None,
) -> Plan:
    """The plan of a trip that starts at `start_ms` (world time) on a route with its traffic. Solves the motion.

    Without `before` it stands at 0 m with a full tank until `going_on` says otherwise.
    """
    profile = solve(route, who.spec, seed, driver=who.driver, start_ms=start_ms)
    plan = Plan(
        trip_id,
        who.vehicle_id,
        who.vehicle_class,
        who.spec,
        seed,
        device,
        start_ms,
        start_ms,
        route,
        profile,
        driver=who.driver,
    )
    return plan if before is None else going_on(plan, before)


def going_on(plan: Plan, before: Standing, need: float | None = None) -> Plan:
    """The plan as the vehicle's next: it is filled up first where the level would not do (`motion.power`).

    `need` is `need_share` of the plan's profile, where it is known already.
    """
    need = need_share(plan.spec, plan.profile) if need is None else need
    return replace(
        plan,
        odometer_start_m=round(before.odometer_m, 3),
        energy_start=departure_level(before.energy_level, need),
    )


def after(plan: Plan) -> Standing:
    """What the trip leaves its vehicle with when it ends, as planned now."""
    ahead = outlook(plan)
    return Standing(round(plan.odometer_start_m + ahead.driven_m, 3), ahead.energy_end)
