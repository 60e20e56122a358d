from __future__ import annotations

import pytest

from rumbo.fleet import register
from rumbo.fleet.register import registered
from rumbo.fleet.vehicle_orders import VehicleOrder
from support.serving import NOON_MS, House


def test_the_register_has_each_vehicle_once_as_it_stands_and_those_taken_out(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "_AT_ONCE", 2)
    ids = [house.vehicles.create(VehicleOrder(name=f"v{n}"))[0].vehicle.id for n in range(5)]
    house.vehicles.change(ids[3], {"name": "renamed"})
    house.vehicles.delete(ids[1])

    found = list(registered(house.database))
    assert [one.vehicle.id for one in found] == ids
    assert found[3].vehicle.name == "renamed"
    assert [one.deleted_ms for one in found] == [None, NOON_MS, None, None, None]
