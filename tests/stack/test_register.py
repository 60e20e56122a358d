"""Who drives on a data folder, for the daily job."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polars as pl

from rumbo.fleet.database import open_database
from rumbo.fleet.vehicles import add_vehicles
from rumbo.lake.places import Lake, lake_of
from rumbo.lake.read import polars_schema
from rumbo.lake.tables import BACKFILLS
from rumbo.scenarios.fleets import fleets_of
from rumbo.settings import Settings
from rumbo.stack.register import register_of
from support.scenes import DEMANDS, scenario


def line(began: date, day: date) -> dict[str, Any]:
    text = scenario(DEMANDS["commuters"]).model_dump_json(by_alias=True)
    return {
        "run": "test_1", "day": day, "began": datetime(began.year, began.month, began.day, tzinfo=UTC),
        "region": "grid", "scenario": text, "trips": 1, "positions": 1, "trip_states": 1, "rejected": 0,
    }  # fmt: skip


def made(lake: Lake, *lines: dict[str, Any]) -> None:
    frame = pl.DataFrame(list(lines), schema=polars_schema(BACKFILLS))
    frame.write_delta(lake.table_path(BACKFILLS), mode="append")


def test_a_folder_on_which_nothing_was_driven_has_no_vehicles_and_gets_no_database(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert register_of(settings, lake_of(settings)) == []
    assert not (tmp_path / "rumbo.db").exists()


def test_vehicles_of_backfills_are_new_at_the_earliest_begin_and_give_way_to_those_of_the_database(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path)
    lake = lake_of(settings)
    first, later = date(2026, 3, 2), date(2026, 3, 9)
    made(lake, line(later, later), line(first, first), line(first, later))
    theirs = [one for fleet in fleets_of(scenario(DEMANDS["commuters"])).values() for one in fleet]
    found = {one.vehicle.id: one.vehicle for one in register_of(settings, lake)}
    assert list(found) == [one.id for one in theirs]
    assert {datetime.fromtimestamp(v.created_ms / 1000, UTC).date() for v in found.values()} == {first}
    assert found[theirs[2].id].name == theirs[2].name

    mine = replace(found[theirs[2].id], name="driven live", created_ms=7)
    with closing(open_database(settings.database)) as database, database.write() as connection:
        add_vehicles(connection, [mine])
    again = {one.vehicle.id: one.vehicle for one in register_of(settings, lake)}
    assert again[mine.id].name == "driven live"
    assert len(again) == len(found)
