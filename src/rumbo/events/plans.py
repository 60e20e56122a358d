"""Plans and the world clock as they stand on Kafka.

Floats are written as the shortest decimal that reads back the same, so a plan read from the topic is the plan
that was sent, to the last bit.
"""

from __future__ import annotations

from typing import Any

import orjson

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.plan import Amendment, AmendmentKind, Hold, Plan, Profile
from rumbo.domain.route import Control, ControlKind, Dwell, RoadClass, Route, Span
from rumbo.domain.trip import WaitReason
from rumbo.domain.vehicle import VehicleClass
from rumbo.errors import ContractBroken, RumboError

PLAN_VERSION = 1
_DEGREE = 1_000_000
"""Vertices have 6 decimals; they travel as whole millionths, each as the step from the one before."""


def plan_to_json(plan: Plan) -> bytes:
    """The plan as one JSON object."""
    route, profile = plan.route, plan.profile
    return orjson.dumps(
        {
            "plan_version": PLAN_VERSION,
            "trip_id": plan.trip_id,
            "vehicle_id": plan.vehicle_id,
            "vehicle_class": plan.vehicle_class,
            "seed": plan.seed,
            "device_profile": plan.device_profile,
            "created_ms": plan.created_ms,
            "start_ms": plan.start_ms,
            "odometer_start_m": plan.odometer_start_m,
            "amendments": [{"kind": a.kind, "at_ms": a.at_ms} for a in plan.amendments],
            "route": {
                "provider": route.provider,
                "lat_e6": _steps(route.lat),
                "lon_e6": _steps(route.lon),
                "distance_m": route.distance_m,
                "spans": [
                    [
                        s.start_m,
                        s.speed_mps,
                        s.limit_mps,
                        s.way_id,
                        s.name,
                        s.road_class,
                        s.tunnel,
                        s.roundabout,
                    ]
                    for s in route.spans
                ],
                "controls": [[c.at_m, c.kind, c.node_id] for c in route.controls],
                "dwells": [[d.at_m, d.dwell_s] for d in route.dwells],
            },
            "profile": {
                "t_s": profile.t_s,
                "s_m": profile.s_m,
                "v_mps": profile.v_mps,
                "a_mps2": profile.a_mps2,
                "j_mps3": profile.j_mps3,
                "duration_s": profile.duration_s,
                "holds": [[h.start_s, h.end_s, h.at_m, h.reason] for h in profile.holds],
            },
        }
    )


def plan_from_json(payload: bytes) -> Plan:
    """The plan in a record, its newest decision still open. Raises ContractBroken where it is no plan."""
    try:
        raw = orjson.loads(payload)
        if raw["plan_version"] != PLAN_VERSION:
            raise ContractBroken(f"Plan version {raw['plan_version']} is not {PLAN_VERSION}.")
        return Plan(
            trip_id=str(raw["trip_id"]),
            vehicle_id=str(raw["vehicle_id"]),
            vehicle_class=VehicleClass(raw["vehicle_class"]),
            seed=int(raw["seed"]),
            device_profile=str(raw["device_profile"]),
            created_ms=int(raw["created_ms"]),
            start_ms=int(raw["start_ms"]),
            route=_route(raw["route"]),
            profile=_profile(raw["profile"]),
            odometer_start_m=float(raw["odometer_start_m"]),
            amendments=tuple(Amendment(AmendmentKind(a["kind"]), int(a["at_ms"])) for a in raw["amendments"]),
        )
    except (ValueError, KeyError, TypeError, RumboError) as exc:
        raise ContractBroken(f"A record of the plans topic is no plan: {exc}") from exc


def _route(raw: dict[str, Any]) -> Route:
    return Route(
        lat=_degrees(raw["lat_e6"]),
        lon=_degrees(raw["lon_e6"]),
        distance_m=tuple(raw["distance_m"]),
        spans=tuple(
            Span(start, speed, limit, way, name, RoadClass(road), tunnel, roundabout)
            for start, speed, limit, way, name, road, tunnel, roundabout in raw["spans"]
        ),
        controls=tuple(Control(at, ControlKind(kind), node) for at, kind, node in raw["controls"]),
        dwells=tuple(Dwell(at, dwell) for at, dwell in raw["dwells"]),
        provider=raw["provider"],
    )


def _profile(raw: dict[str, Any]) -> Profile:
    return Profile(
        t_s=tuple(raw["t_s"]),
        s_m=tuple(raw["s_m"]),
        v_mps=tuple(raw["v_mps"]),
        a_mps2=tuple(raw["a_mps2"]),
        j_mps3=tuple(raw["j_mps3"]),
        duration_s=raw["duration_s"],
        holds=tuple(Hold(start, end, at, WaitReason(reason)) for start, end, at, reason in raw["holds"]),
    )


def _steps(degrees: tuple[float, ...]) -> list[int]:
    whole = [round(value * _DEGREE) for value in degrees]
    return [b - a for a, b in zip([0, *whole], whole, strict=False)]


def _degrees(steps: list[int]) -> tuple[float, ...]:
    out, at = [], 0
    for step in steps:
        at += step
        out.append(at / _DEGREE)
    return tuple(out)


def clock_to_json(clock: WorldClock) -> bytes:
    """All changes of the world clock as one JSON object."""
    changes = [{"wall_ms": c.wall_ms, "world_ms": c.world_ms, "rate": c.rate} for c in clock.changes]
    return orjson.dumps({"changes": changes})


def clock_from_json(payload: bytes) -> WorldClock:
    """The clock in a record, its newest change still open. Raises ContractBroken where it is no clock."""
    try:
        raw = orjson.loads(payload)["changes"]
        return WorldClock(
            tuple(ClockChange(int(c["wall_ms"]), int(c["world_ms"]), float(c["rate"])) for c in raw)
        )
    except (ValueError, KeyError, TypeError, RumboError) as exc:
        raise ContractBroken(f"A record of the clock topic is no clock: {exc}") from exc


def settled_clock(clock: WorldClock, appended_wall_ms: int) -> WorldClock:
    """The clock with its newest change closed: it holds no earlier than the broker had it.

    World time at that moment follows from the change before, unless the newest sets it anew (a world that
    was not closed cleanly goes on where its workers stood): then it starts there.
    """
    *earlier, newest = clock.changes
    wall_ms = max(newest.wall_ms, appended_wall_ms)
    if not earlier:
        return WorldClock((ClockChange(wall_ms, newest.world_ms, newest.rate),))
    before = WorldClock(tuple(earlier))
    goes_on = newest.world_ms == before.world_ms(newest.wall_ms)
    world_ms = before.world_ms(wall_ms) if goes_on else newest.world_ms
    return WorldClock((*earlier, ClockChange(wall_ms, world_ms, newest.rate)))
