from __future__ import annotations

import sqlite3
from contextlib import closing

from rumbo.regions import Region, RegionControls, search_places


def test_the_demo_region_is_where_it_should_be(monaco_region: Region) -> None:
    assert monaco_region.country == "MC"
    assert not monaco_region.drives_on_left
    assert monaco_region.contains(*monaco_region.center)


def test_the_demo_region_finds_its_casino(monaco_region: Region) -> None:
    found = search_places(monaco_region, "casino monte", limit=3)
    assert any(abs(place.lat - 43.7394) < 0.001 and abs(place.lon - 7.4286) < 0.001 for place in found)


def test_the_demo_region_has_streets_between_houses_and_tunnels(monaco_region: Region) -> None:
    with closing(sqlite3.connect(monaco_region.sky_db)) as db:
        blobs = [blob for (blob,) in db.execute("SELECT sections FROM sky")]
    percents = b"".join(blob[8::9] for blob in blobs)
    assert sum(percent == 0 for percent in percents) > 100
    assert sum(0 < percent < 60 for percent in percents) > 300


def test_the_demo_region_has_controls(monaco_region: Region) -> None:
    assert len(RegionControls(monaco_region)) > 300
