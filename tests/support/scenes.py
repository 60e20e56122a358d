"""A world for scenarios that costs nothing: places on a grid, straight roads."""

from __future__ import annotations

from typing import Any

from rumbo.routing.straight import StraightProvider
from rumbo.scenarios.load import load
from rumbo.scenarios.model import Scenario
from rumbo.scenarios.planning import RoutedPlanning
from rumbo.scenarios.world import World

BBOX = (-10.0, 40.0, 0.0, 50.0)
CENTER = (45.0, -5.0)
KINDS = ("street", "address", "office", "restaurant", "supermarket", "platform")
NOON_MS = 1_772_712_000_000
"""2026-03-05T12:00:00Z, a Thursday."""
DAY_MS = 86_400_000


def world() -> World:
    """600 places within 2 km of the centre, in a zone that changes to summer time on 2026-03-29."""
    places: dict[str, list[tuple[float, float]]] = {kind: [] for kind in KINDS}
    for i in range(600):
        at = round(CENTER[0] + (i % 25 - 12) * 0.0011, 6), round(CENTER[1] + (i // 25 - 12) * 0.0015, 6)
        places[KINDS[i % len(KINDS)]].append(at)
    planning = RoutedPlanning(StraightProvider(BBOX, region_name="grid"))
    return World("grid", "Europe/Madrid", CENTER, BBOX, places, planning)


def scenario(demand: str, fleet: str = "{name: f, count: 4}", more: str = "") -> Scenario:
    """A scenario with one fleet `f` and what drives it."""
    return load(f"version: 1\nname: test\ntitle: Test\n{more}\nfleets: [{fleet}]\ndemand: [{demand}]\n")


DEMANDS: dict[str, Any] = {
    "commuters": "{kind: commuters, fleet: f}",
    "deliveries": "{kind: deliveries, fleet: f, stops: [3, 6]}",
    "lines": "{kind: lines, fleet: f, lines: [{name: a, headway: 1h, stop_count: 4, ends_apart_km: 1}]}",
    "ride_hailing": "{kind: ride_hailing, fleet: f, requests_per_day: 40}",
    "recurring": "{kind: recurring, fleet: f, when: 'FREQ=DAILY;INTERVAL=2;BYHOUR=1,8,15;BYMINUTE=30'}",
    "loops": "{kind: loops, fleet: f, every: 50min, lasting: 4min, routes: 3}",
}
