"""A built region as the world of scenarios, found by the stack's settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rumbo.regions import open_region
from rumbo.scenarios.region import planned_world
from rumbo.scenarios.world import World
from rumbo.settings import Settings


@contextmanager
def world_in(settings: Settings, name: str = "") -> Iterator[World]:
    """The region of that name, else that of the settings, else the first there is. Raises NotFound without any."""
    with planned_world(open_region(settings.regions_dir, name or settings.region)) as world:
        yield world
