"""The tables of the refinement as they are declared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from rumbo.lake.refined import Refined, refined
from rumbo.lake.refined.words import OFF_AFTER_S
from rumbo.lake.tables import Layer
from rumbo.motion import power
from support.tables import engine, make

TABLES = {table.view: table for table in refined()}


def test_each_table_is_made_after_its_sources() -> None:
    made: set[str] = set()
    for table in refined():
        own = {source for source in table.sources if source in TABLES}
        assert own <= made | {table.view}, table.view
        made.add(table.view)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_reads_the_sources_that_it_declares_and_says_what_its_columns_are(table: Refined) -> None:
    layers = tuple(f"{layer.value}_" for layer in Layer)
    words = {word.strip("(),") for word in table.sql.split()}
    views = {word for word in words if word.startswith((*layers, "given_"))} - set(table.spec.names)
    assert views == set(table.sources)
    assert len(set(table.spec.names)) == len(table.spec.names)
    assert all(column.description for column in table.spec.columns)
    units = {"_m": "m", "_s": "s", "_mps": "m/s", "_kwh": "kWh", "_kg": "kg", "_kw": "kW"}
    for column in table.spec.columns:
        ending = f"_{column.name.rsplit('_', 1)[-1]}" if "_" in column.name else ""
        assert column.unit == units.get(ending, column.unit), column.name
    assert table.spec.partition_by == ((table.day,) if table.day else ())
    assert table.checks[0].name == "grain"


def test_the_calendar_is_that_of_everybody() -> None:
    columns = ("year", "month", "day", "day_of_year", "iso_year", "iso_week", "day_of_week")
    connection, table = engine(), TABLES["common_dim_date"]
    make(connection, table, "2026-03-03")
    rows = connection.execute(
        f"SELECT date, {', '.join(columns)} FROM common_dim_date ORDER BY date"
    ).fetchall()
    assert [row[0] for row in rows] == [date(2015, 1, 1) + timedelta(n) for n in range(10_958)]
    assert rows[-1][0] == date(2044, 12, 31)
    for day, *found in rows:
        iso = day.isocalendar()
        of_year = day.timetuple().tm_yday
        assert found == [day.year, day.month, day.day, of_year, iso.year, iso.week, iso.weekday]
    names = (
        "SELECT month_name, month_name_es, day_name, day_name_es, is_weekend, quarter FROM common_dim_date"
    )
    told = connection.execute(f"{names} WHERE date = DATE '2026-05-09'").fetchone()
    assert told == ("May", "mayo", "Saturday", "sábado", 1, 2)


def test_the_engine_goes_off_when_the_motion_says_so() -> None:
    assert OFF_AFTER_S == power.OFF_AFTER_S
