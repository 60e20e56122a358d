"""A fleet's day in landing, of any size: real trips on the demo region's roads, each driven by many vehicles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
from deltalake import write_deltalake

from bench.roads import CAR, random_routes
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.plan import Plan
from rumbo.domain.vehicle import Vehicle, VehicleClass
from rumbo.events.fields import POSITION, TRIP_STATE
from rumbo.fleet.register import Registered
from rumbo.lake.places import Lake
from rumbo.lake.tables import LANDED_EVENTS, TableSpec
from rumbo.motion import solve
from rumbo.pipeline.backfill_plans import EPOCH
from rumbo.pipeline.backfill_rows import rows_of
from rumbo.pipeline.register import vehicle_facts
from rumbo.regions import Region

DAY = date(2026, 3, 3)
TRIPS_A_VEHICLE = 4
ROUTES = 40
_POSITIONS, _STATES = LANDED_EVENTS[POSITION.topic], LANDED_EVENTS[TRIP_STATE.topic]


def plans(region: Region, trips: int) -> list[Plan]:
    """Trips of vehicles that each drive four times a day; one device in ten is late, doubles and loses reports."""
    routes = random_routes(region, ROUTES, 2, 11)
    begin_ms = round(datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC).timestamp() * 1000)
    vehicles = max(1, trips // TRIPS_A_VEHICLE)
    found = []
    for n in range(trips):
        start_ms = begin_ms + 3_600_000 + n * 72_000_000 // trips
        route = routes[n % len(routes)]
        profile = solve(route, CAR, n, start_ms=start_ms)
        device = DEVICE_PROFILES["flaky" if n % 10 == 0 else "standard"]
        found.append(
            Plan(
                f"trp_{n:06}", f"veh_{n % vehicles:06}", VehicleClass.CAR, CAR, n, device,
                start_ms - 600_000, start_ms, route, profile,
            )
        )  # fmt: skip
    return found


def land(lake: Lake, trips: list[Plan], rows: int) -> tuple[dict[str, int], pl.DataFrame]:
    """Land the day's trips, driven by so many vehicles that at least `rows` reports land: a file a fleet and table.

    Returns rows by table, and the fleet's register.
    """
    base = {spec: _rows(spec, trips) for spec in (_POSITIONS, _STATES)}
    copies = -(-rows // len(base[_POSITIONS]))
    for spec, frame in base.items():
        offsets = frame.select(pl.col("kafka_offset").max() + 1).item()
        for n in range(copies):
            other = frame.with_columns(
                pl.col("trip_id", "vehicle_id", "kafka_key") + f"_{n:05}",
                pl.col("kafka_offset") + n * offsets,
            )
            rows_of_arrow = other.to_arrow(compat_level=pl.CompatLevel.oldest())
            write_deltalake(lake.table_path(spec), rows_of_arrow, partition_by=["event_date"], mode="append")
    ids = sorted({plan.vehicle_id for plan in trips})
    created_ms = min(plan.created_ms for plan in trips) - 86_400_000
    vehicles = (
        Vehicle(f"{key}_{n:05}", f"{key} {n}", VehicleClass.CAR, created_ms)
        for key in ids
        for n in range(copies)
    )
    return {spec.name: copies * len(frame) for spec, frame in base.items()}, vehicle_facts(
        Registered(vehicle) for vehicle in vehicles
    )


def _rows(spec: TableSpec, trips: list[Plan]) -> pl.DataFrame:
    """One fleet's rows of the day."""

    def numbered() -> Iterator[tuple[int, int, Plan]]:
        for number, plan in enumerate(trips):
            yield (DAY - EPOCH).days, number, replace(plan, odometer_start_m=1000.0 * number)

    frame = pl.concat(pl.DataFrame(batch) for batch in rows_of("bench", spec, numbered()))
    # The raw payload is most of landing's bytes, and nothing that is refined reads it.
    return frame.filter(pl.col("event_date") == DAY).with_columns(payload=pl.lit("{}"))
