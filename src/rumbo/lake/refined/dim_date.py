"""common/dim_date: the days from 2015 to 2044. Follows from nothing but the calendar."""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import count, day_of, text, unique
from rumbo.lake.tables import Layer, TableSpec

FIRST, DAYS = "2015-01-01", 10_958
"""To 2044-12-31."""

SPEC = TableSpec(
    Layer.COMMON,
    "dim_date",
    "one day",
    (
        day_of("date", "The day."),
        count("year", "Year."),
        count("quarter", "Quarter of the year, 1 to 4."),
        count("month", "Month of the year, 1 to 12."),
        count("day", "Day of the month."),
        count("day_of_year", "Day of the year, from 1."),
        count("iso_year", "Year that the ISO 8601 week belongs to."),
        count("iso_week", "ISO 8601 week, 1 to 53."),
        count("day_of_week", "Monday 1 to Sunday 7."),
        count("is_weekend", "1 on Saturdays and Sundays, else 0."),
        text("month_name", "Month in English."),
        text("month_name_es", "Month in Spanish."),
        text("day_name", "Day of the week in English."),
        text("day_name_es", "Day of the week in Spanish."),
    ),
)

_MONTHS = (
    ("January", "enero"), ("February", "febrero"), ("March", "marzo"), ("April", "abril"), ("May", "mayo"),
    ("June", "junio"), ("July", "julio"), ("August", "agosto"), ("September", "septiembre"),
    ("October", "octubre"), ("November", "noviembre"), ("December", "diciembre"),
)  # fmt: skip
_DAYS = (
    ("Monday", "lunes"), ("Tuesday", "martes"), ("Wednesday", "miércoles"), ("Thursday", "jueves"),
    ("Friday", "viernes"), ("Saturday", "sábado"), ("Sunday", "domingo"),
)  # fmt: skip


def _name(number: str, names: tuple[tuple[str, str], ...], language: int) -> str:
    whens = " ".join(f"WHEN {i} THEN '{name[language]}'" for i, name in enumerate(names, 1))
    return f"CASE {number} {whens} END"


# 2015-01-01 was a Thursday. A week belongs to the year of its Thursday (ISO 8601).
SQL = f"""
WITH digits AS (SELECT * FROM (VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)) AS d (n)),
numbers AS (
    SELECT a.n + 10 * b.n + 100 * c.n + 1000 * d.n + 10000 * e.n AS n
    FROM digits a CROSS JOIN digits b CROSS JOIN digits c CROSS JOIN digits d
    CROSS JOIN (SELECT n FROM digits WHERE n < 2) e
),
days AS (
    SELECT DATE '{FIRST}' + n AS date, 1 + (n + 3) % 7 AS day_of_week, n
    FROM numbers
    WHERE n < {DAYS}
),
weeks AS (
    SELECT *, DATE '{FIRST}' + (n + 4 - day_of_week) AS thursday FROM days
)
SELECT
    date,
    extract(YEAR FROM date) AS year,
    extract(QUARTER FROM date) AS quarter,
    extract(MONTH FROM date) AS month,
    extract(DAY FROM date) AS day,
    extract(DOY FROM date) AS day_of_year,
    extract(YEAR FROM thursday) AS iso_year,
    extract(WEEK FROM date) AS iso_week,
    day_of_week,
    CASE WHEN day_of_week >= 6 THEN 1 ELSE 0 END AS is_weekend,
    {_name("extract(MONTH FROM date)", _MONTHS, 0)} AS month_name,
    {_name("extract(MONTH FROM date)", _MONTHS, 1)} AS month_name_es,
    {_name("day_of_week", _DAYS, 0)} AS day_name,
    {_name("day_of_week", _DAYS, 1)} AS day_name_es
FROM weeks
"""

REFINED = Refined(
    SPEC,
    sources=(),
    sql=SQL,
    checks=(
        unique("common_dim_date", "", "date"),
        Check(
            "no_day_is_lacking",
            Severity.ERROR,
            "Every day has the next one, but the last.",
            """
            SELECT d.date FROM common_dim_date d LEFT JOIN common_dim_date n ON n.date = d.date + 1
            WHERE n.date IS NULL AND d.date < DATE '2044-12-31'
            """,
        ),
    ),
)
