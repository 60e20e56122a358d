"""common/stops: where vehicles stood, and why: on a trip in traffic, for a dwell or a pause, and parked between trips.

From the trips' state changes, which dispatch tells exactly. A stay that lasts over midnight has a row on each day.
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import (
    FINAL,
    LONGEST_TRIP_DAYS,
    count,
    day_of,
    moment,
    number,
    seconds,
    text,
    unique,
)
from rumbo.lake.tables import Layer, TableSpec

SPEC = TableSpec(
    Layer.COMMON,
    "stops",
    "one stay of a vehicle in one place for one reason, cut at midnight (UTC)",
    (
        day_of("stop_date", "Day of this part of the stay."),
        text("vehicle_id", "The vehicle."),
        text("trip_id", "The trip that it stands on; parked: the trip that brought it there."),
        text(
            "reason",
            "Why: signal, queue, stop_sign, give_way, crossing or dwell (state waiting), paused, parked.",
        ),
        moment("stay_began_at", "When the whole stay began; names it on each of its days."),
        moment("begin_at", "Begin of this part: of the stay, or midnight."),
        moment("end_at", "End of this part: of the stay, or the next midnight."),
        count("goes_on", "1 where the vehicle still stood at the next midnight, else 0."),
        seconds("duration_s", "Length of this part."),
        number("lat", "deg", "Latitude, WGS 84."),
        number("lon", "deg", "Longitude, WGS 84."),
    ),
    ("stop_date",),
)

SQL = f"""
WITH changes AS (
    SELECT trip_id, vehicle_id, seq, event_time, state, previous_state, reason, lat, lon
    FROM staging_trip_states
    WHERE event_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}'
),
stretches AS (
    SELECT
        vehicle_id, trip_id, seq, state, reason, lat, lon,
        event_time AS stay_began_at,
        lead(event_time) OVER (PARTITION BY trip_id ORDER BY seq) AS stay_ended_at
    FROM changes
    WHERE previous_state IS NULL OR state <> previous_state
),
lives AS (
    SELECT
        trip_id,
        min(vehicle_id) AS vehicle_id,
        min(event_time) FILTER (WHERE state NOT IN ('scheduled', {FINAL})) AS begin_at,
        min(event_time) FILTER (WHERE state IN ({FINAL})) AS end_at,
        max_by(lat, seq) AS lat,
        max_by(lon, seq) AS lon
    FROM changes
    GROUP BY trip_id
),
parked AS (
    SELECT
        vehicle_id, trip_id, lat, lon,
        end_at AS stay_began_at,
        lead(begin_at) OVER (PARTITION BY vehicle_id ORDER BY begin_at, trip_id) AS stay_ended_at
    FROM lives
    WHERE begin_at IS NOT NULL
),
stays AS (
    SELECT
        vehicle_id, trip_id, CASE WHEN state = 'paused' THEN 'paused' ELSE reason END AS reason,
        stay_began_at, stay_ended_at, lat, lon
    FROM stretches
    WHERE state IN ('waiting', 'paused')
    UNION ALL
    SELECT vehicle_id, trip_id, 'parked' AS reason, stay_began_at, stay_ended_at, lat, lon
    FROM parked
    WHERE stay_began_at IS NOT NULL
),
parts AS (
    SELECT
        *,
        greatest(stay_began_at, midnight(DATE '{{day}}')) AS begin_at,
        coalesce(stay_ended_at, midnight(DATE '{{day}}' + 1)) AS end_at,
        CASE WHEN stay_ended_at IS NULL THEN 1 ELSE 0 END AS goes_on
    FROM stays
)
SELECT
    DATE '{{day}}' AS stop_date,
    vehicle_id,
    trip_id,
    reason,
    stay_began_at,
    begin_at,
    end_at,
    goes_on,
    micros_between(begin_at, end_at) / 1e6 AS duration_s,
    lat,
    lon
FROM parts
WHERE begin_at < end_at
"""

REFINED = Refined(
    SPEC,
    sources=("staging_trip_states",),
    sql=SQL,
    day="stop_date",
    checks=(
        unique("common_stops", "stop_date", "vehicle_id", "begin_at"),
        Check(
            "within_the_day",
            Severity.ERROR,
            "A part of a stay lies within its day and has a length.",
            """
            SELECT * FROM common_stops
            WHERE stop_date = DATE '{day}'
                AND NOT (begin_at >= midnight(stop_date) AND duration_s > 0 AND end_at <= midnight(stop_date + 1))
            """,
        ),
        Check(
            "one_at_a_time",
            Severity.WARNING,
            "A vehicle is in one place at a time.",
            """
            SELECT * FROM (
                SELECT *, lead(begin_at) OVER (PARTITION BY vehicle_id ORDER BY begin_at, end_at) AS next_begin_at
                FROM common_stops WHERE stop_date = DATE '{day}'
            ) AS ordered
            WHERE next_begin_at < end_at
            """,
        ),
    ),
)
