"""Examples of what is known of one trip."""

from __future__ import annotations

from typing import Any

from rumbo.api.routers.examples import TRIP_ID, VEHICLE_ID

_TRUTH: dict[str, Any] = {
    "step_ms": 1000,
    "time_ms": [1772695800000, 1772695801000],
    "lat": [43.7346, 43.73461],
    "lon": [7.4213, 7.42131],
    "speed_mps": [0.0, 1.1],
    "limit_mps": [13.89, 13.89],
    "distance_m": [0.0, 0.6],
}
_REPORTS: dict[str, Any] = {
    "rows": 122, "seq": [0], "time_ms": [1772695800000], "lat": [43.73463], "lon": [7.42127], "speed_mps": [0.0],
    "limit_mps": [13.89], "distance_m": [0.0], "flags": [0], "topics": ["rumbo.positions"], "topic": [0],
    "partition": [3], "offset": [4711],
}  # fmt: skip
TRACKS: dict[str, Any] = {
    "trip_id": TRIP_ID, "planned": None, "truth": _TRUTH, "reported": _REPORTS, "cleaned": None,
    "flag_labels": ["late", "out_of_order", "gap", "jump", "frozen", "clock_off", "doubled"],
}  # fmt: skip
EVENTS: dict[str, Any] = {
    "trip_id": TRIP_ID,
    "items": [
        {
            "at": "2026-03-05T07:31:04.000Z", "until": "2026-03-05T07:31:22.500Z", "kind": "state", "name": "waiting",
            "reason": "signal", "flags": [], "lat": 43.738, "lon": 7.425, "distance_m": 410.2, "seq": None,
            "value": None, "threshold": None, "unit": "", "road_name": "",
        }
    ],
    "truncated": False,
}  # fmt: skip
FACTS: dict[str, Any] = {
    "trip_id": TRIP_ID, "vehicle_id": VEHICLE_ID, "vehicle_name": "Van 7", "vehicle_class": "van",
    "device_profile": "standard", "has_plan": True, "refined": True, "state": "arrived", "reason": None,
    "booked_at": "2026-03-05T07:29:58.120Z", "planned_begin_at": "2026-03-05T07:30:00.000Z",
    "begin_at": "2026-03-05T07:30:00.000Z", "planned_end_at": "2026-03-05T07:32:01.700Z",
    "end_at": "2026-03-05T07:32:01.700Z", "delay_s": 0.0, "planned_distance_m": 912.4, "distance_m": 912.4,
    "moving_s": 98.2, "stopped_s": 23.5, "paused_s": 0.0, "idle_s": 23.5, "stops": 2, "max_speed_mps": 13.6,
    "energy_kwh": 0.21, "co2_kg": 0.08, "reroutes": 0, "reports": 122,
}  # fmt: skip
REPORT: dict[str, Any] = {
    "trip_id": TRIP_ID,
    "seq": 41,
    "records": [
        {
            "topic": "rumbo.positions", "partition": 3, "offset": 4752, "broker_time": "2026-03-05T07:30:41.310000Z",
            "ingest_time": "2026-03-05T07:30:42.010000Z", "payload": '{"trip_id": …}',
        }
    ],
    "refined": None,
    "made": [
        {
            "table": "staging.positions", "version": 7, "rows": 1, "key": {"trip_id": TRIP_ID, "seq": 41},
            "of": ["landing.positions"],
        }
    ],
}  # fmt: skip
LAKE_TRIP: dict[str, Any] = {
    "trip_id": TRIP_ID, "vehicle_id": VEHICLE_ID, "vehicle_name": "Van 7", "vehicle_class": "van", "state": "arrived",
    "reason": None, "booked_at": "2026-03-05T07:29:58.120Z", "begin_at": "2026-03-05T07:30:00.000Z",
    "end_at": "2026-03-05T07:32:01.700Z", "distance_m": 912.4, "delay_s": 0.0,
}  # fmt: skip
