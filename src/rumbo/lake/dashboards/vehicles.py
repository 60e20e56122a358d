"""The vehicles of the span, whatever else is chosen: what there is to choose from."""

from __future__ import annotations

from rumbo.lake.dashboards import IN_SPAN, Figure
from rumbo.lake.refined.words import number, text

SQL = f"""
WITH seen AS (
    SELECT
        vehicle_id,
        max_by(vehicle_key, vehicle_date) AS vehicle_key,
        max_by(coalesce(vehicle_class, ''), vehicle_date) AS vehicle_class,
        max_by(coalesce(fleet, ''), vehicle_date) AS fleet,
        sum(distance_m) AS distance_m
    FROM common.vehicle_days
    WHERE vehicle_date {IN_SPAN}
    GROUP BY vehicle_id
)
SELECT s.vehicle_id, coalesce(v.name, s.vehicle_id) AS vehicle, s.vehicle_class, s.fleet, s.distance_m
FROM seen s
LEFT JOIN common.dim_vehicle v ON v.vehicle_key = s.vehicle_key
ORDER BY vehicle, s.vehicle_id
"""

FIGURE = Figure(
    "vehicles",
    "The vehicles of the span",
    "one vehicle that was in the fleet or drove, whatever fleet, class and vehicle are asked for",
    (
        text("vehicle_id", "The vehicle."),
        text("vehicle", "Its name on its last day."),
        text("vehicle_class", "Its class then; empty where unknown."),
        text("fleet", "Its fleet then; empty where it had none."),
        number("distance_m", "m", "Driven."),
    ),
    SQL,
)
