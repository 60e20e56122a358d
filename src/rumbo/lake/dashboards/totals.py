"""The headline: the span in one row, and the span of the same length before it in another."""

from __future__ import annotations

from rumbo.lake.dashboards import Figure, of_vehicles
from rumbo.lake.refined.words import count, number, score, seconds, text

SQL = f"""
WITH spans AS (
    SELECT 'chosen' AS span, CAST($first_day AS DATE) AS first_day, CAST($last_day AS DATE) AS last_day
    UNION ALL
    SELECT
        'before',
        CAST($first_day AS DATE) - CAST(CAST($last_day AS DATE) - CAST($first_day AS DATE) + 1 AS INTEGER),
        CAST($first_day AS DATE) - 1
),
days AS (
    SELECT * FROM common.vehicle_days
    WHERE vehicle_date BETWEEN (SELECT min(first_day) FROM spans) AND (SELECT max(last_day) FROM spans)
        AND {of_vehicles()}
),
sums AS (
    SELECT
        s.span,
        count(DISTINCT d.vehicle_date) AS days,
        count(DISTINCT d.vehicle_id) AS vehicles,
        sum(d.distance_m) AS distance_m,
        CAST(sum(d.trips_begun) AS BIGINT) AS trips_begun,
        CAST(sum(d.trips_arrived) AS BIGINT) AS trips_arrived,
        sum(d.trips_late) AS late,
        sum(d.moving_s) AS moving_s,
        sum(d.duty_s) AS duty_s,
        count(d.vehicle_id) AS vehicle_days,
        sum(d.idle_s) AS idle_s,
        sum(d.energy_kwh) AS energy_kwh,
        sum(d.co2_kg) AS co2_kg,
        sum(d.overspeed_s) AS overspeed_s,
        sum(d.overspeeds) AS overspeeds,
        sum(d.harsh_accelerations) AS harsh_accelerations,
        sum(d.harsh_brakings) AS harsh_brakings,
        sum(d.harsh_cornerings) AS harsh_cornerings
    FROM spans s
    LEFT JOIN days d ON d.vehicle_date BETWEEN s.first_day AND s.last_day
    GROUP BY s.span
)
SELECT
    span, days, vehicles, distance_m, trips_begun, trips_arrived,
    1.0 - late / nullif(trips_arrived, 0) AS on_time,
    moving_s,
    duty_s / (nullif(vehicle_days, 0) * 86400.0) AS utilisation,
    idle_s / nullif(duty_s, 0) AS idle_share,
    energy_kwh, co2_kg,
    {score("sums")} AS score,
    (harsh_accelerations + harsh_brakings + harsh_cornerings + overspeeds) * 1e5 / nullif(distance_m, 0) AS events_100km
FROM sums
ORDER BY span DESC
"""

FIGURE = Figure(
    "totals",
    "The span in one row, and the span before it",
    "one span: the one asked for, and the one of the same length that ends the day before it",
    (
        text("span", "chosen or before."),
        count("days", "Days of it that are refined and have such vehicles."),
        count("vehicles", "Vehicles of those days, those that stood too."),
        number("distance_m", "m", "Driven.", nullable=True),
        count("trips_begun", "Trips begun.", nullable=True),
        count("trips_arrived", "Trips arrived.", nullable=True),
        number("on_time", "1", "Share of the arrived trips that were at most 300 s late.", nullable=True),
        seconds("moving_s", "Time in state driving.", nullable=True),
        number("utilisation", "1", "Time on trips as a share of the vehicles' days.", nullable=True),
        number("idle_share", "1", "Standing with the engine on, as a share of time on trips.", nullable=True),
        number("energy_kwh", "kWh", "Energy used; null where nothing tells.", nullable=True),
        number("co2_kg", "kg", "CO2 with that of generating electricity.", nullable=True),
        number("score", "1", "Driver's score of the sums (docs/common.md); null under 1 km.", nullable=True),
        number("events_100km", "1", "Harsh and overspeed events in 100 km.", nullable=True),
    ),
    SQL,
)
