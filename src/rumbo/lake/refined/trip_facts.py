"""common/trip_facts: what each finished trip came to. A trip belongs to the day on which it ended.

So the rows of a day follow from that day and those before it, never from one to come.
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import (
    DRIVING_EVENTS,
    FINAL,
    LATE_AFTER_S,
    LONGEST_TRIP_DAYS,
    co2_kg,
    count,
    day_of,
    driving_events,
    energy,
    moment,
    number,
    seconds,
    text,
    unique,
)
from rumbo.lake.tables import Layer, TableSpec

SPEC = TableSpec(
    Layer.COMMON,
    "trip_facts",
    "one trip that is over",
    (
        day_of("end_date", "Day (UTC) on which it ended."),
        text("trip_id", "The trip."),
        text("vehicle_id", "Its vehicle."),
        text(
            "vehicle_key",
            "The vehicle as it was on the day of the trip's begin (dim_vehicle); a rule lets no null through.",
            nullable=True,
        ),
        text("vehicle_class", "Class of the vehicle.", nullable=True),
        day_of("begin_date", "Day (UTC) of its begin; null where it never began.", nullable=True),
        moment("booked_at", "When dispatch took it on."),
        moment(
            "planned_begin_at",
            "Begin as planned: vehicles leave on time; null where it never left.",
            nullable=True,
        ),
        moment("planned_end_at", "Arrival as first expected.", nullable=True),
        moment("begin_at", "When it began; null where it was cancelled before.", nullable=True),
        moment("end_at", "When it ended."),
        text("final_state", "arrived, cancelled or failed."),
        text("final_reason", "Why it failed; null otherwise.", nullable=True),
        seconds("duration_s", "From begin to end; 0 where it never began."),
        seconds("moving_s", "Time in state driving."),
        seconds("stopped_s", "Time standing: waiting and paused."),
        seconds("paused_s", "Of it, paused by a person."),
        seconds("idle_s", "Of it, with the engine on."),
        count("stops", "Standstills."),
        number("distance_m", "m", "Driven."),
        number("planned_distance_m", "m", "Length of the route as first planned."),
        number("mean_speed_mps", "m/s", "Distance by duration; null without duration.", nullable=True),
        number("mean_moving_speed_mps", "m/s", "Distance by time in state driving.", nullable=True),
        number("max_speed_mps", "m/s", "Highest reported speed; null without reports.", nullable=True),
        *DRIVING_EVENTS,
        energy("energy_kwh", "Energy used, less what was recuperated; null where nothing tells."),
        text(
            "energy_from",
            "Where it was read: used (reported use), level (change of level x capacity).",
            nullable=True,
        ),
        number("co2_tailpipe_kg", "kg", "CO2 out of the vehicle.", nullable=True),
        number("co2_kg", "kg", "CO2 with that of generating the electricity.", nullable=True),
        seconds(
            "delay_s", "End less planned end, negative where early; null unless it arrived.", nullable=True
        ),
        count(
            "is_late",
            f"1 where it arrived more than {LATE_AFTER_S} s late, 0 where not; null unless it arrived.",
            nullable=True,
        ),
        count("reroutes", "Times it was sent another way."),
        count("reports", "Reports of its device."),
        number("begin_lat", "deg", "Latitude of its begin (never begun: of its vehicle).", nullable=False),
        number("begin_lon", "deg", "Longitude of its begin."),
        number("end_lat", "deg", "Latitude of its end."),
        number("end_lon", "deg", "Longitude of its end."),
        text("begin_cell", "H3 cell of its first report.", nullable=True),
        text("end_cell", "H3 cell of its last report.", nullable=True),
    ),
    ("end_date",),
)

SQL = f"""
WITH ended AS (
    SELECT DISTINCT trip_id
    FROM staging_trip_states
    WHERE event_date = DATE '{{day}}' AND state IN ({FINAL})
),
changes AS (
    SELECT s.*
    FROM staging_trip_states s
    JOIN ended e ON e.trip_id = s.trip_id
    WHERE s.event_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}'
),
lives AS (
    SELECT
        trip_id,
        min(vehicle_id) AS vehicle_id,
        min(event_time) AS booked_at,
        min(event_time) FILTER (WHERE state NOT IN ('scheduled', {FINAL})) AS begin_at,
        min(event_time) FILTER (WHERE state IN ({FINAL})) AS end_at,
        min_by(eta, seq) AS planned_end_at,
        min_by(distance_m + remaining_m, seq) AS planned_distance_m,
        max_by(state, seq) AS final_state,
        max_by(coalesce(reason, ''), seq) AS final_reason,
        min_by(lat, seq) AS begin_lat,
        min_by(lon, seq) AS begin_lon,
        max_by(lat, seq) AS end_lat,
        max_by(lon, seq) AS end_lon,
        count(*) FILTER (WHERE reason = 'rerouted') AS reroutes
    FROM changes
    GROUP BY trip_id
),
days AS (
    SELECT
        trip_id,
        min(vehicle_class) AS vehicle_class,
        sum(moving_s) AS moving_s,
        sum(waiting_s) AS waiting_s,
        sum(paused_s) AS paused_s,
        sum(idle_s) AS idle_s,
        sum(stops) AS stops,
        max(distance_after_m) AS distance_m,
        max(max_speed_mps) AS max_speed_mps,
        sum(overspeed_s) AS overspeed_s,
        sum(overspeeds) AS overspeeds,
        sum(harsh_accelerations) AS harsh_accelerations,
        sum(harsh_brakings) AS harsh_brakings,
        sum(harsh_cornerings) AS harsh_cornerings,
        max_by(energy_after_kwh, trip_date) FILTER (WHERE energy_after_kwh IS NOT NULL) AS used_kwh,
        min_by(level_before, trip_date) FILTER (WHERE level_before IS NOT NULL) AS first_level,
        max_by(level_after, trip_date) FILTER (WHERE level_after IS NOT NULL) AS last_level,
        sum(reports) AS reports,
        min_by(first_cell, trip_date) FILTER (WHERE first_cell IS NOT NULL) AS begin_cell,
        max_by(last_cell, trip_date) FILTER (WHERE last_cell IS NOT NULL) AS end_cell
    FROM common_trip_days
    WHERE trip_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}'
    GROUP BY trip_id
),
whole AS (
    SELECT
        l.*,
        micros_between(l.begin_at, l.end_at) / 1e6 AS duration_s,
        coalesce(d.vehicle_class, v.vehicle_class) AS vehicle_class,
        v.vehicle_key,
        v.energy AS energy_kind,
        d.moving_s, d.waiting_s, d.paused_s, d.idle_s, d.stops, d.distance_m, d.max_speed_mps, d.overspeed_s,
        d.overspeeds, d.harsh_accelerations, d.harsh_brakings, d.harsh_cornerings, d.reports, d.begin_cell, d.end_cell,
        d.used_kwh,
        coalesce(d.used_kwh, round((d.first_level - d.last_level) * v.capacity_kwh, 4)) AS energy_kwh
    FROM lives l
    LEFT JOIN days d ON d.trip_id = l.trip_id
    LEFT JOIN common_dim_vehicle v
        ON v.vehicle_id = l.vehicle_id
        AND CAST(coalesce(l.begin_at, l.end_at) AS DATE) >= v.valid_from
        AND (v.valid_to IS NULL OR CAST(coalesce(l.begin_at, l.end_at) AS DATE) < v.valid_to)
)
SELECT
    DATE '{{day}}' AS end_date,
    trip_id,
    vehicle_id,
    vehicle_key,
    vehicle_class,
    CAST(begin_at AS DATE) AS begin_date,
    booked_at,
    begin_at AS planned_begin_at,
    planned_end_at,
    begin_at,
    end_at,
    final_state,
    CASE WHEN final_reason <> '' THEN final_reason END AS final_reason,
    coalesce(duration_s, 0.0) AS duration_s,
    round(coalesce(moving_s, 0.0), 6) AS moving_s,
    round(coalesce(waiting_s + paused_s, 0.0), 6) AS stopped_s,
    round(coalesce(paused_s, 0.0), 6) AS paused_s,
    round(coalesce(idle_s, 0.0), 6) AS idle_s,
    coalesce(stops, 0) AS stops,
    coalesce(distance_m, 0.0) AS distance_m,
    round(planned_distance_m, 1) AS planned_distance_m,
    CASE WHEN duration_s > 0 THEN round(distance_m / duration_s, 3) END AS mean_speed_mps,
    CASE WHEN moving_s > 0 THEN round(distance_m / moving_s, 3) END AS mean_moving_speed_mps,
    max_speed_mps,
    {driving_events("")},
    energy_kwh,
    CASE WHEN used_kwh IS NOT NULL THEN 'used' WHEN energy_kwh IS NOT NULL THEN 'level' END AS energy_from,
    {co2_kg("energy_kind", "energy_kwh", grid=False)} AS co2_tailpipe_kg,
    {co2_kg("energy_kind", "energy_kwh", grid=True)} AS co2_kg,
    CASE WHEN final_state = 'arrived' THEN micros_between(planned_end_at, end_at) / 1e6 END AS delay_s,
    CASE
        WHEN final_state = 'arrived' AND planned_end_at IS NOT NULL
            THEN CASE WHEN micros_between(planned_end_at, end_at) > {LATE_AFTER_S} * 1000000 THEN 1 ELSE 0 END
    END AS is_late,
    reroutes,
    coalesce(reports, 0) AS reports,
    begin_lat,
    begin_lon,
    end_lat,
    end_lon,
    begin_cell,
    end_cell
FROM whole
"""

REFINED = Refined(
    SPEC,
    sources=("staging_trip_states", "common_trip_days", "common_dim_vehicle"),
    sql=SQL,
    day="end_date",
    checks=(
        unique("common_trip_facts", "end_date", "trip_id"),
        Check(
            "vehicle_known",
            Severity.ERROR,
            "Each trip's vehicle is in dim_vehicle, as it was when the trip began.",
            """
            SELECT t.* FROM common_trip_facts t
            LEFT JOIN common_dim_vehicle v ON v.vehicle_id = t.vehicle_id AND v.vehicle_key = t.vehicle_key
            WHERE t.end_date = DATE '{day}' AND v.vehicle_id IS NULL
            """,
        ),
        Check(
            "in_order",
            Severity.ERROR,
            "A trip is booked, begins and ends in this order, and nothing of it is negative.",
            """
            SELECT * FROM common_trip_facts
            WHERE end_date = DATE '{day}'
                AND (booked_at > end_at OR begin_at < booked_at OR begin_at > end_at OR distance_m < 0)
            """,
        ),
        Check(
            "all_its_days",
            Severity.WARNING,
            "A trip's parts add up to its time: else a day on which it was under way is not refined.",
            """
            SELECT * FROM common_trip_facts
            WHERE end_date = DATE '{day}' AND abs(moving_s + stopped_s - duration_s) > 0.001
            """,
        ),
        Check(
            "as_far_as_planned",
            Severity.WARNING,
            "A trip that arrived by the planned way is as long as planned, to 1 % and 20 m.",
            """
            SELECT * FROM common_trip_facts
            WHERE end_date = DATE '{day}' AND final_state = 'arrived' AND reroutes = 0
                AND abs(distance_m - planned_distance_m) > 20 + planned_distance_m / 100
            """,
        ),
        Check(
            "plausible",
            Severity.WARNING,
            "Nobody drives faster than 300 km/h or gains energy on a trip.",
            """
            SELECT * FROM common_trip_facts
            WHERE end_date = DATE '{day}' AND (mean_speed_mps > 83.4 OR max_speed_mps > 83.4 OR energy_kwh < 0)
            """,
        ),
    ),
)
