"""Who drives on a data folder: vehicles of the fleet's database, and of the scenarios whose past was made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from rumbo.domain.vehicle import Vehicle
from rumbo.fleet.database import open_database
from rumbo.fleet.register import Registered, registered
from rumbo.lake.places import Lake
from rumbo.lake.read import open_table
from rumbo.lake.tables import BACKFILLS
from rumbo.scenarios.fleets import fleets_of
from rumbo.settings import Settings
from rumbo.stack.backfill import load_exact


def register_of(settings: Settings, lake: Lake) -> list[Registered]:
    """Every vehicle once; one that the database has and a scenario too is as the database has it.

    Raises CannotStart where there is a database that does not open.
    """
    found = {one.vehicle.id: one for one in _of_scenarios(lake)}
    found |= {one.vehicle.id: one for one in _of_database(settings)}
    return list(found.values())


def _of_database(settings: Settings) -> Iterator[Registered]:
    if not settings.database_url and not (settings.data_dir / "rumbo.db").is_file():
        return  # nothing was ever driven live here
    with closing(open_database(settings.database)) as database:
        yield from registered(database)


def _of_scenarios(lake: Lake) -> Iterator[Registered]:
    """Vehicles are new when the span of their backfill begins; the longest span counts."""
    lines = open_table(lake, BACKFILLS).scan().select("began", "scenario").unique().collect()
    for line in lines.sort("began", descending=True).iter_rows(named=True):
        began_ms = round(line["began"].timestamp() * 1000)
        for fleet in fleets_of(load_exact(line["scenario"])).values():
            for one in fleet:
                yield Registered(
                    Vehicle(
                        one.id, one.name, one.vehicle_class, began_ms, one.fleet, one.tags, one.overrides,
                        one.driver, one.device_profile,
                    )
                )  # fmt: skip
