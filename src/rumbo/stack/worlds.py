"""A built region as the world of scenarios, found by the stack's settings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rumbo.errors import NotFound
from rumbo.regions import list_regions, open_region
from rumbo.scenarios.region import planned_world
from rumbo.scenarios.world import World
from rumbo.settings import Settings


@contextmanager
def world_in(settings: Settings, name: str = "") -> Iterator[World]:
    """The region of that name, else that of the settings, else the first there is. Raises NotFound without any."""
    wanted = name or settings.region or next((r.name for r in list_regions(settings.regions_dir)), "")
    if not wanted:
        raise NotFound(
            f"No region is built in {settings.regions_dir}.", hint="`rumbo region add`, or `rumbo up` once."
        )
    with planned_world(open_region(settings.regions_dir, wanted)) as world:
        yield world
