"""staging/positions: the reports of the devices, each once, in order, with what is odd about it.

Of a report that landed several times the copy with the lowest Kafka offset stands. Where there are several odd things
about a report it is kept all the same: the flags say so, and whoever reads decides. A flag compares a report with the
one before it (by seq) or with what dispatch tells of its trip, so it needs no knowledge of how a device failed.
"""

from __future__ import annotations

from rumbo.events.fields import POSITION
from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import FINAL, LONGEST_TRIP_DAYS, count, number, text, unique
from rumbo.lake.tables import COORDINATES, EVENT_DATE, LANDED_EVENTS, Layer, TableSpec

LATE_REPORT_S = 60
"""A report that comes so long after a newer one of its trip is late."""
OUTSIDE_TRIP_S = 60
"""A device that reports so long before its trip's begin, or after its end, has a wrong clock."""
STANDING_M = 5.0
"""Driven so far, a receiver cannot give the same fix to seven decimals again."""
JUMP_M = 100.0
"""Beside three times the accuracy of both fixes: a straight line cannot be longer than the way by more than this."""
M_A_DEGREE = 111_194.93
"""Metres of a degree of latitude on a sphere of 6,371.0088 km (IUGG mean radius)."""

_LANDED = {column.name: column for column in LANDED_EVENTS[POSITION.topic].columns}
_TAKEN = (*POSITION.names, *(column.name for column in COORDINATES), EVENT_DATE)

SPEC = TableSpec(
    Layer.STAGING,
    "positions",
    "one report of a vehicle's device",
    (
        *(_LANDED[name] for name in POSITION.names),
        text("h3_cell", "H3 cell of resolution 9 (about 0.1 km²) that the fix lies in, in hexadecimal."),
        text(
            "edge_id",
            "Road between two junctions, in the direction of driving: `way:from-to`, the ids of OpenStreetMap's way"
            " and nodes; null where no built region has a road within 30 m of the fix.",
            nullable=True,
        ),
        count("copies", "So often the report landed: 1, or more where it was sent again."),
        number(
            "behind_s", "s", "It was recorded so long before the newest report of its trip that came before."
        ),
        count("is_late", f"1 where it came {LATE_REPORT_S} s or more behind a newer one, else 0."),
        count("is_out_of_order", "1 where a report with a higher seq came before it, else 0."),
        count("is_gap", "1 where the report before it (by seq) is not there, else 0."),
        count("is_jump", "1 where its fix is further from the one before than the vehicle drove, else 0."),
        count("is_frozen", "1 where its fix is that of the one before although the vehicle drove, else 0."),
        count(
            "is_clock_off",
            "1 where its time is before that of the one before, before its trip's begin or after its end, else 0.",
        ),
        *COORDINATES,
        _LANDED[EVENT_DATE],
    ),
    (EVENT_DATE,),
    ("event_time",),
)

_BY_ARRIVAL = "(PARTITION BY trip_id ORDER BY kafka_offset, kafka_topic, kafka_partition{rows})"
_ARRIVED = _BY_ARRIVAL.format(rows=" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING")
_BY_SEQ = "(PARTITION BY trip_id ORDER BY seq, kafka_offset, kafka_topic, kafka_partition)"
_BEFORE = "(PARTITION BY trip_id ORDER BY seq)"

# One shuffle, by trip: all windows are within a trip. Two sorts: as the reports came, and as they were recorded.
SQL = f"""
WITH lives AS (
    SELECT
        trip_id AS life_of,
        min(event_time) FILTER (WHERE state NOT IN ('scheduled', {FINAL})) AS begin_at,
        min(event_time) FILTER (WHERE state IN ({FINAL})) AS end_at
    FROM staging_trip_states
    WHERE event_date BETWEEN DATE '{{day}}' - {LONGEST_TRIP_DAYS} AND DATE '{{day}}'
    GROUP BY trip_id
),
landed AS (
    SELECT {", ".join(_TAKEN)}
    FROM landing_positions
    WHERE event_date = DATE '{{day}}'
),
arrived AS (
    SELECT *, max(seq) OVER {_ARRIVED} AS newest_seq, max(event_time) OVER {_ARRIVED} AS newest_at
    FROM landed
),
ordered AS (
    SELECT *, lag(seq) OVER {_BY_SEQ} AS copied_seq
    FROM arrived
),
counted AS (
    SELECT *, count(*) OVER (PARTITION BY trip_id, seq) AS copies
    FROM ordered
),
steps AS (
    SELECT
        *,
        lag(seq) OVER {_BEFORE} AS last_seq,
        lag(event_time) OVER {_BEFORE} AS last_at,
        lag(lat) OVER {_BEFORE} AS last_lat,
        lag(lon) OVER {_BEFORE} AS last_lon,
        lag(distance_m) OVER {_BEFORE} AS last_m,
        lag(accuracy_m) OVER {_BEFORE} AS last_accuracy_m
    FROM counted
    WHERE copied_seq IS DISTINCT FROM seq
),
placed AS (
    SELECT
        *,
        (lat - last_lat) * {M_A_DEGREE} AS north_m,
        ((lon - last_lon + 540) % 360 - 180) * cos(radians(lat)) * {M_A_DEGREE} AS east_m,
        distance_m - last_m + 3 * (accuracy_m + last_accuracy_m) + {JUMP_M} AS reach_m,
        greatest(micros_between(event_time, newest_at), 0) / 1e6 AS behind_s
    FROM steps
)
SELECT
    {", ".join(POSITION.names)},
    h3_cell(lat, lon) AS h3_cell,
    road_edge(lat, lon, heading_deg, speed_mps, road_name, road_class) AS edge_id,
    copies,
    coalesce(behind_s, 0.0) AS behind_s,
    CASE WHEN behind_s >= {LATE_REPORT_S} THEN 1 ELSE 0 END AS is_late,
    CASE WHEN newest_seq > seq THEN 1 ELSE 0 END AS is_out_of_order,
    CASE WHEN seq > last_seq + 1 THEN 1 ELSE 0 END AS is_gap,
    CASE WHEN north_m * north_m + east_m * east_m > reach_m * reach_m THEN 1 ELSE 0 END AS is_jump,
    CASE WHEN lat = last_lat AND lon = last_lon AND distance_m - last_m > {STANDING_M} THEN 1 ELSE 0 END AS is_frozen,
    CASE
        WHEN event_time < last_at OR event_time < begin_at - INTERVAL '{OUTSIDE_TRIP_S}' SECOND
            OR event_time > end_at + INTERVAL '{OUTSIDE_TRIP_S}' SECOND THEN 1
        ELSE 0
    END AS is_clock_off,
    {", ".join(column.name for column in COORDINATES)},
    {EVENT_DATE}
FROM placed
LEFT JOIN lives ON life_of = trip_id
"""


def _share(name: str, most: float, what: str, test: str) -> Check:
    """A rule about the share of the day's reports: bad devices are some, not all."""
    return Check(
        name,
        Severity.WARNING,
        f"{what} at most {most:.0%} of the reports.",
        f"""
        SELECT * FROM (
            SELECT sum(CASE WHEN {test} THEN 1 ELSE 0 END) AS odd, count(*) AS reports
            FROM staging_positions WHERE event_date = DATE '{{day}}'
        ) AS shares
        WHERE odd > {most} * reports
        """,
    )


REFINED = Refined(
    SPEC,
    sources=("landing_positions", "staging_trip_states"),
    sql=SQL,
    day=EVENT_DATE,
    checks=(
        unique("staging_positions", EVENT_DATE, "trip_id", "seq"),
        Check(
            "nothing_is_lost",
            Severity.ERROR,
            "The copies of all reports add up to what landed.",
            """
            SELECT l.landed, s.copies
            FROM (SELECT count(*) AS landed FROM landing_positions WHERE event_date = DATE '{day}') l
            CROSS JOIN (
                SELECT coalesce(sum(copies), 0) AS copies FROM staging_positions WHERE event_date = DATE '{day}'
            ) s
            WHERE l.landed <> s.copies
            """,
        ),
        Check(
            "in_range",
            Severity.ERROR,
            "Reports are on Earth, of their day, and have a cell.",
            """
            SELECT * FROM staging_positions
            WHERE event_date = DATE '{day}' AND NOT (
                lat BETWEEN -90 AND 90 AND lon BETWEEN -180 AND 180 AND h3_cell IS NOT NULL
                AND event_time >= midnight(event_date) AND event_time < midnight(event_date + 1)
            )
            """,
        ),
        _share("few_jumps", 0.01, "Fixes jump in", "is_jump = 1"),
        _share("few_frozen", 0.05, "Fixes are frozen in", "is_frozen = 1"),
        _share("clocks_are_right", 0.05, "Clocks are off in", "is_clock_off = 1"),
        _share("few_gaps", 0.05, "Reports before are missing at", "is_gap = 1"),
    ),
)
