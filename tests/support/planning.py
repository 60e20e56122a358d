"""A planner for backfills on the grid of `scenes`; in a module that Spark's workers can import."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from rumbo.scenarios.drafts import Drafts
from support.scenes import DEMANDS, scenario, world

FIRST = date(2026, 3, 3)
FLEET = "{name: f, count: 4, device_profile: {chaos: 1, tracker: 1}}"


@dataclass(frozen=True)
class GridPlans:
    """Satisfies `rumbo.pipeline.backfill_plans.Planner`."""

    radius_km: float = 15.0

    def drafts(self) -> Drafts:
        return _opened(self)


@cache
def _opened(plans: GridPlans) -> Drafts:
    found = scenario(DEMANDS["commuters"], FLEET, f"radius_km: {plans.radius_km}")
    return Drafts(found, world(), FIRST)
