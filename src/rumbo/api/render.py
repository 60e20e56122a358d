"""From the fleet's views to the contract's JSON."""

from __future__ import annotations

import json
from typing import Any

import orjson
from fastapi import Response

from rumbo.api.fields import to_text
from rumbo.domain.plan import Plan
from rumbo.domain.route import Route
from rumbo.domain.vehicle import spec_of
from rumbo.events.plain import to_plain
from rumbo.fleet.amendment_routes import route_in_force
from rumbo.fleet.orders import RoutePreview, TripView
from rumbo.fleet.vehicle_orders import FleetView, VehicleView
from rumbo.fleet.world import WorldView
from rumbo.regions import Region


class Json(Response):
    """JSON that needs no further check."""

    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


def vehicle_json(view: VehicleView) -> dict[str, Any]:
    vehicle = view.vehicle
    return {
        "id": vehicle.id,
        "name": vehicle.name,
        "vehicle_class": vehicle.vehicle_class,
        "fleet": vehicle.fleet,
        "tags": vehicle.tags,
        "spec": vehicle.overrides,
        "parameters": to_plain(spec_of(vehicle.vehicle_class, vehicle.overrides)),
        "driver": vehicle.driver,
        "device_profile": vehicle.device_profile,
        "energy_level": vehicle.energy_level,
        "energy_left": round(view.standing.energy_level, 4),
        "odometer_m": round(view.standing.odometer_m, 1),
        "created_at": to_text(vehicle.created_ms),
        "current_trip_id": view.current_trip_id,
    }


def fleet_json(view: FleetView) -> dict[str, Any]:
    return {
        "name": view.name,
        "vehicles": sum(view.vehicles.values()),
        "by_class": dict(view.vehicles),
        "driving": view.driving,
        "tags": view.tags,
    }


def line_json(route: Route) -> dict[str, Any]:
    return {"type": "LineString", "coordinates": list(zip(route.lon, route.lat, strict=True))}


def route_json(route: Route, duration_s: float) -> dict[str, Any]:
    """A route in full; `roads` are the names along it, each once, in order."""
    where = dict(zip(route.distance_m, zip(route.lat, route.lon, strict=True), strict=True))
    controls = [(where.get(c.at_m) or _place(route, c.at_m), c.kind) for c in route.controls]
    return {
        "geometry": line_json(route),
        "distance_m": round(route.length_m, 1),
        "duration_s": round(duration_s, 1),
        "provider": route.provider,
        "bbox": route.bbox,
        "controls": [{"lat": lat, "lon": lon, "kind": kind} for (lat, lon), kind in controls],
        "roads": list(dict.fromkeys(span.name for span in route.spans if span.name)),
    }


def _place(route: Route, at_m: float) -> tuple[float, float]:
    """The vertex nearest to a distance along the route."""
    at = min(range(len(route.distance_m)), key=lambda i: abs(route.distance_m[i] - at_m))
    return route.lat[at], route.lon[at]


def preview_json(preview: RoutePreview) -> dict[str, Any]:
    return route_json(preview.route, preview.profile.duration_s)


def trip_json(view: TripView, *, brief: bool = False) -> dict[str, Any]:
    """A trip; in `brief`, for lists, its route is only outlined."""
    row, now = view.row, view.snapshot
    position = None
    if now is not None:
        position = {
            "lat": round(now.lat, 7),
            "lon": round(now.lon, 7),
            "speed_mps": round(now.speed_mps, 2),
            "heading_deg": round(now.heading_deg, 1),
        }
    full = None if brief else view.plan
    return {
        "id": row.id,
        "vehicle_id": row.vehicle_id,
        "state": view.state,
        "start_at": to_text(row.start_ms),
        "created_at": to_text(row.created_ms),
        "ended_at": to_text(view.ended_ms),
        "seed": row.seed,
        "device_profile": row.device_profile,
        "energy_start": round(row.energy_start, 4),
        "energy_end": round(row.outlook.energy_end, 4),
        "odometer_start_m": round(row.odometer_start_m, 1),
        "waypoints": [{"lat": w.lat, "lon": w.lon, "dwell_s": w.dwell_s} for w in row.waypoints],
        "route": _outline_json(view) if full is None else _planned_json(full),
        "progress": round(view.progress, 4),
        "eta": to_text(view.eta_ms),
        "position": position,
        "revision": row.revision,
        "settled": row.settled,
    }


def _planned_json(plan: Plan) -> dict[str, Any]:
    """The route in force: after a reroute, the other way."""
    route = route_in_force(plan) if plan.amendments else plan.route
    return route_json(route, plan.profile.duration_s)


def _outline_json(view: TripView) -> dict[str, Any]:
    row = view.row
    return {
        "geometry": {"type": "LineString", "coordinates": json.loads(row.outline)},
        "distance_m": round(row.distance_m, 1),
        "duration_s": round(row.duration_s, 1),
        "provider": row.provider,
        "bbox": row.bbox,
        "controls": [],
        "roads": [],
    }


def world_json(world: WorldView) -> dict[str, Any]:
    rate = world.rate()
    return {
        "time": to_text(world.now_ms()),
        "rate": rate,
        "paused": rate == 0,
        "revision": world.clock.revision,
    }


def region_json(region: Region) -> dict[str, Any]:
    lat, lon = region.center
    return {
        "name": region.name,
        "bbox": region.bbox,
        "center": {"lat": lat, "lon": lon},
        "timezone": region.timezone,
        "attribution": region.attribution,
        "tiles": f"/tiles/{region.name}.pmtiles",
    }
