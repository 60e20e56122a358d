"""The fleet's register as the rows that the daily job is handed (`given_vehicles`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from rumbo.domain.vehicle import spec_of
from rumbo.fleet.register import Registered
from rumbo.lake.read import polars_columns
from rumbo.lake.refined.vehicles import FACTS


def vehicle_facts(register: Iterable[Registered]) -> pl.DataFrame:
    """One row a vehicle, with the columns of `lake.refined.vehicles.FACTS`."""
    moments = {column.name: pl.Int64() for column in FACTS if column.name.endswith("_at")}
    schema = polars_columns(FACTS)
    rows = pl.DataFrame([_row(one) for one in register], schema={**schema, **moments}, orient="row")
    return rows.with_columns(
        pl.from_epoch(name, "ms").dt.replace_time_zone("UTC").cast(schema[name]) for name in moments
    )


def _row(one: Registered) -> tuple[Any, ...]:
    vehicle = one.vehicle
    spec = spec_of(vehicle.vehicle_class, vehicle.overrides)
    return (
        vehicle.id, vehicle.name, vehicle.vehicle_class.value, vehicle.fleet, ",".join(vehicle.tags),
        vehicle.driver.value, vehicle.device_profile, spec.energy.value, spec.capacity_kwh, spec.mass_kg,
        spec.power_kw, spec.limits.max_speed_mps, vehicle.created_ms, one.deleted_ms,
    )  # fmt: skip
