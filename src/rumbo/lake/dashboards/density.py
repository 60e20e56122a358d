"""Where vehicles were, by hour of the day."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, IN_SPAN, Figure, coarser, hour
from rumbo.lake.refined.cell_hours import LONGEST_STEP_S
from rumbo.lake.refined.words import GOOD_FIX, GOOD_TIME, count, number, seconds, text

SQL = f"""
SELECT
    {coarser("h3_cell")} AS cell,
    {hour("hour_at")} AS hour,
    sum(present_s) AS present_s,
    sum(dwell_s) AS dwell_s,
    CAST(sum(reports) AS BIGINT) AS reports,
    sum(mean_speed_mps * reports) / sum(reports) AS mean_speed_mps
FROM common.cell_hours
WHERE hour_date {IN_SPAN}
GROUP BY cell, hour
ORDER BY present_s DESC, cell, hour
"""

OF_SOME = f"""
WITH {CHOSEN},
steps AS (
    SELECT
        p.h3_cell, p.event_time, p.state, p.speed_mps, p.is_jump, p.is_frozen, p.is_clock_off,
        least(
            greatest(coalesce(date_diff('microsecond', p.event_time, lead(p.event_time) OVER (
                PARTITION BY p.trip_id, p.event_date ORDER BY p.seq
            )), 0), 0),
            {LONGEST_STEP_S} * 1000000
        ) AS step_us
    FROM staging.positions p
    JOIN chosen c ON c.vehicle_id = p.vehicle_id AND c.vehicle_date = p.event_date
    WHERE p.event_date {IN_SPAN}
)
SELECT
    {coarser("h3_cell")} AS cell,
    {hour("event_time")} AS hour,
    sum(step_us) / 1e6 AS present_s,
    sum(CASE WHEN state IN ('waiting', 'paused') THEN step_us ELSE 0 END) / 1e6 AS dwell_s,
    count(*) AS reports,
    avg(speed_mps) AS mean_speed_mps
FROM steps
WHERE h3_cell IS NOT NULL AND {GOOD_FIX} AND {GOOD_TIME}
GROUP BY cell, hour
ORDER BY present_s DESC, cell, hour
"""

FIGURE = Figure(
    "density",
    "Density by H3 cell and hour",
    "one H3 cell of `resolution` in one hour of the day, the fullest first",
    (
        text("cell", "The cell, in hexadecimal."),
        count("hour", "Hour of the day in `time_zone`, 0 to 23."),
        seconds("present_s", "Time that vehicles spent there."),
        seconds("dwell_s", "Of it, standing on trips."),
        count("reports", "Reports."),
        number("mean_speed_mps", "m/s", "Mean speed, standing vehicles included."),
    ),
    SQL,
    OF_SOME,
    shapes=("cell",),
)
