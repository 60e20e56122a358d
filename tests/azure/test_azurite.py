"""An account without a hierarchical namespace, by its Blob service, on Azurite, which is not ours. Without Spark."""

from __future__ import annotations

from rumbo.lake.catalog import catalog
from rumbo.lake.places import lake_of
from rumbo.lake.read import open_table
from rumbo.settings import Settings
from rumbo.stack.doctor import examine_lake
from support.lake_rows import positions, put


def test_the_doctor_finds_its_way_and_that_a_flat_account_has_no_rights(on_azurite: Settings) -> None:
    found = list(examine_lake(on_azurite))
    assert [one for one in found if one.error] == []
    assert {one.what for one in found if one.note} == {
        "lake/landing as batch: no writing",
        "lake/staging as stream: no writing",
        "lake/common as stream: no writing",
    }


def test_a_table_is_written_and_read(on_azurite: Settings) -> None:
    put(lake_of(on_azurite, "stream"), "landing.positions", positions("trp_1", 5))
    assert open_table(lake_of(on_azurite), catalog()["landing.positions"]).scan().collect().height == 5
