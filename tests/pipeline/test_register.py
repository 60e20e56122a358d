"""The register as rows."""

from __future__ import annotations

from datetime import UTC, datetime

from rumbo.domain.vehicle import Driver, Vehicle, VehicleClass
from rumbo.fleet.register import Registered
from rumbo.pipeline.register import vehicle_facts

NOON_MS = 1_772_712_000_000
NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)


def test_a_vehicle_is_told_with_its_own_parameters_and_its_classes() -> None:
    van = Vehicle(
        "v1", "Furgón", VehicleClass.VAN, NOON_MS, "north", ("a", "b"),
        {"energy": "electric", "capacity_kwh": 75, "limits": {"max_speed_mps": 30}}, Driver.CALM, "tracker",
    )  # fmt: skip
    car = Vehicle("v2", "Coche", VehicleClass.CAR, NOON_MS)
    rows = vehicle_facts([Registered(van), Registered(car, NOON_MS + 1)])
    assert rows.row(0) == (
        "v1", "Furgón", "van", "north", "a,b", "calm", "tracker", "electric", 75.0, 2_600.0, 100.0, 30.0, NOON, None,
    )  # fmt: skip
    assert rows.select("fleet", "tags", "energy", "deleted_at").row(1) == (
        None, "", "petrol", NOON.replace(microsecond=1_000),
    )  # fmt: skip
    assert rows["created_at"].to_list() == [NOON, NOON]
    assert vehicle_facts([]).columns == rows.columns
