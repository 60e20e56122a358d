"""common/road_speeds_hourly: how fast a road was driven, hour by hour.

From reports of moving vehicles. Devices report evenly in time, so their plain mean is distance by time (the
space-mean speed). Reports with a bad fix or a wrong clock are left out. Free flow is the 85th percentile of the whole
day on the same edge, as traffic engineers take it.
"""

from __future__ import annotations

from rumbo.lake.refined import Check, Refined, Severity
from rumbo.lake.refined.words import GOOD_FIX, GOOD_TIME, count, day_of, moment, number, text, unique
from rumbo.lake.tables import Layer, TableSpec

SPEC = TableSpec(
    Layer.COMMON,
    "road_speeds_hourly",
    "one road edge in one hour (UTC) in which somebody drove on it",
    (
        day_of("hour_date", "Day of the hour."),
        moment("hour_at", "Begin of the hour."),
        text("edge_id", "The road edge (staging/positions)."),
        text("road_name", "Name or number of the road; empty where it has none."),
        text("road_class", "Class of the road."),
        count("n", "Reports of moving vehicles."),
        count("vehicles", "Vehicles that they are of."),
        number("mean_mps", "m/s", "Mean speed."),
        number("p15_mps", "m/s", "Speed that 15 % of reports stay below."),
        number("p50_mps", "m/s", "Median speed."),
        number("p85_mps", "m/s", "Speed that 85 % of reports stay below."),
        number("free_flow_mps", "m/s", "85th percentile of the day on this edge."),
        number(
            "free_flow_ratio", "1", "Mean by free flow: 1 is free, 0.5 takes twice as long.", nullable=True
        ),
        number("limit_mps", "m/s", "Speed limit; null where the map knows none.", nullable=True),
        count("standing", "Reports of vehicles that stood there in traffic or for a dwell; not in n."),
    ),
    ("hour_date",),
)

SQL = f"""
WITH reports AS (
    SELECT
        date_trunc('hour', event_time) AS hour_at, edge_id, vehicle_id, road_name, road_class, speed_limit_mps, state,
        CASE WHEN state = 'driving' THEN speed_mps END AS speed_mps
    FROM staging_positions
    WHERE event_date = DATE '{{day}}' AND edge_id IS NOT NULL AND state IN ('driving', 'waiting')
        AND {GOOD_FIX} AND {GOOD_TIME}
),
free AS (
    SELECT edge_id, round(percentile_cont(0.85) WITHIN GROUP (ORDER BY speed_mps), 4) AS free_flow_mps
    FROM reports
    WHERE speed_mps IS NOT NULL
    GROUP BY edge_id
),
hours AS (
    SELECT
        hour_at,
        edge_id,
        max(road_name) AS road_name,
        max(road_class) AS road_class,
        count(speed_mps) AS n,
        count(DISTINCT CASE WHEN speed_mps IS NOT NULL THEN vehicle_id END) AS vehicles,
        sum(CAST(round(speed_mps * 100) AS BIGINT)) AS speeds_cm,
        percentile_cont(0.15) WITHIN GROUP (ORDER BY speed_mps) AS p15_mps,
        percentile_cont(0.50) WITHIN GROUP (ORDER BY speed_mps) AS p50_mps,
        percentile_cont(0.85) WITHIN GROUP (ORDER BY speed_mps) AS p85_mps,
        max(speed_limit_mps) AS limit_mps,
        count(*) FILTER (WHERE state = 'waiting') AS standing
    FROM reports
    GROUP BY hour_at, edge_id
)
SELECT
    DATE '{{day}}' AS hour_date,
    h.hour_at,
    h.edge_id,
    h.road_name,
    h.road_class,
    h.n,
    h.vehicles,
    round(h.speeds_cm / 1e2 / h.n, 4) AS mean_mps,
    round(h.p15_mps, 4) AS p15_mps,
    round(h.p50_mps, 4) AS p50_mps,
    round(h.p85_mps, 4) AS p85_mps,
    f.free_flow_mps,
    CASE WHEN f.free_flow_mps > 0 THEN round(h.speeds_cm / 1e2 / h.n / f.free_flow_mps, 4) END AS free_flow_ratio,
    h.limit_mps,
    h.standing
FROM hours h
JOIN free f ON f.edge_id = h.edge_id
WHERE h.n > 0
"""

REFINED = Refined(
    SPEC,
    sources=("staging_positions",),
    sql=SQL,
    day="hour_date",
    checks=(
        unique("common_road_speeds_hourly", "hour_date", "hour_at", "edge_id"),
        Check(
            "percentiles_in_order",
            Severity.ERROR,
            "15 % lie below the median, and that below 85 %.",
            """
            SELECT * FROM common_road_speeds_hourly
            WHERE hour_date = DATE '{day}' AND NOT (p15_mps <= p50_mps AND p50_mps <= p85_mps AND n > 0)
            """,
        ),
        Check(
            "plausible",
            Severity.WARNING,
            "Nobody drives faster than 300 km/h.",
            "SELECT * FROM common_road_speeds_hourly WHERE hour_date = DATE '{day}' AND p85_mps > 83.4",
        ),
    ),
)
