"""A running stack over its REST interface, as a run of a scenario needs it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import batched
from typing import Any

import httpx

from rumbo.domain.device import DeviceSpec
from rumbo.errors import Conflict, NotFound, RumboError, Unavailable, of_problem
from rumbo.events.plain import from_plain, to_plain
from rumbo.fleet.rules import time_text
from rumbo.scenarios.closing import Closing
from rumbo.scenarios.expand import Expansion
from rumbo.scenarios.fleets import FleetVehicle
from rumbo.scenarios.orders import Order
from rumbo.scenarios.run import Outcome, WorldNow

VEHICLES_AT_ONCE, TRIPS_AT_ONCE = 1_000, 100
_TRIES = 3


class RestStack:
    """Satisfies `rumbo.scenarios.run.Stack`. `client` stands on the API's root, `/api/v1`; the caller closes it."""

    def __init__(
        self,
        client: httpx.Client,
        say: Callable[[str], None] = lambda _: None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        self._client, self._say, self._pause = client, say, pause

    def now(self) -> WorldNow:
        world = self._call("GET", "/world")
        return WorldNow(_ms(world["time"]), world["rate"], world.get("behind_ms"))

    def set_rate(self, rate: float) -> None:
        self._call("POST", "/world/rate", {"rate": rate})

    def create(self, expansion: Expansion) -> int:
        for name, device in expansion.devices.items():
            self._profile(name, device)
        done = 0
        for group in batched(expansion.vehicles, VEHICLES_AT_ONCE):
            answer = self._call("POST", "/vehicles/bulk", {"vehicles": [vehicle_json(v) for v in group]})
            for vehicle, result in zip(group, answer["results"], strict=True):
                if result.get("error"):
                    raise Conflict(f"Vehicle {vehicle.id} cannot be made: {_reason(result)}")
            done += len(group)
            if done < len(expansion.vehicles):
                self._say(f"{done:,} of {len(expansion.vehicles):,} vehicles")
        return _ms(self._call("GET", f"/vehicles/{expansion.vehicles[0].id}")["created_at"])

    def _profile(self, name: str, device: DeviceSpec) -> None:
        """Raises Conflict where another device goes by that name: vehicles may have it."""
        try:
            known = self._call("GET", f"/device-profiles/{name}")["device"]
        except NotFound:
            self._call("PUT", f"/device-profiles/{name}", to_plain(device))
            return
        if from_plain(DeviceSpec, known) != device:
            raise Conflict(
                f"There is another device profile {name} in this stack.",
                hint="Give the scenario's profile another name, or delete that one: rumbo device delete.",
            )

    def close_roads(self, closure: Closing) -> None:
        body: dict[str, Any] = {
            "kind": closure.kind,
            "geometry": {"lat": closure.lat, "lon": closure.lon, "radius_m": closure.radius_m},
            "from": time_text(closure.from_ms),
            "until": time_text(closure.until_ms),
        }
        if closure.speed_factor is not None:
            body["speed_factor"] = closure.speed_factor
        self._call("POST", "/closures", body, key=closure.id)

    def plan(self, orders: Sequence[Order]) -> list[tuple[Outcome, str]]:
        # One after the other: odometer and tank go on from what is planned before.
        return [outcome for group in batched(orders, TRIPS_AT_ONCE) for outcome in self._plan(group)]

    def _plan(self, orders: Iterable[Order]) -> list[tuple[Outcome, str]]:
        answer = self._call("POST", "/trips/bulk", {"trips": [trip_json(order) for order in orders]})
        return [
            (Outcome.REFUSED, _reason(result)) if result.get("error")
            else (Outcome.KNOWN if result.get("known") else Outcome.PLANNED, "")
            for result in answer["results"]
        ]  # fmt: skip

    def _call(self, method: str, path: str, body: Any = None, key: str = "") -> Any:
        """The answer's JSON. All calls may be repeated, so a broken one is. Raises one of our errors for a problem."""
        headers = {"Idempotency-Key": key} if key else {}
        for tries_left in reversed(range(_TRIES)):
            try:
                answer = self._client.request(method, path, json=body, headers=headers)
            except httpx.HTTPError as exc:
                if tries_left:
                    self._pause(1.0)
                    continue
                raise Unavailable(f"The app at {self._client.base_url} does not answer.") from exc
            if answer.is_success:
                return answer.json() if answer.content else None
            if answer.status_code < 500 or not tries_left:
                raise _problem(answer)
            self._pause(float(answer.headers.get("retry-after", 1)))
        raise AssertionError("unreachable")


def vehicle_json(vehicle: FleetVehicle) -> dict[str, Any]:
    """A vehicle as POST /vehicles takes it."""
    return {
        "id": vehicle.id,
        "name": vehicle.name,
        "vehicle_class": vehicle.vehicle_class.value,
        "fleet": vehicle.fleet,
        "tags": list(vehicle.tags),
        "spec": dict(vehicle.overrides),
        "driver": vehicle.driver.value,
        "device_profile": vehicle.device_profile,
    }


def trip_json(order: Order) -> dict[str, Any]:
    """An order as POST /trips takes it."""
    body: dict[str, Any] = {
        "id": order.trip_id,
        "vehicle_id": order.vehicle.id,
        "start_at": time_text(order.start_ms),
        "seed": order.seed,
    }
    if order.geometry:
        line = [[lon, lat] for lat, lon in order.geometry]
        return body | {"geometry": {"type": "LineString", "coordinates": line}}
    return body | {"waypoints": [{"lat": w.lat, "lon": w.lon, "dwell_s": w.dwell_s} for w in order.waypoints]}


def _problem(answer: httpx.Response) -> RumboError:
    try:
        return of_problem(answer.status_code, answer.json())
    except ValueError:
        return of_problem(answer.status_code, {})


def _reason(result: dict[str, Any]) -> str:
    error = result["error"]
    return str(error.get("detail") or error) if isinstance(error, dict) else str(error)


def _ms(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1000)
