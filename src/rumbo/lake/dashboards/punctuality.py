"""Arrivals on time and late, day by day."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, IN_SPAN, Figure
from rumbo.lake.refined.words import count, day_of, number, seconds

SQL = f"""
WITH {CHOSEN}
SELECT
    t.end_date AS day,
    count(*) FILTER (WHERE t.is_late = 0) AS on_time,
    count(*) FILTER (WHERE t.is_late = 1) AS late,
    avg(1.0 - t.is_late) AS share_on_time,
    quantile_cont(t.delay_s, 0.5) AS median_delay_s,
    quantile_cont(t.delay_s, 0.9) AS p90_delay_s
FROM common.trip_facts t
JOIN chosen c ON c.vehicle_id = t.vehicle_id AND c.vehicle_date = t.end_date
WHERE t.end_date {IN_SPAN} AND t.delay_s IS NOT NULL
GROUP BY t.end_date
ORDER BY day
"""

FIGURE = Figure(
    "punctuality",
    "Punctuality by day",
    "one day (UTC) on which a trip arrived",
    (
        day_of("day", "The day."),
        count("on_time", "Trips that arrived at most 300 s late."),
        count("late", "Trips that arrived later."),
        number("share_on_time", "1", "Share of those on time."),
        seconds("median_delay_s", "Median of arrival less planned arrival; negative where early."),
        seconds("p90_delay_s", "Delay that 90 % stay below."),
    ),
    SQL,
)
