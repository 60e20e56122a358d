"""common/vehicle_days: what each vehicle of the fleet did on a day, those that stood all day too.

All is cut at midnight. The metres balance like an account: those driven on the day are those of the trips that ended on
it, less what these had driven before (carried in), plus what trips still under way have driven so far (carried out).
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import (
    DRIVING_EVENTS,
    co2_kg,
    count,
    day_of,
    driving_events,
    energy,
    number,
    score,
    seconds,
    tenths,
    text,
    unique,
)
from rumbo.lake.tables import Layer, TableSpec

SPEC = TableSpec(
    Layer.COMMON,
    "vehicle_days",
    "one day (UTC) of one vehicle that was in the fleet or drove on it",
    (
        day_of("vehicle_date", "The day."),
        text("vehicle_id", "The vehicle."),
        text("vehicle_key", "The vehicle as it was on the day (dim_vehicle)."),
        text("vehicle_class", "Class of the vehicle.", nullable=True),
        text("fleet", "Fleet that it belonged to.", nullable=True),
        number("distance_m", "m", "Driven on the day."),
        number("carried_in_m", "m", "Driven before the day on the trips under way when it began."),
        number("carried_out_m", "m", "Driven by the day's end on the trips under way then."),
        number("odometer_m", "m", "Odometer as last reported on the day.", nullable=True),
        seconds("duty_s", "Time on trips."),
        seconds("moving_s", "Time in state driving: the driving hours."),
        seconds("stopped_s", "Time standing on trips: waiting and paused."),
        seconds("paused_s", "Of it, paused by a person."),
        seconds("idle_s", "Of it, with the engine on."),
        number("utilisation", "1", "Time on trips as a share of the day."),
        count("trips", "Trips under way on the day."),
        count("trips_begun", "Of them, begun on it."),
        count("trips_arrived", "Trips that arrived on the day."),
        count("trips_late", "Of them, late (see trip_facts)."),
        count("trips_cancelled", "Trips cancelled on the day, those that never began too."),
        count("trips_failed", "Trips that failed on the day."),
        count("stops", "Standstills on trips that began on the day."),
        energy("energy_kwh", "Energy used, less what was recuperated; null where nothing tells."),
        number("co2_tailpipe_kg", "kg", "CO2 out of the vehicle.", nullable=True),
        number("co2_kg", "kg", "CO2 with that of generating the electricity.", nullable=True),
        number("max_speed_mps", "m/s", "Highest reported speed.", nullable=True),
        *DRIVING_EVENTS,
        number(
            "score", "1", "How well it was driven, 0 to 100 (docs/common.md); null under 1 km.", nullable=True
        ),
        count("reports", "Reports of its devices."),
    ),
    ("vehicle_date",),
)

SQL = f"""
WITH fleet AS (
    SELECT vehicle_id, vehicle_key, vehicle_class, fleet, energy, capacity_kwh
    FROM common_dim_vehicle
    WHERE valid_from <= DATE '{{day}}' AND (valid_to IS NULL OR valid_to > DATE '{{day}}')
),
parts AS (
    SELECT
        t.*,
        round(coalesce(
            t.energy_after_kwh - t.energy_before_kwh,
            CASE WHEN t.energy_after_kwh IS NULL THEN (t.level_before - t.level_after) * f.capacity_kwh END
        ), 4) AS energy_kwh
    FROM common_trip_days t
    LEFT JOIN fleet f ON f.vehicle_id = t.vehicle_id
    WHERE t.trip_date = DATE '{{day}}'
),
driven AS (
    SELECT
        vehicle_id,
        max(vehicle_class) AS vehicle_class,
        sum({tenths("distance_m")}) / 1e1 AS distance_m,
        sum(CASE WHEN carried_in = 1 THEN {tenths("distance_before_m")} ELSE 0 END) / 1e1 AS carried_in_m,
        sum(CASE WHEN carried_out = 1 THEN {tenths("distance_after_m")} ELSE 0 END) / 1e1 AS carried_out_m,
        max(odometer_m) AS odometer_m,
        sum(micros_between(begin_at, end_at)) / 1e6 AS duty_s,
        sum(moving_s) AS moving_s,
        sum(waiting_s) + sum(paused_s) AS stopped_s,
        sum(paused_s) AS paused_s,
        sum(idle_s) AS idle_s,
        count(*) AS trips,
        sum(1 - carried_in) AS trips_begun,
        sum(stops) AS stops,
        sum(energy_kwh) AS energy_kwh,
        max(max_speed_mps) AS max_speed_mps,
        sum(overspeed_s) AS overspeed_s,
        sum(overspeeds) AS overspeeds,
        sum(harsh_accelerations) AS harsh_accelerations,
        sum(harsh_brakings) AS harsh_brakings,
        sum(harsh_cornerings) AS harsh_cornerings,
        sum(reports) AS reports
    FROM parts
    GROUP BY vehicle_id
),
ended AS (
    SELECT
        vehicle_id,
        count(*) FILTER (WHERE final_state = 'arrived') AS trips_arrived,
        count(*) FILTER (WHERE is_late = 1) AS trips_late,
        count(*) FILTER (WHERE final_state = 'cancelled') AS trips_cancelled,
        count(*) FILTER (WHERE final_state = 'failed') AS trips_failed
    FROM common_trip_facts
    WHERE end_date = DATE '{{day}}'
    GROUP BY vehicle_id
)
SELECT
    DATE '{{day}}' AS vehicle_date,
    f.vehicle_id,
    f.vehicle_key,
    coalesce(d.vehicle_class, f.vehicle_class) AS vehicle_class,
    f.fleet,
    coalesce(d.distance_m, 0.0) AS distance_m,
    coalesce(d.carried_in_m, 0.0) AS carried_in_m,
    coalesce(d.carried_out_m, 0.0) AS carried_out_m,
    d.odometer_m,
    coalesce(d.duty_s, 0.0) AS duty_s,
    round(coalesce(d.moving_s, 0.0), 6) AS moving_s,
    round(coalesce(d.stopped_s, 0.0), 6) AS stopped_s,
    round(coalesce(d.paused_s, 0.0), 6) AS paused_s,
    round(coalesce(d.idle_s, 0.0), 6) AS idle_s,
    round(coalesce(d.duty_s, 0.0) / 86400, 6) AS utilisation,
    coalesce(d.trips, 0) AS trips,
    coalesce(d.trips_begun, 0) AS trips_begun,
    coalesce(e.trips_arrived, 0) AS trips_arrived,
    coalesce(e.trips_late, 0) AS trips_late,
    coalesce(e.trips_cancelled, 0) AS trips_cancelled,
    coalesce(e.trips_failed, 0) AS trips_failed,
    coalesce(d.stops, 0) AS stops,
    round(d.energy_kwh, 4) AS energy_kwh,
    {co2_kg("f.energy", "d.energy_kwh", grid=False)} AS co2_tailpipe_kg,
    {co2_kg("f.energy", "d.energy_kwh", grid=True)} AS co2_kg,
    d.max_speed_mps,
    {driving_events("d.")},
    {score("d")} AS score,
    coalesce(d.reports, 0) AS reports
FROM fleet f
LEFT JOIN driven d ON d.vehicle_id = f.vehicle_id
LEFT JOIN ended e ON e.vehicle_id = f.vehicle_id
"""

REFINED = Refined(
    SPEC,
    sources=("common_trip_days", "common_trip_facts", "common_dim_vehicle"),
    sql=SQL,
    day="vehicle_date",
    checks=(
        unique("common_vehicle_days", "vehicle_date", "vehicle_id"),
        Check(
            "metres_are_conserved",
            Severity.ERROR,
            "A day's metres are those of trips that ended on it, less those carried in, plus those carried out.",
            """
            SELECT v.vehicle_id, v.distance_m, v.carried_in_m, v.carried_out_m, t.ended_m
            FROM (SELECT * FROM common_vehicle_days WHERE vehicle_date = DATE '{day}') v
            FULL JOIN (
                SELECT vehicle_id, sum(distance_m) AS ended_m
                FROM common_trip_facts WHERE end_date = DATE '{day}' GROUP BY vehicle_id
            ) t ON t.vehicle_id = v.vehicle_id
            WHERE v.vehicle_id IS NULL
                OR abs(v.distance_m - (coalesce(t.ended_m, 0) - v.carried_in_m + v.carried_out_m)) > 0.05
            """,
        ),
        Check(
            "metres_carry_over",
            Severity.WARNING,
            "What a day carries in is what the day before carried out: else the day before was refined again since.",
            """
            SELECT v.vehicle_id, v.carried_in_m, b.carried_out_m
            FROM common_vehicle_days v
            JOIN common_vehicle_days b ON b.vehicle_id = v.vehicle_id AND b.vehicle_date = DATE '{day}' - 1
            WHERE v.vehicle_date = DATE '{day}' AND abs(v.carried_in_m - b.carried_out_m) > 0.05
            """,
        ),
        Check(
            "a_day_has_24_hours",
            Severity.WARNING,
            "No vehicle is on trips for longer than the day.",
            "SELECT * FROM common_vehicle_days WHERE vehicle_date = DATE '{day}' AND utilisation > 1",
        ),
        Check(
            "in_range",
            Severity.ERROR,
            "Times are not negative, a score is 0 to 100.",
            """
            SELECT * FROM common_vehicle_days
            WHERE vehicle_date = DATE '{day}'
                AND (duty_s < 0 OR moving_s < 0 OR stopped_s < 0 OR idle_s < 0 OR score < 0 OR score > 100)
            """,
        ),
    ),
)
