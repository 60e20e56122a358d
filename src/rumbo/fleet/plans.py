"""What happens to plans before and after the broker has them: prefixes, settling, outlook."""

from __future__ import annotations

from dataclasses import replace

from rumbo.domain.clock import WorldClock
from rumbo.domain.plan import Amendment, Plan
from rumbo.domain.trip import TripState
from rumbo.fleet.amendment_routes import route_in_force
from rumbo.fleet.trips import CANCELLED, PAUSED, PLANNED, Outlook
from rumbo.motion import snapshot


def at_revision(plan: Plan, revision: int) -> Plan:
    """The plan as it was after its first `revision` amendments."""
    return replace(plan, amendments=plan.amendments[:revision])


def settle(plan: Plan, revision: int, appended_wall_ms: int, clock: WorldClock) -> Plan:
    """The plan with the decision of `revision` closed by its append time; later ones stay open behind it."""
    settled = at_revision(plan, revision).settled(appended_wall_ms, clock)
    return with_later(settled, plan.amendments[revision:])


def with_later(settled: Plan, later: tuple[Amendment, ...]) -> Plan:
    """`settled` with amendments asked for since, none before the decision that it follows."""
    plan = settled
    for amendment in later:
        before = plan.amendments[-1].at_ms if plan.amendments else plan.created_ms
        plan = plan.amended(amendment.kind, max(amendment.at_ms, before), amendment.route)
    return plan


def outlook(plan: Plan) -> Outlook:
    """When, where and after how many metres the trip ends, as the plan stands."""
    newest = plan.amendments[-1] if plan.amendments else None
    end_ms = snapshot(plan, newest.at_ms if newest else plan.start_ms).end_ms
    if end_ms is None:
        route = route_in_force(plan)
        return Outlook(PAUSED, None, route.lat[-1], route.lon[-1], route.length_m)
    end = snapshot(plan, end_ms)
    phase = CANCELLED if end.state is TripState.CANCELLED else PLANNED
    return Outlook(phase, end_ms, end.lat, end.lon, round(end.distance_m, 3))
