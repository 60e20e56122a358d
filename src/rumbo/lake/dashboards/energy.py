"""Energy and CO2, day by day."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, Figure
from rumbo.lake.refined.words import day_of, energy, number

SQL = f"""
WITH {CHOSEN}
SELECT
    vehicle_date AS day,
    sum(energy_kwh) AS energy_kwh,
    sum(energy_kwh) * 1e5 / nullif(sum(distance_m) FILTER (WHERE energy_kwh IS NOT NULL), 0) AS kwh_100km,
    sum(co2_tailpipe_kg) AS co2_tailpipe_kg,
    sum(co2_kg) AS co2_kg
FROM chosen
GROUP BY vehicle_date
ORDER BY day
"""

FIGURE = Figure(
    "energy",
    "Energy and CO2 by day",
    "one day (UTC)",
    (
        day_of("day", "The day."),
        energy("energy_kwh", "Energy used, less what was recuperated; null where nothing tells."),
        number("kwh_100km", "kWh", "The same in 100 km of the vehicles that tell.", nullable=True),
        number("co2_tailpipe_kg", "kg", "CO2 out of the vehicles.", nullable=True),
        number("co2_kg", "kg", "CO2 with that of generating electricity.", nullable=True),
    ),
    SQL,
)
