from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from rumbo.errors import Conflict
from rumbo.fleet.database import open_database
from rumbo.fleet.moving import copy_database, is_empty
from rumbo.fleet.tables import METADATA
from support.serving import House


def test_every_row_of_every_table_moves_and_only_into_an_empty_database(house: House, tmp_path: Path) -> None:
    house.add_vehicle()
    target = open_database(f"sqlite:///{tmp_path / 'target.db'}")
    assert is_empty(target)
    copied = copy_database(house.database, target)
    with house.database.read() as before, target.read() as after:
        rows = {table.name: before.execute(select(table)).all() for table in METADATA.sorted_tables}
        assert {table.name: after.execute(select(table)).all() for table in METADATA.sorted_tables} == rows
    assert copied == sum(map(len, rows.values())) > 0
    assert not is_empty(target)
    with pytest.raises(Conflict, match="already"):
        copy_database(house.database, target)
    target.close()
