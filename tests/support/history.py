"""The trips of a scenario's past days, planned one after the other: what parts planned apart must add up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.domain.plan import Plan
from rumbo.errors import InvalidInput
from rumbo.fleet.chain import Chain, going_on, leg_of
from rumbo.scenarios.expand import expand
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.world import World


class History:
    """Plans day by day (UTC) from `first` on, at which vehicles are new. Days must be asked for in order.

    A plan follows from scenario, world and `first` alone; odometer and tank go on from trip to trip as they do over
    REST (`rumbo.fleet.chain`).
    """

    def __init__(self, scenario: Scenario, world: World, first: date) -> None:
        self._scenario, self._world = scenario, world
        self._first_ms = _begin_ms(first)
        self._next = first
        self._chain = Chain()

    def plans(self, day: date) -> Iterator[Plan]:
        """The trips that start on the day, by start. Read to the end before the next day is asked for.

        Raises InvalidInput for a day out of turn, and what `expand` raises.
        """
        if day != self._next:
            raise InvalidInput(f"{day} is asked for, but {self._next} is next.", field="from")
        self._next = day + timedelta(days=1)
        found = expand(
            self._scenario, self._world, _begin_ms(day), _begin_ms(self._next), began_ms=self._first_ms
        )
        devices: dict[str, DeviceSpec] = {**DEVICE_PROFILES, **found.devices}
        for order in found.orders:
            plan = self._world.planning.plan(order)
            plan = replace(plan, device=devices[order.vehicle.device_profile])
            leg = leg_of(plan)
            yield going_on(plan, self._chain.next(order.vehicle.id, leg), leg)


def _begin_ms(day: date) -> int:
    return int(datetime.combine(day, datetime.min.time(), UTC).timestamp() * 1000)
