"""A small lake for the dashboards: two vehicles, three refined days, with numbers that are easily added up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from rumbo.lake.places import Lake
from support.lake_rows import put

VAN, TRUCK = "veh_van", "veh_truck"
_KINDS = {VAN: ("van", "north"), TRUCK: ("truck", "south")}
HARBOUR, HILL, FAR = "893969a4033ffff", "893969a4037ffff", "893969a40afffff"
"""H3 cells of resolution 9 in Monaco."""


def day(number: int) -> date:
    return date(2026, 3, number)


def moment(number: int, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 3, number, hour, minute, second, tzinfo=UTC)


def vehicle_day(number: int, vehicle: str, **more: Any) -> dict[str, Any]:
    """A day on which the vehicle stood, but for what is given."""
    kind, fleet = _KINDS[vehicle]
    nothing = dict.fromkeys(
        (
            "distance_m", "moving_s", "stopped_s", "paused_s", "idle_s", "duty_s", "utilisation", "trips",
            "trips_begun", "trips_arrived", "trips_late", "trips_cancelled", "trips_failed", "stops",
            "overspeed_s", "overspeeds", "harsh_accelerations", "harsh_brakings", "harsh_cornerings",
        ),
        0,
    )  # fmt: skip
    return (
        nothing
        | dict.fromkeys(("energy_kwh", "co2_tailpipe_kg", "co2_kg", "score"))
        | {
            "vehicle_date": day(number),
            "vehicle_id": vehicle,
            "vehicle_key": f"{vehicle}#1",
            "vehicle_class": kind,
            "fleet": fleet,
        }
        | more
    )


def trip(number: int, vehicle: str, name: str, delay_s: float | None, begin: str, end: str) -> dict[str, Any]:
    """A trip of 1.2 km and 300 s that arrived; without a delay it was cancelled."""
    return {
        "end_date": day(number), "trip_id": f"trp_{name}", "vehicle_id": vehicle, "vehicle_key": f"{vehicle}#1",
        "final_state": "cancelled" if delay_s is None else "arrived", "delay_s": delay_s,
        "is_late": None if delay_s is None else int(delay_s > 300), "begin_cell": begin, "end_cell": end,
        "distance_m": 1_200.0, "duration_s": 300.0,
    }  # fmt: skip


def stop(number: int, vehicle: str, reason: str, began: datetime, duration_s: float) -> dict[str, Any]:
    return {
        "stop_date": day(number), "vehicle_id": vehicle, "reason": reason, "stay_began_at": began,
        "begin_at": began, "duration_s": duration_s,
    }  # fmt: skip


def report(number: int, vehicle: str, seq: int, at: datetime, **more: Any) -> dict[str, Any]:
    return {
        "trip_id": f"trp_{vehicle}", "vehicle_id": vehicle, "seq": seq, "event_time": at, "event_date": day(number),
        "state": "driving", "speed_mps": 10.0, "h3_cell": HARBOUR, "edge_id": "1:2-3", "road_name": "Quai",
        "road_class": "primary", "speed_limit_mps": 13.9, "is_jump": 0, "is_frozen": 0, "is_clock_off": 0,
    } | more  # fmt: skip


def fill(lake: Lake) -> None:
    """Days 4 to 6 of March 2026: on the 4th the van drove 15 km, on the 5th and 6th both are in the fleet."""
    names = {VAN: ("Van 1", "calm", "electric"), TRUCK: ("=Truck", "aggressive", "diesel")}
    put(
        lake,
        "common.dim_vehicle",
        [
            {
                "vehicle_key": f"{vehicle}#1",
                "vehicle_id": vehicle,
                "name": name,
                "driver": driver,
                "energy": energy,
            }
            for vehicle, (name, driver, energy) in names.items()
        ],
    )
    put(
        lake,
        "common.vehicle_days",
        [
            vehicle_day(4, VAN, distance_m=15_000.0, moving_s=1_500.0, duty_s=1_800.0, trips_begun=1, trips_arrived=1),
            vehicle_day(
                5, VAN, distance_m=10_000.0, moving_s=1_000.0, stopped_s=200.0, duty_s=1_200.0,
                utilisation=1_200 / 86_400, idle_s=60.0, trips_begun=2, trips_arrived=2, energy_kwh=2.0,
                co2_tailpipe_kg=0.0, co2_kg=0.42, harsh_brakings=1,
            ),
            vehicle_day(
                5, TRUCK, distance_m=30_000.0, moving_s=3_000.0, stopped_s=600.0, duty_s=3_600.0,
                utilisation=3_600 / 86_400, idle_s=300.0, trips_begun=3, trips_arrived=2, trips_late=1,
                trips_cancelled=1, energy_kwh=90.0, co2_tailpipe_kg=24.0, co2_kg=24.0,
                harsh_brakings=3, overspeeds=2, overspeed_s=300.0,
            ),
            vehicle_day(6, VAN, distance_m=10_000.0, moving_s=1_000.0, stopped_s=200.0, duty_s=1_200.0,
                        utilisation=1_200 / 86_400, idle_s=60.0, trips_begun=1, trips_arrived=1),
            vehicle_day(6, TRUCK),
        ],
    )  # fmt: skip
    put(
        lake,
        "common.trip_facts",
        [
            trip(5, VAN, "a", 0.0, HARBOUR, HILL),
            trip(5, VAN, "b", -90.0, HARBOUR, HILL),
            trip(5, TRUCK, "c", 300.0, HILL, HARBOUR),
            trip(5, TRUCK, "d", 301.0, HILL, HARBOUR),
            trip(5, TRUCK, "e", None, HILL, FAR),
            trip(6, VAN, "f", 5_000.0, HARBOUR, HARBOUR),
            trip(4, VAN, "g", 0.0, FAR, FAR),
        ],
    )
    put(
        lake,
        "common.stops",
        [
            stop(5, VAN, "signal", moment(5, 8), 30.0),
            stop(5, TRUCK, "signal", moment(5, 9), 50.0),
            stop(5, VAN, "parked", moment(5, 20), 14_400.0),
            stop(6, VAN, "parked", moment(5, 20), 3_600.0),
            stop(4, VAN, "dwell", moment(4, 8), 600.0),
        ],
    )
