"""Examples for the documentation."""

from __future__ import annotations

from typing import Any

VEHICLE_ID, TRIP_ID = "veh_4k2v9r8m1c7x0q5d3b6h", "trp_8m1c7x0q5d3b6h4k2v9r"
WAYPOINTS = [{"lat": 43.7346, "lon": 7.4213}, {"lat": 43.7402, "lon": 7.4286}]
LINE = {"type": "LineString", "coordinates": [[7.4213, 43.7346], [7.425, 43.738], [7.4286, 43.7402]]}

VEHICLE: dict[str, Any] = {
    "id": VEHICLE_ID,
    "name": "Van 7",
    "vehicle_class": "van",
    "fleet": "couriers",
    "tags": ["north", "electric"],
    "spec": {"energy": "electric", "mass_kg": 2900.0, "capacity_kwh": 75.0},
    "parameters": {
        "limits": {
            "max_speed_mps": 40.0, "acceleration_mps2": 1.2, "braking_mps2": 1.6, "lateral_mps2": 2.2,
            "smoothing_s": 3.0,
        },
        "energy": "electric", "mass_kg": 2900.0, "drag_area_m2": 1.35, "rolling_resistance": 0.01, "power_kw": 100.0,
        "auxiliary_kw": 0.8, "capacity_kwh": 75.0,
    },
    "driver": "calm",
    "device_profile": "tracker",
    "energy_level": 1.0,
    "energy_left": 0.83,
    "odometer_m": 18412.7,
    "created_at": "2026-03-05T07:29:12.000Z",
    "current_trip_id": TRIP_ID,
}  # fmt: skip
FLEET = {
    "name": "couriers",
    "vehicles": 12,
    "by_class": {"van": 9, "bicycle": 3},
    "driving": 7,
    "tags": ["electric", "north"],
}
ROUTE: dict[str, Any] = {
    "geometry": LINE,
    "distance_m": 912.4,
    "duration_s": 121.7,
    "provider": "valhalla",
    "bbox": [7.4213, 43.7346, 7.4286, 43.7402],
    "controls": [{"lat": 43.738, "lon": 7.425, "kind": "signal"}],
    "roads": ["Quai Albert Ier", "Avenue d'Ostende"],
}
TRIP: dict[str, Any] = {
    "id": TRIP_ID,
    "vehicle_id": VEHICLE_ID,
    "state": "driving",
    "start_at": "2026-03-05T07:30:00.000Z",
    "created_at": "2026-03-05T07:29:58.120Z",
    "ended_at": None,
    "seed": 4503599627370496,
    "device_profile": "standard",
    "energy_start": 0.8313,
    "energy_end": 0.8287,
    "odometer_start_m": 48213.4,
    "waypoints": [point | {"dwell_s": 0.0} for point in WAYPOINTS],
    "route": ROUTE,
    "progress": 0.342,
    "eta": "2026-03-05T07:32:01.700Z",
    "position": {"lat": 43.737, "lon": 7.4241, "speed_mps": 11.9, "heading_deg": 47.3},
    "revision": 0,
    "settled": True,
}
WORLD = {
    "time": "2026-03-05T07:30:41.250Z", "rate": 1.0, "paused": False, "revision": 0, "behind_ms": 150, "behind_s": 0.15,
}  # fmt: skip
HEALTH: dict[str, Any] = {
    "status": "ok",
    "parts": {part: {"status": "ok", "detail": ""} for part in ("broker", "stream", "worker", "database")},
    "version": "0.1.0",
    "world": WORLD,
}
PIPELINE: dict[str, Any] = {
    "topics": {
        "rumbo.positions": {"end_offset": 51234, "landed": 51120, "lag": 114},
        "rumbo.trip-states": {"end_offset": 812, "landed": 812, "lag": 0},
    },
    "stream": {
        "rows_per_s": 103.5,
        "last_batch_at": "2026-03-05T07:30:40.911Z",
        "batch_duration_ms": 640.0,
        "rows_landed": {"positions": 51120, "trip_states": 812, "rejected": 0},
    },
    "world": WORLD,
    "worker": {"world_ms": 1772695841100, "behind_ms": 150},
}
PLACE = {"name": "Casino de Monte-Carlo", "kind": "casino", "lat": 43.7394, "lon": 7.4282}
REGION: dict[str, Any] = {
    "name": "monaco",
    "bbox": [7.4, 43.72, 7.45, 43.76],
    "center": {"lat": 43.7384, "lon": 7.4246},
    "timezone": "Europe/Monaco",
    "attribution": "© OpenStreetMap contributors, ODbL 1.0",
    "tiles": "/tiles/monaco.pmtiles",
}
