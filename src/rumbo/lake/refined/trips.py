"""staging/trips: every trip with the history of its states. A trip belongs to the day on which it was booked.

So a change on a later day changes the row of an earlier one: `reopens` names the days.
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import FINAL, LONGEST_TRIP_DAYS, count, day_of, moment, number, text, unique
from rumbo.lake.tables import Layer, TableSpec

SPEC = TableSpec(
    Layer.STAGING,
    "trips",
    "one trip",
    (
        day_of("booked_date", "Day (UTC) of the trip's first state change."),
        text("trip_id", "The trip."),
        text("vehicle_id", "Its vehicle."),
        moment("booked_at", "Its first state change."),
        moment("begin_at", "When it began to drive; null where it has not.", nullable=True),
        moment("end_at", "When it ended; null where it has not.", nullable=True),
        text("state", "Its last state that is known."),
        text("reason", "The reason of the last change, where it has one.", nullable=True),
        count("is_over", "1 where the last state is a final one, else 0."),
        count("changes", "Number of state changes."),
        count("is_whole", "1 where none of the changes up to the last is missing, else 0."),
        number("distance_m", "m", "Driven by the last change."),
        text(
            "history",
            "The state changes in order, a JSON array of objects: seq, state, reason, at_ms"
            " (ms since the Unix epoch), lat, lon, distance_m.",
        ),
    ),
    ("booked_date",),
)

_EPOCH = "midnight(DATE '1970-01-01')"
_CHANGE = f"""concat(
            lpad(CAST(seq AS STRING), 9, '0'),
            '{{"seq":', CAST(seq AS STRING), ',"state":"', state, '","reason":',
            CASE WHEN reason IS NULL THEN 'null' ELSE concat('"', reason, '"') END,
            ',"at_ms":', CAST(CAST(round(micros_between({_EPOCH}, event_time) / 1e3) AS BIGINT) AS STRING),
            ',"lat":', CAST(CAST(lat AS DECIMAL(10, 7)) AS STRING),
            ',"lon":', CAST(CAST(lon AS DECIMAL(10, 7)) AS STRING),
            ',"distance_m":', CAST(CAST(distance_m AS DECIMAL(18, 1)) AS STRING), '}}'
        )"""

# What changed on the day or later tells which trips; the days before tell which of them are older.
SQL = f"""
WITH changes AS (
    SELECT *
    FROM staging_trip_states
    WHERE event_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}' + {LONGEST_TRIP_DAYS}
),
trips AS (
    SELECT
        trip_id,
        min(vehicle_id) AS vehicle_id,
        min(event_time) AS booked_at,
        min(event_time) FILTER (WHERE state NOT IN ('scheduled', {FINAL})) AS begin_at,
        min(event_time) FILTER (WHERE state IN ({FINAL})) AS end_at,
        max_by(state, seq) AS state,
        max(seq) AS last_seq,
        count(*) AS changes,
        max(distance_m) AS distance_m,
        joined(array_agg({_CHANGE})) AS history
    FROM changes
    GROUP BY trip_id
),
reasons AS (
    SELECT c.trip_id AS reason_of, c.reason FROM changes c JOIN trips t ON t.trip_id = c.trip_id AND t.last_seq = c.seq
)
SELECT
    CAST(booked_at AS DATE) AS booked_date,
    trip_id, vehicle_id, booked_at, begin_at, end_at, state, reason,
    CASE WHEN state IN ({FINAL}) THEN 1 ELSE 0 END AS is_over,
    changes,
    CASE WHEN changes = last_seq + 1 THEN 1 ELSE 0 END AS is_whole,
    distance_m,
    concat('[', history, ']') AS history
FROM trips
LEFT JOIN reasons ON reason_of = trip_id
WHERE booked_at >= midnight(DATE '{{day}}') AND booked_at < midnight(DATE '{{day}}' + 1)
"""

REOPENS = f"""
SELECT DISTINCT before.event_date
FROM staging_trip_states AS before
JOIN (SELECT DISTINCT trip_id FROM staging_trip_states WHERE event_date = DATE '{{day}}') AS changed
    ON changed.trip_id = before.trip_id
WHERE before.event_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}' - 1 AND before.seq = 0
"""

REFINED = Refined(
    SPEC,
    sources=("staging_trip_states",),
    sql=SQL,
    day="booked_date",
    reopens=REOPENS,
    checks=(
        unique("staging_trips", "booked_date", "trip_id"),
        Check(
            "times_in_order",
            Severity.ERROR,
            "A trip is booked, begins and ends, in this order.",
            """
            SELECT * FROM staging_trips
            WHERE booked_date = DATE '{day}' AND (begin_at < booked_at OR end_at < booked_at OR end_at < begin_at)
            """,
        ),
        Check(
            "whole",
            Severity.WARNING,
            "No change of a trip's state is missing.",
            "SELECT * FROM staging_trips WHERE booked_date = DATE '{day}' AND is_whole = 0",
        ),
    ),
)
