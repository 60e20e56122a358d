"""For servers that take vehicles and trips one at a time only: ids are the server's, made from ours as the key.

Fleet, tags, parameters, drivers and own device profiles are left out: such servers do not know them. Remove
this once every server takes POST /vehicles/bulk and /trips/bulk.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.errors import Conflict, InvalidInput
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order

type Call = Callable[[str, Any, str], Any]
"""(path, body, idempotency key) -> the answer to a POST."""

AT_ONCE = 16
"""Each answer waits until the broker had the trip."""


class Singly:
    """Posts one at a time, some side by side."""

    def __init__(self, post: Call) -> None:
        self._post = post
        self._ids: dict[str, str] = {}

    def create(self, vehicles: Sequence[FleetVehicle]) -> str:
        """Creates what is not there yet; the first one's time of creation, RFC 3339."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            answers = list(pool.map(self._create, vehicles))
        self._ids = {vehicle.id: answer["id"] for vehicle, answer in zip(vehicles, answers, strict=True)}
        return str(answers[0]["created_at"])

    def plan(self, orders: Sequence[tuple[Order, dict[str, Any]]]) -> list[str]:
        """Plans orders, each with its body; for each why it was refused, or nothing."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(self._plan, orders))

    def _create(self, vehicle: FleetVehicle) -> Any:
        body = {"name": vehicle.name, "vehicle_class": vehicle.vehicle_class.value}
        return self._post("/vehicles", body, vehicle.id)

    def _plan(self, given: tuple[Order, dict[str, Any]]) -> str:
        order, body = given
        profile = order.vehicle.device_profile
        single = {key: value for key, value in body.items() if key != "id"} | {
            "vehicle_id": self._ids[order.vehicle.id],
            "device_profile": profile if profile in DEVICE_PROFILES else "chaos",
        }
        try:
            self._post("/trips", single, order.trip_id)
        except (Conflict, InvalidInput) as exc:
            return str(exc)
        return ""
