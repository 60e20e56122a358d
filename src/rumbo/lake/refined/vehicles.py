"""staging/vehicles: the fleet's master data, a picture a day, as the daily job saw it.

The job is handed the register as it stands now (view `given_vehicles`); what it stood like earlier only the pictures
tell. So a vehicle that is in the picture of a day or of a later one is not pictured for that day again: to refine a
past day once more changes nothing. A vehicle that no picture has yet is added, if it was there by the day's end.
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import day_of, moment, number, text, unique
from rumbo.lake.tables import Column, Layer, TableSpec

FACTS: tuple[Column, ...] = (
    text("vehicle_id", "The vehicle."),
    text("name", "Its name."),
    text("vehicle_class", "Its class."),
    text("fleet", "The fleet that it belongs to.", nullable=True),
    text("tags", "Its tags, parted by commas, in order."),
    text("driver", "How it is driven: calm, normal, aggressive."),
    text("device_profile", "Device profile of trips that name none."),
    text("energy", "What it drives on: petrol, diesel, electric, human."),
    number("capacity_kwh", "kWh", "Energy content of a full tank or battery."),
    number("mass_kg", "kg", "Mass with its usual load."),
    number("power_kw", "kW", "The most that its engine, motor or rider gives."),
    number("max_speed_mps", "m/s", "The fastest that it drives."),
    moment("created_at", "When it was created, world time."),
    moment(
        "deleted_at", "When it was taken out of the fleet, world time; null while it is in it.", nullable=True
    ),
)
"""The columns of `given_vehicles` too."""

SPEC = TableSpec(
    Layer.STAGING,
    "vehicles",
    "one vehicle in the picture of one day",
    (day_of("seen_date", "The day (UTC) at whose end the picture is held to be true."), *FACTS),
    ("seen_date",),
)

_FACTS = ", ".join(f"g.{column.name}" for column in FACTS if column.name != "deleted_at")
_ALL = ", ".join(column.name for column in FACTS)

SQL = f"""
SELECT DATE '{{day}}' AS seen_date, {_ALL}
FROM staging_vehicles
WHERE seen_date = DATE '{{day}}'
UNION ALL
SELECT
    DATE '{{day}}' AS seen_date, {_FACTS},
    CASE WHEN g.deleted_at < midnight(DATE '{{day}}' + 1) THEN g.deleted_at END AS deleted_at
FROM given_vehicles g
LEFT JOIN (SELECT DISTINCT vehicle_id FROM staging_vehicles WHERE seen_date >= DATE '{{day}}') s
    ON s.vehicle_id = g.vehicle_id
WHERE s.vehicle_id IS NULL AND g.created_at < midnight(DATE '{{day}}' + 1)
"""

REFINED = Refined(
    SPEC,
    sources=("given_vehicles", "staging_vehicles"),
    sql=SQL,
    day="seen_date",
    checks=(
        unique("staging_vehicles", "seen_date", "vehicle_id"),
        Check(
            "created_by_then",
            Severity.ERROR,
            "No vehicle is in the picture of a day before it was created.",
            "SELECT * FROM staging_vehicles WHERE seen_date = DATE '{day}' AND created_at >= midnight(seen_date + 1)",
        ),
    ),
)
