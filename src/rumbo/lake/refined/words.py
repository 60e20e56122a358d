"""What the tables of common have in common: how columns are declared, and the figures that several of them use."""

from __future__ import annotations

from typing import Any

from rumbo.domain.emissions import CO2_KG_PER_KWH, GRID_KG_PER_KWH
from rumbo.domain.trip import FINAL_STATES
from rumbo.domain.vehicle import EnergyKind
from rumbo.lake.refined import Check, Severity
from rumbo.lake.tables import Column, ColumnType

FINAL = ", ".join(f"'{state.value}'" for state in sorted(FINAL_STATES))
"""The states in which a trip is over, as a list in SQL."""
LONGEST_TRIP_DAYS = 31
"""So many days back a day looks for the beginning of what is still under way, or stands parked."""
OFF_AFTER_S = 60
"""A stand that traffic does not cause: after so long the engine is off. `motion.power.OFF_AFTER_S`; a test compares."""
LATE_AFTER_S = 300
"""An arrival later than planned by more than this is late: five minutes, as in public transport and parcel delivery."""


def text(name: str, description: str, **more: Any) -> Column:
    return Column(name, ColumnType.STRING, description, **more)


def day_of(name: str, description: str, **more: Any) -> Column:
    return Column(name, ColumnType.DATE, description, **more)


def moment(name: str, description: str, **more: Any) -> Column:
    return Column(name, ColumnType.TIMESTAMP, description, **more)


def count(name: str, description: str, **more: Any) -> Column:
    return Column(name, ColumnType.LONG, description, **more)


def number(name: str, unit: str, description: str, **more: Any) -> Column:
    return Column(name, ColumnType.DOUBLE, description, unit, **more)


def seconds(name: str, description: str, **more: Any) -> Column:
    return number(name, "s", description, **more)


def energy(name: str, description: str) -> Column:
    return number(name, "kWh", description, nullable=True)


DRIVING_EVENTS = (
    seconds("overspeed_s", "Time in overspeed events."),
    count("overspeeds", "Overspeed events."),
    count("harsh_accelerations", "Harsh accelerations."),
    count("harsh_brakings", "Harsh brakings."),
    count("harsh_cornerings", "Harsh cornerings."),
)


def driving_events(of: str) -> str:
    """SQL for the columns DRIVING_EVENTS of sums that may be null; `of` is what stands before their names."""
    time, *counts = (column.name for column in DRIVING_EVENTS)
    return ", ".join(
        [f"round(coalesce({of}{time}, 0.0), 3) AS {time}", *(f"coalesce({of}{n}, 0) AS {n}" for n in counts)]
    )


GOOD_FIX = "is_jump = 0 AND is_frozen = 0"
"""SQL for reports of staging/positions that tell where the vehicle was."""
GOOD_TIME = "is_clock_off = 0"
"""SQL for those that tell when."""


def tenths(value: str) -> str:
    """SQL for a value as whole tenths: sums of whole numbers are the same in any order, those of doubles are not."""
    return f"CAST(round({value} * 10) AS BIGINT)"


def co2_kg(energy_kind: str, kwh: str, *, grid: bool) -> str:
    """SQL for the CO2 of so many kWh (an SQL expression, as the kind of energy is), rounded to grams."""
    factors = dict(CO2_KG_PER_KWH)
    if grid:
        factors[EnergyKind.ELECTRIC] = GRID_KG_PER_KWH
    cases = " ".join(f"WHEN '{kind.value}' THEN {factor}" for kind, factor in factors.items())
    return f"round({kwh} * CASE {energy_kind} {cases} END, 3)"


HARSH_POINTS = 2.0
"""Off the score for each harsh event in 100 km, 60 at most."""
SPEEDING_POINTS = 200.0
"""Off the score for the share of driving time in overspeed events, 40 at most: a fifth of the time costs them all."""
LEAST_SCORED_M = 1_000.0
"""Nothing is said of who has driven less."""


def score(of: str) -> str:
    """SQL for the driver's score of rows `of` with the columns of vehicle_days or their sums, one decimal."""
    harsh = f"({of}.harsh_accelerations + {of}.harsh_brakings + {of}.harsh_cornerings)"
    lost = (
        f"least(60.0, {HARSH_POINTS} * {harsh} * 1e5 / {of}.distance_m)"
        f" + least(40.0, {SPEEDING_POINTS} * {of}.overspeed_s / {of}.moving_s)"
    )
    scored = f"{of}.distance_m >= {LEAST_SCORED_M} AND {of}.moving_s > 0"
    return f"CASE WHEN {scored} THEN round(100.0 - ({lost}), 1) END"


def unique(view: str, day: str, *names: str) -> Check:
    """The table's grain: no two rows of the day (of the table, where it has none) are alike in these columns."""
    columns = ", ".join(names)
    of_day = f"WHERE {day} = DATE '{{day}}' " if day else ""
    return Check(
        "grain",
        Severity.ERROR,
        f"{columns} {'names' if len(names) == 1 else 'name'} a row.",
        f"SELECT {columns}, count(*) AS n FROM {view} {of_day}GROUP BY {columns} HAVING count(*) > 1",
        names,
    )
