"""common/dim_vehicle: every vehicle as it was at each time (SCD2), from the daily pictures of the master data.

A version begins on the day whose picture first shows it; the first one when the vehicle was created, or when it was
first seen driving if that is earlier. A vehicle that only its reports tell of has one version with what they tell and,
for the rest, what is usual in its class.
"""

from __future__ import annotations

from collections.abc import Callable

from rumbo.domain.vehicle import CLASS_SPECS, VehicleSpec
from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.vehicles import FACTS
from rumbo.lake.refined.words import count, day_of, text, unique
from rumbo.lake.tables import Column, ColumnType, Layer, TableSpec

TRACKED = tuple(
    column.name for column in FACTS if column.name not in {"vehicle_id", "created_at", "deleted_at"}
)
"""A change in one of these makes a new version."""

SPEC = TableSpec(
    Layer.COMMON,
    "dim_vehicle",
    "one version of one vehicle",
    (
        text("vehicle_key", "Names the version: the vehicle's id, #, the version's number."),
        count("version", "Number of the version, from 1."),
        *(Column(c.name, c.type, c.description, c.unit, c.name not in {"vehicle_id", "name"}) for c in FACTS),
        day_of("valid_from", "First day (UTC) of the version."),
        day_of("valid_to", "The day after its last; null while it holds.", nullable=True),
        count("is_current", "1 for the version that holds now, else 0. Vehicles taken out have none."),
        count(
            "is_inferred",
            "1 where no picture shows the vehicle: what its reports don't tell is as usual in its class. Else 0.",
        ),
    ),
)

_SQL_TYPES = {ColumnType.STRING: "STRING", ColumnType.DOUBLE: "DOUBLE", ColumnType.TIMESTAMP: "TIMESTAMP"}


def _usual(value: Callable[[VehicleSpec], object]) -> str:
    """SQL for what is usual in the class of a row of `classes`."""
    whens = " ".join(f"WHEN '{kind.value}' THEN {value(spec)}" for kind, spec in CLASS_SPECS.items())
    return f"CASE c.vehicle_class {whens} END"


_INFERRED = {
    "vehicle_id": "s.vehicle_id",
    "name": "s.vehicle_id",
    "vehicle_class": "c.vehicle_class",
    "energy": _usual(lambda spec: f"'{spec.energy.value}'"),
    "capacity_kwh": _usual(lambda spec: f"{spec.capacity_kwh!r}e0"),
    "mass_kg": _usual(lambda spec: f"{spec.mass_kg!r}e0"),
    "power_kw": _usual(lambda spec: f"{spec.power_kw!r}e0"),
    "max_speed_mps": _usual(lambda spec: f"{spec.limits.max_speed_mps!r}e0"),
}


def _inferred(column: Column) -> str:
    return f"CAST({_INFERRED.get(column.name, 'NULL')} AS {_SQL_TYPES[column.type]}) AS {column.name}"


_CHANGED = " OR ".join(f"{name} IS DISTINCT FROM before_{name}" for name in TRACKED)
_BY_DAY = "(PARTITION BY vehicle_id ORDER BY seen_date)"
_BEFORE = ",\n        ".join(f"lag({name}) OVER {_BY_DAY} AS before_{name}" for name in TRACKED)

SQL = f"""
WITH seen AS (
    SELECT vehicle_id, min(first_date) AS first_date
    FROM (
        SELECT vehicle_id, event_date AS first_date FROM staging_trip_states WHERE event_date = DATE '{{day}}'
        UNION ALL
        SELECT vehicle_id, valid_from AS first_date FROM common_dim_vehicle
    ) AS both_of_them
    GROUP BY vehicle_id
),
classes AS (
    SELECT vehicle_id, max(vehicle_class) AS vehicle_class
    FROM (
        SELECT vehicle_id, vehicle_class FROM common_trip_days WHERE trip_date = DATE '{{day}}'
        UNION ALL
        SELECT vehicle_id, vehicle_class FROM common_dim_vehicle WHERE is_inferred = 1
    ) AS both_of_them
    GROUP BY vehicle_id
),
pictures AS (
    SELECT
        *,
        lag(seen_date) OVER {_BY_DAY} AS before_date,
        {_BEFORE}
    FROM staging_vehicles
),
gone AS (
    SELECT vehicle_id, max(deleted_at) AS gone_at
    FROM staging_vehicles
    GROUP BY vehicle_id
),
begun AS (
    SELECT
        p.*,
        g.gone_at,
        CASE
            WHEN p.before_date IS NULL
                THEN least(CAST(p.created_at AS DATE), p.seen_date, coalesce(s.first_date, p.seen_date))
            ELSE p.seen_date
        END AS valid_from
    FROM pictures p
    JOIN gone g ON g.vehicle_id = p.vehicle_id
    LEFT JOIN seen s ON s.vehicle_id = p.vehicle_id
    WHERE p.before_date IS NULL OR {_CHANGED}
),
versions AS (
    SELECT
        *,
        row_number() OVER (PARTITION BY vehicle_id ORDER BY valid_from) AS version,
        coalesce(
            lead(valid_from) OVER (PARTITION BY vehicle_id ORDER BY valid_from),
            CAST(gone_at AS DATE) + 1
        ) AS valid_to
    FROM begun
)
SELECT
    concat(vehicle_id, '#', CAST(version AS STRING)) AS vehicle_key,
    version,
    {", ".join("gone_at AS deleted_at" if c.name == "deleted_at" else c.name for c in FACTS)},
    valid_from,
    valid_to,
    CASE WHEN valid_to IS NULL THEN 1 ELSE 0 END AS is_current,
    0 AS is_inferred
FROM versions
UNION ALL
SELECT
    concat(s.vehicle_id, '#1') AS vehicle_key,
    1 AS version,
    {", ".join(_inferred(c) for c in FACTS)},
    s.first_date AS valid_from,
    CAST(NULL AS DATE) AS valid_to,
    1 AS is_current,
    1 AS is_inferred
FROM seen s
LEFT JOIN classes c ON c.vehicle_id = s.vehicle_id
LEFT JOIN gone g ON g.vehicle_id = s.vehicle_id
WHERE g.vehicle_id IS NULL
"""

REFINED = Refined(
    SPEC,
    sources=("staging_vehicles", "staging_trip_states", "common_trip_days", "common_dim_vehicle"),
    sql=SQL,
    checks=(
        unique("common_dim_vehicle", "", "vehicle_key"),
        Check(
            "versions_follow_each_other",
            Severity.ERROR,
            "A vehicle's versions have a length, leave no gap and don't overlap; the last one alone may be current.",
            """
            SELECT * FROM (
                SELECT
                    vehicle_id, version, valid_from, valid_to, is_current,
                    lead(valid_from) OVER (PARTITION BY vehicle_id ORDER BY version) AS next_from
                FROM common_dim_vehicle
            ) AS ordered
            WHERE valid_to <= valid_from
                OR (next_from IS NOT NULL AND (valid_to IS NULL OR valid_to <> next_from OR is_current = 1))
            """,
        ),
        Check(
            "registered",
            Severity.WARNING,
            "Vehicles that report are in the fleet's database or a backfilled scenario.",
            "SELECT * FROM common_dim_vehicle WHERE is_inferred = 1",
        ),
    ),
)
