"""Plans and the world clock as they stand on Kafka.

Floats are written as the shortest decimal that reads back the same, so a plan read from the topic is the plan
that was sent, to the last bit.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np
import orjson

from rumbo.domain.clock import ClockChange, WorldClock
from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import device_profile
from rumbo.domain.plan import Amendment, AmendmentKind, Hold, Plan, Profile
from rumbo.domain.route import Control, ControlKind, Dwell, RoadClass, Route, Span
from rumbo.domain.trip import WaitReason
from rumbo.domain.vehicle import CLASS_SPECS, Driver, VehicleClass, VehicleSpec
from rumbo.errors import ContractBroken, RumboError
from rumbo.events.plain import from_plain, to_plain

PLAN_VERSION = 2
_PIECES = ("t_s", "s_m", "v_mps", "a_mps2", "j_mps3")
_DEGREE = 1_000_000
"""Vertices have 6 decimals; they travel as whole millionths, each as the step from the one before."""
# Some hundred of each stand in a plan, and an enum's own look-up is five times as slow.
_ROADS: dict[Any, RoadClass] = {road.value: road for road in RoadClass}
_CONTROLS: dict[Any, ControlKind] = {kind.value: kind for kind in ControlKind}


def plan_to_json(plan: Plan) -> bytes:
    """The plan as one JSON object."""
    profile = plan.profile
    return orjson.dumps(
        {
            "plan_version": PLAN_VERSION,
            "trip_id": plan.trip_id,
            "vehicle_id": plan.vehicle_id,
            "vehicle_class": plan.vehicle_class,
            "seed": plan.seed,
            "spec": to_plain(plan.spec),
            "driver": plan.driver,
            "device": to_plain(plan.device),
            "created_ms": plan.created_ms,
            "start_ms": plan.start_ms,
            "odometer_start_m": plan.odometer_start_m,
            "energy_start": plan.energy_start,
            "amendments": [_amendment_to_plain(a) for a in plan.amendments],
            "route": _route_to_plain(plan.route),
            "profile": {
                "pieces": _pieces_to_text(profile),
                "duration_s": profile.duration_s,
                "start_ms": profile.start_ms,
                "holds": [[h.start_s, h.end_s, h.at_m, h.reason] for h in profile.holds],
            },
        }
    )


def plan_from_json(payload: bytes) -> Plan:
    """The plan in a record, its newest decision still open. Raises ContractBroken where it is no plan."""
    try:
        raw = orjson.loads(payload)
        if raw["plan_version"] not in (1, PLAN_VERSION):
            raise ContractBroken(f"Plan version {raw['plan_version']} is not 1 to {PLAN_VERSION}.")
        vehicle_class = VehicleClass(raw["vehicle_class"])
        return Plan(
            trip_id=str(raw["trip_id"]),
            vehicle_id=str(raw["vehicle_id"]),
            vehicle_class=vehicle_class,
            spec=_record(VehicleSpec, orjson.dumps(raw["spec"]))
            if "spec" in raw
            else CLASS_SPECS[vehicle_class],
            seed=int(raw["seed"]),
            device=_record(DeviceSpec, orjson.dumps(raw["device"]))
            if "device" in raw
            else replace(device_profile(raw["device_profile"]), schema_version=1),  # as all did then
            created_ms=int(raw["created_ms"]),
            start_ms=int(raw["start_ms"]),
            route=_route(raw["route"]),
            profile=_profile(raw["profile"]),
            odometer_start_m=float(raw["odometer_start_m"]),
            energy_start=float(raw.get("energy_start", 1.0)),
            driver=Driver(raw.get("driver", Driver.NORMAL)),
            amendments=tuple(_amendment(a) for a in raw["amendments"]),
        )
    except (ValueError, KeyError, TypeError, RumboError) as exc:
        raise ContractBroken(f"A record of the plans topic is no plan: {exc}") from exc


@lru_cache(maxsize=4096)
def _record[T](kind: type[T], payload: bytes) -> T:
    """A record that many plans have in common, checked once."""
    return from_plain(kind, orjson.loads(payload))


def _amendment_to_plain(amendment: Amendment) -> dict[str, Any]:
    plain: dict[str, Any] = {"kind": amendment.kind, "at_ms": amendment.at_ms}
    return plain | ({} if amendment.route is None else {"route": _route_to_plain(amendment.route)})


def _amendment(raw: dict[str, Any]) -> Amendment:
    route = _route(raw["route"]) if "route" in raw else None
    return Amendment(AmendmentKind(raw["kind"]), int(raw["at_ms"]), route)


def route_to_json(route: Route) -> bytes:
    """A route as it stands in a plan."""
    return orjson.dumps(_route_to_plain(route))


def route_from_json(payload: bytes) -> Route:
    """The route that `route_to_json` wrote, to the last bit."""
    return _route(orjson.loads(payload))


def _route_to_plain(route: Route) -> dict[str, Any]:
    return {
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
                s.sky_view,
            ]
            for s in route.spans
        ],
        "controls": [[c.at_m, c.kind, c.node_id] for c in route.controls],
        "dwells": [[d.at_m, d.dwell_s] for d in route.dwells],
    }


def _route(raw: dict[str, Any]) -> Route:
    return Route(
        lat=_degrees(raw["lat_e6"]),
        lon=_degrees(raw["lon_e6"]),
        distance_m=tuple(raw["distance_m"]),
        spans=tuple(
            Span(
                start, speed, limit, way, name, _ROADS.get(road) or RoadClass(road), tunnel, roundabout, *sky
            )
            for start, speed, limit, way, name, road, tunnel, roundabout, *sky in raw["spans"]
        ),
        controls=tuple(
            Control(at, _CONTROLS.get(kind) or ControlKind(kind), node) for at, kind, node in raw["controls"]
        ),
        dwells=tuple(Dwell(at, dwell) for at, dwell in raw["dwells"]),
        provider=raw["provider"],
    )


def _profile(raw: dict[str, Any]) -> Profile:
    t_s, s_m, v, a, j = _pieces(raw["pieces"]) if "pieces" in raw else [tuple(raw[name]) for name in _PIECES]
    return Profile(
        t_s,
        s_m,
        v,
        a,
        j,
        duration_s=raw["duration_s"],
        start_ms=int(raw.get("start_ms", 0)),
        holds=tuple(Hold(start, end, at, WaitReason(reason)) for start, end, at, reason in raw["holds"]),
    )


def _pieces_to_text(profile: Profile) -> str:
    """The columns one after the other, 64-bit floats in little-endian order, as base64: a third of their decimals."""
    return b64encode(np.array([getattr(profile, name) for name in _PIECES], dtype="<f8").tobytes()).decode()


def _pieces(text: str) -> list[tuple[float, ...]]:
    values = np.frombuffer(b64decode(text, validate=True), dtype="<f8").reshape(len(_PIECES), -1)
    return [tuple(column) for column in values.tolist()]


def _steps(degrees: tuple[float, ...]) -> list[int]:
    whole = [round(value * _DEGREE) for value in degrees]
    return [b - a for a, b in zip([0, *whole], whole, strict=False)]


def _degrees(steps: list[int]) -> tuple[float, ...]:
    degrees: list[float] = (np.cumsum(steps) / _DEGREE).tolist()
    return tuple(degrees)


def clock_to_json(clock: WorldClock) -> bytes:
    """All changes of the world clock as one JSON object: [[wall_ms, world_ms, rate, token?], …]."""
    changes = [[c.wall_ms, c.world_ms, c.rate, *([c.token] if c.token else [])] for c in clock.changes]
    return orjson.dumps({"changes": changes})


def clock_from_json(payload: bytes) -> WorldClock:
    """The clock in a record, its newest change still open. Raises ContractBroken where it is no clock."""
    try:
        return WorldClock(tuple(_change(raw) for raw in orjson.loads(payload)["changes"]))
    except (ValueError, KeyError, TypeError, RumboError) as exc:
        raise ContractBroken(f"A record of the clock topic is no clock: {exc}") from exc


def _change(raw: Any) -> ClockChange:
    if isinstance(raw, dict):  # as written before 0.2
        raw = (raw["wall_ms"], raw["world_ms"], raw["rate"])
    wall_ms, world_ms, rate, *token = raw
    return ClockChange(int(wall_ms), int(world_ms), float(rate), *map(str, token))


def settled_clock(clock: WorldClock, appended_wall_ms: int) -> WorldClock:
    """The clock with its newest change closed: it holds no earlier than the broker had it.

    World time at that moment follows from the change before, unless the newest sets it anew (a world that
    was not closed cleanly goes on where its workers stood): then it starts there.
    """
    *earlier, newest = clock.changes
    wall_ms = max(newest.wall_ms, appended_wall_ms)
    if not earlier:
        return WorldClock((replace(newest, wall_ms=wall_ms),))
    before = WorldClock(tuple(earlier))
    goes_on = newest.world_ms == before.world_ms(newest.wall_ms)
    world_ms = before.world_ms(wall_ms) if goes_on else newest.world_ms
    return WorldClock((*earlier, replace(newest, wall_ms=wall_ms, world_ms=world_ms)))
