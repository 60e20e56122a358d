"""What must be there before the services of a stack start: topics, tables, a region to drive in.

All of it may be done again at any time, also while the services run.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

from rumbo.errors import CannotStart
from rumbo.events.topics import topics_for
from rumbo.fleet.database import Database, open_database
from rumbo.fleet.moving import copy_database, is_empty
from rumbo.regions import build_region, list_regions, open_region
from rumbo.settings import Settings
from rumbo.stack.checkout import demo_extracts
from rumbo.stack.move import DATABASE as MOVED_DATABASE
from rumbo.transport import admin


def prepare(settings: Settings, say: Callable[[str], None]) -> None:
    """Topics, tables, region. Raises CannotStart or Unavailable, saying which part is missing."""
    if not settings.bootstrap_servers:
        raise CannotStart("There is no broker to prepare.", hint="Set RUMBO_BOOTSTRAP_SERVERS to host:port.")
    for line in admin.apply_topics(
        settings.bootstrap_servers, topics_for(settings.replication), settings.replication
    ):
        say(line)
    with closing(open_database(settings.database)) as database:
        say("The database is up to date")
        _take_over(settings, database, say)
    say(f"The region is {ensure_region(settings, say)}")


def _take_over(settings: Settings, database: Database, say: Callable[[str], None]) -> None:
    """A new database takes over the fleet that `rumbo move` has brought along."""
    brought = settings.data_dir.absolute() / MOVED_DATABASE
    if settings.database_url and brought.is_file() and is_empty(database):
        with closing(open_database(f"sqlite:///{brought}")) as source:
            say(f"Taken over from {brought.name}: {copy_database(source, database)} rows")


def ensure_region(settings: Settings, say: Callable[[str], None]) -> str:
    """Name of the region to drive in, built from the extract that comes with Rumbo where there is none yet.

    Raises NotFound for a region that was asked for and exists neither built nor as an extract.
    """
    built = [region.name for region in list_regions(settings.regions_dir)]
    extracts = {extract.name: extract for extract in demo_extracts()}
    name = settings.region or next(iter([*built, *extracts]), "")
    if name not in built and name in extracts:
        say(f"Building the region {name} (once)")
        extract = extracts[name]
        build_region(name, extract.path, settings.regions_dir, country=extract.country, progress=say)
    return open_region(settings.regions_dir, name).name
