"""common/trip_days: what each trip did on a day, cut at midnight. Trips and vehicles' days are sums of its rows.

Times and standstills come from the trip's state changes, which dispatch tells exactly; speeds, energy and cells from
the device's reports. A trip's distance at midnight is what had been told of it by then, so the metres of its days add
up to those of the trip.
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import (
    FINAL,
    GOOD_FIX,
    LONGEST_TRIP_DAYS,
    OFF_AFTER_S,
    count,
    day_of,
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
    "trip_days",
    "one day (UTC) of one trip that was under way on it",
    (
        day_of("trip_date", "The day."),
        text("trip_id", "The trip."),
        text("vehicle_id", "Its vehicle."),
        text(
            "vehicle_class", "Class that its reports name; null without reports on that day.", nullable=True
        ),
        moment("begin_at", "When the trip began, midnight where it had begun before."),
        moment("end_at", "When the trip ended, the next midnight where it went on."),
        count("carried_in", "1 where the trip had begun before the day, else 0."),
        count("carried_out", "1 where the trip went on after the day, else 0."),
        seconds("moving_s", "Time in state driving."),
        seconds("waiting_s", "Time in state waiting, whatever for."),
        seconds("paused_s", "Time in state paused."),
        seconds(
            "idle_s",
            f"Standing with the engine on: waits in traffic, and {OFF_AFTER_S} s of each other stand.",
        ),
        count("stops", "Standstills that began on the day."),
        number("distance_before_m", "m", "Driven on the trip before the day."),
        number("distance_after_m", "m", "Driven on the trip by the day's end."),
        number("distance_m", "m", "Driven on the day: the difference."),
        energy(
            "energy_before_kwh", "Used on the trip before the day, as reported; null where never reported."
        ),
        energy(
            "energy_after_kwh", "Used on the trip by the day's end, as reported; null where never reported."
        ),
        number(
            "level_before",
            "1",
            "Fuel or charge, share of full, at the begin or last reported before.",
            nullable=True,
        ),
        number("level_after", "1", "Fuel or charge, share of full, as last reported.", nullable=True),
        number("odometer_m", "m", "Odometer as last reported.", nullable=True),
        count("reports", "Reports of the day."),
        number("max_speed_mps", "m/s", "Highest reported speed.", nullable=True),
        seconds("overspeed_s", "Time in overspeed events (see driving_events)."),
        count("overspeeds", "Overspeed events."),
        count("harsh_accelerations", "Harsh accelerations (see driving_events)."),
        count("harsh_brakings", "Harsh brakings."),
        count("harsh_cornerings", "Harsh cornerings."),
        text("first_cell", "H3 cell of the day's first report with a good fix.", nullable=True),
        text("last_cell", "H3 cell of the day's last report with a good fix.", nullable=True),
    ),
    ("trip_date",),
)

SQL = f"""
WITH changes AS (
    SELECT trip_id, vehicle_id, seq, event_time, state, previous_state, reason, distance_m
    FROM staging_trip_states
    WHERE event_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}'
),
lives AS (
    SELECT
        trip_id,
        min(vehicle_id) AS vehicle_id,
        min(event_time) FILTER (WHERE state NOT IN ('scheduled', {FINAL})) AS begin_at,
        min(event_time) FILTER (WHERE state IN ({FINAL})) AS end_at,
        max(distance_m) AS told_m,
        max(distance_m) FILTER (WHERE event_time < midnight(DATE '{{day}}')) AS told_before_m
    FROM changes
    GROUP BY trip_id
),
under_way AS (
    SELECT
        trip_id, vehicle_id, told_m, told_before_m,
        greatest(begin_at, midnight(DATE '{{day}}')) AS begin_at,
        least(coalesce(end_at, midnight(DATE '{{day}}' + 1)), midnight(DATE '{{day}}' + 1)) AS end_at,
        CASE WHEN begin_at < midnight(DATE '{{day}}') THEN 1 ELSE 0 END AS carried_in,
        CASE WHEN end_at IS NULL THEN 1 ELSE 0 END AS carried_out
    FROM lives
    WHERE begin_at IS NOT NULL AND (end_at IS NULL OR end_at >= midnight(DATE '{{day}}'))
),
stretches AS (
    SELECT
        trip_id, state, reason, event_time,
        greatest(event_time, midnight(DATE '{{day}}')) AS begin_at,
        coalesce(lead(event_time) OVER (PARTITION BY trip_id ORDER BY seq), midnight(DATE '{{day}}' + 1)) AS end_at
    FROM changes
    WHERE previous_state IS NULL OR state <> previous_state
),
times AS (
    SELECT
        trip_id,
        sum(CASE WHEN state = 'driving' THEN micros_between(begin_at, end_at) ELSE 0 END) AS moving_us,
        sum(CASE WHEN state = 'waiting' THEN micros_between(begin_at, end_at) ELSE 0 END) AS waiting_us,
        sum(CASE WHEN state = 'paused' THEN micros_between(begin_at, end_at) ELSE 0 END) AS paused_us,
        sum(
            CASE
                WHEN state = 'waiting' AND reason <> 'dwell' THEN micros_between(begin_at, end_at)
                WHEN state IN ('waiting', 'paused') AND begin_at < event_time + INTERVAL '{OFF_AFTER_S}' SECOND
                    THEN micros_between(begin_at, least(end_at, event_time + INTERVAL '{OFF_AFTER_S}' SECOND))
                ELSE 0
            END
        ) AS idle_us,
        sum(
            CASE WHEN state IN ('waiting', 'paused') AND event_time >= midnight(DATE '{{day}}') THEN 1 ELSE 0 END
        ) AS stops
    FROM stretches
    WHERE begin_at < end_at
    GROUP BY trip_id
),
reports AS (
    SELECT
        trip_id,
        count(*) AS reports,
        min(vehicle_class) AS vehicle_class,
        max(distance_m) AS told_m,
        max(odometer_m) AS odometer_m,
        max(speed_mps) AS max_speed_mps,
        max_by(energy_used_kwh, seq) FILTER (WHERE energy_used_kwh IS NOT NULL) AS energy_kwh,
        min_by(energy_level, seq) AS first_level,
        max_by(energy_level, seq) AS last_level,
        min_by(h3_cell, seq) FILTER (WHERE {GOOD_FIX}) AS first_cell,
        max_by(h3_cell, seq) FILTER (WHERE {GOOD_FIX}) AS last_cell
    FROM staging_positions
    WHERE event_date = DATE '{{day}}'
    GROUP BY trip_id
),
earlier AS (
    SELECT
        trip_id,
        max(distance_after_m) AS distance_m,
        max_by(energy_after_kwh, trip_date) FILTER (WHERE energy_after_kwh IS NOT NULL) AS energy_kwh,
        max_by(level_after, trip_date) FILTER (WHERE level_after IS NOT NULL) AS last_level
    FROM common_trip_days
    WHERE trip_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}' - 1
    GROUP BY trip_id
),
events AS (
    SELECT
        trip_id,
        sum(CASE WHEN kind = 'overspeed' THEN duration_s ELSE 0 END) AS overspeed_s,
        count(*) FILTER (WHERE kind = 'overspeed') AS overspeeds,
        count(*) FILTER (WHERE kind = 'harsh_acceleration') AS harsh_accelerations,
        count(*) FILTER (WHERE kind = 'harsh_braking') AS harsh_brakings,
        count(*) FILTER (WHERE kind = 'harsh_cornering') AS harsh_cornerings
    FROM common_driving_events
    WHERE event_date = DATE '{{day}}'
    GROUP BY trip_id
),
whole AS (
    SELECT
        w.*,
        coalesce(e.distance_m, CASE WHEN w.carried_in = 1 THEN w.told_before_m END, 0.0) AS distance_before_m,
        greatest(w.told_m, coalesce(r.told_m, 0.0), coalesce(e.distance_m, 0.0)) AS distance_after_m,
        CASE WHEN w.carried_in = 1 THEN e.energy_kwh WHEN r.energy_kwh IS NOT NULL THEN 0.0 END AS energy_before_kwh,
        coalesce(r.energy_kwh, e.energy_kwh) AS energy_after_kwh,
        coalesce(e.last_level, r.first_level) AS level_before,
        coalesce(r.last_level, e.last_level) AS level_after,
        r.vehicle_class, r.odometer_m, r.reports, r.max_speed_mps, r.first_cell, r.last_cell
    FROM under_way w
    LEFT JOIN reports r ON r.trip_id = w.trip_id
    LEFT JOIN earlier e ON e.trip_id = w.trip_id
)
SELECT
    DATE '{{day}}' AS trip_date,
    w.trip_id,
    w.vehicle_id,
    w.vehicle_class,
    w.begin_at,
    w.end_at,
    w.carried_in,
    w.carried_out,
    coalesce(t.moving_us, 0) / 1e6 AS moving_s,
    coalesce(t.waiting_us, 0) / 1e6 AS waiting_s,
    coalesce(t.paused_us, 0) / 1e6 AS paused_s,
    coalesce(t.idle_us, 0) / 1e6 AS idle_s,
    coalesce(t.stops, 0) AS stops,
    w.distance_before_m,
    w.distance_after_m,
    round(w.distance_after_m - w.distance_before_m, 1) AS distance_m,
    w.energy_before_kwh,
    w.energy_after_kwh,
    w.level_before,
    w.level_after,
    w.odometer_m,
    coalesce(w.reports, 0) AS reports,
    w.max_speed_mps,
    round(coalesce(v.overspeed_s, 0.0), 3) AS overspeed_s,
    coalesce(v.overspeeds, 0) AS overspeeds,
    coalesce(v.harsh_accelerations, 0) AS harsh_accelerations,
    coalesce(v.harsh_brakings, 0) AS harsh_brakings,
    coalesce(v.harsh_cornerings, 0) AS harsh_cornerings,
    w.first_cell,
    w.last_cell
FROM whole w
LEFT JOIN times t ON t.trip_id = w.trip_id
LEFT JOIN events v ON v.trip_id = w.trip_id
"""

REFINED = Refined(
    SPEC,
    sources=("staging_trip_states", "staging_positions", "common_driving_events", "common_trip_days"),
    sql=SQL,
    day="trip_date",
    checks=(
        unique("common_trip_days", "trip_date", "trip_id"),
        Check(
            "time_is_conserved",
            Severity.ERROR,
            "Moving, waiting and paused time add up to the time from begin to end.",
            """
            SELECT * FROM common_trip_days
            WHERE trip_date = DATE '{day}'
                AND abs(moving_s + waiting_s + paused_s - micros_between(begin_at, end_at) / 1e6) > 0.001
            """,
        ),
        Check(
            "within_the_day",
            Severity.ERROR,
            "A part of a trip lies within its day and has a length.",
            """
            SELECT * FROM common_trip_days
            WHERE trip_date = DATE '{day}'
                AND NOT (begin_at >= midnight(trip_date) AND begin_at <= end_at AND end_at <= midnight(trip_date + 1))
            """,
        ),
        Check(
            "no_way_back",
            Severity.WARNING,
            "A trip's distance never falls.",
            "SELECT * FROM common_trip_days WHERE trip_date = DATE '{day}' AND distance_m < 0",
        ),
        Check(
            "reports_seen",
            Severity.WARNING,
            "A trip that drove for more than a minute has reports.",
            "SELECT * FROM common_trip_days WHERE trip_date = DATE '{day}' AND moving_s > 60 AND reports = 0",
        ),
    ),
)
