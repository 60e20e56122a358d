"""What happens to plans before and after the broker has them: prefixes, settling, outlook."""

from __future__ import annotations

from dataclasses import replace

from rumbo.domain.clock import WorldClock
from rumbo.domain.plan import Amendment, Plan
from rumbo.domain.trip import TripState
from rumbo.fleet.phases import CANCELLED, FAILED, PAUSED, PLANNED
from rumbo.fleet.trips import Outlook
from rumbo.motion import Motion, compile_plan
from rumbo.motion.energy import Engine, peak_s, spent_kwh
from rumbo.motion.power import Course, energy_at_end
from rumbo.motion.snapshot import snapshot_of

_PHASES = {TripState.CANCELLED: CANCELLED, TripState.FAILED: FAILED}


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
    """When, where, after how many metres and with how much energy left the trip ends, as the plan stands."""
    motion = compile_plan(plan)
    left = _left(plan, motion)
    end_ms = motion.end_ms if motion.reports else motion.changes[-1].at_ms
    if end_ms is None:
        route = motion.route
        return Outlook(PAUSED, None, route.lat[-1], route.lon[-1], route.length_m, left)
    end = snapshot_of(plan, motion, end_ms)
    phase = _PHASES.get(end.state, PLANNED)
    return Outlook(phase, end_ms, end.lat, end.lon, round(end.distance_m, 3), left)


def _left(plan: Plan, motion: Motion) -> float:
    """Share of full at the end. Of a trip that nobody touched it follows from its profile alone."""
    if not plan.amendments:
        need, used = shares(plan)
        if need <= plan.energy_start:
            return max(plan.energy_start - used, 0.0)
    return energy_at_end(plan, motion)


def shares(plan: Plan) -> tuple[float, float]:
    """Of a full tank: the most that the plan's profile has used at any time, and what it has used by its end."""
    course = Course.of_profile(Engine.of(plan.spec), plan.profile)
    within = spent_kwh(
        course.engine,
        course.move,
        course.switch,
        peak_s(course.move, course.switch, course.length_s),
        course.stands,
    )
    most_kwh = float((course.used_kwh[:-1] + within).max(initial=0.0))
    return most_kwh / plan.spec.capacity_kwh, float(course.used_kwh[-1]) / plan.spec.capacity_kwh


def outlook_again(settled: Plan, plan: Plan, known: Outlook) -> Outlook:
    """The outlook of a plan that was settled; `known` is that of `plan` before. A trip only begins later as a whole."""
    if settled.amendments or known.end_ms is None:
        return outlook(settled)
    return replace(known, end_ms=known.end_ms + settled.start_ms - plan.start_ms)
