"""Driving hours and utilisation, day by day."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, Figure
from rumbo.lake.refined.words import count, day_of, number, seconds

SQL = f"""
WITH {CHOSEN}
SELECT
    vehicle_date AS day,
    sum(moving_s) AS moving_s,
    sum(stopped_s) AS stopped_s,
    sum(duty_s) / (count(*) * 86400.0) AS utilisation,
    count(*) AS vehicles
FROM chosen
GROUP BY vehicle_date
ORDER BY day
"""

FIGURE = Figure(
    "hours",
    "Driving hours and utilisation by day",
    "one day (UTC)",
    (
        day_of("day", "The day."),
        seconds("moving_s", "Time of all vehicles in state driving."),
        seconds("stopped_s", "Time of all vehicles standing on trips."),
        number("utilisation", "1", "Time on trips as a share of all vehicles' 24 hours."),
        count("vehicles", "Vehicles in the fleet, or driving."),
    ),
    SQL,
)
