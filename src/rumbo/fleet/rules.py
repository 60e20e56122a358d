"""What a plan must satisfy and when it may be changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from rumbo.domain.plan import AmendmentKind, Plan
from rumbo.domain.route import Route
from rumbo.domain.trip import TripState
from rumbo.errors import Conflict, InvalidInput, TooLarge
from rumbo.events.topics import MAX_PLAN_BYTES
from rumbo.fleet.ids import MAX_SEED, new_seed
from rumbo.fleet.phases import CANCELLED
from rumbo.fleet.trips import TripRow
from rumbo.motion.script_work import script_work

PAST_TOLERANCE_WALL_MS = 2_000
TURNAROUND_WALL_MS = 2_000
"""Free time kept after a trip that starts now: publishing it may move its start by about as much."""
MAX_AHEAD_MS = 10 * 366 * 86_400_000
MAX_TRIP_S = 366 * 86_400
MAX_ROUTE_M = 10_000_000.0
"""About what fits into one plan: a piece of motion every 70 m, 40 bytes each."""
MAX_REVISIONS = 1_000
MAX_RECORDS, MAX_CHANGES = 1_000_000, 100_000
"""Of a device on one trip: its worker works them out at once, which takes some seconds and 300 MB."""
_ROOM_FOR_AMENDMENTS = 100 * MAX_REVISIONS


def check_order(start_ms: int | None, seed: int | None, now_ms: int, rate: float) -> int:
    """Check what an order says beside its route; return the seed to use. Raises InvalidInput."""
    if start_ms is not None and start_ms < now_ms - PAST_TOLERANCE_WALL_MS * max(rate, 1.0):
        raise InvalidInput(
            f"start_at {time_text(start_ms)} is in the past; world time is {time_text(now_ms)}.",
            hint="Choose a later time, or leave start_at out to start now.",
            field="start_at",
        )
    if start_ms is not None and start_ms > now_ms + MAX_AHEAD_MS:
        raise InvalidInput(
            "start_at is more than ten years ahead.", hint="Choose an earlier time.", field="start_at"
        )
    if seed is not None and not 0 <= seed <= MAX_SEED:
        raise InvalidInput(f"A seed is a whole number from 0 to {MAX_SEED}.", field="seed")
    return new_seed() if seed is None else seed


def check_size(text: bytes) -> None:
    """Raises TooLarge for a plan (as JSON) that the topic would not take, now or after many amendments."""
    if len(text) > MAX_PLAN_BYTES - _ROOM_FOR_AMENDMENTS:
        raise TooLarge(
            "The route is too long or too fine for one plan.", hint="Split the trip.", field="waypoints"
        )


def check_route(route: Route) -> None:
    """Raises TooLarge for a route that no plan could hold, before any work is put into its motion."""
    ends = (*(span.start_m for span in route.spans[1:]), route.length_m)
    least_s = sum((end - s.start_m) / s.speed_mps for s, end in zip(route.spans, ends, strict=True))
    if least_s > MAX_TRIP_S:
        raise _too_slow(least_s, route)
    if route.length_m > MAX_ROUTE_M:
        raise TooLarge(
            f"The route is {route.length_m / 1000:,.0f} km long; the most is {MAX_ROUTE_M / 1000:,.0f} km.",
            hint="Split the trip.",
            field=_field_of(route),
        )


def check_length(plan: Plan) -> None:
    """Raises TooLarge for a trip that would take its vehicle for more than a year."""
    if plan.profile.duration_s > MAX_TRIP_S:
        raise _too_slow(plan.profile.duration_s, plan.route)


def check_device(plan: Plan, field: str) -> None:
    """Raises TooLarge for a device that would keep its worker busy for too long on such a trip; `field` named it."""
    duration_s = plan.profile.duration_s
    work = script_work(plan.device, round(duration_s * 1000.0))
    if work.records > MAX_RECORDS:
        raise TooLarge(
            f"On a trip of {duration_s / 3600:,.1f} hours the device takes up to {work.records:,} records; "
            f"the most is {MAX_RECORDS:,}.",
            hint="Let it sample and report less often, or split the trip.",
            field=field,
        )
    if work.changes > MAX_CHANGES:
        raise TooLarge(
            f"On a trip of {duration_s / 3600:,.1f} hours the device's link and faults change about "
            f"{work.changes:,} times; the most is {MAX_CHANGES:,}.",
            hint="Use longer states of the link, a smaller buffer, shorter bursts, fewer episodes, or split the trip.",
            field=field,
        )


def _too_slow(takes_s: float, route: Route) -> TooLarge:
    return TooLarge(
        f"The trip would take {takes_s / 86_400:,.0f} days; the most is {MAX_TRIP_S // 86_400}.",
        hint="Check the points (GeoJSON puts longitude first), or split the trip.",
        field=_field_of(route),
    )


def _field_of(route: Route) -> str:
    return "waypoints" if route.provider != "geometry" else "geometry"


def begun(plan: Plan, start_ms: int | None, now_ms: int) -> Plan:
    """The plan created at `now_ms` and starting then, or at `start_ms` where that is later."""
    return replace(plan, created_ms=now_ms, start_ms=max(now_ms, start_ms or now_ms))


def refuse_busy(trip: TripRow | None, hint: str) -> None:
    """Raises Conflict where there is a trip in the way."""
    if trip is not None:
        raise taken(trip.id, trip.start_ms, trip.outlook.end_ms, hint)


def taken(trip_id: str, start_ms: int, end_ms: int | None, hint: str) -> Conflict:
    """That a trip is in the way."""
    until = "until it is resumed or cancelled" if end_ms is None else f"until {time_text(end_ms)}"
    return Conflict(
        f"The vehicle is taken by trip {trip_id} from {time_text(start_ms)} {until}.",
        hint=hint,
        field="vehicle_id",
    )


def check_amendment(kind: AmendmentKind, state: TripState, row: TripRow) -> None:
    """Raises Conflict where a trip in `state` cannot be paused, resumed or cancelled."""
    if state.is_final or row.outlook.phase == CANCELLED:
        raise Conflict(f"The trip is over: it is {state.value}.", hint="Plan a new one.")
    if kind is AmendmentKind.PAUSE and state is TripState.SCHEDULED:
        raise Conflict("The trip has not started.", hint="Cancel it, or pause it once it drives.")
    if kind is AmendmentKind.PAUSE and state is TripState.PAUSED:
        raise Conflict("The trip is paused already.", hint="Resume or cancel it.")
    if kind is AmendmentKind.RESUME and state is not TripState.PAUSED:
        raise Conflict(
            f"The trip is not paused: it is {state.value}.", hint="Only a paused trip can be resumed."
        )
    if row.revision >= MAX_REVISIONS and kind is not AmendmentKind.CANCEL:
        raise Conflict(f"The trip was changed {MAX_REVISIONS} times.", hint="Cancel it and plan a new one.")


def time_text(world_ms: int) -> str:
    """RFC 3339 with milliseconds, UTC."""
    at = datetime.fromtimestamp(world_ms / 1000, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
