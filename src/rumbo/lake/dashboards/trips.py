"""Kilometres and trips, day by day."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, Figure
from rumbo.lake.refined.words import count, day_of, number

SQL = f"""
WITH {CHOSEN}
SELECT
    vehicle_date AS day,
    sum(distance_m) AS distance_m,
    CAST(sum(trips_begun) AS BIGINT) AS trips_begun,
    CAST(sum(trips_arrived) AS BIGINT) AS trips_arrived,
    CAST(sum(trips_cancelled + trips_failed) AS BIGINT) AS trips_broken,
    count(*) FILTER (WHERE distance_m > 0) AS vehicles_driving,
    count(*) AS vehicles
FROM chosen
GROUP BY vehicle_date
ORDER BY day
"""

FIGURE = Figure(
    "trips",
    "Kilometres and trips by day",
    "one day (UTC)",
    (
        day_of("day", "The day."),
        number("distance_m", "m", "Driven on it."),
        count("trips_begun", "Trips begun."),
        count("trips_arrived", "Trips arrived."),
        count("trips_broken", "Trips cancelled or failed."),
        count("vehicles_driving", "Vehicles that drove."),
        count("vehicles", "Vehicles in the fleet, or driving."),
    ),
    SQL,
)
