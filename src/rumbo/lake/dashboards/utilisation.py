"""How much of each day each vehicle was on trips."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, Figure
from rumbo.lake.refined.words import day_of, number, seconds, text

SQL = f"""
WITH {CHOSEN}
SELECT
    c.vehicle_id,
    coalesce(v.name, c.vehicle_id) AS vehicle,
    c.vehicle_date AS day,
    c.moving_s,
    c.duty_s,
    c.utilisation,
    c.distance_m
FROM chosen c
LEFT JOIN common.dim_vehicle v ON v.vehicle_key = c.vehicle_key
ORDER BY sum(c.duty_s) OVER (PARTITION BY c.vehicle_id) DESC, c.vehicle_id, day
"""

FIGURE = Figure(
    "utilisation",
    "Utilisation by vehicle and day",
    "one day (UTC) of one vehicle, the busiest vehicles first",
    (
        text("vehicle_id", "The vehicle."),
        text("vehicle", "Its name on that day."),
        day_of("day", "The day."),
        seconds("moving_s", "Time in state driving."),
        seconds("duty_s", "Time on trips."),
        number("utilisation", "1", "Time on trips as a share of the day."),
        number("distance_m", "m", "Driven."),
    ),
    SQL,
)
