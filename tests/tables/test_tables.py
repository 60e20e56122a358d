"""Each case is data in and data out of one table: see `support.tables`."""

from __future__ import annotations

from pathlib import Path

import pytest

from rumbo.lake.engine import TYPES
from rumbo.lake.refined import refined
from support.tables import broken, days_of, engine, fill, make, read_rows, to_break

HERE = Path(__file__).parent
CASES = sorted(path.parent for path in HERE.glob("*/*/expect"))
TABLES = {table.spec.name: table for table in refined()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}-{case.name}")
def test_the_table_has_the_expected_rows_twice_over_and_keeps_its_rules(case: Path) -> None:
    table = TABLES[case.parent.name]
    types = {column.name: TYPES[column.type] for column in table.spec.columns}
    connection = engine()
    for file in sorted((case / "input").glob("*.csv")):
        fill(connection, file.stem, read_rows(file))
    names = [column.name for column in table.spec.columns]
    for day in days_of(case):
        rows = make(connection, table, str(day))
        assert make(connection, table, str(day)) == rows, "the same day again gives other rows"
        never_null = {c.name for c in table.spec.columns if not c.nullable}
        assert not [
            n for row in rows for n, v in zip(names, row, strict=True) if v is None and n in never_null
        ]
        assert broken(connection, table, str(day)) == to_break(case, day)
        expected = read_rows(case / "expect" / f"{day}.csv")
        columns = list(expected[0]) if expected else []
        casts = ", ".join(f"CAST(? AS {types[name]})" for name in columns)
        wanted = [connection.execute(f"SELECT {casts}", list(row.values())).fetchone() for row in expected]
        found = [tuple(dict(zip(names, row, strict=True))[name] for name in columns) for row in rows]
        assert sorted(found, key=repr) == sorted(wanted, key=repr) if columns else len(rows) == 0
