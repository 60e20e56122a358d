"""common/driving_events: harsh acceleration, braking and cornering, overspeed, idling, read off the reports.

The thresholds are those of the stream's alerts (`domain.alert_rules`): what the stream tells at once, the table tells
of every report that came at last, late ones too. Reports in a row that pass a threshold are one event.
"""

from __future__ import annotations

from rumbo.domain.alert_rules import AlertRules, Harsh, Idling, Overspeed
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

_RULES = (
    ("harsh_acceleration", "gained_mps2", "acceleration_mps2", "0e0"),
    ("harsh_braking", "-gained_mps2", "braking_mps2", "0e0"),
    ("harsh_cornering", "lateral_mps2", "cornering_mps2", "0e0"),
    ("overspeed", "over_mps", "overspeed_mps", "overspeed_s"),
    ("idling", "still", "1e0", "idling_s"),
)
"""Kind, value, least value and least duration in s: columns of `measured` and of `given_rules` (r)."""

RULES = (
    number("acceleration_mps2", "m/s²", "From this much on, speeding up is harsh.", nullable=True),
    number("braking_mps2", "m/s²", "From this much on, braking is harsh.", nullable=True),
    number("cornering_mps2", "m/s²", "From this much on, a bend is taken harshly.", nullable=True),
    number("overspeed_mps", "m/s", "Speed over the limit that is let pass.", nullable=True),
    seconds("overspeed_s", "For how long at least."),
    number("idling_mps", "m/s", "What still counts as standing.", nullable=True),
    seconds("idling_s", "For how long at least."),
    seconds("longest_step_s", "A longer time between two reports ends an event."),
    seconds("most_turning_s", "Over a longer time a change of heading tells nothing of a bend."),
)
"""The columns of `given_rules`, which has one row. A rule that is switched off has no threshold."""


def values_of(rules: AlertRules) -> dict[str, float | None]:
    """The row of `given_rules`."""

    def on(rule: Harsh | Overspeed | Idling, value: float) -> float | None:
        return value if rule.enabled else None

    return {
        "acceleration_mps2": on(rules.harsh_acceleration, rules.harsh_acceleration.threshold_mps2),
        "braking_mps2": on(rules.harsh_braking, rules.harsh_braking.threshold_mps2),
        "cornering_mps2": on(rules.harsh_cornering, rules.harsh_cornering.threshold_mps2),
        "overspeed_mps": on(rules.overspeed, rules.overspeed.tolerance_mps),
        "overspeed_s": rules.overspeed.least_s,
        "idling_mps": on(rules.idling, rules.idling.below_mps),
        "idling_s": rules.idling.least_s,
        "longest_step_s": rules.longest_step_s,
        "most_turning_s": rules.most_turning_s,
    }


_KINDS = ", ".join(f"('{kind}')" for kind, *_ in _RULES)
_ANY = " OR ".join(f"{value} >= {least}" for _, value, least, _ in _RULES)


def _by_kind(column: int) -> str:
    return "CASE kind " + " ".join(f"WHEN '{rule[0]}' THEN {rule[column]}" for rule in _RULES) + " END"


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
        s.vehicle_id, s.trip_id, s.seq, s.event_time, s.speed_mps, s.acceleration_mps2 AS gained_mps2,
        s.speed_limit_mps, s.road_name, s.road_class, s.edge_id, s.h3_cell, s.lat, s.lon, r.*,
        CASE
            WHEN since_s > 0 AND since_s <= most_turning_s
                THEN round(speed_mps * radians(turned_deg) / since_s, 3)
        END AS lateral_mps2,
        round(speed_mps - speed_limit_mps, 2) AS over_mps,
        CASE WHEN speed_mps < idling_mps AND ignition = 'on' THEN 1e0 END AS still,
        CASE
            WHEN next_at > event_time AND micros_between(event_time, next_at) <= longest_step_s * 1e6 THEN next_at
            ELSE event_time
        END AS until_at
    FROM steps s
    CROSS JOIN given_rules r
),
judged AS (
    SELECT s.*, kind, {_by_kind(1)} AS value, {_by_kind(2)} AS threshold, {_by_kind(3)} AS least_s
    FROM (SELECT * FROM measured WHERE {_ANY}) s
    CROSS JOIN (VALUES {_KINDS}) AS k (kind)
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
    sources=("staging_positions", "given_rules"),
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
