"""common/cell_hours: where the fleet was, by H3 cell and hour.

A report stands for the time up to the next one of its trip, at most two minutes: longer silences are nobody's. Reports
with a bad fix or a wrong clock are left out (staging/positions flags them).
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import GOOD_FIX, GOOD_TIME, count, day_of, moment, number, seconds, text, unique
from rumbo.lake.tables import Layer, TableSpec

LONGEST_STEP_S = 120

SPEC = TableSpec(
    Layer.COMMON,
    "cell_hours",
    "one H3 cell in one hour (UTC) in which a vehicle reported from it",
    (
        day_of("hour_date", "Day of the hour."),
        moment("hour_at", "Begin of the hour."),
        text("h3_cell", "The H3 cell (staging/positions)."),
        count("reports", "Reports."),
        count("vehicles", "Vehicles."),
        count("trips", "Trips."),
        number("mean_speed_mps", "m/s", "Mean speed, standing vehicles included."),
        seconds("present_s", "Time that vehicles spent there."),
        seconds("dwell_s", "Of it, standing: trip waiting or paused."),
    ),
    ("hour_date",),
)

SQL = f"""
WITH steps AS (
    SELECT
        h3_cell, vehicle_id, trip_id, state, speed_mps, is_jump, is_frozen, is_clock_off,
        date_trunc('hour', event_time) AS hour_at,
        least(
            greatest(coalesce(micros_between(
                event_time, lead(event_time) OVER (PARTITION BY trip_id ORDER BY seq)
            ), 0), 0),
            {LONGEST_STEP_S} * 1000000
        ) AS step_us
    FROM staging_positions
    WHERE event_date = DATE '{{day}}'
)
SELECT
    DATE '{{day}}' AS hour_date,
    hour_at,
    h3_cell,
    count(*) AS reports,
    count(DISTINCT vehicle_id) AS vehicles,
    count(DISTINCT trip_id) AS trips,
    round(sum(CAST(round(speed_mps * 100) AS BIGINT)) / 1e2 / count(*), 4) AS mean_speed_mps,
    sum(step_us) / 1e6 AS present_s,
    sum(CASE WHEN state IN ('waiting', 'paused') THEN step_us ELSE 0 END) / 1e6 AS dwell_s
FROM steps
WHERE h3_cell IS NOT NULL AND {GOOD_FIX} AND {GOOD_TIME}
GROUP BY hour_at, h3_cell
"""

REFINED = Refined(
    SPEC,
    sources=("staging_positions",),
    sql=SQL,
    day="hour_date",
    checks=(
        unique("common_cell_hours", "hour_date", "hour_at", "h3_cell"),
        Check(
            "reports_are_conserved",
            Severity.ERROR,
            "Each report that tells where and when is counted in one cell and hour.",
            f"""
            SELECT c.reports, p.reports AS reports_of_the_day
            FROM (SELECT coalesce(sum(reports), 0) AS reports FROM common_cell_hours WHERE hour_date = DATE '{{day}}') c
            CROSS JOIN (
                SELECT count(*) AS reports FROM staging_positions
                WHERE event_date = DATE '{{day}}' AND h3_cell IS NOT NULL AND {GOOD_FIX} AND {GOOD_TIME}
            ) p
            WHERE c.reports <> p.reports
            """,
        ),
        Check(
            "in_range",
            Severity.ERROR,
            "Nobody stands for longer than he is there, and nobody is there without a report.",
            """
            SELECT * FROM common_cell_hours
            WHERE hour_date = DATE '{day}' AND NOT (dwell_s <= present_s AND vehicles <= trips AND trips <= reports)
            """,
        ),
    ),
)
