"""How each vehicle was driven: the driver's score of the span, and events in 100 km."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, Figure
from rumbo.lake.refined.words import number, score, text

_EVENTS = ("harsh_accelerations", "harsh_brakings", "harsh_cornerings", "overspeeds")
_ALL = " + ".join(f"s.{name}" for name in _EVENTS)
_SUMS = ", ".join(f"sum({name}) AS {name}" for name in (*_EVENTS, "overspeed_s"))
_RATES = ", ".join(f"s.{name} * 1e5 / s.distance_m AS {name}_100km" for name in _EVENTS)

SQL = f"""
WITH {CHOSEN},
sums AS (
    SELECT
        vehicle_id, max_by(vehicle_key, vehicle_date) AS vehicle_key,
        sum(distance_m) AS distance_m, sum(moving_s) AS moving_s, {_SUMS}
    FROM chosen
    GROUP BY vehicle_id
    HAVING sum(distance_m) > 0
)
SELECT
    s.vehicle_id,
    coalesce(v.name, s.vehicle_id) AS vehicle,
    coalesce(v.driver, '') AS driver,
    s.distance_m,
    {score("s")} AS score,
    {_RATES},
    s.overspeed_s / nullif(s.moving_s, 0) AS overspeed_share
FROM sums s
LEFT JOIN common.dim_vehicle v ON v.vehicle_key = s.vehicle_key
ORDER BY score NULLS LAST, ({_ALL}) / s.distance_m DESC, s.vehicle_id
"""

FIGURE = Figure(
    "drivers",
    "Driver score and driving events by vehicle",
    "one vehicle that drove, the lowest score first, then the one with most events by distance",
    (
        text("vehicle_id", "The vehicle."),
        text("vehicle", "Its name."),
        text("driver", "How it is driven: calm, normal, aggressive."),
        number("distance_m", "m", "Driven."),
        number(
            "score", "1", "0 to 100, of the span's sums (docs/common.md); null under 1 km.", nullable=True
        ),
        number("harsh_accelerations_100km", "1", "Harsh accelerations in 100 km."),
        number("harsh_brakings_100km", "1", "Harsh brakings in 100 km."),
        number("harsh_cornerings_100km", "1", "Harsh cornerings in 100 km."),
        number("overspeeds_100km", "1", "Overspeed events in 100 km."),
        number("overspeed_share", "1", "Time in overspeed events as a share of driving time.", nullable=True),
    ),
    SQL,
)
