"""Energy and CO2 by class of vehicle and what it drives on."""

from __future__ import annotations

from rumbo.lake.dashboards import CHOSEN, Figure
from rumbo.lake.refined.words import energy, number, text

SQL = f"""
WITH {CHOSEN}
SELECT
    coalesce(c.vehicle_class, '') AS vehicle_class,
    coalesce(v.energy, '') AS energy,
    sum(c.distance_m) AS distance_m,
    sum(c.energy_kwh) AS energy_kwh,
    sum(c.energy_kwh) * 1e5 / nullif(sum(c.distance_m), 0) AS kwh_100km,
    sum(c.co2_kg) AS co2_kg,
    sum(c.co2_kg) * 1e6 / nullif(sum(c.distance_m), 0) AS co2_g_km
FROM chosen c
LEFT JOIN common.dim_vehicle v ON v.vehicle_key = c.vehicle_key
WHERE c.energy_kwh IS NOT NULL
GROUP BY ALL
ORDER BY energy_kwh DESC, vehicle_class, energy
"""

FIGURE = Figure(
    "energy_classes",
    "Consumption by vehicle class",
    "one class of vehicles with one kind of energy, of the days whose use is known",
    (
        text("vehicle_class", "The class."),
        text("energy", "petrol, diesel, electric or human."),
        number("distance_m", "m", "Driven."),
        energy("energy_kwh", "Energy used."),
        number("kwh_100km", "kWh", "Energy in 100 km.", nullable=True),
        number("co2_kg", "kg", "CO2 with that of generating electricity.", nullable=True),
        number("co2_g_km", "g/km", "The same by distance.", nullable=True),
    ),
    SQL,
)
