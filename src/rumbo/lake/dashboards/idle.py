"""Time standing with the engine on, day by day."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, Figure
from rumbo.lake.refined.words import day_of, number, seconds

SQL = f"""
WITH {CHOSEN}
SELECT
    vehicle_date AS day,
    sum(idle_s) AS idle_s,
    sum(stopped_s) AS stopped_s,
    sum(idle_s) / nullif(sum(duty_s), 0) AS idle_share
FROM chosen
GROUP BY vehicle_date
ORDER BY day
"""

FIGURE = Figure(
    "idle",
    "Idle time by day",
    "one day (UTC)",
    (
        day_of("day", "The day."),
        seconds("idle_s", "Time of all vehicles standing with the engine on."),
        seconds("stopped_s", "Time of all vehicles standing on trips."),
        number("idle_share", "1", "Idle time as a share of time on trips; null without any.", nullable=True),
    ),
    SQL,
)
