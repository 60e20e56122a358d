"""common/driving_events: harsh acceleration, braking and cornering, overspeed, idling, read off the reports.

The thresholds are those of the stream's alerts (`domain.alert_rules`): what the stream tells at once, the table tells
of every report that came at last, late ones too. Reports in a row that pass a threshold are one event.
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import count, day_of, moment, number, seconds, text, unique
from rumbo.lake.tables import Layer, TableSpec

SPEC = TableSpec(
    Layer.COMMON,
    "driving_events",
    "one run of a trip's reports that pass a threshold, cut at midnight (UTC)",
    (
        day_of("event_date", "Day of the event."),
        text("vehicle_id", "The vehicle."),
        text("trip_id", "The trip."),
        text("kind", "harsh_acceleration, harsh_braking, harsh_cornering, overspeed or idling."),
        moment("begin_at", "Time of its first report."),
        moment("end_at", "Time of the report after its last, of its last where none came soon."),
        seconds("duration_s", "From begin to end."),
        count("first_seq", "Number of its first report within the trip."),
        count("last_seq", "Number of its last report."),
        count("reports", "Reports that pass the threshold."),
        number(
            "peak", "by kind", "Greatest value: m/s² of the harsh ones, m/s above the limit, s of idling."
        ),
        number("threshold", "by kind", "What had to be passed, in the same unit."),
        number("max_speed_mps", "m/s", "Highest speed."),
        number(
            "limit_mps",
            "m/s",
            "Speed limit at its first report; null where the map knows none.",
            nullable=True,
        ),
        text("road_name", "Road at its first report; empty where it has none."),
        text("road_class", "Class of that road."),
        text("edge_id", "Road edge at its first report.", nullable=True),
        text("h3_cell", "H3 cell of its first report.", nullable=True),
        number("lat", "deg", "Latitude of its first report, WGS 84."),
        number("lon", "deg", "Longitude of its first report, WGS 84."),
    ),
    ("event_date",),
)

MOST_TURNING_S = 5
"""Over a longer time a change of heading tells nothing of a bend."""
LONGEST_STEP_S = 120
"""A report stands for the time to the next one of its trip. A longer silence ends an event, and is no part of it."""
RADIANS = "0.017453292519943295"

_RULES = (
    ("harsh_acceleration", "acceleration_mps2", 2.5, 0.0),
    ("harsh_braking", "-acceleration_mps2", 3.0, 0.0),
    ("harsh_cornering", "lateral_mps2", 3.0, 0.0),
    ("overspeed", "over_mps", 1.4, 5.0),
    ("idling", "idle", 0.0, 300.0),
)
"""Kind, value, least value, least duration in s."""
STILL = 0.5
_KINDS = ", ".join(f"('{kind}', {least!r}e0, {least_s!r}e0)" for kind, _, least, least_s in _RULES)
_ANY = " OR ".join(f"{value} >= {least!r}e0" for _, value, least, _ in _RULES)
_VALUES = " ".join(f"WHEN '{kind}' THEN {value}" for kind, value, _, _ in _RULES)

# Of many reports few pass a threshold: only those are looked at kind by kind.
SQL = f"""
WITH steps AS (
    SELECT
        vehicle_id, trip_id, seq, event_time, speed_mps, acceleration_mps2, speed_limit_mps, ignition,
        road_name, road_class, edge_id, h3_cell, lat, lon,
        lead(event_time) OVER (PARTITION BY trip_id ORDER BY seq) AS next_at,
        micros_between(lag(event_time) OVER (PARTITION BY trip_id ORDER BY seq), event_time) / 1e6 AS since_s,
        abs((heading_deg - lag(heading_deg) OVER (PARTITION BY trip_id ORDER BY seq) + 540) % 360 - 180) AS turned_deg
    FROM staging_positions
    WHERE event_date = DATE '{{day}}'
),
measured AS (
    SELECT
        *,
        CASE
            WHEN since_s > 0 AND since_s <= {MOST_TURNING_S}
                THEN round(speed_mps * turned_deg * {RADIANS} / since_s, 3)
        END AS lateral_mps2,
        round(speed_mps - speed_limit_mps, 2) AS over_mps,
        CASE WHEN speed_mps < {STILL} AND ignition = 'on' THEN 0.0 END AS idle,
        CASE
            WHEN next_at > event_time AND next_at <= event_time + INTERVAL '{LONGEST_STEP_S}' SECOND THEN next_at
            ELSE event_time
        END AS until_at
    FROM steps
),
judged AS (
    SELECT
        s.*, k.kind, k.threshold, k.least_s,
        CASE k.kind {_VALUES} END AS value
    FROM (SELECT * FROM measured WHERE {_ANY}) s
    CROSS JOIN (VALUES {_KINDS}) AS k (kind, threshold, least_s)
),
flagged AS (
    SELECT *, lag(until_at) OVER (PARTITION BY trip_id, kind ORDER BY seq) AS before_until_at
    FROM judged
    WHERE value >= threshold
),
numbered AS (
    SELECT
        *,
        sum(CASE WHEN before_until_at = event_time THEN 0 ELSE 1 END)
            OVER (PARTITION BY trip_id, kind ORDER BY seq) AS run
    FROM flagged
),
runs AS (
    SELECT
        vehicle_id, trip_id, kind, threshold, least_s,
        min(event_time) AS begin_at,
        max(until_at) AS end_at,
        min(seq) AS first_seq,
        max(seq) AS last_seq,
        count(*) AS reports,
        max(value) AS value,
        max(speed_mps) AS max_speed_mps,
        min_by(speed_limit_mps, seq) AS limit_mps,
        min_by(road_name, seq) AS road_name,
        min_by(road_class, seq) AS road_class,
        min_by(edge_id, seq) AS edge_id,
        min_by(h3_cell, seq) AS h3_cell,
        min_by(lat, seq) AS lat,
        min_by(lon, seq) AS lon
    FROM numbered
    GROUP BY vehicle_id, trip_id, kind, threshold, least_s, run
)
SELECT
    DATE '{{day}}' AS event_date,
    vehicle_id,
    trip_id,
    kind,
    begin_at,
    end_at,
    micros_between(begin_at, end_at) / 1e6 AS duration_s,
    first_seq,
    last_seq,
    reports,
    CASE WHEN kind = 'idling' THEN micros_between(begin_at, end_at) / 1e6 ELSE value END AS peak,
    CASE WHEN kind = 'idling' THEN least_s ELSE threshold END AS threshold,
    max_speed_mps,
    limit_mps,
    road_name,
    road_class,
    edge_id,
    h3_cell,
    lat,
    lon
FROM runs
WHERE micros_between(begin_at, end_at) >= least_s * 1e6
"""

REFINED = Refined(
    SPEC,
    sources=("staging_positions",),
    sql=SQL,
    day="event_date",
    checks=(
        unique("common_driving_events", "event_date", "trip_id", "kind", "first_seq"),
        Check(
            "passes_its_threshold",
            Severity.ERROR,
            "An event's greatest value passes its threshold.",
            "SELECT * FROM common_driving_events WHERE event_date = DATE '{day}' AND peak < threshold",
        ),
        Check(
            "plausible",
            Severity.WARNING,
            "Nobody brakes, turns or speeds up harder than tyres hold (1.2 g).",
            """
            SELECT * FROM common_driving_events
            WHERE event_date = DATE '{day}' AND kind NOT IN ('overspeed', 'idling') AND peak > 11.8
            """,
        ),
    ),
)
