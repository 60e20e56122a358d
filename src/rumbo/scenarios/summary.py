"""What a scenario comes to on one day: for a person who wants to know before it runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rumbo.domain.device import DeviceSpec
from rumbo.domain.device_profiles import DEVICE_PROFILES
from rumbo.scenarios.expand import expand
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.orders import Order
from rumbo.scenarios.values import DAY_MS
from rumbo.scenarios.world import World

DAYS_TRIED = 7


@dataclass(frozen=True, slots=True)
class Summary:
    """Of the 24 hours from `from_ms`. Events are positions as devices' intervals make them, before faults and rules."""

    from_ms: int
    vehicles: int
    trips: int
    km: float
    hours: float
    """Driven by all vehicles together."""
    events: int
    most_at_once: int
    """Vehicles under way at the busiest moment."""
    most_events_per_s: float
    dropped: Mapping[str, int]


def summarise(scenario: Scenario, world: World, from_ms: int) -> Summary:
    """The first 24 hours, counted from a world time, in which anybody drives; of a week at most."""
    began_ms = from_ms if scenario.starts == "now" else None
    found = Summary(from_ms, scenario.vehicle_count, 0, 0.0, 0.0, 0, 0, 0.0, {})
    for at_ms in range(from_ms, from_ms + DAYS_TRIED * DAY_MS, DAY_MS):
        expansion = expand(scenario, world, at_ms, at_ms + DAY_MS, began_ms=began_ms)
        orders = list(expansion.orders)
        found = _summary(scenario, at_ms, orders, expansion.devices, expansion.dropped)
        if orders:
            break
    return found


def _summary(
    scenario: Scenario, at_ms: int, orders: list[Order], own: Mapping[str, DeviceSpec], dropped: Counter[str]
) -> Summary:
    devices = {**DEVICE_PROFILES, **own}
    rates = [1000.0 / devices[order.vehicle.device_profile].reporting.interval_ms for order in orders]
    seconds = [(order.ends_ms - order.start_ms) / 1000 for order in orders]
    return Summary(
        from_ms=at_ms,
        vehicles=scenario.vehicle_count,
        trips=len(orders),
        km=sum(order.length_m for order in orders) / 1000,
        hours=sum(seconds) / 3600,
        events=round(sum(rate * length for rate, length in zip(rates, seconds, strict=True))),
        most_at_once=round(_peak((order.start_ms, order.ends_ms, 1.0) for order in orders)),
        most_events_per_s=_peak((o.start_ms, o.ends_ms, rate) for o, rate in zip(orders, rates, strict=True)),
        dropped=dict(dropped),
    )


def _peak(spans: Iterable[tuple[int, int, float]]) -> float:
    """The most that spans (from, until, weight) come to at one time."""
    steps = sorted(step for begin, end, weight in spans for step in ((begin, weight), (end, -weight)))
    now = most = 0.0
    for _, weight in steps:
        now += weight
        most = max(most, now)
    return most
